// The linear order of a function's blocks: a reverse post-order in which loops are contiguous where
// the graph allows it.
#pragma once

#include "compiler/analysis/Loops.h"

namespace orus::codegen {

/// Reachable blocks, the entry first, a definition always before its uses. Blocks outside of a loop
/// come after all of its blocks; handlers come late.
std::vector<ir::BlockId> linearOrder(const ir::Function &fn, const analysis::Cfg &cfg,
                                     const analysis::Loops &loops);

} // namespace orus::codegen
