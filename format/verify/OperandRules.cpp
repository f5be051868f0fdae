// Rules about the types of operands: moves, constants, comparisons, conversions, dynamic values.
#include "format/verify/Code.h"

namespace orus::verify {

using image::TypeId;

namespace {

// The types that all registers read have in common. For references, the one type or kNoType.
uint32_t commonType(const Instruction &instruction) {
  uint32_t common = 0;
  bool first = true;
  for (unsigned i = 0; i < instruction.info().operandCount; ++i) {
    const isa::Operand &operand = instruction.info().operandArray[i];
    if (!operand.isRegister() || !operand.isRead())
      continue;
    uint32_t value = instruction.value[i];
    if (first)
      common = value;
    else if (operand.isScalar())
      common &= value;
    else if (common != value)
      common = kNoType;
    first = false;
  }
  return common;
}

} // namespace

bool checkNone(Code &, Instruction &) { return true; }

bool checkSame(Code &code, Instruction &instruction) {
  instruction.result = commonType(instruction);
  if (instruction.result == 0 || instruction.result == kNoType)
    return code.fail(RuleId::V8, instruction, {"operands of different types"});
  return true;
}

bool checkMovePair(Code &, Instruction &instruction) {
  instruction.result = instruction.value[1];
  instruction.second = instruction.value[3];
  return true;
}

bool checkDivisorImm(Code &code, Instruction &instruction) {
  if (instruction.immediate(1) == 0)
    return code.fail(RuleId::V10, instruction, {"divides by 0"});
  return true;
}

bool checkSameSources(Code &code, Instruction &instruction) {
  uint32_t common = commonType(instruction);
  bool isScalar = false;
  for (const isa::Operand &operand : instruction.info().operands())
    isScalar |= operand.isRegister() && operand.isRead() && operand.isScalar();
  if (isScalar)
    common &= ~kF64Set;
  if (common == 0 || common == kNoType)
    return code.fail(RuleId::V8, instruction,
                     {"operands of different types, or of type f64 compared as integers"});
  return true;
}

bool checkImmFitsBool(Code &, Instruction &instruction) {
  int64_t value = instruction.immediate(1);
  if (value != 0 && value != 1)
    instruction.result &= ~kBoolSet;
  instruction.mismatch = RuleId::V10;
  return true;
}

bool checkConstType(Code &code, Instruction &instruction) {
  auto index = static_cast<size_t>(instruction.immediate(1));
  instruction.result = setOf(code.image().constantTypes[index]);
  instruction.mismatch = RuleId::V10;
  return true;
}

bool checkBitCast(Code &code, Instruction &instruction) {
  uint32_t from = instruction.value[1];
  instruction.result = 0;
  if (from & kBoolSet)
    instruction.result |= kI32Set | kU32Set | kI64Set | kU64Set;
  if (from & kI32Set)
    instruction.result |= kU32Set;
  if (from & kU32Set)
    instruction.result |= kI32Set | kI64Set | kU64Set;
  if (!instruction.result)
    return code.fail(RuleId::V8, instruction,
                     {code.describe(true, from), " has no type with the same bits"});
  return true;
}

bool checkUnsignedOrBool(Code &code, Instruction &instruction) {
  uint32_t from = instruction.value[1];
  if (!(from & (kU32Set | kU64Set | kBoolSet)))
    return code.fail(RuleId::V8, instruction,
                     {code.describe(true, from), " is neither unsigned nor bool"});
  return true;
}

bool checkBox(Code &code, Instruction &instruction) {
  auto type = static_cast<TypeId>(instruction.immediate(2));
  bool isScalar = code.image().types.storage(type).isScalar;
  // The operand that is not the dynamic value: read by a boxing, written by an unboxing.
  const isa::OpInfo &info = instruction.info();
  unsigned plain = info.operandArray[0].type == isa::RegisterType::Any ? 1 : 0;
  if (type == image::kAny || info.operandArray[plain].isScalar() != isScalar)
    return code.fail(RuleId::V8, instruction,
                     {code.image().types.spelling(type), " is not a type to box here"});
  if (plain == 0) {
    instruction.result = code.valueOf(type);
    return true;
  }
  if (!code.mayBe(instruction.value[1], type))
    return code.fail(RuleId::V8, instruction,
                     {"boxes ", code.describe(isScalar, instruction.value[1]), " as ",
                      code.image().types.spelling(type)});
  return true;
}

bool checkCastAny(Code &code, Instruction &instruction) {
  auto type = static_cast<TypeId>(instruction.immediate(2));
  bool wantsScalar = instruction.info().operandArray[0].isScalar();
  if (wantsScalar ? type >= image::kScalarTypeCount : type != image::kString)
    return code.fail(RuleId::V8, instruction,
                     {"does not cast to ", code.image().types.spelling(type)});
  instruction.result = code.valueOf(type);
  return true;
}

} // namespace orus::verify
