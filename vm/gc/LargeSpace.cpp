#include "vm/gc/LargeSpace.h"

#include "vm/gc/GcBits.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace orus::vm {

LargeSpace::~LargeSpace() {
  while (first_)
    release(first_->object());
}

Object *LargeSpace::allocate(size_t bytes) {
  auto *made = static_cast<Node *>(std::calloc(1, sizeof(Node) + bytes));
  if (!made)
    throw std::bad_alloc();
  made->bytes = bytes;
  made->next = first_;
  if (first_)
    first_->previous = made;
  first_ = made;
  bytes_ += bytes;
  return made->object();
}

void LargeSpace::unlink(Node *node) {
  if (node->previous)
    node->previous->next = node->next;
  else
    first_ = node->next;
  if (node->next)
    node->next->previous = node->previous;
}

void LargeSpace::release(Object *object) {
  Node *dead = node(object);
  unlink(dead);
  bytes_ -= dead->bytes;
  std::free(dead->cards);
  std::free(dead);
}

void LargeSpace::sweep(uint8_t liveBits) {
  for (Node *at = first_; at;) {
    Node *next = at->next;
    if (!(at->object()->gc & liveBits))
      release(at->object());
    at = next;
  }
}

bool LargeSpace::usesCards(const Object *object) {
  return (object->gc & kLarge) && object->kind == Kind::RefBuffer;
}

bool LargeSpace::remember(Buffer *buffer) {
  Node *owner = node(buffer);
  if (!owner->cards) {
    owner->cards = static_cast<uint8_t *>(std::calloc(cardCount(buffer) + 1, 1));
    if (!owner->cards)
      throw std::bad_alloc();
  }
  bool first = owner->remembered == 0;
  owner->remembered = 1;
  return first;
}

bool LargeSpace::markCard(Buffer *buffer, const Ref *slot) {
  bool first = remember(buffer);
  node(buffer)->cards[static_cast<size_t>(slot - buffer->refs()) / kCardRefs] = 1;
  return first;
}

bool LargeSpace::markAllCards(Buffer *buffer) {
  bool first = remember(buffer);
  std::memset(node(buffer)->cards, 1, cardCount(buffer));
  return first;
}

} // namespace orus::vm
