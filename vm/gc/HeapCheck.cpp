#include "vm/gc/HeapCheck.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace orus::vm {

void HeapCheck::visit(Ref *begin, Ref *end) {
  for (Ref *slot = begin; slot != end; ++slot)
    if (*slot && seen_.insert(*slot).second)
      pending_.push_back(*slot);
}

const char *HeapCheck::defect(Object *object) {
  if (object->kind <= Kind::Forwarded || object->kind > Kind::Function)
    return "a reference to freed memory";
  bool young = heap_.isYoung(object);
  if (young && object->gc)
    return "a young object with collector bits";
  if (young && reinterpret_cast<char *>(object) + sizeOf(object, heap_.shapes_) > heap_.cursor_)
    return "a reference beyond the young objects";
  if (!young && !(object->gc & (kColourA | kColourB)))
    return "an old object without a colour";
  if (young || !hasReferences(object->kind))
    return nullptr;
  bool refersToYoung = false;
  visitReferences(object, heap_.shapes_, [&](Ref *begin, Ref *end) {
    refersToYoung |= std::any_of(begin, end, [&](Ref ref) { return heap_.isYoung(ref); });
  });
  bool remembered =
      LargeSpace::usesCards(object) ? LargeSpace::hasCards(object) : !(object->gc & kWatched);
  return refersToYoung && !remembered ? "an old object with a young reference is not remembered"
                                      : nullptr;
}

const char *HeapCheck::find() {
  heap_.visitAllRoots(*this);
  while (!pending_.empty()) {
    Object *object = pending_.back();
    pending_.pop_back();
    if (const char *found = defect(object))
      return found;
    visitReferences(object, heap_.shapes_, [this](Ref *begin, Ref *end) { visit(begin, end); });
  }
  return nullptr;
}

void HeapCheck::run() {
  if (const char *found = find()) {
    std::fprintf(stderr, "heap check: %s\n", found);
    std::abort();
  }
}

} // namespace orus::vm
