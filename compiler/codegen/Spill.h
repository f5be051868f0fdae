// Limits the number of values in registers, by inserting stores and loads and by letting arguments
// and parameters live in memory.
#pragma once

#include "compiler/codegen/Pressure.h"

namespace orus::codegen {

/// What limiting the pressure of a bank took.
struct SpillCounts {
  uint32_t splits = 0;         // times a value came back into a register
  uint32_t rematerialized = 0; // of these, constants made anew
};

/// Rewrites the function so that at most `registers` values of the bank are in registers at any
/// point. Values keep their virtual register whenever they are in one, so it may then have several
/// definitions; what a handler reads is in memory throughout the region it protects.
SpillCounts limitPressure(LirFunction &fn, const AdjacencyList &predecessors,
                          const LirLiveness &liveness, const Pressure &pressure, Bank bank,
                          uint32_t registers);

} // namespace orus::codegen
