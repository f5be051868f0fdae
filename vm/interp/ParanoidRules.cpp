// What each row of isa/Rules.def asks, of the tags of the operands, and which type it gives to what
// the instruction writes.
#include "vm/interp/Paranoid.h"

namespace orus::vm {

using image::TypeId;
using image::TypeKind;
using isa::Rule;

bool Paranoid::ruleHolds() {
  const image::TypeTable &types = image_.types;
  auto &value = at_.value;
  switch (at_.shape().rule) {
  case Rule::None:
  case Rule::SwitchTable: return true;
  case Rule::Same: return sameTags(false);
  case Rule::SameSources: return sameTags(true);
  case Rule::MovePair:
    at_.result = value[1];
    at_.second = value[3];
    return true;
  case Rule::DivisorImm: return at_.id(1) != 0 || fail("divides by 0");
  case Rule::ImmFitsBool:
    if (at_.id(1) > 1)
      at_.result &= ~verify::kBoolSet;
    return true;
  case Rule::ConstType: at_.result = verify::setOf(image_.constantTypes[at_.id(1)]); return true;
  case Rule::SlotType: return slotRule();
  case Rule::ModuleSlot: return moduleRule();
  case Rule::BitCast:
    at_.result = 0;
    if (value[1] & verify::kBoolSet)
      at_.result |= verify::kI32Set | verify::kU32Set | verify::kI64Set | verify::kU64Set;
    if (value[1] & verify::kI32Set)
      at_.result |= verify::kU32Set;
    if (value[1] & verify::kU32Set)
      at_.result |= verify::kI32Set | verify::kI64Set | verify::kU64Set;
    return at_.result || fail("no type has the same bits");
  case Rule::UnsignedOrBool:
    return value[1] & (verify::kBoolSet | verify::kU32Set | verify::kU64Set) ||
           fail("converts what is neither unsigned nor bool");
  case Rule::Box: return boxRule();
  case Rule::CastAny: {
    TypeId type = at_.id(2);
    at_.result = valueOf(type);
    return (at_.isScalar(0) ? type < image::kScalarTypeCount : type == image::kString) ||
           fail("casts to a type that is not primitive");
  }

  case Rule::NewArray: return newArray(2);
  case Rule::FillArray:
    return newArray(3) &&
           ((types.storage(element_).isScalar == at_.isScalar(1) && mayBe(value[1], element_)) ||
            fail("fills an array with another type"));
  case Rule::ElementGet1: return giveElement(true, 1);
  case Rule::ElementGet4: return giveElement(true, 4);
  case Rule::ElementGet8: return giveElement(true, 8);
  case Rule::ElementGetR: return giveElement(false, 0);
  case Rule::ElementPop: return giveElement(true, 0);
  case Rule::ElementPopR: return giveElement(false, 0);
  case Rule::ElementSet1: return takeElement(2, true, 1);
  case Rule::ElementSet4: return takeElement(2, true, 4);
  case Rule::ElementSet8: return takeElement(2, true, 8);
  case Rule::ElementSetR: return takeElement(2, false, 0);
  case Rule::ElementPush: return takeElement(1, true, 0);
  case Rule::ElementPushR: return takeElement(1, false, 0);
  case Rule::ElementUpdate: return takeElement(2, true, 0);
  case Rule::ElementBool:
    return element(0, true, 0) && (mayBe(verify::kBoolSet, element_) || fail("tests no bool"));
  case Rule::ElementOperand:
    return element(1, true, 0) &&
           (mayBe(at_.result, element_) || fail("reads elements of another type"));
  case Rule::Element2Get1:
  case Rule::Element2Get4:
  case Rule::Element2Get8: {
    unsigned size = at_.shape().rule == Rule::Element2Get1   ? 1
                    : at_.shape().rule == Rule::Element2Get4 ? 4
                                                             : 8;
    if (!element(1, false, 0) || !isKind(element_, TypeKind::Array))
      return fail("is for arrays of arrays");
    value[1] = element_;
    return giveElement(true, size);
  }
  case Rule::ElementField:
    if (!element(1, false, 0) || !isKind(element_, TypeKind::Struct))
      return fail("is for arrays of structs");
    return giveField(types.layout(element_), 3);
  case Rule::Slice:
  case Rule::SameArrays: at_.result = value[1]; return true;
  case Rule::SortArray: {
    TypeId of = types.element(value[1]);
    at_.result = value[1];
    return of < image::kScalarTypeCount || of == image::kString || of == image::kAny ||
           fail("sorts what has no order");
  }

  case Rule::NewObject:
  case Rule::FieldGet:
  case Rule::FieldSet:
  case Rule::ObjectTag:
  case Rule::PayloadGet: return objectRule();
  case Rule::NewCell:
  case Rule::CellAccess: return cellRule();
  case Rule::NewClosure: {
    const image::Function &made = image_.functions[at_.id(1)];
    at_.result = made.signature;
    return made.closure ? fields(types.layout(made.closure), at_.packedBases(2))
                        : fail("the function has no captures");
  }
  case Rule::ClosureValue: at_.result = types[value[1]].operands[0]; return true;
  case Rule::CaptureGet: return giveField(types.layout(value[1]), 2);
  case Rule::FunctionValue:
    at_.result = image_.functions[at_.id(1)].signature;
    return !image_.functions[at_.id(1)].closure || fail("the function has captures");

  case Rule::DirectCall: {
    const image::Function &callee = image_.functions[at_.id(2)];
    return callRule(callee.signature, {at_.id(0), at_.id(1)}, at_.id(2));
  }
  case Rule::ClosureCall: {
    bool isFirst = at_.info().operandArray[0].isRegister();
    const Object *called = frames_.back().R[at_.id(isFirst ? 0 : 2)];
    return callRule(value[isFirst ? 0 : 2], {at_.id(isFirst), at_.id(isFirst ? 2 : 1)},
                    static_cast<const FunctionValue *>(called)->function);
  }
  case Rule::NativeCall:
    return inPlaceRule(image_.natives[at_.id(0)].signature, at_.packedBases(1));
  case Rule::Arguments:
  case Rule::AssertArguments: {
    TypeId type = at_.id(0);
    if (!isKind(type, TypeKind::Function) || types[type].hasResult)
      return fail("names no function type without result");
    size_t count = types.parameterCount(type);
    if (at_.shape().rule == Rule::AssertArguments &&
        (count < 2 || count > 3 || (count == 3 && types.parameter(type, 0) != image::kString) ||
         types.parameter(type, count - 2) != types.parameter(type, count - 1)))
      return fail("needs an optional label and two values of one type");
    return inPlaceRule(type, at_.packedBases(1));
  }
  case Rule::Return: return returnRule();
  }
  return fail("has no rule");
}

bool Paranoid::sameTags(bool forComparison) {
  std::optional<Tag> common;
  for (unsigned i = 0; i < at_.info().operandCount; ++i) {
    const isa::Operand &operand = at_.info().operandArray[i];
    if (!operand.isRegister() || !operand.isRead())
      continue;
    Tag tag = at_.value[i];
    if (operand.isScalar() && forComparison)
      tag &= ~verify::kF64Set;
    if (!common)
      common = tag;
    else if (operand.isScalar())
      *common &= tag;
    else if (*common != tag)
      common = 0;
  }
  if (!forComparison)
    at_.result = *common;
  return *common || fail("operands of different types");
}

// The element type of the array in an operand, if its elements are of this bank, and size unless 0.
bool Paranoid::element(unsigned arrayOperand, bool isScalar, unsigned size) {
  element_ = image_.types.element(at_.value[arrayOperand]);
  image::Storage storage = image_.types.storage(element_);
  if (storage.isScalar != isScalar || (size && image::elementSize(storage.scalar) != size))
    return fail("is not for such arrays");
  return true;
}

bool Paranoid::giveElement(bool isScalar, unsigned size) {
  if (!element(1, isScalar, size))
    return false;
  at_.result = valueOf(element_);
  return true;
}

bool Paranoid::takeElement(unsigned valueOperand, bool isScalar, unsigned size) {
  return element(0, isScalar, size) &&
         (mayBe(at_.value[valueOperand], element_) || fail("stores another type into an array"));
}

bool Paranoid::newArray(unsigned typeOperand) {
  at_.result = at_.id(typeOperand);
  if (!isKind(at_.result, TypeKind::Array))
    return fail("makes an array of no array type");
  element_ = image_.types.element(at_.result);
  return true;
}

// The result is what lies at the place that an operand names.
bool Paranoid::giveField(const image::ObjectLayout &layout, unsigned placeOperand) {
  uint32_t place = at_.id(placeOperand);
  if (place >= layout.types.size() || (place >= layout.references) != at_.isScalar(0))
    return fail("there is no such place");
  at_.result = valueOf(layout.types[place]);
  return true;
}

bool Paranoid::slotRule() {
  bool isScalar = at_.isScalar(0);
  if (!at_.isOutput(0))
    return plan(isScalar, at_.id(1), at_.value[0], Reach::Far);
  std::optional<Tag> found = read(isScalar, at_.id(1), Reach::Far);
  at_.result = found.value_or(0);
  return found.has_value();
}

bool Paranoid::moduleRule() {
  bool isScalar = at_.isScalar(0);
  const std::vector<TypeId> &slots = isScalar ? moduleScalars_ : moduleReferences_;
  uint32_t slot = at_.id(1);
  if (slot >= slots.size() ||
      slot >= (isScalar ? program_.moduleScalars() : program_.moduleReferences()))
    return fail("there is no module slot " + std::to_string(slot));
  at_.result = valueOf(slots[slot]);
  return at_.isOutput(0) || mayBe(at_.value[0], slots[slot]) ||
         fail("stores another type into a module slot");
}

bool Paranoid::boxRule() {
  TypeId type = at_.id(2);
  unsigned plain = at_.info().operandArray[0].type == isa::RegisterType::Any ? 1 : 0;
  if (type == image::kAny || image_.types.storage(type).isScalar != at_.isScalar(plain))
    return fail("is no type to box here");
  if (plain == 1)
    return mayBe(at_.value[1], type) || fail("boxes another type");
  at_.result = valueOf(type);
  return true;
}

bool Paranoid::objectRule() {
  Rule rule = at_.shape().rule;
  if (rule == Rule::NewObject) {
    TypeId type = at_.id(2);
    if (!isOfClass(type, verify::kAnyObject))
      return fail("makes no object");
    uint32_t variant = at_.id(1);
    if (variant >= (isKind(type, TypeKind::Struct) ? 1 : image_.types[type].members.size()))
      return fail("there is no such variant");
    at_.result = type;
    return fields(image_.types.layout(type, variant), at_.packedBases(3));
  }
  TypeId type = at_.value[rule == Rule::FieldSet ? 0 : 1];
  bool wantsStruct = rule == Rule::FieldGet || rule == Rule::FieldSet;
  if (isKind(type, TypeKind::Struct) != wantsStruct)
    return fail("is not for such objects");
  if (rule == Rule::FieldGet)
    return giveField(image_.types.layout(type), 2);
  if (rule == Rule::ObjectTag)
    return true;
  if (rule == Rule::PayloadGet)
    return at_.id(3) < image_.types[type].members.size()
               ? giveField(image_.types.layout(type, at_.id(3)), 2)
               : fail("there is no such variant");
  const image::ObjectLayout &layout = image_.types.layout(type);
  uint32_t place = at_.id(2);
  return (place < layout.types.size() && (place >= layout.references) == at_.isScalar(1) &&
          mayBe(at_.value[1], layout.types[place])) ||
         fail("stores another type than that of the field");
}

bool Paranoid::cellRule() {
  bool isNew = at_.shape().rule == Rule::NewCell;
  bool isLoad = !isNew && at_.isOutput(0);
  TypeId cell = isNew ? at_.id(2) : at_.value[isLoad ? 1 : 0];
  if (!isKind(cell, TypeKind::Cell))
    return fail("is no cell type");
  TypeId content = image_.types[cell].operands[0];
  if (image_.types.storage(content).isScalar != at_.isScalar(isLoad ? 0 : 1))
    return fail("is not for such cells");
  at_.result = isNew ? cell : valueOf(content);
  return isLoad || mayBe(at_.value[1], content) || fail("puts another type into a cell");
}

bool Paranoid::callRule(TypeId signature, Bases bases, uint32_t callee) {
  const image::Bank &scalars = function().scalars, &references = function().references;
  if (bases.scalar < scalars.outgoingBase() + Windows::kRecordWords ||
      bases.scalar > scalars.size() || bases.reference < references.outgoingBase() ||
      bases.reference > references.size() || bases.reference > bases.scalar)
    return fail("the bases are not in the outgoing slots");
  if (callee >= image_.functions.size() || image_.functions[callee].signature != signature)
    return fail("the callee has another signature");
  if (!arguments(signature, bases))
    return false;
  if (std::optional<TypeId> result = image_.types.result(signature)) {
    bool isScalar = image_.types.storage(*result).isScalar;
    if (!reaches(isScalar, isScalar ? bases.scalar : bases.reference, Reach::Outgoing, true))
      return fail("there is no slot for the result");
  }
  // A call of a function value passes the value itself.
  if (TypeId closure = image_.functions[callee].closure;
      closure && at_.shape().rule == Rule::DirectCall) {
    for (size_t i = 0; i < image_.types.parameterCount(signature); ++i)
      bases.reference += !image_.types.storage(image_.types.parameter(signature, i)).isScalar;
    if (!argument(false, bases.reference, closure))
      return false;
    bases.reference = at_.id(1);
  }
  callee_ = callee;
  lost_ = {bases.scalar - static_cast<uint32_t>(Windows::kRecordWords), bases.reference};
  return true;
}

bool Paranoid::inPlaceRule(TypeId signature, Bases bases) {
  if (bases.scalar > function().scalars.size() || bases.reference > function().references.size())
    return fail("the bases are outside of the window");
  if (!arguments(signature, bases))
    return false;
  std::optional<TypeId> result = image_.types.result(signature);
  bool touches[2] = {}; // references, scalars
  auto touch = [&](TypeId type) { touches[image_.types.storage(type).isScalar] = true; };
  for (size_t i = 0; i < image_.types.parameterCount(signature); ++i)
    touch(image_.types.parameter(signature, i));
  if (result)
    touch(*result);
  lost_ = {touches[1] ? bases.scalar : UINT32_MAX, touches[0] ? bases.reference : UINT32_MAX};
  if (!result)
    return true;
  bool isScalar = image_.types.storage(*result).isScalar;
  return plan(isScalar, isScalar ? bases.scalar : bases.reference, valueOf(*result),
              Reach::Outgoing);
}

bool Paranoid::returnRule() {
  std::optional<TypeId> result = image_.types.result(function().signature);
  bool fits = at_.info().operandCount == 0
                  ? !result
                  : result && image_.types.storage(*result).isScalar == at_.isScalar(0) &&
                        mayBe(at_.value[0], *result);
  return fits || fail("returns another type than the signature says");
}

} // namespace orus::vm
