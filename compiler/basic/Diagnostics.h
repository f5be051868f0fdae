// Diagnostics as data. Codes, names, severities and categories live in Diagnostics.def; renderers
// (human, short, json, sarif) read the same records. Manual, chapter 12.
#pragma once

#include "compiler/basic/Source.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace orus::basic {

/// One enumerator for each row of Diagnostics.def, named after the diagnostic: Diag::TypeMismatch.
enum class Diag : uint16_t {
#define ORUS_DIAG(ident, code, name, ...) ident,
#include "compiler/basic/Diagnostics.def"
};

enum class Severity : uint8_t { Warning, Error, Panic };

/// The constant part of a diagnostic: a row of the table.
struct DiagInfo {
  const char *code;     // "E2001"
  const char *name;     // "type-mismatch"
  Severity severity;    // of the row; -Werror may raise a warning
  bool onByDefault;     // warnings only
  const char *why;      // explanation shown by `human` and `--explain`, may be empty
};
const DiagInfo &diagInfo(Diag diag);

struct Label {
  SourceRange range;
  std::string text;
};
struct Note {
  std::string text;
  SourceRange range; // may be invalid: a note without a place
};
struct FixEdit {
  SourceRange range; // replaced; empty for an insertion
  std::string insert;
};
struct Fix {
  std::string text;
  std::vector<FixEdit> edits;
};

/// One diagnostic. The builder style keeps reports to one statement:
///   diags.report(Diag::TypeMismatch, range, "this is a `string`, but …")
///       .label("a `string`").label(annotation, "`i32` is asked for here").help("…");
struct Diagnostic {
  Diag id{};
  SourceRange range;
  std::string message;
  std::string primaryLabel;
  std::vector<Label> labels;
  std::string why; // overrides the table's explanation
  std::vector<std::string> helps;
  std::vector<Note> notes;
  std::vector<Fix> fixes;

  Diagnostic &label(std::string text) { return primaryLabel = std::move(text), *this; }
  Diagnostic &label(SourceRange at, std::string text) {
    return labels.push_back({at, std::move(text)}), *this;
  }
  Diagnostic &help(std::string text) { return helps.push_back(std::move(text)), *this; }
  Diagnostic &note(std::string text, SourceRange at = {}) {
    return notes.push_back({std::move(text), at}), *this;
  }
  Diagnostic &fix(std::string text, SourceRange at, std::string insert) {
    return fixes.push_back({std::move(text), {{at, std::move(insert)}}}), *this;
  }
};

/// Collects the diagnostics of one compilation; drops exact repeats (same code, same primary span),
/// sorts by file, position and code, and hands them to a renderer at the end of a phase.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(const SourceManager &sources) : sources_(sources) {}

  /// The returned reference stays valid until the next report.
  Diagnostic &report(Diag id, SourceRange range, std::string message);
  bool hasErrors() const { return errors_ != 0; }
  size_t errorCount() const { return errors_; }
  /// Discards the warnings reported so far and from now on (manual 12.3, phases).
  void dropWarnings();
  /// Sorted, without repeats.
  std::vector<const Diagnostic *> sorted() const;
  const SourceManager &sources() const { return sources_; }

private:
  const SourceManager &sources_;
  std::vector<std::unique_ptr<Diagnostic>> all_;
  Diagnostic discarded_;
  size_t errors_ = 0;
  bool warningsDropped_ = false;
};

} // namespace orus::basic
