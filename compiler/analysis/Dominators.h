// The dominator tree, by the Semi-NCA algorithm (Georgiadis, "Linear-Time Algorithms for Dominators
// and Related Problems", 2005): unlike iteration over sets or chains it stays fast when a block far
// down has very many predecessors, as a handler or the exit of a long loop body has.
#pragma once

#include "compiler/analysis/Cfg.h"

namespace orus::analysis {

class Dominators {
public:
  explicit Dominators(const Cfg &cfg);

  /// Immediate dominator; kNone for the entry and for unreachable blocks.
  BlockId idom(BlockId block) const { return idom_[block]; }
  ArrayRef<BlockId> children(BlockId block) const { return children_[block]; }
  /// Every reachable block after its immediate dominator, subtrees contiguous.
  ArrayRef<BlockId> preorder() const { return preorder_; }
  /// Whether every path from the entry to `b` passes `a`; a block dominates itself. False if either
  /// is unreachable.
  bool dominates(BlockId a, BlockId b) const {
    return begin_[a] != kNone && begin_[b] != kNone && begin_[a] <= begin_[b] &&
           begin_[b] < end_[a];
  }

private:
  void numberTree(size_t blocks);

  std::vector<BlockId> idom_, preorder_;
  AdjacencyList children_;
  std::vector<uint32_t> begin_, end_; // the subtree's part of preorder_
};

/// Whether the value is available just before `inst`: its definition is earlier in the same block
/// or in a dominating one. Linear in the block when both are in one block and far apart.
bool dominates(const ir::Function &fn, const Dominators &dominators, ValueId value, InstId inst);

} // namespace orus::analysis
