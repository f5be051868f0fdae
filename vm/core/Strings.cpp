#include "vm/core/Strings.h"

#include "vm/core/Stop.h"

#include "format/image/Types.h"

#include <algorithm>
#include <cstring>

namespace orus::vm {

namespace {

constexpr uint32_t kAlwaysFlat = 48;  // up to here a copy is as cheap as a view
constexpr uint16_t kConcatenated = 1; // FlatString::aux: the result of a concatenation

bool endsBuffer(const StringView *view) { return view->offset + view->length == view->buffer->end; }
bool beginsBuffer(const StringView *view) { return view->offset == view->buffer->begin; }

const StringView *asView(const String *string) {
  return string->kind == Kind::StringView ? static_cast<const StringView *>(string) : nullptr;
}

// Whether the string was made by adding to its end (or front), so that it may well grow on.
bool growsAtEnd(const String *string) {
  const StringView *view = asView(string);
  return view ? endsBuffer(view) : string->aux == kConcatenated;
}
bool growsAtFront(const String *string) {
  const StringView *view = asView(string);
  return view ? beginsBuffer(view) : string->aux == kConcatenated;
}

size_t flatBytes(size_t length) { return roundToWord(sizeof(String) + length); }

} // namespace

Strings::Strings(Heap &heap) : heap_(heap) {
  empty_ = makeImmortal("");
  for (unsigned byte = 0; byte < bytes_.size(); ++byte) {
    char text = static_cast<char>(byte);
    bytes_[byte] = makeImmortal({&text, 1});
  }
}

String *Strings::makeLiteral(std::string_view text) {
  if (text.empty())
    return empty_;
  return text.size() == 1 ? ofByte(static_cast<uint8_t>(text[0])) : makeImmortal(text);
}

FlatString *Strings::makeImmortal(std::string_view text) {
  auto *made = static_cast<FlatString *>(heap_.allocateImmortal(
      Kind::FlatString, image::kString, 0, std::max<size_t>(16, flatBytes(text.size()))));
  made->length = static_cast<uint32_t>(text.size());
  std::memcpy(made->bytes(), text.data(), text.size());
  return made;
}

String *Strings::make(std::string_view text) {
  if (text.empty())
    return empty_;
  if (text.size() == 1)
    return ofByte(static_cast<uint8_t>(text[0]));
  if (text.size() > kMaxLength)
    throw Stop{base::Panic::OutOfMemory};
  auto *made = static_cast<FlatString *>(
      heap_.allocate(Kind::FlatString, image::kString, 0, flatBytes(text.size())));
  made->length = static_cast<uint32_t>(text.size());
  std::memcpy(made->bytes(), text.data(), text.size());
  return made;
}

String *Strings::concatFlat(const Ref *left, const Ref *right, uint32_t length) {
  auto *made = static_cast<FlatString *>(
      heap_.allocate(Kind::FlatString, image::kString, kConcatenated, flatBytes(length)));
  made->length = length;
  auto *l = static_cast<const String *>(*left), *r = static_cast<const String *>(*right);
  std::memcpy(made->bytes(), bytesOf(l), l->length);
  std::memcpy(made->bytes() + l->length, bytesOf(r), r->length);
  bytesCopied_ += length;
  return made;
}

String *Strings::makeView(StringBuffer *buffer, uint32_t offset, uint32_t length) {
  Rooted root(heap_, buffer);
  auto *view = heap_.make<StringView>(Kind::StringView, image::kString);
  view->length = length;
  view->offset = offset;
  view->buffer = root.as<StringBuffer>();
  return view;
}

String *Strings::concatInNewBuffer(const Ref *left, const Ref *right, uint32_t length,
                                   Growth growth) {
  constexpr uint64_t kMaxCapacity = 0xfffffff0;
  growth.front = std::min(growth.front, kMaxCapacity - length);
  uint64_t capacity = std::min(kMaxCapacity, growth.front + length + growth.back);
  auto *buffer = static_cast<StringBuffer *>(
      heap_.allocate(Kind::StringBuffer, static_cast<uint32_t>(capacity), 0,
                     roundToWord(sizeof(StringBuffer) + capacity)));
  buffer->begin = static_cast<uint32_t>(growth.front);
  buffer->end = buffer->begin + length;
  auto *l = static_cast<const String *>(*left), *r = static_cast<const String *>(*right);
  std::memcpy(buffer->bytes() + buffer->begin, bytesOf(l), l->length);
  std::memcpy(buffer->bytes() + buffer->begin + l->length, bytesOf(r), r->length);
  bytesCopied_ += length;
  return makeView(buffer, buffer->begin, length);
}

String *Strings::concat(const Ref *left, const Ref *right) {
  auto *l = static_cast<String *>(*left), *r = static_cast<String *>(*right);
  if (l->length == 0)
    return r;
  if (r->length == 0)
    return l;
  uint32_t length = l->length + r->length;
  if (length > kMaxLength)
    throw Stop{base::Panic::OutOfMemory};
  if (length <= kAlwaysFlat)
    return concatFlat(left, right, length);

  const StringView *front = asView(l), *back = asView(r);
  if (front && endsBuffer(front) && front->buffer->capacity() - front->buffer->end >= r->length) {
    StringBuffer *buffer = front->buffer;
    std::memcpy(buffer->bytes() + buffer->end, bytesOf(r), r->length);
    buffer->end += r->length;
    bytesCopied_ += r->length;
    return makeView(buffer, front->offset, length);
  }
  if (back && beginsBuffer(back) && back->buffer->begin >= l->length) {
    StringBuffer *buffer = back->buffer;
    buffer->begin -= l->length;
    std::memcpy(buffer->bytes() + buffer->begin, bytesOf(l), l->length);
    bytesCopied_ += l->length;
    return makeView(buffer, buffer->begin, length);
  }

  // Twice the length once it is known to grow; free room on the other side is kept, so that growing
  // at both ends in turn stays linear.
  bool append = growsAtEnd(l), prepend = growsAtFront(r);
  if (append && (!prepend || l->length >= r->length)) {
    uint64_t kept = front && beginsBuffer(front) ? front->buffer->begin : 0;
    return concatInNewBuffer(left, right, length,
                             {std::min<uint64_t>(kept, length), front ? length : length / 2});
  }
  if (prepend) {
    uint64_t kept = back && endsBuffer(back) ? back->buffer->capacity() - back->buffer->end : 0;
    return concatInNewBuffer(left, right, length,
                             {back ? length : length / 2, std::min<uint64_t>(kept, length)});
  }
  return concatFlat(left, right, length);
}

} // namespace orus::vm
