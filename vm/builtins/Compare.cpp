#include "vm/builtins/Compare.h"

#include "vm/core/Strings.h"

#include <bit>
#include <vector>

namespace orus::vm {

namespace {

struct Pair {
  Ref a, b; // of one type, with equally many parts
  uint32_t next, count;
};

// Of values without parts, and of those that compare by identity.
bool sameLeaf(Value a, Value b) {
  if (a.type != b.type)
    return false;
  if (a.isScalar() && a.scalarType() == image::ScalarType::F64)
    return std::bit_cast<double>(a.bits) == std::bit_cast<double>(b.bits);
  if (!a.ref || !b.ref)
    return a.ref == b.ref && a.bits == b.bits;
  if (a.type == image::kString)
    return equal(static_cast<const String *>(a.ref), static_cast<const String *>(b.ref));
  return a.ref == b.ref;
}

Equality compare(const image::TypeTable &types, Value a, Value b, bool isDeep) {
  auto hasParts = [&](Value value) {
    if (!value.ref || (value.ref->kind != Kind::Array && value.ref->kind != Kind::Record))
      return false;
    return isDeep || types[value.type].kind == image::TypeKind::Enum;
  };
  std::vector<Pair> pairs;
  for (;;) {
    bool open = a.type == b.type && hasParts(a) && b.ref;
    if (!open && !sameLeaf(a, b))
      return Equality::Different;
    if (open) {
      uint32_t count = partCount(types, a.ref);
      // The variant of an enum; not set in arrays and structs.
      if (a.ref->aux != b.ref->aux || count != partCount(types, b.ref))
        return Equality::Different;
      if (pairs.size() == kMaxNesting)
        return Equality::TooDeep;
      pairs.push_back({a.ref, b.ref, 0, count});
    }
    while (!pairs.empty() && pairs.back().next == pairs.back().count)
      pairs.pop_back();
    if (pairs.empty())
      return Equality::Equal;
    Pair &pair = pairs.back();
    a = partOf(types, pair.a, pair.next);
    b = partOf(types, pair.b, pair.next++);
  }
}

} // namespace

Equality compareValues(const image::TypeTable &types, Value a, Value b) {
  return compare(types, a, b, false);
}

Equality compareDeep(const image::TypeTable &types, Value a, Value b) {
  return compare(types, a, b, true);
}

} // namespace orus::vm
