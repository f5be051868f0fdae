// Fixed-width little-endian integers in byte buffers.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace orus::base {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

// Code, constants and handlers of an image are used in place.
static_assert(std::endian::native == std::endian::little,
              "images are little-endian and executed in place");

/// The integer stored at `p`, which need not be aligned.
template <std::unsigned_integral T> inline T load(const uint8_t *p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <std::unsigned_integral T> inline void store(uint8_t *p, T value) {
  std::memcpy(p, &value, sizeof value);
}

template <std::unsigned_integral T> inline void append(Bytes &out, T value) {
  size_t at = out.size();
  out.resize(at + sizeof value);
  store(out.data() + at, value);
}

inline void append(Bytes &out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

inline ByteView asBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

inline std::string_view asText(ByteView bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// `value` rounded up to a multiple of `alignment`, a power of two.
constexpr uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

} // namespace orus::base
