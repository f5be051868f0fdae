// Analyses program texts for the tests of sema.
#pragma once

#include "compiler/basic/Render.h"
#include "compiler/sema/Sema.h"
#include "compiler/sema/TypedPrinter.h"
#include "compiler/syntax/Parser.h"

#include "doctest/doctest.h"

#include <string>

namespace orus::sema::test {

struct Analysis {
  std::string diagnostics; // one `LINE:COL CODE` for each, separated by `, `
  std::string typed;       // the typed program, empty after errors
  std::string messages;    // as the format `short` shows them
};

inline Analysis analyzeText(const char *text, llvm::ArrayRef<const char *> warnings = {"none"}) {
  basic::SourceManager sources;
  auto file = sources.add(llvm::MemoryBuffer::getMemBufferCopy(text), "test.orus");
  basic::Interner interner;
  basic::WarningOptions options;
  for (const char *flag : warnings)
    CHECK(options.apply(flag));
  basic::DiagnosticEngine diags(sources, options);
  auto ast = syntax::parse(*file, sources, interner, diags);
  Analysis result;
  SourceModule module{ast.get(), interner.intern("test"), {}};
  auto program = analyze(module, interner, diags);
  REQUIRE_MESSAGE(static_cast<bool>(program), llvm::toString(program.takeError()));
  llvm::raw_string_ostream typed(result.typed), messages(result.messages);
  if (*program)
    printTyped(typed, **program, interner);
  for (const basic::Diagnostic *diagnostic : diags.sorted()) {
    auto at = sources.lineColumn(diagnostic->range.begin);
    result.diagnostics += (result.diagnostics.empty() ? "" : ", ") + std::to_string(at.line) + ":" +
                          std::to_string(at.column) + " " + basic::diagInfo(diagnostic->id).code;
    basic::renderShort(messages, *diagnostic, sources);
  }
  return result;
}

/// What is reported for a program.
inline std::string errorsOf(const char *text) { return analyzeText(text).diagnostics; }

/// One program with what must be reported for it.
struct Case {
  const char *text;
  const char *diagnostics;
};
inline void checkCases(llvm::ArrayRef<Case> cases) {
  for (const Case &c : cases) {
    Analysis result = analyzeText(c.text);
    CHECK_MESSAGE(result.diagnostics == c.diagnostics, c.text << "\n" << result.messages);
  }
}

} // namespace orus::sema::test
