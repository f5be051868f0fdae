// Joins virtual registers into webs that share a slot: what a counted loop steps in place, block
// parameters with their arguments, the two sides of moves. Aggressive coalescing in the manner of
// Chaitin over live ranges with holes: pressure is limited before, so joining never costs a spill.
#pragma once

#include "compiler/codegen/Ranges.h"

namespace orus::codegen {

/// Disjoint sets of virtual registers of one type and space.
class Webs {
public:
  explicit Webs(std::vector<LiveRange> ranges);

  VReg find(VReg reg) const;
  llvm::ArrayRef<Range> ranges(VReg reg) const { return ranges_[find(reg)]; }
  bool interfere(VReg a, VReg b) const { return overlaps(ranges(a), ranges(b)); }
  /// Joins without asking whether the ranges overlap.
  void join(VReg a, VReg b);

private:
  mutable std::vector<VReg> parent_;
  std::vector<LiveRange> ranges_; // of a web, at its root
};

/// Moves that need no instruction after joining, by bank.
struct CoalescingCounts {
  std::array<uint32_t, kBankCount> coalesced{};
};

/// What the two sides of a move share is decided by how often it would be executed otherwise.
Webs coalesce(LirFunction &fn, const AdjacencyList &predecessors, std::vector<LiveRange> ranges,
              CoalescingCounts &counts);

} // namespace orus::codegen
