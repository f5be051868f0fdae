#include "format/text/AsmCursor.h"

#include <charconv>

namespace orus::text {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isWordCharacter(char c) { return isLetter(c) || isDigit(c) || c == '.'; }

std::optional<uint64_t> parseUnsigned(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

void appendUtf8(std::string &out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c < 0x800)
    out += static_cast<char>(0xC0 | c >> 6);
  else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

} // namespace

void AsmCursor::skipBlanks() {
  size_t blanks = rest_.find_first_not_of(" \t\r,");
  rest_.remove_prefix(blanks == std::string_view::npos ? rest_.size() : blanks);
  if (!rest_.empty() && rest_[0] == ';')
    rest_ = {};
}

bool AsmCursor::isNumber() const {
  return !atEnd() &&
         (isDigit(rest_[0]) || (rest_[0] == '-' && rest_.size() > 1 && isDigit(rest_[1])));
}

bool AsmCursor::isWord() const { return !atEnd() && (isLetter(rest_[0]) || rest_[0] == '.'); }

std::optional<std::string_view> AsmCursor::key() {
  if (!isWord())
    return std::nullopt;
  size_t length = 0;
  while (length < rest_.size() && isWordCharacter(rest_[length]))
    ++length;
  if (length == rest_.size() || rest_[length] != '=')
    return std::nullopt;
  std::string_view name = rest_.substr(0, length);
  rest_.remove_prefix(length + 1);
  skipBlanks();
  return name;
}

std::string_view AsmCursor::word() {
  if (!isWord()) {
    fail("a name is expected");
    return {};
  }
  size_t length = 1;
  while (length < rest_.size() && isWordCharacter(rest_[length]))
    ++length;
  std::string_view word = rest_.substr(0, length);
  rest_.remove_prefix(length);
  skipBlanks();
  return word;
}

std::string_view AsmCursor::numberText() {
  if (!isNumber()) {
    fail("a number is expected");
    return {};
  }
  size_t length = 1;
  bool isHex = rest_.starts_with("0x");
  auto isExponentSign = [&](size_t i) {
    return !isHex && (rest_[i] == '-' || rest_[i] == '+') && (rest_[i - 1] | 0x20) == 'e';
  };
  while (length < rest_.size() && (isWordCharacter(rest_[length]) || isExponentSign(length)))
    ++length;
  std::string_view text = rest_.substr(0, length);
  rest_.remove_prefix(length);
  skipBlanks();
  return text;
}

uint64_t AsmCursor::bits() {
  std::string_view text = numberText();
  bool isNegative = text.starts_with('-');
  auto value = parseUnsigned(text.substr(isNegative));
  if (ok() && (!value || (isNegative && *value > uint64_t{1} << 63)))
    fail("`" + std::string(text) + "` is not a number of 64 bits");
  if (!ok())
    return 0;
  return isNegative ? 0 - *value : *value;
}

uint64_t AsmCursor::number(uint64_t most) {
  bool isNegative = !atEnd() && rest_[0] == '-';
  uint64_t value = bits();
  if (ok() && (isNegative || value > most))
    fail("number out of range");
  return ok() ? value : 0;
}

bool AsmCursor::take(char c) {
  if (atEnd() || rest_[0] != c)
    return false;
  rest_.remove_prefix(1);
  skipBlanks();
  return true;
}

void AsmCursor::expect(char c) {
  if (ok() && !take(c))
    fail(std::string("`") + c + "` is expected");
}

void AsmCursor::expectEnd() {
  if (ok() && !atEnd())
    fail("unexpected `" + std::string(rest_) + "`");
}

std::string AsmCursor::string() {
  std::string out;
  if (!isString()) {
    fail("a string is expected");
    return out;
  }
  rest_.remove_prefix(1);
  while (!rest_.empty() && rest_[0] != '"') {
    char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '\\')
      escape(out);
    else
      out += c;
  }
  if (rest_.empty()) {
    fail("the string does not end");
    return out;
  }
  rest_.remove_prefix(1);
  skipBlanks();
  return out;
}

// Reads what follows a backslash.
void AsmCursor::escape(std::string &out) {
  constexpr std::string_view kLetters = "nrt\\\"", kValues = "\n\r\t\\\"";
  size_t at = rest_.empty() ? std::string_view::npos : kLetters.find(rest_[0]);
  if (at != std::string_view::npos) {
    out += kValues[at];
    rest_.remove_prefix(1);
    return;
  }
  size_t begin = rest_.starts_with("u{") ? 2 : 1;
  size_t end = begin == 2 ? rest_.find('}') : 3;
  uint32_t value = 0;
  const char *first = rest_.data() + begin, *last = rest_.data() + end;
  bool isSound = end <= rest_.size() && (begin == 2 || rest_.starts_with('x'));
  if (isSound) {
    auto [stop, error] = std::from_chars(first, last, value, 16);
    isSound = error == std::errc() && stop == last && value <= 0x10FFFF;
  }
  if (!isSound) {
    fail("unknown escape in a string");
    return;
  }
  if (begin == 2)
    appendUtf8(out, value);
  else
    out += static_cast<char>(value);
  rest_.remove_prefix(begin == 2 ? end + 1 : end);
}

} // namespace orus::text
