#include "compiler/codegen/Layout.h"

#include <algorithm>

namespace orus::codegen {

namespace {

class Planner {
public:
  Planner(const LirFunction &fn, const Code &code) : fn_(fn), code_(code) {}

  Layout run() {
    threadJumps();
    findReachable();
    // Control enters at the first block, however cold it is.
    BlockIndex entry = plan_.target[0];
    plan_.order.push_back(entry);
    for (bool cold : {false, true})
      for (BlockIndex b = 0; b < fn_.blocks.size(); ++b)
        if (isReachable_[b] && fn_.blocks[b].isCold == cold && b != entry)
          plan_.order.push_back(b);
    position_.assign(fn_.blocks.size(), kNone);
    for (uint32_t i = 0; i < plan_.order.size(); ++i)
      position_[plan_.order[i]] = i;
    std::vector<BlockIndex> latches = findLatches();
    for (size_t b = latches.size(); b-- > 0;)
      if (latches[b] != kNone)
        rotate(static_cast<BlockIndex>(b), latches[b]);
    return std::move(plan_);
  }

private:
  // The only instruction is a jump that moves nothing.
  bool isEmpty(BlockIndex b) const {
    const CodeBlock &block = code_.blocks[b];
    return block.last - block.first == 1 && code_.insts[block.first].inst.op == isa::Opcode::Jmp;
  }

  // Follows chains of empty blocks; a chain that ends in itself is an endless loop and keeps the
  // block in which it was noticed.
  void threadJumps() {
    plan_.target.assign(fn_.blocks.size(), kNone);
    std::vector<BlockIndex> chain;
    for (BlockIndex b = 0; b < fn_.blocks.size(); ++b) {
      BlockIndex at = b;
      chain.clear();
      while (plan_.target[at] == kNone && isEmpty(at)) {
        plan_.target[at] = at; // ends the walk if the jumps go in a circle
        chain.push_back(at);
        at = fn_.blocks[at].successors[0];
      }
      BlockIndex end = plan_.target[at] == kNone ? at : plan_.target[at];
      plan_.target[end] = end;
      for (BlockIndex link : chain)
        plan_.target[link] = end;
    }
  }

  void findReachable() {
    isReachable_.assign(fn_.blocks.size(), false);
    std::vector<BlockIndex> worklist;
    auto reach = [&](BlockIndex b) {
      b = plan_.target[b];
      if (isReachable_[b])
        return;
      isReachable_[b] = true;
      worklist.push_back(b);
    };
    reach(0);
    while (!worklist.empty()) {
      const LirBlock &block = fn_.blocks[worklist.back()];
      worklist.pop_back();
      llvm::for_each(block.successors, reach);
      if (block.handler != kNone)
        reach(block.handler);
    }
  }

  // By the first block of a loop, the last block that jumps back to it.
  std::vector<BlockIndex> findLatches() const {
    std::vector<BlockIndex> latches(fn_.blocks.size(), kNone);
    for (BlockIndex b : plan_.order) {
      if (fn_.blocks[b].successors.size() != 1)
        continue;
      BlockIndex to = plan_.target[fn_.blocks[b].successors[0]];
      if (position_[to] <= position_[b])
        latches[to] = b;
    }
    return latches;
  }

  // A loop whose first block decides whether to go on, and whose last one jumps back to it: with
  // the first block behind the last one, each pass takes one branch instead of a branch and a jump.
  void rotate(BlockIndex header, BlockIndex latch) {
    uint32_t from = position_[header], to = position_[latch];
    if (header == plan_.target[0] || from >= to || !decides(header, latch))
      return;
    std::rotate(plan_.order.begin() + from, plan_.order.begin() + from + 1,
                plan_.order.begin() + to + 1);
    for (uint32_t i = from; i <= to; ++i)
      position_[plan_.order[i]] = i;
  }

  // Whether one way out of the block stays between it and the latch and the other one does not.
  bool decides(BlockIndex header, BlockIndex latch) const {
    llvm::ArrayRef<BlockIndex> successors = fn_.blocks[header].successors;
    if (successors.size() != 2)
      return false;
    auto stays = [&](BlockIndex b) {
      uint32_t position = position_[plan_.target[b]];
      return position > position_[header] && position <= position_[latch];
    };
    return stays(successors[0]) != stays(successors[1]);
  }

  const LirFunction &fn_;
  const Code &code_;
  Layout plan_;
  std::vector<bool> isReachable_;
  std::vector<uint32_t> position_; // in the order
};

} // namespace

Layout layOut(const LirFunction &fn, const Code &code) { return Planner(fn, code).run(); }

} // namespace orus::codegen
