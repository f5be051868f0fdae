#include "compiler/syntax/SyntaxErrors.h"

namespace orus::syntax {

using namespace basic;

Diagnostic &SyntaxErrors::report(Phase phase, Diag id, SourceRange range, std::string message) {
  auto [found, isNew] =
      entryOfLine_.try_emplace(sources_.line(range.begin), static_cast<uint32_t>(entries_.size()));
  if (isNew)
    entries_.push_back({phase, false, std::make_unique<Diagnostic>()});
  Entry &entry = entries_[found->second];
  // The lexer runs ahead of the parser, so the order of reports does not tell which came first.
  bool first = phase == Phase::Lexer || !entry.fromParser;
  bool replaces = first && phase != entry.phase && range.begin < entry.diagnostic->range.begin;
  entry.fromParser |= phase == Phase::Parser;
  if (!isNew && !replaces)
    return discard();
  entry.phase = phase;
  *entry.diagnostic = {};
  entry.diagnostic->id = id;
  entry.diagnostic->range = range;
  entry.diagnostic->message = std::move(message);
  return *entry.diagnostic;
}

void SyntaxErrors::flush(DiagnosticEngine &diags) {
  for (Entry &entry : entries_) {
    Diagnostic &from = *entry.diagnostic;
    Diagnostic &to = diags.report(from.id, from.range, "");
    from.severity = to.severity;
    to = std::move(from);
  }
  entries_.clear();
  entryOfLine_.clear();
}

} // namespace orus::syntax
