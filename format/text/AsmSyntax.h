// How operands are written in assembly text; assembler and disassembler agree by it.
#pragma once

#include "format/isa/Isa.h"

namespace orus::text {

/// The bank of an operand that names a slot, and its letter: `s5` is scalar, `r5` a reference.
/// Bases come in pairs, scalar first; a spill slot is in the bank of the register it is moved to or
/// from.
inline char slotLetter(const isa::OpInfo &op, unsigned index) {
  const isa::Operand &operand = op.operandArray[index];
  if (operand.isRegister())
    return operand.isScalar() ? 's' : 'r';
  if (operand.immediate == isa::ImmediateKind::Slot)
    return slotLetter(op, 0);
  for (unsigned i = 0; i < index; ++i)
    if (op.operandArray[i].role == isa::Role::Immediate &&
        op.operandArray[i].immediate == isa::ImmediateKind::Base)
      return 'r';
  return 's';
}

/// The letter before the number of an immediate, 0 if there is none: `k3` is constant 3.
inline char immediateLetter(const isa::OpInfo &op, unsigned index) {
  switch (op.operandArray[index].immediate) {
  case isa::ImmediateKind::Func: return 'f';
  case isa::ImmediateKind::Const: return 'k';
  case isa::ImmediateKind::Native: return 'n';
  case isa::ImmediateKind::ModuleSlot: return 'm';
  case isa::ImmediateKind::Type: return 't';
  case isa::ImmediateKind::Slot:
  case isa::ImmediateKind::Base: return slotLetter(op, index);
  default: return 0;
  }
}

} // namespace orus::text
