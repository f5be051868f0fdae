// Array objects: creation, growth and the operations that build new arrays (manual 6). All of them
// may collect; arrays are passed as slots that are roots.
#pragma once

#include "vm/gc/Heap.h"

#include "format/base/Panics.h"
#include "format/image/Types.h"

#include <optional>

namespace orus::vm {

/// How an array type stores its elements.
struct ElementLayout {
  image::TypeId arrayType;
  bool references;
  uint8_t shift; // log2 of the element size
};
ElementLayout layoutOf(const image::TypeTable &types, image::TypeId arrayType);

/// An empty array with room for `capacity` elements, zero if they are references.
Array *newArray(Heap &heap, ElementLayout layout, uint64_t capacity);
/// Makes room for one more element at least. Throws Stop beyond the size limit.
void growArray(Heap &heap, const ElementLayout &layout, Ref *slot);
/// `count` times the same scalar, or the reference in the root `*element`.
Array *fillScalar(Heap &heap, ElementLayout layout, uint64_t bits, int64_t count);
Array *fillReference(Heap &heap, ElementLayout layout, const Ref *element, int64_t count);

/// Why the slice a[start..end] does not exist, by the order of manual 6.7.
std::optional<base::Panic> checkSlice(const Array *array, int64_t start, int64_t end);
/// A slice that exists.
Array *slice(Heap &heap, ElementLayout layout, const Ref *source, int64_t start, int64_t end);
bool canRepeat(const Array *array, int64_t count);
Array *repeat(Heap &heap, ElementLayout layout, const Ref *source, int64_t count);

} // namespace orus::vm
