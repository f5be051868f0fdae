// Natural loops and their nesting.
#pragma once

#include "compiler/analysis/Dominators.h"

namespace orus::analysis {

using LoopId = uint32_t;

/// A natural loop: the header and every block that reaches one of its back edges without passing
/// the header. Loops with one header are one loop.
struct Loop {
  BlockId header = kNone;
  LoopId parent = kNone;                 // the loop around it
  uint32_t depth = 1;                    // 1 for an outermost loop
  uint32_t blockBegin = 0, blockEnd = 0; // see Loops::blocks
};

class Loops {
public:
  Loops(const Cfg &cfg, const Dominators &dominators);

  /// An outer loop comes before those in it.
  ArrayRef<Loop> loops() const { return loops_; }
  const Loop &operator[](LoopId loop) const { return loops_[loop]; }
  /// The innermost loop around the block, or kNone.
  LoopId loopOf(BlockId block) const { return loopOf_[block]; }
  uint32_t depth(BlockId block) const {
    return loopOf_[block] == kNone ? 0 : loops_[loopOf_[block]].depth;
  }
  /// Blocks of the loop and of those in it, the header first. Constant time.
  ArrayRef<BlockId> blocks(LoopId loop) const {
    const Loop &l = loops_[loop];
    return ArrayRef(order_).slice(l.blockBegin, l.blockEnd - l.blockBegin);
  }
  bool contains(LoopId loop, BlockId block) const {
    return position_[block] >= loops_[loop].blockBegin && position_[block] < loops_[loop].blockEnd;
  }
  /// Whether some cycle is entered other than through a header that dominates it. Such a cycle is
  /// not in loops().
  bool irreducible() const { return irreducible_; }

private:
  void findLoops(const Cfg &cfg, const Dominators &dominators);
  void claimBody(const Cfg &cfg, LoopId loop, std::vector<BlockId> worklist,
                 std::vector<LoopId> &outermost);
  void orderBlocks(const Cfg &cfg);

  std::vector<Loop> loops_;
  std::vector<LoopId> loopOf_;
  std::vector<BlockId> order_;     // blocks, those of a loop together
  std::vector<uint32_t> position_; // in order_, kNone outside of loops
  bool irreducible_ = false;
};

} // namespace orus::analysis
