// The errors of one file while it is read: at most one for each source line (manual 12.3), the
// leftmost where the lexer and the parser both found one.
#pragma once

#include "compiler/basic/Diagnostics.h"

#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <string>
#include <vector>

namespace orus::syntax {

class SyntaxErrors {
public:
  enum class Phase : uint8_t { Lexer, Parser };

  explicit SyntaxErrors(const basic::SourceManager &sources) : sources_(sources) {}

  /// Files an error unless its line has one already. The result can be completed in either case and
  /// stays valid until the next report.
  basic::Diagnostic &report(Phase phase, basic::Diag id, basic::SourceRange range,
                            std::string message);
  /// A place for an error that is not to be reported.
  basic::Diagnostic &discard() { return discarded_ = {}; }
  bool any() const { return !entries_.empty(); }
  /// Hands everything over.
  void flush(basic::DiagnosticEngine &diags);

private:
  struct Entry {
    Phase phase;
    bool fromParser; // the parser found an error on this line, reported or not
    std::unique_ptr<basic::Diagnostic> diagnostic;
  };

  const basic::SourceManager &sources_;
  std::vector<Entry> entries_;
  llvm::DenseMap<uint32_t, uint32_t> entryOfLine_;
  basic::Diagnostic discarded_;
};

} // namespace orus::syntax
