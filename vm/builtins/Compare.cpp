#include "vm/builtins/Compare.h"

#include "vm/core/Strings.h"

#include <bit>
#include <vector>

namespace orus::vm {

namespace {

struct Pair {
  const Array *a, *b;
  image::TypeId element;
  uint32_t next;
};

} // namespace

bool equalValues(Value a, Value b) {
  if (a.type != b.type)
    return false;
  if (a.isScalar() && a.scalarType() == image::ScalarType::F64)
    return std::bit_cast<double>(a.bits) == std::bit_cast<double>(b.bits);
  if (a.isScalar())
    return a.bits == b.bits;
  if (a.type == image::kString)
    return equal(static_cast<const String *>(a.ref), static_cast<const String *>(b.ref));
  return a.ref == b.ref;
}

DeepResult compareDeep(const image::TypeTable &types, Value a, Value b) {
  std::vector<Pair> pairs;
  for (;;) {
    bool arrays = a.type == b.type && !a.isScalar() && a.ref->kind == Kind::Array;
    if (!arrays && !equalValues(a, b))
      return DeepResult::Different;
    if (arrays) {
      auto *left = static_cast<const Array *>(a.ref), *right = static_cast<const Array *>(b.ref);
      if (left->length != right->length)
        return DeepResult::Different;
      if (pairs.size() == kMaxNesting)
        return DeepResult::TooDeep;
      pairs.push_back({left, right, types.element(a.type), 0});
    }
    while (!pairs.empty() && pairs.back().next == pairs.back().a->length)
      pairs.pop_back();
    if (pairs.empty())
      return DeepResult::Equal;
    Pair &pair = pairs.back();
    a = elementOf(pair.a, pair.element, pair.next);
    b = elementOf(pair.b, pair.element, pair.next++);
  }
}

} // namespace orus::vm
