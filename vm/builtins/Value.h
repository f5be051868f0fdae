// A value of any type with its type at hand, for what works on all types: printing, comparing,
// typeof. Holds a raw reference, so it must not live across a safepoint.
#pragma once

#include "vm/core/Object.h"

#include "format/image/Types.h"

#include <string>

namespace orus::vm {

struct Value {
  image::TypeId type;
  uint64_t bits = 0; // of a scalar
  Ref ref = nullptr; // of anything else

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

/// log2 of the size of an element of this type.
inline unsigned elementShift(image::TypeId element) {
  switch (element) {
  case image::TypeId(image::ScalarType::Bool): return 0;
  case image::TypeId(image::ScalarType::I32):
  case image::TypeId(image::ScalarType::U32): return 2;
  default: return 3;
  }
}

/// Element `index` of an array whose element type is `element`.
inline Value elementOf(const Array *array, image::TypeId element, uint32_t index) {
  const Buffer *buffer = array->elements;
  if (element >= image::kScalarTypeCount)
    return referenceValue(buffer->as<Ref>()[index]);
  switch (elementShift(element)) {
  case 0: return scalarValue(element, buffer->as<uint8_t>()[index]);
  case 2: return scalarValue(element, buffer->as<uint32_t>()[index]);
  default: return scalarValue(element, buffer->as<uint64_t>()[index]);
  }
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

/// Arrays nested more deeply than this are neither printed nor compared (manual 8.4).
inline constexpr size_t kMaxNesting = 10000;

/// typeof() of a value that is no error (manual 11.9).
std::string_view typeName(const ProgramNames &program, Value value);

} // namespace orus::vm
