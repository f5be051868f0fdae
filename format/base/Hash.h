// Hashes: XXH3 (64 bits) for content, FNV-1a for what is hashed at compile time.
#pragma once

#include "format/base/Bytes.h"

#include <cstdint>
#include <string_view>

namespace orus::base {

/// xxh3-64 with seed 0.
uint64_t hash64(ByteView bytes);

/// FNV-1a over 64 bits, folded to 32.
constexpr uint32_t tableHash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

} // namespace orus::base
