// A function with slots instead of virtual registers and with every move spelled out, block by
// block, but not yet laid out.
#pragma once

#include "compiler/codegen/Assign.h"
#include "compiler/codegen/Outgoing.h"
#include "compiler/codegen/Program.h"

namespace orus::codegen {

/// Register operands and spill slots are packed Locs; constants are numbers of the program's pool.
struct CodeInst {
  isa::Instruction inst;
  uint32_t origin = kNone;     // as in LirInst; kNone for moves
  uint32_t constant = kNone;   // of the LIR function, if a move loads one
  ir::Position loc, secondLoc; // as in LirInst
};

struct CodeBlock {
  uint32_t first = 0, last = 0; // in Code::insts; the last one is the terminator
};

/// What was placed to move values to and from memory, by bank.
struct MoveCounts {
  std::array<uint32_t, kBankCount> moves{}, loads{}, stores{}, constants{};
};

struct Code {
  std::vector<CodeInst> insts;
  std::vector<CodeBlock> blocks; // as in the LIR function
  std::array<BankSlots, kBankCount> banks;
  std::array<uint32_t, kBankCount> outgoing{};
  uint32_t scalarPadding = 0; // outgoing slots in front of the scalar area, see OutgoingAreas
  llvm::DenseMap<BlockIndex, Loc> catchSlots; // of handlers, where the error goes
  MoveCounts counts;
  std::array<std::vector<uint32_t>, kBankCount> blockPressure; // values live at once, by block

  uint32_t outgoingBase(Bank bank) const {
    const BankSlots &slots = banks[index(bank)];
    size_t base = slots.registers.size() + slots.spills.size();
    return static_cast<uint32_t>(base) + (bank == Bank::Scalar ? scalarPadding : 0);
  }
  /// The number of a place in the window.
  uint32_t slot(Bank bank, Loc loc) const {
    switch (loc.space) {
    case Space::Spill:
      return static_cast<uint32_t>(banks[index(bank)].registers.size()) + loc.index;
    case Space::Outgoing: return outgoingBase(bank) + loc.index;
    default: return loc.index;
    }
  }
};

/// Replaces virtual registers by their slots and expands moves, arguments and edges. `reachable`
/// says that 8-bit operands reach the outgoing area, which then also serves for scratch values.
Code resolve(const LirFunction &fn, const Assignment &assignment, OutgoingAreas areas,
             bool reachable, ProgramPools &pools);

} // namespace orus::codegen
