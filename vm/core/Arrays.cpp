#include "vm/core/Arrays.h"

#include "vm/core/Stop.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace orus::vm {

namespace {

constexpr uint32_t kFirstCapacity = 8;

size_t bufferBytes(const ElementLayout &layout, uint64_t capacity) {
  return std::max<size_t>(16, roundToWord(sizeof(Object) + (capacity << layout.shift)));
}

Kind bufferKind(const ElementLayout &layout) {
  return layout.references ? Kind::RefBuffer : Kind::ScalarBuffer;
}

void clearReferences(Buffer *buffer, uint32_t from) {
  if (buffer->kind == Kind::RefBuffer && from < buffer->count())
    std::memset(static_cast<void *>(buffer->refs() + from), 0,
                (buffer->count() - from) * sizeof(Ref));
}

uint32_t checkedCapacity(uint64_t capacity) {
  if (capacity > kMaxLength)
    throw Stop{base::Panic::OutOfMemory};
  return static_cast<uint32_t>(capacity);
}

Buffer *newBuffer(Heap &heap, const ElementLayout &layout, uint32_t capacity) {
  return static_cast<Buffer *>(
      heap.allocate(bufferKind(layout), capacity, layout.shift, bufferBytes(layout, capacity)));
}

// An array of length `length` whose elements are undefined, references too: the caller sets them
// before the next safepoint.
Array *newRawArray(Heap &heap, const ElementLayout &layout, uint64_t length) {
  uint32_t capacity = checkedCapacity(length);
  Buffer *buffer = nullptr;
  Object *object;
  size_t bytes = sizeof(Array) + bufferBytes(layout, capacity);
  if (capacity == 0) {
    object = heap.allocate(Kind::Array, layout.arrayType, 0, sizeof(Array));
  } else if (bytes <= kMaxSmallBytes) {
    auto *room = static_cast<char *>(heap.allocateYoung(bytes));
    object = Heap::initialize(room, Kind::Array, layout.arrayType, 0);
    buffer = static_cast<Buffer *>(
        Heap::initialize(room + sizeof(Array), bufferKind(layout), capacity, layout.shift));
  } else {
    buffer = newBuffer(heap, layout, capacity);
    clearReferences(buffer, 0);
    Rooted root(heap, buffer);
    object = heap.allocate(Kind::Array, layout.arrayType, 0, sizeof(Array));
    buffer = root.as<Buffer>();
  }
  auto *array = static_cast<Array *>(object);
  array->elements = buffer;
  array->length = array->capacity = capacity;
  return array;
}

void copyElements(Heap &heap, const ElementLayout &layout, Array *to, uint64_t at,
                  const Array *from, uint64_t start, uint64_t count) {
  std::memcpy(to->elements->bytes() + (at << layout.shift),
              from->elements->bytes() + (start << layout.shift), count << layout.shift);
  if (layout.references)
    heap.recordBulkStore(to->elements);
}

} // namespace

ElementLayout layoutOf(const image::TypeTable &types, image::TypeId arrayType) {
  image::Storage storage = types.storage(types.element(arrayType));
  unsigned bytes = storage.isScalar ? image::elementSize(storage.scalar) : sizeof(Ref);
  return {arrayType, !storage.isScalar, static_cast<uint8_t>(std::countr_zero(bytes))};
}

Array *newArray(Heap &heap, ElementLayout layout, uint64_t capacity) {
  Array *array = newRawArray(heap, layout, capacity);
  array->length = 0;
  if (array->elements)
    clearReferences(array->elements, 0);
  return array;
}

void growArray(Heap &heap, const ElementLayout &layout, Ref *slot) {
  auto *array = static_cast<Array *>(*slot);
  if (array->capacity == kMaxLength)
    throw Stop{base::Panic::OutOfMemory};
  uint64_t wanted = std::max<uint64_t>(kFirstCapacity, uint64_t{array->capacity} * 2);
  auto capacity = static_cast<uint32_t>(std::min<uint64_t>(wanted, kMaxLength));
  Buffer *buffer = newBuffer(heap, layout, capacity);
  array = static_cast<Array *>(*slot);
  Buffer *old = array->elements;
  if (old)
    std::memcpy(buffer->bytes(), old->bytes(), size_t{array->length} << layout.shift);
  clearReferences(buffer, array->length);
  if (layout.references)
    heap.recordBulkStore(buffer);
  heap.store(array, reinterpret_cast<Ref *>(&array->elements), buffer);
  array->capacity = capacity;
  if (old)
    heap.releaseBuffer(old);
}

Array *fillScalar(Heap &heap, ElementLayout layout, uint64_t bits, int64_t count) {
  Array *array = newRawArray(heap, layout, static_cast<uint64_t>(count));
  Buffer *buffer = array->elements;
  if (!buffer)
    return array;
  switch (layout.shift) {
  case 0: std::memset(buffer->bytes(), static_cast<int>(bits), array->length); break;
  case 2: std::fill_n(buffer->as<uint32_t>(), array->length, static_cast<uint32_t>(bits)); break;
  default: std::fill_n(buffer->as<uint64_t>(), array->length, bits); break;
  }
  return array;
}

Array *fillReference(Heap &heap, ElementLayout layout, const Ref *element, int64_t count) {
  Array *array = newRawArray(heap, layout, static_cast<uint64_t>(count));
  if (array->elements) {
    std::fill_n(array->elements->refs(), array->length, *element);
    heap.recordBulkStore(array->elements);
  }
  return array;
}

std::optional<base::Panic> checkSlice(const Array *array, int64_t start, int64_t end) {
  using base::Panic;
  int64_t length = array->length;
  if (start < 0)
    return Panic::SliceStartNegative;
  if (end < 0)
    return Panic::SliceEndNegative;
  if (start > length)
    return Panic::SliceStartOutOfBounds;
  if (end > length)
    return Panic::SliceEndOutOfBounds;
  bool emptyTail = start == length && end == length;
  if (!emptyTail && (end == length ? end - 1 : end) < start)
    return Panic::SliceEndBeforeStart;
  return std::nullopt;
}

Array *slice(Heap &heap, ElementLayout layout, const Ref *source, int64_t start, int64_t end) {
  int64_t length = static_cast<const Array *>(*source)->length;
  int64_t count = (end == length ? end : end + 1) - start;
  Array *made = newRawArray(heap, layout, static_cast<uint64_t>(count));
  if (count)
    copyElements(heap, layout, made, 0, static_cast<const Array *>(*source),
                 static_cast<uint64_t>(start), static_cast<uint64_t>(count));
  return made;
}

bool canRepeat(const Array *array, int64_t count) {
  if (count < 0)
    return false;
  return array->length == 0 || count <= int64_t{kMaxLength} / array->length;
}

Array *repeat(Heap &heap, ElementLayout layout, const Ref *source, int64_t count) {
  uint64_t length = static_cast<const Array *>(*source)->length;
  uint64_t total = length ? length * static_cast<uint64_t>(count) : 0;
  Array *made = newRawArray(heap, layout, total);
  if (total == 0)
    return made;
  copyElements(heap, layout, made, 0, static_cast<const Array *>(*source), 0, length);
  // Doubles what is there, so that the number of copies is logarithmic.
  for (uint64_t done = length; done < total;) {
    uint64_t step = std::min(done, total - done);
    copyElements(heap, layout, made, done, made, 0, step);
    done += step;
  }
  return made;
}

} // namespace orus::vm
