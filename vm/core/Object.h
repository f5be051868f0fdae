// The objects of the heap. Every object begins with an eight-byte header; references come before
// scalars, and every size is a multiple of eight and at least sixteen bytes.
#pragma once

#include "vm/core/Shapes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orus::vm {

enum class Kind : uint8_t {
  Free,         // a run of free cells in the old space; `type` is its size in bytes
  Forwarded,    // a young object that has moved; the next word is its new address
  FlatString,   // bytes behind the header
  StringView,   // a part of a StringBuffer
  StringBuffer, // bytes shared by the strings that were grown in it; `type` is its capacity
  Array,
  ScalarBuffer, // elements of an array; `type` is their number, `aux` log2 of their size
  RefBuffer,    // elements of an array; `type` is their number
  Box,          // a scalar as a dynamic value; references of type `any` point to the object itself
  Range,
  Error,      // `aux` is the row of Panics.def
  Record,     // a struct, or an enum with payloads: `aux` is its variant
  ScalarCell, // a captured variable
  RefCell,    // likewise
  Function,   // a function value with its captures
};

/// Header of every object. `type` is the image's type id of a value, which makes every reference a
/// dynamic value as it is; buffers are no values and use the field for their size.
struct Object {
  uint32_t type;
  Kind kind;
  uint8_t gc; // see Heap.h
  uint16_t aux;
};

using Ref = Object *;

struct String : Object {
  uint32_t length;
};

struct FlatString : String {
  uint8_t *bytes() { return reinterpret_cast<uint8_t *>(this) + sizeof(String); }
  const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(this) + sizeof(String); }
};

/// Bytes [begin, end) belong to some string and never change; those outside are free, so a string
/// that ends at `end` grows in place, and so does one that begins at `begin` (Strings.h).
struct StringBuffer : Object {
  uint32_t begin, end;
  uint32_t capacity() const { return type; }
  uint8_t *bytes() { return reinterpret_cast<uint8_t *>(this + 1); }
  const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(this + 1); }
};

struct StringView : String {
  uint32_t offset;
  StringBuffer *buffer;
};

struct Buffer : Object {
  uint32_t count() const { return type; }
  uint8_t *bytes() { return reinterpret_cast<uint8_t *>(this + 1); }
  const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(this + 1); }
  template <typename T> T *as() { return reinterpret_cast<T *>(this + 1); }
  template <typename T> const T *as() const { return reinterpret_cast<const T *>(this + 1); }
  Ref *refs() { return as<Ref>(); }
};

/// Elements beyond `length` are zero if they are references. `elements` is null while the capacity
/// is zero; a buffer belongs to one array only.
struct Array : Object {
  Buffer *elements;
  uint32_t length, capacity;
};

struct Box : Object {
  uint64_t payload;
};

struct Range : Object {
  int64_t next, stop, step;
};

struct Error : Object {
  String *text;
  uint64_t pc; // word of the program's code where it was raised
};

/// References, then scalars; how many says the shape of its type and variant (Shapes.h).
struct Record : Object {
  uint64_t *words() { return reinterpret_cast<uint64_t *>(this + 1); }
  const uint64_t *words() const { return reinterpret_cast<const uint64_t *>(this + 1); }
  Ref *refs() { return reinterpret_cast<Ref *>(this + 1); }
  const Ref *refs() const { return reinterpret_cast<const Ref *>(this + 1); }
};

struct ScalarCell : Object {
  uint64_t value;
};
struct RefCell : Object {
  Ref value;
};

/// `aux` is the reference slot of a callee's window in which it finds this value. Captures follow:
/// references, then scalars.
struct FunctionValue : Object {
  uint32_t function;
  uint16_t references, scalars;
  uint64_t *words() { return reinterpret_cast<uint64_t *>(this + 1); }
  Ref *refs() { return reinterpret_cast<Ref *>(this + 1); }
};

static_assert(sizeof(Object) == 8 && sizeof(FunctionValue) == 16 && sizeof(String) == 12 &&
              sizeof(StringView) == 24);
static_assert(sizeof(Array) == 24 && sizeof(Box) == 16 && sizeof(StringBuffer) == 16);

/// Longest string and array: `len` is an i32.
inline constexpr uint32_t kMaxLength = 0x7fffffff;

constexpr size_t roundToWord(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

/// Bytes that an object occupies, rounded to words.
inline size_t sizeOf(const Object *object, const Shapes &shapes) {
  switch (object->kind) {
  case Kind::FlatString:
    return roundToWord(sizeof(String) + static_cast<const String *>(object)->length);
  case Kind::StringBuffer: return roundToWord(sizeof(StringBuffer) + object->type);
  case Kind::ScalarBuffer: {
    size_t bytes = roundToWord(sizeof(Object) + (size_t{object->type} << object->aux));
    return bytes < 16 ? 16 : bytes;
  }
  case Kind::RefBuffer: {
    size_t bytes = sizeof(Object) + size_t{object->type} * sizeof(Ref);
    return bytes < 16 ? 16 : bytes;
  }
  case Kind::StringView: return sizeof(StringView);
  case Kind::Array: return sizeof(Array);
  case Kind::Box: return sizeof(Box);
  case Kind::Range: return sizeof(Range);
  case Kind::Error: return sizeof(Error);
  case Kind::Record: return shapes.of(object->type, object->aux).bytes;
  case Kind::ScalarCell: return sizeof(ScalarCell);
  case Kind::RefCell: return sizeof(RefCell);
  case Kind::Function: {
    auto *function = static_cast<const FunctionValue *>(object);
    return sizeof(FunctionValue) +
           (size_t{function->references} + function->scalars) * sizeof(uint64_t);
  }
  case Kind::Free: return object->type;
  case Kind::Forwarded: break;
  }
  return 0;
}

constexpr bool hasReferences(Kind kind) {
  return kind == Kind::StringView || kind == Kind::Array || kind == Kind::RefBuffer ||
         kind == Kind::Error || kind == Kind::Record || kind == Kind::RefCell ||
         kind == Kind::Function;
}

/// Calls `visit(Ref *begin, Ref *end)` for the reference fields of an object.
template <typename Visit> void visitReferences(Object *object, const Shapes &shapes, Visit visit) {
  auto field = [&](auto **slot) {
    Ref *ref = reinterpret_cast<Ref *>(slot);
    visit(ref, ref + 1);
  };
  switch (object->kind) {
  case Kind::StringView: return field(&static_cast<StringView *>(object)->buffer);
  case Kind::Array: return field(&static_cast<Array *>(object)->elements);
  case Kind::Error: return field(&static_cast<Error *>(object)->text);
  case Kind::RefBuffer: {
    Ref *refs = static_cast<Buffer *>(object)->refs();
    return visit(refs, refs + object->type);
  }
  case Kind::Record: {
    Ref *refs = static_cast<Record *>(object)->refs();
    return visit(refs, refs + shapes.of(object->type, object->aux).references);
  }
  case Kind::RefCell: return field(&static_cast<RefCell *>(object)->value);
  case Kind::Function: {
    auto *function = static_cast<FunctionValue *>(object);
    return visit(function->refs(), function->refs() + function->references);
  }
  default: return;
  }
}

inline const uint8_t *bytesOf(const String *string) {
  if (string->kind == Kind::FlatString)
    return static_cast<const FlatString *>(string)->bytes();
  auto *view = static_cast<const StringView *>(string);
  return view->buffer->bytes() + view->offset;
}

inline std::string_view viewOf(const String *string) {
  return {reinterpret_cast<const char *>(bytesOf(string)), string->length};
}

} // namespace orus::vm
