// Reading the words, numbers and strings of one line of the text form of an image.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orus::text {

/// A position in a line. The first error is kept and makes every later read yield something empty,
/// so that callers look at error() once per line.
class AsmCursor {
public:
  explicit AsmCursor(std::string_view line) : rest_(line) { skipBlanks(); }

  bool atEnd() const { return rest_.empty(); }
  bool ok() const { return error_.empty(); }
  const std::string &error() const { return error_; }
  void fail(std::string message) {
    if (error_.empty())
      error_ = std::move(message);
    rest_ = {};
  }

  /// Whether a string, a number or a word comes next.
  bool isString() const { return !atEnd() && rest_[0] == '"'; }
  bool isNumber() const;
  bool isWord() const;

  /// `name=`, if it comes next.
  std::optional<std::string_view> key();
  /// A word: letters, digits, `_` and `.`, not starting with a digit.
  std::string_view word();
  /// The text of a number, which `number` and `bits` read.
  std::string_view numberText();
  /// A number that fits 64 bits signed or unsigned, as a bit pattern.
  uint64_t bits();
  /// An unsigned number of at most `most`.
  uint64_t number(uint64_t most = UINT32_MAX);
  /// A signed number.
  int64_t signedNumber() { return static_cast<int64_t>(bits()); }
  /// A string in double quotes with the escapes \n \r \t \\ \" \xNN \u{N}.
  std::string string();
  /// Takes the character if it comes next.
  bool take(char c);
  void expect(char c);
  void expectEnd();

private:
  void skipBlanks();
  void escape(std::string &out);

  std::string_view rest_;
  std::string error_;
};

} // namespace orus::text
