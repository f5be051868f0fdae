// The texts of numbers (manual 4.8, 9.3, 9.4) and numbers from texts (11.7, 11.8). Independent of
// the locale.
#pragma once

#include "format/image/Types.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orus::vm {

void appendSigned(std::string &out, int64_t value);
void appendUnsigned(std::string &out, uint64_t value);
/// C `%g`: what `as string` gives.
void appendShort(std::string &out, double value);
/// What `print` shows: up to 17 digits after the point, trailing zeros removed.
void appendLong(std::string &out, double value);
/// C `%.Nf`.
void appendFixed(std::string &out, double value, uint64_t digits);
/// Digits of base 2^`shift`, without a prefix.
void appendPowerBase(std::string &out, uint64_t value, unsigned shift, bool upperCase);

/// An integer or bool in canonical form.
void appendInteger(std::string &out, image::ScalarType type, uint64_t bits);

enum class ParseError : uint8_t { None, Overflow, Decimal, Form };

struct ParsedInt {
  ParseError error;
  int32_t value;
};
ParsedInt parseInt(std::string_view text);

struct ParsedFloat {
  ParseError error;
  double value;
};
ParsedFloat parseFloat(std::string_view text);

} // namespace orus::vm
