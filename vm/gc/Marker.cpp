#include "vm/gc/Marker.h"

#include "vm/gc/Heap.h"

namespace orus::vm {

void Marker::begin(uint8_t colour) {
  colour_ = colour;
  smallBytes_ = 0;
}

void Marker::mark(Object *object) {
  if (!object || (object->gc & colour_))
    return;
  object->gc = static_cast<uint8_t>((object->gc & ~(kColourA | kColourB)) | colour_);
  if (!(object->gc & kLarge))
    smallBytes_ += OldSpace::cellBytes(sizeOf(object, shapes_));
  if (hasReferences(object->kind))
    stack_.push_back({object, 0});
}

void Marker::visit(Ref *begin, Ref *end) {
  for (Ref *slot = begin; slot != end; ++slot)
    mark(*slot);
}

void Marker::drain() {
  while (!stack_.empty()) {
    Work work = stack_.back();
    stack_.pop_back();
    if (work.object->kind != Kind::RefBuffer) {
      visitReferences(work.object, shapes_, [this](Ref *begin, Ref *end) { visit(begin, end); });
      continue;
    }
    auto *buffer = static_cast<Buffer *>(work.object);
    size_t end = buffer->count();
    if (end - work.next > kPiece) {
      end = work.next + kPiece;
      stack_.push_back({buffer, end});
    }
    visit(buffer->refs() + work.next, buffer->refs() + end);
  }
}

void Marker::end() {
  if (stack_.capacity() > 64 * 1024)
    std::vector<Work>().swap(stack_);
}

} // namespace orus::vm
