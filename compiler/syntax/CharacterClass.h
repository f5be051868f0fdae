// What a byte can begin or continue, as a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace orus::syntax {

enum class CharClass : uint8_t { Invalid, Blank, LineEnd, Letter, Digit, Quote, Apostrophe, Sign };

namespace detail {
constexpr std::array<CharClass, 256> makeClasses() {
  std::array<CharClass, 256> table{};
  auto set = [&](std::string_view chars, CharClass c) {
    for (char ch : chars)
      table[static_cast<uint8_t>(ch)] = c;
  };
  set(" \t\r", CharClass::Blank);
  set("\n", CharClass::LineEnd);
  set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", CharClass::Letter);
  set("0123456789", CharClass::Digit);
  set("\"", CharClass::Quote);
  set("'", CharClass::Apostrophe);
  set("+-*/%=!<>()[]{},:;.@?&|^~", CharClass::Sign);
  return table;
}
inline constexpr std::array<CharClass, 256> kClasses = makeClasses();
} // namespace detail

constexpr CharClass charClass(char c) { return detail::kClasses[static_cast<uint8_t>(c)]; }
constexpr bool isNameChar(char c) {
  CharClass k = charClass(c);
  return k == CharClass::Letter || k == CharClass::Digit;
}
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isHexDigit(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

} // namespace orus::syntax
