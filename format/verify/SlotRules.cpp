// Rules about spill slots, outgoing slots beyond the registers, and module slots.
#include "format/verify/Code.h"

namespace orus::verify {

namespace {

bool movesScalar(const Instruction &instruction) {
  return instruction.info().operandArray[0].isScalar();
}

} // namespace

bool checkSlotType(Code &code, Instruction &instruction) {
  Window &window = code.window(movesScalar(instruction));
  auto slot = static_cast<uint32_t>(instruction.immediate(1));
  if (!instruction.isOutput(0))
    return code.writeFar(instruction, window, slot, instruction.value[0]);
  auto value = code.readFar(instruction, window, slot);
  if (!value)
    return false;
  instruction.result = *value;
  instruction.mismatch = RuleId::V11;
  return true;
}

bool checkModuleSlot(Code &code, Instruction &instruction) {
  bool isScalar = movesScalar(instruction);
  const auto &types = isScalar ? code.program().moduleScalars() : code.program().moduleReferences();
  auto slot = static_cast<size_t>(instruction.immediate(1));
  if (slot >= types.size())
    return code.fail(RuleId::V12, instruction,
                     {"no module slot ", slot, ", there are ", types.size()});
  if (instruction.isOutput(0)) {
    instruction.result = code.valueOf(types[slot]);
    instruction.mismatch = RuleId::V12;
    return true;
  }
  if (!code.mayBe(instruction.value[0], types[slot]))
    return code.fail(RuleId::V12, instruction,
                     {"stores ", code.describe(isScalar, instruction.value[0]),
                      " into a module slot of type ", code.image().types.spelling(types[slot])});
  return true;
}

} // namespace orus::verify
