// Rules about arrays (V24). Operand types have established which operands are arrays.
#include "format/verify/Code.h"

namespace orus::verify {

using image::TypeId;

namespace {

bool isElementOfSize(TypeId element, unsigned size) {
  return element < image::kScalarTypeCount &&
         image::elementSize(static_cast<image::ScalarType>(element)) == size;
}
bool isScalarElement(TypeId element, unsigned) { return element < image::kScalarTypeCount; }
bool isReferenceElement(TypeId element, unsigned) { return element >= image::kScalarTypeCount; }

using ElementTest = bool (*)(TypeId element, unsigned size);

// The element type of the array in an operand, if the instruction handles such elements.
std::optional<TypeId> elementOf(Code &code, const Instruction &at, unsigned arrayOperand,
                                ElementTest test, unsigned size) {
  TypeId array = at.value[arrayOperand];
  TypeId element = code.image().types.valueType(code.image().types.element(array));
  if (test(element, size))
    return element;
  code.fail(RuleId::V24, at, {"is not for arrays of type ", code.image().types.spelling(array)});
  return std::nullopt;
}

bool load(Code &code, Instruction &instruction, ElementTest test, unsigned size = 0) {
  auto element = elementOf(code, instruction, 1, test, size);
  if (!element)
    return false;
  instruction.result = code.valueOf(*element);
  instruction.mismatch = RuleId::V24;
  return true;
}

bool store(Code &code, Instruction &instruction, unsigned valueOperand, ElementTest test,
           unsigned size = 0) {
  auto element = elementOf(code, instruction, 0, test, size);
  if (!element)
    return false;
  uint32_t value = instruction.value[valueOperand];
  if (!code.mayBe(value, *element))
    return code.fail(RuleId::V24, instruction,
                     {"stores ", code.describe(*element < image::kScalarTypeCount, value),
                      " into an array of ", code.image().types.spelling(*element)});
  return true;
}

// The array type that an instruction names as an immediate.
bool newArray(Code &code, Instruction &instruction, unsigned typeOperand) {
  auto type = static_cast<TypeId>(instruction.immediate(typeOperand));
  if (!code.program().isArrayType(type))
    return code.fail(RuleId::V24, instruction,
                     {code.image().types.spelling(type), " is no array type"});
  instruction.result = type;
  instruction.mismatch = RuleId::V24;
  return true;
}

} // namespace

bool checkNewArray(Code &code, Instruction &instruction) { return newArray(code, instruction, 2); }

bool checkFillArray(Code &code, Instruction &instruction) {
  if (!newArray(code, instruction, 3))
    return false;
  TypeId element = code.image().types.valueType(code.image().types.element(instruction.result));
  bool isScalar = instruction.info().operandArray[1].isScalar();
  if ((element < image::kScalarTypeCount) != isScalar || !code.mayBe(instruction.value[1], element))
    return code.fail(RuleId::V24, instruction,
                     {"fills an array of ", code.image().types.spelling(element), " with ",
                      code.describe(isScalar, instruction.value[1])});
  return true;
}

bool checkElementGet1(Code &code, Instruction &instruction) {
  return load(code, instruction, isElementOfSize, 1);
}
bool checkElementGet4(Code &code, Instruction &instruction) {
  return load(code, instruction, isElementOfSize, 4);
}
bool checkElementGet8(Code &code, Instruction &instruction) {
  return load(code, instruction, isElementOfSize, 8);
}
bool checkElementGetR(Code &code, Instruction &instruction) {
  return load(code, instruction, isReferenceElement);
}
bool checkElementSet1(Code &code, Instruction &instruction) {
  return store(code, instruction, 2, isElementOfSize, 1);
}
bool checkElementSet4(Code &code, Instruction &instruction) {
  return store(code, instruction, 2, isElementOfSize, 4);
}
bool checkElementSet8(Code &code, Instruction &instruction) {
  return store(code, instruction, 2, isElementOfSize, 8);
}
bool checkElementSetR(Code &code, Instruction &instruction) {
  return store(code, instruction, 2, isReferenceElement);
}
bool checkElementPush(Code &code, Instruction &instruction) {
  return store(code, instruction, 1, isScalarElement);
}
bool checkElementPushR(Code &code, Instruction &instruction) {
  return store(code, instruction, 1, isReferenceElement);
}
bool checkElementPop(Code &code, Instruction &instruction) {
  return load(code, instruction, isScalarElement);
}
bool checkElementPopR(Code &code, Instruction &instruction) {
  return load(code, instruction, isReferenceElement);
}

bool checkElementBool(Code &code, Instruction &instruction) {
  auto element = elementOf(code, instruction, 0, isScalarElement, 0);
  if (element && setOf(static_cast<image::ScalarType>(*element)) != kBoolSet)
    return code.fail(RuleId::V24, instruction,
                     {"tests elements of type ", code.image().types.spelling(*element)});
  return element.has_value();
}
bool checkElementUpdate(Code &code, Instruction &instruction) {
  return store(code, instruction, 2, isScalarElement);
}
bool checkElementOperand(Code &code, Instruction &instruction) {
  auto element = elementOf(code, instruction, 1, isScalarElement, 0);
  if (element && !code.mayBe(instruction.result, *element))
    return code.fail(RuleId::V24, instruction,
                     {"reads elements of type ", code.image().types.spelling(*element)});
  return element.has_value();
}

namespace {

// The type of the rows of an array of arrays or of the structs in an array, in the place of the
// array.
bool enterElement(Code &code, Instruction &instruction) {
  auto element = elementOf(code, instruction, 1, isReferenceElement, 0);
  if (element)
    instruction.value[1] = *element;
  return element.has_value();
}

bool load2(Code &code, Instruction &instruction, unsigned size) {
  if (!enterElement(code, instruction))
    return false;
  if (!code.program().isArrayType(instruction.value[1]))
    return code.fail(RuleId::V24, instruction,
                     {code.image().types.spelling(instruction.value[1]), " is no array type"});
  return load(code, instruction, isElementOfSize, size);
}

} // namespace

bool checkElement2Get1(Code &code, Instruction &instruction) { return load2(code, instruction, 1); }
bool checkElement2Get4(Code &code, Instruction &instruction) { return load2(code, instruction, 4); }
bool checkElement2Get8(Code &code, Instruction &instruction) { return load2(code, instruction, 8); }
bool checkElementField(Code &code, Instruction &instruction) {
  return enterElement(code, instruction) && checkFieldOfElement(code, instruction);
}

bool checkSameArrays(Code &, Instruction &instruction) {
  instruction.result = instruction.value[1];
  instruction.mismatch = RuleId::V24;
  return true;
}

bool checkSlice(Code &code, Instruction &instruction) { return checkSameArrays(code, instruction); }

bool checkSortArray(Code &code, Instruction &instruction) {
  TypeId element = code.image().types.element(instruction.value[1]);
  if (element >= image::kScalarTypeCount && element != image::kString && element != image::kAny)
    return code.fail(RuleId::V24, instruction,
                     {code.image().types.spelling(element), " has no order"});
  return checkSameArrays(code, instruction);
}

} // namespace orus::verify
