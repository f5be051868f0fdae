#include "compiler/basic/Render.h"

#include "llvm/ADT/StringSwitch.h"

namespace orus::basic {

std::optional<DiagnosticFormat> parseDiagnosticFormat(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<DiagnosticFormat>>(name)
      .Case("human", DiagnosticFormat::Human)
      .Case("short", DiagnosticFormat::Short)
      .Case("json", DiagnosticFormat::Json)
      .Case("sarif", DiagnosticFormat::Sarif)
      .Default(std::nullopt);
}

llvm::StringRef severityWord(Severity severity) {
  switch (severity) {
  case Severity::Warning: return "warning";
  case Severity::Error: return "error";
  case Severity::Panic: return "panic";
  }
  return "error";
}

void renderDiagnostics(llvm::raw_ostream &out, const DiagnosticEngine &diags,
                       const RenderOptions &options) {
  std::vector<const Diagnostic *> shown;
  size_t errors = 0;
  for (const Diagnostic *diagnostic : diags.sorted()) {
    bool counts = diagnostic->severity != Severity::Warning;
    errors += counts;
    if (!counts || options.maxErrors == 0 || errors <= options.maxErrors)
      shown.push_back(diagnostic);
  }
  const SourceManager &sources = diags.sources();
  if (options.format == DiagnosticFormat::Sarif)
    return renderSarif(out, shown, sources, options);
  for (const Diagnostic *diagnostic : shown) {
    switch (options.format) {
    case DiagnosticFormat::Short: renderShort(out, *diagnostic, sources); break;
    case DiagnosticFormat::Json: renderJson(out, *diagnostic, sources, options.tool); break;
    default: renderHuman(out, *diagnostic, sources, options.color);
    }
  }
  if (options.format == DiagnosticFormat::Human)
    renderSummary(out, diags.errorCount(), diags.warningCount());
}

void renderSummary(llvm::raw_ostream &out, size_t errors, size_t warnings) {
  auto count = [&](size_t n, const char *what) { out << n << ' ' << what << (n == 1 ? "" : "s"); };
  if (errors == 0 && warnings == 0)
    return;
  if (errors != 0)
    count(errors, "error");
  if (errors != 0 && warnings != 0)
    out << ", ";
  if (warnings != 0)
    count(warnings, "warning");
  if (errors != 0)
    out << "; no image written";
  out << '\n';
}

bool explain(llvm::raw_ostream &out, llvm::StringRef code) {
  for (const DiagInfo &info : allDiagInfos()) {
    if (!code.equals_insensitive(info.code))
      continue;
    DiagCategory category = diagCategory(info.code);
    out << info.code << ' ' << info.name << " (" << category.banner << ")\n\n";
    out << " why : " << info.why << '\n';
    if (*info.help)
      out << " help: " << info.help << '\n';
    if (info.severity == Severity::Warning)
      out << " note: " << (info.onByDefault ? "on by default; `-Wno-" : "off by default; `-W ")
          << info.name << "` switches it " << (info.onByDefault ? "off" : "on") << ".\n";
    return true;
  }
  return false;
}

bool wantsColor(ColorMode mode, bool isTerminal, const char *noColor, const char *term) {
  if (mode != ColorMode::Auto)
    return mode == ColorMode::Always;
  bool refused = noColor && *noColor;
  bool dumb = term && llvm::StringRef(term) == "dumb";
  return isTerminal && !refused && !dumb;
}

} // namespace orus::basic
