// Replaces block parameters that have one value on every edge, be it directly or by way of other
// such parameters (the trivial phi functions of Braun et al., CC 2013).
#include "compiler/opt/Edit.h"

namespace orus::opt {

namespace {

class CopyPropagation {
public:
  explicit CopyPropagation(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        edges_(findIncomingEdges(fn_, cfg_)), replacements_(fn_) {}

  Change run() {
    findImplicit();
    findUsers();
    // The worklist is a stack: the first blocks are visited first.
    for (BlockId block : llvm::reverse(cfg_.reversePostOrder()))
      for (size_t i = 0; i < fn_.blocks[block].params.size(); ++i)
        enqueue(block, i);
    while (!worklist_.empty()) {
      auto [block, index] = worklist_.pop_back_val();
      visit(block, index);
    }
    if (replacements_.empty())
      return Change::None;
    replacements_.apply(fn_);
    unsigned removed = removeParams(
        fn_, cfg_, [&](ValueId param) { return replacements_.resolve(param) != param; });
    context_.counters.add("parameters replaced", removed);
    return Change::Values;
  }

private:
  using Place = std::pair<BlockId, uint32_t>; // of a parameter

  void enqueue(BlockId block, size_t index) {
    if (block != 0 && index >= implicit_[block])
      worklist_.push_back({block, static_cast<uint32_t>(index)});
  }

  void findImplicit() {
    implicit_.resize(fn_.blocks.size());
    for (BlockId block : cfg_.reversePostOrder()) {
      const ir::Inst &last = fn_.insts[fn_.terminator(block)];
      for (uint32_t i = 0; i < last.targetCount; ++i)
        implicit_[fn_.targetPool[last.targetBegin + i].block] |= implicitArgs(last.op, i);
    }
  }

  /// For each value the parameters it is an argument for.
  void findUsers() {
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (BlockId block : cfg_.reversePostOrder())
      for (uint32_t edge : edges_[block]) {
        ArrayRef<ValueId> args = fn_.args(fn_.targetPool[edge]);
        size_t given = fn_.blocks[block].params.size() - args.size();
        for (size_t i = 0; i < args.size(); ++i) {
          pairs.push_back({args[i], static_cast<uint32_t>(places_.size())});
          places_.push_back({block, static_cast<uint32_t>(i + given)});
        }
      }
    users_ = analysis::AdjacencyList::group(fn_.values.size(), pairs);
  }

  void visit(BlockId block, uint32_t index) {
    ValueId param = fn_.blocks[block].params[index];
    if (replacements_.resolve(param) != param)
      return;
    ValueId same = kNone;
    for (uint32_t edge : edges_[block]) {
      ArrayRef<ValueId> args = fn_.args(fn_.targetPool[edge]);
      size_t given = fn_.blocks[block].params.size() - args.size();
      ValueId value = replacements_.resolve(args[index - given]);
      if (value == param || value == same)
        continue;
      if (same != kNone)
        return;
      same = value;
    }
    if (same == kNone)
      return;
    replacements_.replace(param, same);
    for (uint32_t user : users_[param])
      enqueue(places_[user].first, places_[user].second);
  }

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  analysis::AdjacencyList edges_, users_;
  std::vector<Place> places_;
  std::vector<uint8_t> implicit_;
  Replacements replacements_;
  llvm::SmallVector<Place, 32> worklist_;
};

} // namespace

Change propagateCopies(PassContext &context) { return CopyPropagation(context).run(); }

} // namespace orus::opt
