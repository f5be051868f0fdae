#include "format/base/Text.h"

#include <doctest/doctest.h>

#include <string>

using namespace orus::base;
using namespace std::string_literals;

TEST_CASE("UTF-8: the first bad byte is found") {
  struct Case {
    std::string text;
    std::optional<size_t> at;
  };
  const Case kCases[] = {
      {"", {}},
      {"plain ascii, longer than eight bytes", {}},
      {"\0"s, {}},
      {"h\xC3\xA9llo", {}},
      {"\xF4\x8F\xBF\xBF", {}}, // U+10FFFF
      {"\xF4\x90\x80\x80", 0},  // above it
      {"\xC0\x80", 0},          // over-long NUL
      {"\xE0\x9F\xBF", 0},      // over-long
      {"\xF0\x8F\xBF\xBF", 0},  // over-long
      {"\xED\xA0\x80", 0},      // surrogate
      {"\xED\x9F\xBF", {}},     // just below the surrogates
      {"ok\x80", 2},            // lone continuation
      {"12345678\xFF", 8},
      {"1234567\xC3", 7}, // cut
      {"\xE2\x82\x41", 0},
  };
  for (const Case &c : kCases) {
    CAPTURE(escaped(c.text));
    CHECK(firstInvalidUtf8(c.text) == c.at);
  }
}

TEST_CASE("escaping disarms terminals and keeps letters") {
  CHECK(escaped("caf\xC3\xA9 \"x\" \\") == "caf\xC3\xA9 \"x\" \\");
  CHECK(escaped("a\x1b[31mb\n\t\r\x7f"s) == "a\\x1b[31mb\\n\\t\\r\\x7f");
  CHECK(escaped("\xC2\x9B") == "\\u{9b}");       // C1 control
  CHECK(escaped("\xE2\x80\xAE") == "\\u{202e}"); // right-to-left override
  CHECK(escaped("\xFFz"s) == "\\xffz");
  CHECK(quoted("a\"b\\\n") == "\"a\\\"b\\\\\\n\"");
}

TEST_CASE("JSON strings are valid whatever the bytes") {
  CHECK(jsonQuoted("a\"\\\n\xC3\xA9") == "\"a\\\"\\\\\\u000a\xC3\xA9\"");
  CHECK(jsonQuoted("\xFF") == "\"\xEF\xBF\xBD\"");
  CHECK(jsonQuoted("\xE2\x80\xAE") == "\"\\u202e\"");
}
