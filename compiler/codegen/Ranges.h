// Live ranges in linear order, with holes.
#pragma once

#include "compiler/codegen/Graph.h"

namespace orus::codegen {

/// Half-open. Instruction i reads at position 2i and writes at 2i + 1; what a block starts with is
/// written at the position of its first instruction.
struct Range {
  uint32_t from = 0, to = 0;
  friend bool operator==(const Range &, const Range &) = default;
};

/// Ascending, disjoint and not touching.
using LiveRange = llvm::SmallVector<Range, 2>;

/// By virtual register; empty for those that are neither read nor written.
std::vector<LiveRange> liveRanges(const LirFunction &fn, const LirLiveness &liveness);

bool overlaps(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b);
/// Adds the ranges of `from`, which may overlap those of `into`.
void unite(LiveRange &into, llvm::ArrayRef<Range> from);

} // namespace orus::codegen
