// Dead code elimination: what does not contribute to an effect, a panic or a branch goes, cycles of
// block parameters included. Blocks and edges stay.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"

namespace orus::opt {

namespace {

class DeadCode {
public:
  explicit DeadCode(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        edges_(findIncomingEdges(fn_, cfg_)), isLive_(fn_.values.size()),
        paramIndex_(fn_.values.size()) {}

  Change run() {
    for (BlockId block : cfg_.reversePostOrder())
      for (uint32_t i = 0; i < fn_.blocks[block].params.size(); ++i)
        paramIndex_[fn_.blocks[block].params[i]] = i;
    for (BlockId block : cfg_.reversePostOrder())
      for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
        if (!isRemovable(fn_, inst))
          markOperands(inst);
    while (!worklist_.empty()) {
      ValueId value = worklist_.pop_back_val();
      if (InstId inst = fn_.values[value].inst; inst != kNone)
        markOperands(inst);
      else
        markArguments(value);
    }
    return sweep();
  }

private:
  void mark(ValueId value) {
    if (isLive_[value])
      return;
    isLive_[value] = true;
    worklist_.push_back(value);
  }
  void markOperands(InstId inst) {
    for (ValueId operand : fn_.operands(inst))
      mark(operand);
  }
  /// A parameter is worth its arguments on all edges.
  void markArguments(ValueId param) {
    BlockId block = fn_.values[param].block;
    size_t index = paramIndex_[param];
    for (uint32_t edge : edges_[block]) {
      ArrayRef<ValueId> args = std::as_const(fn_).args(fn_.targetPool[edge]);
      size_t given = fn_.blocks[block].params.size() - args.size();
      if (index >= given)
        mark(args[index - given]);
    }
  }

  Change sweep() {
    unsigned instructions = 0;
    for (BlockId block : cfg_.reversePostOrder())
      for (InstId inst = fn_.blocks[block].first; inst != kNone;) {
        InstId next = fn_.insts[inst].next;
        ValueId result = fn_.insts[inst].result;
        if (isRemovable(fn_, inst) && (result == kNone || !isLive_[result])) {
          fn_.remove(inst);
          ++instructions;
        }
        inst = next;
      }
    unsigned params = removeParams(fn_, cfg_, [&](ValueId param) { return !isLive_[param]; });
    if (instructions)
      context_.counters.add("instructions removed", instructions);
    if (params)
      context_.counters.add("parameters removed", params);
    return instructions || params ? Change::Values : Change::None;
  }

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  analysis::AdjacencyList edges_;
  std::vector<bool> isLive_;
  std::vector<uint32_t> paramIndex_; // by value, of parameters
  llvm::SmallVector<ValueId, 64> worklist_;
};

} // namespace

Change eliminateDeadCode(PassContext &context) { return DeadCode(context).run(); }

} // namespace orus::opt
