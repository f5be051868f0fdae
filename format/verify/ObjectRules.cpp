// Rules about structs, enums, closures and cells (V29).
#include "format/verify/Code.h"

namespace orus::verify {

using image::TypeId;
using image::TypeKind;

namespace {

bool isStruct(const Code &code, TypeId type) {
  return code.image().types[type].kind == TypeKind::Struct;
}

// The declared type of what lies at the place that an operand names, if the instruction moves
// values of its bank.
std::optional<TypeId> typeAt(Code &code, const Instruction &at, const image::ObjectLayout &layout,
                             unsigned placeOperand, bool isScalar) {
  auto place = static_cast<size_t>(at.immediate(placeOperand));
  if (place < layout.types.size() && (place >= layout.references) == isScalar)
    return layout.types[place];
  code.fail(
      RuleId::V29, at,
      {"no ", isScalar ? "scalar" : "reference", " at place ", place, " of ", layout.types.size()});
  return std::nullopt;
}

bool give(Code &code, Instruction &instruction, const image::ObjectLayout &layout,
          unsigned placeOperand) {
  bool isScalar = instruction.info().operandArray[0].isScalar();
  auto type = typeAt(code, instruction, layout, placeOperand, isScalar);
  if (!type)
    return false;
  instruction.result = code.valueOf(*type);
  instruction.mismatch = RuleId::V29;
  return true;
}

bool failKind(Code &code, const Instruction &at, TypeId type) {
  return code.fail(RuleId::V29, at, {"is not for ", code.image().types.spelling(type)});
}

} // namespace

bool checkNewObject(Code &code, Instruction &instruction) {
  auto variant = static_cast<size_t>(instruction.immediate(1));
  auto type = static_cast<TypeId>(instruction.immediate(2));
  if (!code.program().isOfClass(type, kAnyObject))
    return failKind(code, instruction, type);
  size_t variants = isStruct(code, type) ? 1 : code.image().types[type].members.size();
  if (variant >= variants)
    return code.fail(RuleId::V29, instruction,
                     {code.image().types.spelling(type), " has no variant ", variant});
  instruction.result = type;
  instruction.mismatch = RuleId::V29;
  Bases bases = packedBases(instruction, 3);
  return code.checkFields(instruction, RuleId::V29,
                          code.image().types.layout(type, static_cast<uint32_t>(variant)),
                          bases.scalar, bases.reference);
}

bool checkFieldGet(Code &code, Instruction &instruction) {
  TypeId type = instruction.value[1];
  if (!isStruct(code, type))
    return failKind(code, instruction, type);
  return give(code, instruction, code.image().types.layout(type), 2);
}

bool checkFieldOfElement(Code &code, Instruction &instruction) {
  TypeId type = instruction.value[1];
  if (!code.program().isOfClass(type, kAnyObject) || !isStruct(code, type))
    return failKind(code, instruction, type);
  return give(code, instruction, code.image().types.layout(type), 3);
}

bool checkFieldSet(Code &code, Instruction &instruction) {
  TypeId type = instruction.value[0];
  if (!isStruct(code, type))
    return failKind(code, instruction, type);
  bool isScalar = instruction.info().operandArray[1].isScalar();
  auto field = typeAt(code, instruction, code.image().types.layout(type), 2, isScalar);
  if (!field)
    return false;
  if (!code.mayBe(instruction.value[1], *field))
    return code.fail(RuleId::V29, instruction,
                     {"stores ", code.describe(isScalar, instruction.value[1]),
                      " into a field of type ", code.image().types.spelling(*field)});
  return true;
}

bool checkObjectTag(Code &code, Instruction &instruction) {
  TypeId type = instruction.value[1];
  return !isStruct(code, type) || failKind(code, instruction, type);
}

bool checkPayloadGet(Code &code, Instruction &instruction) {
  TypeId type = instruction.value[1];
  if (isStruct(code, type))
    return failKind(code, instruction, type);
  auto variant = static_cast<size_t>(instruction.immediate(3));
  if (variant >= code.image().types[type].members.size())
    return code.fail(RuleId::V29, instruction,
                     {code.image().types.spelling(type), " has no variant ", variant});
  return give(code, instruction, code.image().types.layout(type, static_cast<uint32_t>(variant)),
              2);
}

bool checkNewClosure(Code &code, Instruction &instruction) {
  const image::Function &function =
      code.image().functions[static_cast<size_t>(instruction.immediate(1))];
  if (!function.closure)
    return code.fail(RuleId::V29, instruction, {"the function has no captures"});
  instruction.result = function.signature;
  instruction.mismatch = RuleId::V14;
  Bases bases = packedBases(instruction, 2);
  return code.checkFields(instruction, RuleId::V29, code.image().types.layout(function.closure),
                          bases.scalar, bases.reference);
}

bool checkClosureValue(Code &code, Instruction &instruction) {
  instruction.result = code.image().types[instruction.value[1]].operands[0];
  instruction.mismatch = RuleId::V14;
  return true;
}

bool checkCaptureGet(Code &code, Instruction &instruction) {
  return give(code, instruction, code.image().types.layout(instruction.value[1]), 2);
}

bool checkNewCell(Code &code, Instruction &instruction) {
  auto type = static_cast<TypeId>(instruction.immediate(2));
  bool isScalar = instruction.info().operandArray[1].isScalar();
  if (!code.program().isOfClass(type, kAnyCell) ||
      code.image().types.storage(code.image().types[type].operands[0]).isScalar != isScalar ||
      !code.mayBe(instruction.value[1], code.image().types[type].operands[0]))
    return code.fail(RuleId::V29, instruction,
                     {code.image().types.spelling(type), " does not hold ",
                      code.describe(isScalar, instruction.value[1])});
  instruction.result = type;
  instruction.mismatch = RuleId::V29;
  return true;
}

bool checkCellAccess(Code &code, Instruction &instruction) {
  bool isLoad = instruction.isOutput(0);
  TypeId cell = instruction.value[isLoad ? 1 : 0];
  TypeId content = code.image().types[cell].operands[0];
  bool isScalar = instruction.info().operandArray[isLoad ? 0 : 1].isScalar();
  if (code.image().types.storage(content).isScalar != isScalar)
    return failKind(code, instruction, cell);
  if (isLoad) {
    instruction.result = code.valueOf(content);
    instruction.mismatch = RuleId::V29;
    return true;
  }
  if (!code.mayBe(instruction.value[1], content))
    return code.fail(RuleId::V29, instruction,
                     {"stores ", code.describe(isScalar, instruction.value[1]), " into a ",
                      code.image().types.spelling(cell)});
  return true;
}

} // namespace orus::verify
