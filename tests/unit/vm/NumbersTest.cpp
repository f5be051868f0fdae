// The tables of manual 6.12, 9.3, 11.7 and 11.8, and cases at their edges.
#include "vm/builtins/Numbers.h"

#include <doctest/doctest.h>
#include <limits>

namespace orus::vm::test {
namespace {

std::string longText(double value) {
  std::string out;
  appendLong(out, value);
  return out;
}
std::string shortText(double value) {
  std::string out;
  appendShort(out, value);
  return out;
}
std::string fixedText(double value, uint64_t digits) {
  std::string out;
  appendFixed(out, value, digits);
  return out;
}
std::string baseText(uint64_t value, unsigned shift, bool upperCase = false) {
  std::string out;
  appendPowerBase(out, value, shift, upperCase);
  return out;
}

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInf = std::numeric_limits<double>::infinity();

TEST_CASE("the long text of f64") {
  struct {
    double value;
    const char *text;
  } const cases[] = {
      {1.0, "1"},
      {-2.5, "-2.5"},
      {100.25, "100.25"},
      {0.1, "0.10000000000000001"},
      {0.5, "0.5"},
      {0.7, "0.69999999999999996"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1.0 / 3.0, "0.33333333333333331"},
      {3.14159265358979, "3.14159265358979001"},
      {123456.789, "123456.78900000000430737"},
      {0.0001, "0.0001"},
      {0.00025, "0.00025"},
      {0.00001, "1.0000000000000001e-05"},
      {1.5e-7, "1.4999999999999999e-07"},
      {1e-300, "1e-300"},
      {5e-324, "4.9406564584124654e-324"},
      {-5e-324, "-4.9406564584124654e-324"},
      {0.000099999999999999991, "9.9999999999999991e-05"},
      {1e15, "1000000000000000"},
      {1e22, "10000000000000000000000"},
      {1e23, "99999999999999991611392"},
      {0.0, "0"},
      {-0.0, "0"},
      {kNan, "nan"},
      {-kNan, "nan"},
      {kInf, "inf"},
      {-kInf, "-inf"},
      {120.0, "120"},
      {1e21, "1000000000000000000000"},
  };
  for (const auto &test : cases)
    CHECK(longText(test.value) == test.text);
  CHECK(longText(std::numeric_limits<double>::max()).size() == 309);
  CHECK(longText(-std::numeric_limits<double>::max()).starts_with("-17976931348623157"));
}

TEST_CASE("the short text of f64") {
  struct {
    double value;
    const char *text;
  } const cases[] = {
      {0.1, "0.1"},
      {1.0 / 3.0, "0.333333"},
      {123456789.0, "1.23457e+08"},
      {1e21, "1e+21"},
      {-0.0, "-0"},
      {1234567.0, "1.23457e+06"},
      {2.50, "2.5"},
      {100000.0, "100000"},
      {1e6, "1e+06"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {999999.5, "1e+06"},
      {kNan, "nan"},
      {-kInf, "-inf"},
      {5e-324, "4.94066e-324"},
      {1e-300 / 1e10, "1e-310"},
      {123456.0, "123456"},
  };
  for (const auto &test : cases)
    CHECK(shortText(test.value) == test.text);
}

TEST_CASE("fixed digits round half to even on the exact value") {
  CHECK(fixedText(0.5, 0) == "0");
  CHECK(fixedText(1.5, 0) == "2");
  CHECK(fixedText(2.25, 1) == "2.2");
  CHECK(fixedText(3.14159, 2) == "3.14");
  CHECK(fixedText(2.0, 3) == "2.000");
  CHECK(fixedText(-0.001, 2) == "-0.00");
  CHECK(fixedText(kNan, 2) == "nan");
  CHECK(fixedText(-kInf, 2) == "-inf");
  CHECK(fixedText(0.1, 55) == "0.1000000000000000055511151231257827021181583404541015625");
  CHECK(fixedText(5e-324, 1100).size() == 1102);
  CHECK(fixedText(1.5, 2000) == "1.5" + std::string(1999, '0'));
  CHECK(fixedText(std::numeric_limits<double>::max(), 1).size() == 311);
}

TEST_CASE("bases") {
  CHECK(baseText(0, 4) == "0");
  CHECK(baseText(255, 4) == "ff");
  CHECK(baseText(255, 4, true) == "FF");
  CHECK(baseText(5, 1) == "101");
  CHECK(baseText(8, 3) == "10");
  CHECK(baseText(UINT64_MAX, 1) == std::string(64, '1'));
  CHECK(baseText(UINT64_MAX, 3) == "1777777777777777777777");
}

TEST_CASE("int() of text") {
  struct {
    std::string_view text;
    ParseError error;
    int32_t value;
  } const cases[] = {
      {"42", ParseError::None, 42},
      {" \t\n\v\f\r-007 ", ParseError::None, -7},
      {"+0", ParseError::None, 0},
      {"2147483647", ParseError::None, 2147483647},
      {"-2147483648", ParseError::None, INT32_MIN},
      {"2147483648", ParseError::Overflow, 0},
      {"-2147483649", ParseError::Overflow, 0},
      {"99999999999999999999999999", ParseError::Overflow, 0},
      {"00000000000000000000000000001", ParseError::None, 1},
      {"", ParseError::Form, 0},
      {"  ", ParseError::Form, 0},
      {"12a", ParseError::Form, 0},
      {"0x10", ParseError::Form, 0},
      {"1_000", ParseError::Form, 0},
      {"+", ParseError::Form, 0},
      {"+-1", ParseError::Form, 0},
      {"- 1", ParseError::Form, 0},
      {"1 2", ParseError::Form, 0},
      {std::string_view("1\0", 2), ParseError::Form, 0},
      {"\xc2\xa0"
       "1",
       ParseError::Form, 0},
      {"1.5", ParseError::Decimal, 0},
      {"1e3", ParseError::Decimal, 0},
      {"three", ParseError::Decimal, 0},
      {"E", ParseError::Decimal, 0},
  };
  for (const auto &test : cases) {
    CAPTURE(test.text);
    ParsedInt parsed = parseInt(test.text);
    CHECK(parsed.error == test.error);
    CHECK(parsed.value == test.value);
  }
}

TEST_CASE("float() of text") {
  struct {
    std::string_view text;
    ParseError error;
    double value;
  } const cases[] = {
      {"1.5", ParseError::None, 1.5},
      {" -.5e1\n", ParseError::None, -5},
      {"5.", ParseError::None, 5},
      {"+12", ParseError::None, 12},
      {"1E+2", ParseError::None, 100},
      {"1e-2", ParseError::None, 0.01},
      {"0.1", ParseError::None, 0.1},
      {"179769313486231570000000000000000000000e270", ParseError::None, 1.7976931348623157e308},
      {"1e309", ParseError::Overflow, 0},
      {"-1e99999999999999999999", ParseError::Overflow, 0},
      {"0.001e312", ParseError::Overflow, 0},
      {"1e-400", ParseError::None, 0},
      {"5e-324", ParseError::None, 5e-324},
      {"2e-324", ParseError::None, 0},
      {"0e99999", ParseError::None, 0},
      {"1e-99999999999999999999", ParseError::None, 0},
      {"0.0000000000000000001e19", ParseError::None, 1},
      {"9007199254740993", ParseError::None, 9007199254740992},
      {"", ParseError::Form, 0},
      {".", ParseError::Form, 0},
      {"e5", ParseError::Form, 0},
      {"1e", ParseError::Form, 0},
      {"1e+", ParseError::Form, 0},
      {"1.5.2", ParseError::Form, 0},
      {"0x1p3", ParseError::Form, 0},
      {"inf", ParseError::Form, 0},
      {"nan", ParseError::Form, 0},
      {"1_0", ParseError::Form, 0},
      {"1f64", ParseError::Form, 0},
      {"--1", ParseError::Form, 0},
  };
  for (const auto &test : cases) {
    CAPTURE(test.text);
    ParsedFloat parsed = parseFloat(test.text);
    CHECK(parsed.error == test.error);
    CHECK(parsed.value == test.value);
  }
  CHECK(shortText(parseFloat("-0").value) == "-0");
}

} // namespace
} // namespace orus::vm::test
