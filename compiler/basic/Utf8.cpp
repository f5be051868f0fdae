#include "compiler/basic/Utf8.h"

#include <cstring>

namespace orus::basic {

CodePoint decodeUtf8(llvm::StringRef text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t lead = byte(0);
  if (lead < 0x80)
    return {lead, 1};
  uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size)
    return {0, 0};
  uint32_t value = lead & (0x7Fu >> size);
  for (uint32_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      return {0, 0};
    value = value << 6 | (byte(i) & 0x3F);
  }
  // Longer forms than needed, surrogates, and values beyond Unicode.
  bool tooLong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (tooLong || (value >= 0xD800 && value < 0xE000) || value > 0x10FFFF)
    return {0, 0};
  return {value, size};
}

std::optional<size_t> firstInvalidUtf8(llvm::StringRef text) {
  size_t i = 0;
  while (i < text.size()) {
    uint64_t word;
    if (i + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if (!(word & 0x8080808080808080u)) {
        i += sizeof word;
        continue;
      }
    }
    uint32_t size = decodeUtf8(text.substr(i)).size;
    if (size == 0)
      return i;
    i += size;
  }
  return std::nullopt;
}

} // namespace orus::basic
