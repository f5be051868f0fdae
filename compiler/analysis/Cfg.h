// Successors, predecessors and reverse post-order of a function's blocks. A snapshot: any change of
// edges or handlers makes it stale.
#pragma once

#include "compiler/ir/Ir.h"

namespace orus::analysis {

using ir::BlockId;
using ir::InstId;
using ir::kNone;
using ir::ValueId;
using llvm::ArrayRef;

/// Rows of varying length in one array.
class AdjacencyList {
public:
  ArrayRef<uint32_t> operator[](size_t row) const {
    return ArrayRef(items_).slice(begin_[row], begin_[row + 1] - begin_[row]);
  }
  /// Groups `pairs` (row, item) by row, keeping their order within a row.
  static AdjacencyList group(size_t rows, ArrayRef<std::pair<uint32_t, uint32_t>> pairs);

private:
  std::vector<uint32_t> begin_, items_;
};

/// The control-flow graph with its exceptional edges: a block that has a handler may leave for it
/// at any instruction, so the handler is one of its successors, after the targets of the
/// terminator.
class Cfg {
public:
  explicit Cfg(const ir::Function &fn);

  size_t size() const { return rpoIndex_.size(); }
  /// Each successor once.
  ArrayRef<BlockId> successors(BlockId block) const { return successors_[block]; }
  /// The reachable ones, each once, in reverse post-order.
  ArrayRef<BlockId> predecessors(BlockId block) const { return predecessors_[block]; }
  /// Reachable blocks; the entry is first.
  ArrayRef<BlockId> reversePostOrder() const { return rpo_; }
  /// Position in reversePostOrder(), kNone if unreachable.
  uint32_t rpoIndex(BlockId block) const { return rpoIndex_[block]; }
  bool reachable(BlockId block) const { return rpoIndex_[block] != kNone; }

private:
  AdjacencyList successors_, predecessors_;
  std::vector<BlockId> rpo_;
  std::vector<uint32_t> rpoIndex_;
};

} // namespace orus::analysis
