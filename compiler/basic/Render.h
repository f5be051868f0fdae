// The four output formats of diagnostics, manual 12.2. Each has a file of its own.
#pragma once

#include "compiler/basic/Diagnostics.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace orus::basic {

enum class DiagnosticFormat : uint8_t { Human, Short, Json, Sarif };

/// `human`, `short`, `json` or `sarif`.
std::optional<DiagnosticFormat> parseDiagnosticFormat(llvm::StringRef name);

struct RenderOptions {
  DiagnosticFormat format = DiagnosticFormat::Human;
  bool color = false;               // only `human` is ever coloured
  size_t maxErrors = 20;            // errors printed; 0: all
  llvm::StringRef tool = "orusc";   // named in `json` and `sarif`
  llvm::StringRef toolVersion = {}; // in `sarif`
};

/// Writes everything the engine has collected, in order, with the summary that the format asks for.
void renderDiagnostics(llvm::raw_ostream &out, const DiagnosticEngine &diags,
                       const RenderOptions &options);

void renderHuman(llvm::raw_ostream &out, const Diagnostic &diagnostic, const SourceManager &sources,
                 bool color);
void renderShort(llvm::raw_ostream &out, const Diagnostic &diagnostic,
                 const SourceManager &sources);
void renderJson(llvm::raw_ostream &out, const Diagnostic &diagnostic, const SourceManager &sources,
                llvm::StringRef tool);
/// A whole log, also for a run without diagnostics.
void renderSarif(llvm::raw_ostream &out, llvm::ArrayRef<const Diagnostic *> diagnostics,
                 const SourceManager &sources, const RenderOptions &options);

/// `2 errors, 1 warning; no image written`, or nothing if there were none.
void renderSummary(llvm::raw_ostream &out, size_t errors, size_t warnings);

/// The catalogue entry of a code for `--explain`; false if there is no such code.
[[nodiscard]] bool explain(llvm::raw_ostream &out, llvm::StringRef code);

enum class ColorMode : uint8_t { Auto, Always, Never };

/// Whether to colour (`--color`), from the mode, the kind of output, and the environment variables
/// NO_COLOR and TERM, null where unset.
bool wantsColor(ColorMode mode, bool isTerminal, const char *noColor, const char *term);

/// The word for a severity in `short` and `json`.
llvm::StringRef severityWord(Severity severity);

} // namespace orus::basic
