// A value of any type with its type at hand, for what works on all types: printing, comparing,
// typeof. Holds a raw reference, so it must not live across a safepoint.
#pragma once

#include "vm/core/Object.h"

#include "format/image/Types.h"

#include <string>

namespace orus::vm {

struct Value {
  image::TypeId type;
  uint64_t bits = 0; // of a scalar or an enum without payloads
  Ref ref = nullptr; // of anything else

  /// Of a scalar type; an enum is none, though it may be stored as one.
  bool isScalar() const { return type < image::kScalarTypeCount; }
  image::ScalarType scalarType() const { return static_cast<image::ScalarType>(type); }
};

inline Value scalarValue(image::TypeId type, uint64_t bits) { return {type, bits, nullptr}; }

/// The value behind a reference, whose static type may be `any`.
inline Value referenceValue(Ref ref) {
  if (ref->kind == Kind::Box)
    return scalarValue(ref->type, static_cast<const Box *>(ref)->payload);
  return {ref->type, 0, ref};
}

/// Element `index` of an array.
inline Value elementOf(const image::TypeTable &types, const Array *array, uint32_t index) {
  const Buffer *buffer = array->elements;
  image::TypeId element = types.element(array->type);
  image::Storage storage = types.storage(element);
  if (!storage.isScalar)
    return referenceValue(buffer->as<Ref>()[index]);
  switch (image::elementSize(storage.scalar)) {
  case 1: return scalarValue(element, buffer->as<uint8_t>()[index]);
  case 4: return scalarValue(element, buffer->as<uint32_t>()[index]);
  default: return scalarValue(element, buffer->as<uint64_t>()[index]);
  }
}

/// Field `index`, in order of declaration, of a struct or of the payload of an enum.
inline Value fieldOf(const image::TypeTable &types, const Record *record, uint32_t index) {
  const image::ObjectLayout &layout = types.layout(record->type, record->aux);
  auto [isScalar, place] = layout.slots[index];
  if (isScalar)
    return scalarValue(layout.types[place], record->words()[place]);
  return referenceValue(record->refs()[place]);
}

/// How many values an array, a struct or the payload of an enum holds.
inline uint32_t partCount(const image::TypeTable &types, Ref object) {
  if (object->kind == Kind::Array)
    return static_cast<const Array *>(object)->length;
  return static_cast<uint32_t>(types.layout(object->type, object->aux).slots.size());
}

inline Value partOf(const image::TypeTable &types, Ref object, uint32_t index) {
  return object->kind == Kind::Array ? elementOf(types, static_cast<const Array *>(object), index)
                                     : fieldOf(types, static_cast<const Record *>(object), index);
}

/// What the writers of values need to know about the program.
class ProgramNames {
public:
  virtual const image::TypeTable &types() const = 0;
  /// Name of a function, empty for a function expression.
  virtual std::string_view functionName(uint32_t function) const = 0;

protected:
  ~ProgramNames() = default;
};

/// Values nested more deeply than this are neither printed nor compared (manual 8.4).
inline constexpr size_t kMaxNesting = 10000;

/// typeof() of a value that is no error (manual 11.9).
std::string_view typeName(const ProgramNames &program, Value value);

} // namespace orus::vm
