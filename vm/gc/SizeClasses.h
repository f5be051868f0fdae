// The cell sizes of the old space: steps of at most a quarter, so that at most a fifth of a cell is
// lost to rounding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace orus::vm {

inline constexpr uint32_t kCellSizes[] = {
    16,  24,  32,  40,  48,  56,   64,   80,   96,   112,  128,  160,  192,  224,  256,  320, 384,
    448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 4096, 5120, 6144, 8192};
inline constexpr unsigned kSizeClassCount = sizeof(kCellSizes) / sizeof(kCellSizes[0]);

/// Objects above this size live in the large-object space from the start.
inline constexpr size_t kMaxSmallBytes = 8192;

/// Class of an object of `bytes` bytes, a multiple of eight up to kMaxSmallBytes.
inline unsigned sizeClassOf(size_t bytes) {
  static constexpr auto kClassOfWords = [] {
    std::array<uint8_t, kMaxSmallBytes / 8 + 1> table{};
    unsigned sizeClass = 0;
    for (size_t words = 0; words < table.size(); ++words) {
      if (words * 8 > kCellSizes[sizeClass])
        ++sizeClass;
      table[words] = static_cast<uint8_t>(sizeClass);
    }
    return table;
  }();
  return kClassOfWords[bytes / 8];
}

} // namespace orus::vm
