// Objects above kMaxSmallBytes: each in an allocation of its own, old from birth, never moved.
#pragma once

#include "vm/core/Object.h"

namespace orus::vm {

class LargeSpace {
public:
  LargeSpace() = default;
  ~LargeSpace();
  LargeSpace(const LargeSpace &) = delete;
  LargeSpace &operator=(const LargeSpace &) = delete;

  /// Zeroed memory for an object; throws std::bad_alloc.
  Object *allocate(size_t bytes);
  /// Frees an object that nothing refers to any more.
  void release(Object *object);
  /// Frees all objects whose header lacks `liveBits`.
  void sweep(uint8_t liveBits);

  static size_t bytesOf(const Object *object) { return node(object)->bytes; }
  size_t bytes() const { return bytes_; }

  /// Whether the object is a reference buffer of this space. Such a one remembers at the grain of
  /// cards, so that a store into a long array does not cost a scan of all of it.
  static bool usesCards(const Object *object);
  static constexpr size_t kCardRefs = 128;
  /// Marks the card of `slot`; true if the buffer had no marked card before. Throws std::bad_alloc.
  static bool markCard(Buffer *buffer, const Ref *slot);
  static bool markAllCards(Buffer *buffer);
  /// Calls `visit(Ref *begin, Ref *end)` for each marked card and clears the marks.
  template <typename Visit> static void visitCards(Buffer *buffer, Visit visit);
  static bool hasCards(const Object *object) { return node(object)->remembered; }

  template <typename Visit> void forEachObject(Visit visit) {
    for (Node *at = first_; at; at = at->next)
      visit(at->object());
  }

private:
  struct Node {
    Node *next, *previous;
    size_t bytes;
    uint8_t *cards; // one byte for kCardRefs references, made at the first mark
    uint64_t remembered;
    Object *object() { return reinterpret_cast<Object *>(this + 1); }
  };
  static Node *node(Object *object) { return reinterpret_cast<Node *>(object) - 1; }
  static const Node *node(const Object *object) {
    return reinterpret_cast<const Node *>(object) - 1;
  }
  static size_t cardCount(const Buffer *buffer) {
    return (buffer->count() + kCardRefs - 1) / kCardRefs;
  }
  static bool remember(Buffer *buffer);
  void unlink(Node *node);

  Node *first_ = nullptr;
  size_t bytes_ = 0;
};

template <typename Visit> void LargeSpace::visitCards(Buffer *buffer, Visit visit) {
  Node *owner = node(buffer);
  owner->remembered = 0;
  Ref *refs = buffer->refs();
  for (size_t card = 0, count = cardCount(buffer); card < count; ++card) {
    if (!owner->cards[card])
      continue;
    owner->cards[card] = 0;
    size_t begin = card * kCardRefs;
    size_t end = begin + kCardRefs < buffer->count() ? begin + kCardRefs : buffer->count();
    visit(refs + begin, refs + end);
  }
}

} // namespace orus::vm
