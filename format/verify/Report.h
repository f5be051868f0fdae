// How checks report: the first violation is kept, later ones cannot happen because checks stop.
#pragma once

#include "format/verify/Verifier.h"

#include <concepts>
#include <initializer_list>

namespace orus::verify {

/// A part of a sentence: text or a number.
struct Piece {
  std::string_view text;
  int64_t number = 0;
  bool isNumber = false;

  Piece(std::string_view t) : text(t) {}
  Piece(const char *t) : text(t) {}
  Piece(const std::string &t) : text(t) {}
  template <std::integral T> Piece(T n) : number(static_cast<int64_t>(n)), isNumber(true) {}
};

std::string concat(std::initializer_list<Piece> pieces);

/// Where a check is at work.
struct Place {
  std::string_view section;
  uint32_t index = Error::kNone;
  uint32_t function = Error::kNone;
  uint32_t pc = Error::kNone;
};

/// Holds the first violation.
class Report {
public:
  explicit Report(RuleId disabled) : disabled_(disabled) {}

  /// Records a violation unless its rule is disabled. Always false, so that a check ends with
  /// `return report.fail(…)`: it must not go on with what it found to be wrong.
  bool fail(RuleId rule, const Place &place, std::initializer_list<Piece> sentence);

  bool failed() const { return error_.has_value(); }
  /// Whether a violation of the disabled rule was passed over.
  bool hasIgnored() const { return ignored_; }
  std::optional<Error> take() { return std::move(error_); }

private:
  RuleId disabled_;
  bool ignored_ = false;
  std::optional<Error> error_;
};

} // namespace orus::verify
