// What slots are said to hold, and whether the values there agree.
#include "vm/interp/Paranoid.h"

#include <algorithm>
#include <bit>

namespace orus::vm {

using image::ScalarType;
using image::TypeId;
using image::TypeKind;

namespace {

bool isCanonical(ScalarType type, uint64_t bits) {
  switch (type) {
  case ScalarType::Bool: return bits <= 1;
  case ScalarType::I32:
  case ScalarType::U32: return bits <= UINT32_MAX;
  default: return true;
  }
}

} // namespace

Paranoid::Tag Paranoid::valueOf(TypeId type) const {
  type = image_.types.valueType(type);
  return type < image::kScalarTypeCount ? 1u << type : type;
}

bool Paranoid::mayBe(Tag value, TypeId type) const {
  type = image_.types.valueType(type);
  return type < image::kScalarTypeCount ? value >> type & 1 : value == type;
}

bool Paranoid::isOfClass(TypeId type, uint32_t accepts) const {
  switch (accepts) {
  case verify::kAnyReference: return true;
  case verify::kAnyArray: return isKind(type, TypeKind::Array);
  case verify::kAnyFunction: return isKind(type, TypeKind::Function);
  case verify::kAnyClosure: return isKind(type, TypeKind::Closure);
  case verify::kAnyCell: return isKind(type, TypeKind::Cell);
  case verify::kAnyObject: return image_.types[type].isNominal() && !image_.types.isPlainEnum(type);
  default: return type == accepts;
  }
}

bool Paranoid::holds(bool isScalar, uint32_t slot, Tag tag) const {
  const Frame &frame = frames_.back();
  if (!isScalar)
    return isValueOf(frame.R[slot], tag);
  for (unsigned type = 0; type < image::kScalarTypeCount; ++type)
    if (tag >> type & 1 && isCanonical(static_cast<ScalarType>(type), frame.S[slot]))
      return true;
  return false;
}

bool Paranoid::isValueOf(const Object *object, TypeId type) const {
  if (!object || object->type >= image_.types.size())
    return false;
  if (type == image::kAny) {
    if (object->kind == Kind::Box) {
      image::Storage storage = image_.types.storage(object->type);
      return storage.isScalar &&
             isCanonical(storage.scalar, static_cast<const Box *>(object)->payload);
    }
    return object->type != image::kAny && !isKind(object->type, TypeKind::Cell) &&
           isValueOf(object, object->type);
  }
  switch (image_.types[type].kind) {
  case TypeKind::String:
    return object->type == type &&
           (object->kind == Kind::FlatString || object->kind == Kind::StringView);
  case TypeKind::Range: return object->type == type && object->kind == Kind::Range;
  case TypeKind::Error: return object->type == type && object->kind == Kind::Error;
  case TypeKind::Array:
    return object->type == type && isArrayOf(object, image_.types.element(type));
  case TypeKind::Struct:
    return object->type == type && object->kind == Kind::Record && object->aux == 0;
  case TypeKind::Enum:
    return object->type == type && object->kind == Kind::Record &&
           object->aux < image_.types[type].members.size();
  case TypeKind::Cell: {
    bool isScalar = image_.types.storage(image_.types[type].operands[0]).isScalar;
    return object->type == type && object->kind == (isScalar ? Kind::ScalarCell : Kind::RefCell);
  }
  case TypeKind::Function:
  case TypeKind::Closure: {
    if (object->kind != Kind::Function)
      return false;
    uint32_t id = static_cast<const FunctionValue *>(object)->function;
    if (id >= image_.functions.size() || image_.functions[id].signature != object->type)
      return false;
    return type == (isKind(type, TypeKind::Closure) ? image_.functions[id].closure : object->type);
  }
  default: return false;
  }
}

bool Paranoid::isArrayOf(const Object *object, TypeId element) const {
  auto *array = static_cast<const Array *>(object);
  if (object->kind != Kind::Array || array->length > array->capacity)
    return false;
  const Buffer *elements = array->elements;
  if (!elements)
    return array->capacity == 0;
  image::Storage storage = image_.types.storage(element);
  if (!storage.isScalar)
    return elements->kind == Kind::RefBuffer && elements->count() >= array->capacity;
  return elements->kind == Kind::ScalarBuffer && elements->count() >= array->capacity &&
         1u << elements->aux == image::elementSize(storage.scalar);
}

bool Paranoid::reaches(bool isScalar, uint32_t slot, Reach reach, bool isWrite) const {
  const image::Bank &window = bank(isScalar);
  if (slot >= window.outgoingBase())
    return slot < window.size();
  switch (reach) {
  case Reach::Operand: return slot < window.registers;
  case Reach::Far: return !isWrite || slot >= window.registers;
  case Reach::Outgoing: break;
  }
  return false;
}

std::optional<Paranoid::Tag> Paranoid::read(bool isScalar, uint32_t slot, Reach reach) {
  std::string name = (isScalar ? "s" : "r") + std::to_string(slot);
  if (!reaches(isScalar, slot, reach, false)) {
    fail(name + " is out of reach");
    return std::nullopt;
  }
  Tag found = tag(isScalar, slot);
  if (!found)
    fail(name + " has no value");
  else if (!holds(isScalar, slot, found))
    fail(name + " does not hold what it should");
  else
    return found;
  return std::nullopt;
}

// Notes what the instruction is going to write.
bool Paranoid::plan(bool isScalar, uint32_t slot, Tag value, Reach reach) {
  if (!reaches(isScalar, slot, reach, true))
    return fail("writes out of reach");
  const image::Bank &window = bank(isScalar);
  if (!value || (slot < window.outgoingBase() && !mayBe(value, window.slotTypes[slot])))
    return fail("writes another type than that of " + std::string(isScalar ? "s" : "r") +
                std::to_string(slot));
  writes_.push_back({isScalar, slot, value});
  return true;
}

bool Paranoid::apply(const Write &write) {
  const image::Bank &window = bank(write.isScalar);
  Tag value = write.tag;
  if (write.slot < window.outgoingBase()) {
    if (!mayBe(value, window.slotTypes[write.slot]))
      return fail("gives a slot another type than it has");
    value = valueOf(window.slotTypes[write.slot]);
  }
  if (!holds(write.isScalar, write.slot, value))
    return fail("has given " + std::string(write.isScalar ? "s" : "r") +
                std::to_string(write.slot) + " a value of another type");
  tag(write.isScalar, write.slot) = value;
  return true;
}

// The slots of the window from `first` on lose their values.
void Paranoid::clear(bool isScalar, uint32_t first) {
  uint32_t size = bank(isScalar).size();
  if (first < size)
    std::fill_n(&tag(isScalar, first), size - first, 0);
}

bool Paranoid::argument(bool isScalar, uint32_t slot, TypeId type) {
  std::optional<Tag> found = read(isScalar, slot, Reach::Outgoing);
  if (!found)
    return false;
  Tag value = valueOf(type);
  if (mayBe(*found, type) && holds(isScalar, slot, value))
    return true;
  return fail("the argument in " + std::string(isScalar ? "s" : "r") + std::to_string(slot) +
              " has another type");
}

bool Paranoid::arguments(TypeId signature, Bases bases) {
  for (size_t i = 0, count = image_.types.parameterCount(signature); i < count; ++i) {
    TypeId type = image_.types.parameter(signature, i);
    bool isScalar = image_.types.storage(type).isScalar;
    if (!argument(isScalar, isScalar ? bases.scalar++ : bases.reference++, type))
      return false;
  }
  return true;
}

bool Paranoid::fields(const image::ObjectLayout &layout, Bases bases) {
  if (bases.scalar > function().scalars.size() || bases.reference > function().references.size())
    return fail("the bases are outside of the window");
  for (uint32_t place = 0; place < layout.types.size(); ++place) {
    bool isScalar = place >= layout.references;
    if (!argument(isScalar, isScalar ? bases.scalar++ : bases.reference++, layout.types[place]))
      return false;
  }
  return true;
}

} // namespace orus::vm
