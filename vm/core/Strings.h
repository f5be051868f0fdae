// String values. Short strings, literals and single concatenations are flat. A string that grows
// again at the same end moves into a StringBuffer with room at that end, and further concatenations
// write only what is added: each result is a view of the same buffer, the older strings keep
// theirs. So appending or prepending n bytes costs O(n), and every string can be read at any time.
#pragma once

#include "vm/gc/Heap.h"

#include <array>
#include <string_view>

namespace orus::vm {

class Strings {
public:
  explicit Strings(Heap &heap);

  /// A string with a copy of these bytes, which are not in the heap.
  String *make(std::string_view text);
  /// The string `text[index]`, made beforehand.
  String *ofByte(uint8_t byte) const { return bytes_[byte]; }
  String *empty() const { return empty_; }
  /// A literal of the program; lives as long as the heap.
  String *makeLiteral(std::string_view text);
  /// The strings in `*left` and `*right`, which are roots, one after the other.
  String *concat(const Ref *left, const Ref *right);

  /// Bytes written by concatenations so far, to check that building strings is linear.
  uint64_t bytesCopied() const { return bytesCopied_; }

private:
  FlatString *makeImmortal(std::string_view text);
  struct Growth {
    uint64_t front, back; // free bytes around the text in a new buffer
  };
  String *concatFlat(const Ref *left, const Ref *right, uint32_t length);
  String *makeView(StringBuffer *buffer, uint32_t offset, uint32_t length);
  String *concatInNewBuffer(const Ref *left, const Ref *right, uint32_t length, Growth growth);

  Heap &heap_;
  std::array<FlatString *, 256> bytes_;
  FlatString *empty_;
  uint64_t bytesCopied_ = 0;
};

inline bool equal(const String *a, const String *b) {
  return a == b || (a->length == b->length && viewOf(a) == viewOf(b));
}
/// Order of the bytes as unsigned numbers.
inline bool less(const String *a, const String *b) { return viewOf(a) < viewOf(b); }

} // namespace orus::vm
