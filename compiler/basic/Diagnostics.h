// Diagnostics as data. Codes, names, severities and categories live in Diagnostics.def; renderers
// (human, short, json, sarif) read the same records. Manual, chapter 12.
#pragma once

#include "compiler/basic/Source.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>
#include <utility>
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
  const char *code;  // "E2001"
  const char *name;  // "type-mismatch"
  Severity severity; // of the row; -Werror may raise a warning
  bool onByDefault;  // warnings only
  const char *why;   // explanation shown by `human` and `--explain`, may be empty
  const char *help;  // next step, shown where a report offers none; may be empty
};
const DiagInfo &diagInfo(Diag diag);
/// Every row, in the order of the enumeration.
llvm::ArrayRef<DiagInfo> allDiagInfos();

/// Where a code belongs, by its range: `TYPE ERROR`, `type`.
struct DiagCategory {
  const char *banner, *slug;
};
DiagCategory diagCategory(llvm::StringRef code);

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
  Severity severity{};
  SourceRange range;
  std::string message;
  std::string primaryLabel;
  std::vector<Label> labels;
  std::string why; // overrides the table's explanation
  std::vector<std::string> helps;
  std::vector<Note> notes;
  std::vector<Fix> fixes;

  /// The explanation and the help lines to show: the report's own, else those of the table.
  llvm::StringRef shownWhy() const;
  std::vector<llvm::StringRef> shownHelps() const;

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

/// Which warnings are reported, and whether they count as errors (`-W`, manual 12.2).
class WarningOptions {
public:
  WarningOptions();
  /// Applies the text after `-W`: NAME, no-NAME, all, none or error. False if there is no such
  /// warning.
  [[nodiscard]] bool apply(llvm::StringRef flag);
  bool enabled(Diag warning) const { return enabled_[static_cast<size_t>(warning)]; }
  bool asErrors() const { return asErrors_; }

private:
  std::vector<bool> enabled_; // by Diag
  bool asErrors_ = false;
};

/// Collects the diagnostics of one compilation; drops exact repeats (same code, same primary span),
/// sorts by file, position and code, and hands them to a renderer at the end of a phase.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(const SourceManager &sources, WarningOptions warnings = {})
      : sources_(sources), warnings_(std::move(warnings)) {}

  /// Files a diagnostic, or drops it if it repeats an earlier one or is a warning switched off; the
  /// result can be completed in either case. It stays valid until the next report.
  Diagnostic &report(Diag id, SourceRange range, std::string message);
  bool hasErrors() const { return errors_ != 0; }
  /// Warnings raised by -Werror are errors.
  size_t errorCount() const { return errors_; }
  size_t warningCount() const { return all_.size() - errors_; }
  /// Discards the warnings reported so far and from now on (manual 12.3, phases).
  void dropWarnings();
  /// Sorted, without repeats.
  std::vector<const Diagnostic *> sorted() const;
  const SourceManager &sources() const { return sources_; }

private:
  const SourceManager &sources_;
  WarningOptions warnings_;
  std::vector<std::unique_ptr<Diagnostic>> all_;
  llvm::DenseSet<std::pair<uint64_t, uint32_t>> seen_; // primary span and code
  Diagnostic discarded_;
  size_t errors_ = 0;
  bool warningsDropped_ = false;
};

} // namespace orus::basic
