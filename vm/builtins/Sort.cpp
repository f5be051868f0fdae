#include "vm/builtins/Sort.h"

#include "vm/builtins/Value.h"
#include "vm/core/Strings.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace orus::vm {

namespace {

using image::ScalarType;

// NaNs come after all numbers, as equals.
bool lessFloat(double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

bool lessScalar(ScalarType type, uint64_t a, uint64_t b) {
  switch (type) {
  case ScalarType::I32: return static_cast<int32_t>(a) < static_cast<int32_t>(b);
  case ScalarType::I64: return static_cast<int64_t>(a) < static_cast<int64_t>(b);
  case ScalarType::F64: return lessFloat(std::bit_cast<double>(a), std::bit_cast<double>(b));
  default: return a < b;
  }
}

bool lessString(Ref a, Ref b) {
  return less(static_cast<const String *>(a), static_cast<const String *>(b));
}

// Equal integers cannot be told apart, so that no stable sort is needed.
template <typename T> void sortIntegers(Array *array) {
  T *elements = array->elements->as<T>();
  std::sort(elements, elements + array->length);
}

// A bottom-up merge sort over short runs that are sorted by insertion.
template <typename T, typename Less> void sortStably(Array *array, Less less) {
  constexpr size_t kRun = 16;
  T *elements = array->elements->as<T>();
  size_t count = array->length;
  for (size_t run = 0; run < count; run += kRun) {
    T *begin = elements + run, *end = elements + std::min(run + kRun, count);
    for (T *at = begin; at < end; ++at)
      std::rotate(std::upper_bound(begin, at, *at, less), at, at + 1);
  }
  if (count <= kRun)
    return;
  std::vector<T> other(count);
  T *from = elements, *to = other.data();
  for (size_t width = kRun; width < count; width *= 2, std::swap(from, to))
    for (size_t at = 0; at < count; at += 2 * width) {
      size_t middle = std::min(at + width, count), end = std::min(at + 2 * width, count);
      std::merge(from + at, from + middle, from + middle, from + end, to + at, less);
    }
  if (from != elements)
    std::copy(from, from + count, elements);
}

void sortScalars(Array *array, ScalarType type) {
  switch (type) {
  case ScalarType::Bool: return sortIntegers<uint8_t>(array);
  case ScalarType::I32: return sortIntegers<int32_t>(array);
  case ScalarType::U32: return sortIntegers<uint32_t>(array);
  case ScalarType::I64: return sortIntegers<int64_t>(array);
  case ScalarType::U64: return sortIntegers<uint64_t>(array);
  case ScalarType::F64: return sortStably<double>(array, lessFloat);
  }
}

// The elements are boxes of one scalar type, or strings.
void sortReferences(Array *array) {
  Ref first = *array->elements->refs();
  if (first->kind != Kind::Box)
    return sortStably<Ref>(array, lessString);
  auto type = static_cast<ScalarType>(first->type);
  sortStably<Ref>(array, [type](Ref a, Ref b) {
    return lessScalar(type, static_cast<Box *>(a)->payload, static_cast<Box *>(b)->payload);
  });
}

} // namespace

bool isSortable(const image::TypeTable &types, const Array *array) {
  if (types.element(array->type) != image::kAny || array->length == 0)
    return true;
  Ref *refs = array->elements->refs();
  image::TypeId type = refs[0]->type;
  if (type >= image::kScalarTypeCount && type != image::kString)
    return false;
  return std::all_of(refs, refs + array->length, [type](Ref ref) { return ref->type == type; });
}

Array *sorted(Heap &heap, const image::TypeTable &types, const Ref *source) {
  Array *made = repeat(heap, layoutOf(types, (*source)->type), source, 1);
  if (made->length < 2)
    return made;
  image::TypeId element = types.element(made->type);
  if (element < image::kScalarTypeCount)
    sortScalars(made, static_cast<ScalarType>(element));
  else
    sortReferences(made);
  return made;
}

} // namespace orus::vm
