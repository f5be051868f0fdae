// Values of number and string literals, manual 1.7 and 1.8.
#include "compiler/syntax/ParserImpl.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <charconv>
#include <cstdlib>
#include <limits>

namespace orus::syntax {

namespace {

double parseReal(StringRef digits) {
  double value = 0;
  auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value);
  if (problem == std::errc())
    return value;
  // Out of range: strtod tells overflow (infinity) from underflow (zero or a subnormal number).
  return std::strtod(digits.str().c_str(), nullptr);
}

void decodeInteger(StringRef digits, unsigned radix, NumberExpr &number) {
  uint64_t value = 0;
  double real = 0;
  for (char c : digits) {
    if (c == '_')
      continue;
    unsigned digit = llvm::hexDigitValue(c);
    number.overflow |= value > (std::numeric_limits<uint64_t>::max() - digit) / radix;
    value = value * radix + digit;
    real = real * radix + digit;
  }
  number.integer = number.overflow ? 0 : value;
  number.real = number.overflow ? real : static_cast<double>(value);
}

} // namespace

void decodeNumber(StringRef spelling, NumberExpr &number) {
  number.isHex = spelling.starts_with_insensitive("0x");
  // The digits of a hexadecimal number may end like the suffix `f64`.
  size_t suffix = spelling.find_if([](char c) { return c == 'i' || c == 'u'; });
  if (suffix == StringRef::npos && !number.isHex && spelling.ends_with("f64"))
    suffix = spelling.size() - 3;
  number.suffix = llvm::StringSwitch<NumberSuffix>(spelling.substr(suffix))
                      .Case("i32", NumberSuffix::I32)
                      .Case("i64", NumberSuffix::I64)
                      .Cases("u32", "u", NumberSuffix::U32)
                      .Case("u64", NumberSuffix::U64)
                      .Case("f64", NumberSuffix::F64)
                      .Default(NumberSuffix::None);
  StringRef digits = spelling.take_front(suffix);
  if (number.isHex)
    return decodeInteger(digits.drop_front(2), 16, number);
  number.isFloat = digits.find_first_of(".eE") != StringRef::npos;
  if (!number.isFloat)
    decodeInteger(digits, 10, number);
  if (!number.isFloat && !number.overflow)
    return;
  llvm::SmallString<64> plain;
  for (char c : digits)
    if (c != '_')
      plain += c;
  number.real = parseReal(plain);
}

StringRef decodeString(StringRef inside, Ast &ast) {
  char *value = ast.arena.Allocate<char>(inside.size());
  size_t size = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    char c = inside[i];
    if (c == '\\' && i + 1 < inside.size()) {
      switch (c = inside[++i]) {
      case 'n': c = '\n'; break;
      case 't': c = '\t'; break;
      case 'r': c = '\r'; break;
      case '0': c = '\0'; break;
      default: break;
      }
    }
    value[size++] = c;
  }
  return {value, size};
}

} // namespace orus::syntax
