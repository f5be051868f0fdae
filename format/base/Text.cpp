#include "format/base/Text.h"

#include "format/base/Bytes.h"

#include <cstdio>

namespace orus::base {
namespace {

struct CodePoint {
  uint32_t value;
  unsigned length; // 0: not well-formed
};

uint8_t byteAt(std::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

CodePoint decode(std::string_view text, size_t at) {
  static constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  uint8_t lead = byteAt(text, at);
  if (lead < 0x80)
    return {lead, 1};
  unsigned length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (!length || text.size() - at < length)
    return {lead, 0};
  uint32_t value = lead & (0x7Fu >> length);
  for (unsigned i = 1; i < length; ++i) {
    uint8_t byte = byteAt(text, at + i);
    if ((byte & 0xC0) != 0x80)
      return {lead, 0};
    value = value << 6 | (byte & 0x3Fu);
  }
  if (value < kLeast[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    return {lead, 0};
  return {value, length};
}

bool isUnsafe(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void appendFormatted(std::string &out, const char *format, uint32_t value) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, value);
  out += buffer;
}

void appendEscape(std::string &out, uint32_t c) {
  switch (c) {
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default: appendFormatted(out, c < 0x80 ? "\\x%02x" : "\\u{%x}", c); return;
  }
}

void appendEscaped(std::string &out, std::string_view text, bool isLiteral) {
  for (size_t at = 0; at < text.size();) {
    CodePoint c = decode(text, at);
    if (!c.length) {
      appendFormatted(out, "\\x%02x", c.value);
      ++at;
      continue;
    }
    if (isUnsafe(c.value))
      appendEscape(out, c.value);
    else {
      if (isLiteral && (c.value == '"' || c.value == '\\'))
        out += '\\';
      out += text.substr(at, c.length);
    }
    at += c.length;
  }
}

} // namespace

std::optional<size_t> firstInvalidUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8) {
      auto bytes = asBytes(text);
      if (!(load<uint64_t>(bytes.data() + at) & 0x8080808080808080)) {
        at += 8;
        continue;
      }
    }
    CodePoint c = decode(text, at);
    if (!c.length)
      return at;
    at += c.length;
  }
  return std::nullopt;
}

std::string escaped(std::string_view text) {
  std::string out;
  appendEscaped(out, text, false);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  appendEscaped(out, text, true);
  return out + '"';
}

std::string jsonQuoted(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    CodePoint c = decode(text, at);
    if (!c.length)
      out += "\xEF\xBF\xBD";
    else if (c.value == '"' || c.value == '\\')
      (out += '\\') += static_cast<char>(c.value);
    else if (isUnsafe(c.value))
      appendFormatted(out, "\\u%04x", c.value);
    else
      out += text.substr(at, c.length);
    at += c.length ? c.length : 1;
  }
  return out + '"';
}

} // namespace orus::base
