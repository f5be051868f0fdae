// Recognition of keywords: all are at most 8 letters, so a name is compared as one 64-bit word
// against the only candidate of a perfect hash table.
#pragma once

#include "compiler/syntax/Tokens.h"

#include <array>
#include <bit>
#include <cstring>

namespace orus::syntax::keywords {

constexpr unsigned kTableBits = 6;

struct Entry {
  uint64_t word = 0; // the letters, the first in the lowest byte
  TokenKind kind = TokenKind::Name;
};

struct Table {
  std::array<Entry, 1u << kTableBits> entries{};
  uint64_t multiplier = 0; // 0 if there is none without collisions
};

constexpr uint64_t packWord(std::string_view text) {
  uint64_t word = 0;
  for (size_t i = 0; i < text.size(); ++i)
    word |= uint64_t{static_cast<uint8_t>(text[i])} << (8 * i);
  return word;
}

constexpr size_t slotOf(uint64_t word, uint64_t multiplier) {
  return static_cast<size_t>((word * multiplier) >> (64 - kTableBits));
}

constexpr Table makeTable() {
  constexpr Entry all[] = {
#define ORUS_KEYWORD(ident, text) {packWord(text), TokenKind::ident},
#include "compiler/syntax/Tokens.def"
  };
  uint64_t multiplier = 0x9E3779B97F4A7C15;
  for (int attempt = 0; attempt < 4000;
       ++attempt, multiplier = multiplier * 6364136223846793005 + 2) {
    Table table;
    bool free = true;
    for (const Entry &entry : all) {
      Entry &slot = table.entries[slotOf(entry.word, multiplier)];
      free = slot.word == 0;
      if (!free)
        break;
      slot = entry;
    }
    if (free) {
      table.multiplier = multiplier;
      return table;
    }
  }
  return {};
}

inline constexpr Table kTable = makeTable();
static_assert(kTable.multiplier != 0);

/// The kind of a spelling of letters, digits and `_`. Up to 8 bytes from `text` on are read if they
/// lie before `end`.
inline TokenKind classify(const char *text, size_t size, const char *end) {
  if (size < 2 || size > 8)
    return TokenKind::Name;
  uint64_t word = 0;
  if (std::endian::native == std::endian::little && end - text >= 8) {
    std::memcpy(&word, text, 8);
    word &= ~uint64_t{0} >> (64 - 8 * size);
  } else {
    word = packWord({text, size});
  }
  const Entry &entry = kTable.entries[slotOf(word, kTable.multiplier)];
  return entry.word == word ? entry.kind : TokenKind::Name;
}

} // namespace orus::syntax::keywords
