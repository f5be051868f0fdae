#include "compiler/codegen/Branches.h"

#include <utility>

namespace orus::codegen {

using isa::Opcode;

namespace {

struct Opposite {
  Opcode a, b;
  bool swapped; // with exchanged operands: not (x < y) is y <= x
};

constexpr Opposite kOpposites[] = {
    {Opcode::JT, Opcode::JF, false},           {Opcode::JEqX, Opcode::JNeX, false},
    {Opcode::JLtI32, Opcode::JLeI32, true},    {Opcode::JLtI64, Opcode::JLeI64, true},
    {Opcode::JLtU, Opcode::JLeU, true},        {Opcode::JEqF, Opcode::JNeF, false},
    {Opcode::JLtF, Opcode::JNltF, false},      {Opcode::JLeF, Opcode::JNleF, false},
    {Opcode::JEqWI, Opcode::JNeWI, false},     {Opcode::JEqXI, Opcode::JNeXI, false},
    {Opcode::JLtI32I, Opcode::JGeI32I, false}, {Opcode::JLtI64I, Opcode::JGeI64I, false},
    {Opcode::JLtUI, Opcode::JGeUI, false},     {Opcode::JEqStr, Opcode::JNeStr, false},
    {Opcode::JGetB, Opcode::JNotGetB, false},  {Opcode::JModEqI32, Opcode::JModNeI32, false},
};

} // namespace

bool invert(isa::Instruction &inst) {
  for (const Opposite &row : kOpposites) {
    if (inst.op != row.a && inst.op != row.b)
      continue;
    inst.op = inst.op == row.a ? row.b : row.a;
    if (row.swapped)
      std::swap(inst.operands[0], inst.operands[1]);
    return true;
  }
  return false;
}

} // namespace orus::codegen
