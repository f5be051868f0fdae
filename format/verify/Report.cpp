#include "format/verify/Report.h"

#include "format/base/Text.h"

namespace orus::verify {

namespace {
constexpr RuleInfo kRules[] = {
    {},
#define ORUS_VERIFY_RULE(ident, name, meaning) {RuleId::ident, #ident, name, meaning},
#include "format/verify/Rules.def"
};
} // namespace

std::span<const RuleInfo> rules() { return std::span(kRules).subspan(1); }

std::string_view name(RuleId rule) { return kRules[static_cast<size_t>(rule)].ident; }

std::string concat(std::initializer_list<Piece> pieces) {
  std::string text;
  for (const Piece &piece : pieces)
    if (piece.isNumber)
      text += std::to_string(piece.number);
    else
      text += piece.text;
  return text;
}

bool Report::fail(RuleId rule, const Place &place, std::initializer_list<Piece> sentence) {
  ignored_ |= rule == disabled_;
  if (rule == disabled_ || failed())
    return false;
  error_.emplace();
  error_->rule = rule;
  error_->section = place.section;
  error_->index = place.index;
  error_->function = place.function;
  error_->pc = place.pc;
  error_->sentence = concat(sentence);
  return false;
}

std::string Error::place() const {
  std::string text;
  if (function != kNone) {
    text = section.empty() ? "" : concat({section, ", "});
    text += concat({"function ", function});
    if (!functionName.empty())
      text += " (" + base::escaped(functionName) + ")";
    if (pc != kNone)
      text += concat({" at ", pc});
    return text;
  }
  text = section;
  if (index != kNone)
    text += concat({"[", index, "]"});
  return text;
}

std::string Error::text() const { return concat({place(), ": ", name(rule), ": ", sentence}); }

base::Error Error::toBase() const {
  return {base::ErrorKind::Rejected, concat({name(rule), ": ", sentence}), place(),
          base::Error::kNoOffset};
}

} // namespace orus::verify
