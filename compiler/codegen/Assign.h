// Gives webs their slots. A slot has one type for the whole function, so each type is coloured by
// itself; the number of values in registers was limited before, so nothing is spilled here.
#pragma once

#include "compiler/codegen/Coalesce.h"

namespace orus::codegen {

/// A place in the window: register, spill slot, home of a parameter or outgoing slot, with its
/// number among those of its space.
struct Loc {
  Space space = Space::Register;
  uint32_t index = kNone;

  bool isMemory() const { return space == Space::Spill || space == Space::Home; }
  uint32_t pack() const { return static_cast<uint32_t>(space) << 24 | index; }
  static Loc unpack(uint32_t bits) { return {static_cast<Space>(bits >> 24), bits & 0xFFFFFF}; }
  friend bool operator==(Loc, Loc) = default;
};

/// The typed slots of one bank.
struct BankSlots {
  std::vector<TypeId> registers; // parameters first
  std::vector<TypeId> spills;
};

struct Assignment {
  std::vector<Loc> locs; // by virtual register
  std::array<BankSlots, kBankCount> banks;
};

Assignment assignSlots(const LirFunction &fn, const Webs &webs, const image::TypeTable &types);

} // namespace orus::codegen
