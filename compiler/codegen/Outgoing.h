// Window bases of calls, and which values live in outgoing slots: arguments computed where the
// callee expects them, and results that stay where the callee left them.
#pragma once

#include "compiler/codegen/Lir.h"

namespace orus::codegen {

/// Sizes of the outgoing areas; indices of outgoing slots count from the start of the area.
struct OutgoingAreas {
  std::array<uint32_t, kBankCount> size{};
  /// Least number that scalar bases must be moved up by, given how much earlier the scalar area
  /// begins than that of references, so that no scalar base is below its reference base: the
  /// largest difference of the two indices.
  int64_t referenceLead = INT32_MIN;
};

/// Gives each call its bases as indices of outgoing slots, in the operands of the instruction, and
/// moves the virtual registers that can live in outgoing slots there. `inPlace` is off where
/// 8-bit operands do not reach the area.
OutgoingAreas placeOutgoing(LirFunction &fn, bool inPlace);

/// Window bases of an instruction that takes outgoing arguments.
struct WindowBases {
  std::array<uint32_t, kBankCount> at{};
};
WindowBases windowBases(const LirInst &inst);
void setWindowBases(LirInst &inst, WindowBases bases);

} // namespace orus::codegen
