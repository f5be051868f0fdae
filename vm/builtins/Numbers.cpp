#include "vm/builtins/Numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace orus::vm {

namespace {

constexpr size_t kMaxFixedChars = 320 + 17; // sign, 309 digits, point, 17 digits
// No double has more digits than this after the point.
constexpr uint64_t kMaxFraction = 1074;

bool appendNonFinite(std::string &out, double value) {
  if (std::isnan(value))
    out += "nan";
  else if (std::isinf(value))
    out += value < 0 ? "-inf" : "inf";
  else
    return false;
  return true;
}

// The end of the digits without trailing zeros of the fraction, nor the point if nothing is left.
const char *trimFraction(const char *begin, const char *end) {
  if (std::find(begin, end, '.') == end)
    return end;
  while (end[-1] == '0')
    --end;
  return end[-1] == '.' ? end - 1 : end;
}

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimSpaces(std::string_view text) {
  while (!text.empty() && isSpace(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && isSpace(text.back()))
    text.remove_suffix(1);
  return text;
}

size_t digitsAt(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && isDigit(text[end]))
    ++end;
  return end - at;
}

// Parts of a text of the form of manual 11.8, without spaces and sign.
struct FloatForm {
  bool valid;
  bool huge; // if the value is out of range: whether it is too large rather than too small
};

FloatForm checkFloatForm(std::string_view text) {
  size_t whole = digitsAt(text, 0), at = whole, fraction = 0;
  size_t fractionAt = at;
  if (at < text.size() && text[at] == '.') {
    fractionAt = at + 1;
    fraction = digitsAt(text, fractionAt);
    at = fractionAt + fraction;
  }
  if (whole + fraction == 0)
    return {false, false};
  bool negativeExponent = false;
  int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-'))
      negativeExponent = text[at++] == '-';
    size_t digits = digitsAt(text, at);
    if (digits == 0)
      return {false, false};
    for (size_t end = at + digits; at < end; ++at)
      exponent = std::min<int64_t>(exponent * 10 + (text[at] - '0'), int64_t{1} << 40);
  }
  if (at != text.size())
    return {false, false};
  // Decimal exponent of the first digit that is not zero.
  size_t zeros = 0;
  while (zeros < whole && text[zeros] == '0')
    ++zeros;
  auto leading = static_cast<int64_t>(whole - zeros);
  if (leading == 0) {
    size_t skipped = 0;
    while (skipped < fraction && text[fractionAt + skipped] == '0')
      ++skipped;
    leading = -static_cast<int64_t>(skipped);
  }
  return {true, leading + (negativeExponent ? -exponent : exponent) > 0};
}

} // namespace

void appendSigned(std::string &out, int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void appendUnsigned(std::string &out, uint64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void appendShort(std::string &out, double value) {
  if (appendNonFinite(out, value))
    return;
  char text[32];
  out.append(text,
             std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr);
}

void appendLong(std::string &out, double value) {
  if (appendNonFinite(out, value))
    return;
  if (value == 0) {
    out += '0';
    return;
  }
  char text[kMaxFixedChars];
  if (std::fabs(value) >= 0.0001) {
    const char *end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 17).ptr;
    out += std::string_view(text, trimFraction(text, end));
    return;
  }
  const char *end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 16).ptr;
  const char *mantissaEnd = std::find(static_cast<const char *>(text), end, 'e');
  out += std::string_view(text, trimFraction(text, mantissaEnd));
  out += std::string_view(mantissaEnd, end);
}

void appendFixed(std::string &out, double value, uint64_t digits) {
  if (appendNonFinite(out, value))
    return;
  char text[kMaxFixedChars + kMaxFraction];
  auto shown = static_cast<int>(std::min(digits, kMaxFraction));
  out.append(text,
             std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, shown).ptr);
  out.append(digits - static_cast<uint64_t>(shown), '0');
}

void appendPowerBase(std::string &out, uint64_t value, unsigned shift, bool upperCase) {
  const char *digits = upperCase ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[64];
  char *at = text + sizeof text;
  do {
    *--at = digits[value & ((1u << shift) - 1)];
    value >>= shift;
  } while (value);
  out.append(at, text + sizeof text);
}

void appendInteger(std::string &out, image::ScalarType type, uint64_t bits) {
  switch (type) {
  case image::ScalarType::Bool: out += bits ? "true" : "false"; break;
  case image::ScalarType::I32: appendSigned(out, static_cast<int32_t>(bits)); break;
  case image::ScalarType::I64: appendSigned(out, static_cast<int64_t>(bits)); break;
  default: appendUnsigned(out, bits); break;
  }
}

ParsedInt parseInt(std::string_view text) {
  std::string_view trimmed = trimSpaces(text);
  bool negative = !trimmed.empty() && trimmed[0] == '-';
  size_t sign = !trimmed.empty() && (negative || trimmed[0] == '+');
  size_t digits = digitsAt(trimmed, sign);
  if (digits == 0 || sign + digits != trimmed.size()) {
    bool decimal = text.find_first_of(".eE") != std::string_view::npos;
    return {decimal ? ParseError::Decimal : ParseError::Form, 0};
  }
  int64_t value = 0;
  for (char c : trimmed.substr(sign))
    value = std::min<int64_t>(value * 10 + (c - '0'), int64_t{1} << 40);
  if (negative)
    value = -value;
  if (value < INT32_MIN || value > INT32_MAX)
    return {ParseError::Overflow, 0};
  return {ParseError::None, static_cast<int32_t>(value)};
}

ParsedFloat parseFloat(std::string_view text) {
  std::string_view trimmed = trimSpaces(text);
  bool negative = !trimmed.empty() && trimmed[0] == '-';
  if (!trimmed.empty() && (negative || trimmed[0] == '+'))
    trimmed.remove_prefix(1);
  FloatForm form = checkFloatForm(trimmed);
  if (!form.valid)
    return {ParseError::Form, 0};
  double value = 0;
  auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
  if (error == std::errc::result_out_of_range)
    value = form.huge ? HUGE_VAL : 0.0;
  if (std::isinf(value))
    return {ParseError::Overflow, 0};
  return {ParseError::None, negative ? -value : value};
}

} // namespace orus::vm
