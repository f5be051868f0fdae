#include "compiler/basic/Diagnostics.h"

#include <algorithm>
#include <tuple>

namespace orus::basic {

namespace {

constexpr DiagInfo kInfos[] = {
#define ORUS_DIAG(ident, code, name, severity, onByDefault, why, help)                             \
  {code, name, severity, onByDefault, why, help},
#include "compiler/basic/Diagnostics.def"
};

} // namespace

const DiagInfo &diagInfo(Diag diag) { return kInfos[static_cast<size_t>(diag)]; }

llvm::ArrayRef<DiagInfo> allDiagInfos() { return kInfos; }

DiagCategory diagCategory(llvm::StringRef code) {
  struct Row {
    const char *prefix;
    DiagCategory category;
  };
  static constexpr Row kRows[] = {
      {"W", {"WARNING", "warning"}},
      {"E09", {"IMAGE ERROR", "image"}},
      {"E0", {"RUNTIME PANIC", "panic"}},
      {"E1", {"SYNTAX ERROR", "syntax"}},
      {"E20", {"TYPE ERROR", "type"}},
      {"E21", {"NAME ERROR", "name"}},
      {"E22", {"MUTABILITY ERROR", "mutability"}},
      {"E23", {"CALL ERROR", "call"}},
      {"E24", {"DATA TYPE ERROR", "data"}},
      {"E25", {"MATCH ERROR", "match"}},
      {"E26", {"CONTROL FLOW ERROR", "flow"}},
      {"E29", {"HOT PATH ERROR", "hot"}},
      {"E3", {"MODULE ERROR", "module"}},
  };
  for (const Row &row : kRows)
    if (code.starts_with(row.prefix))
      return row.category;
  return {"INTERNAL ERROR", "internal"};
}

llvm::StringRef Diagnostic::shownWhy() const {
  return why.empty() ? llvm::StringRef(diagInfo(id).why) : llvm::StringRef(why);
}

std::vector<llvm::StringRef> Diagnostic::shownHelps() const {
  if (!helps.empty())
    return {helps.begin(), helps.end()};
  llvm::StringRef fallback = diagInfo(id).help;
  if (fallback.empty())
    return {};
  return {fallback};
}

WarningOptions::WarningOptions() {
  for (const DiagInfo &info : kInfos)
    enabled_.push_back(info.onByDefault);
}

bool WarningOptions::apply(llvm::StringRef flag) {
  if (flag == "error") {
    asErrors_ = true;
    return true;
  }
  bool on = flag != "none" && !flag.consume_front("no-");
  bool every = flag == "all" || flag == "none";
  bool found = false;
  for (size_t i = 0; i < std::size(kInfos); ++i) {
    if (kInfos[i].severity != Severity::Warning || (!every && flag != kInfos[i].name))
      continue;
    enabled_[i] = on;
    found = true;
  }
  return found;
}

Diagnostic &DiagnosticEngine::report(Diag id, SourceRange range, std::string message) {
  Severity severity = diagInfo(id).severity;
  bool isWarning = severity == Severity::Warning;
  std::pair<uint64_t, uint32_t> key{uint64_t{range.begin.offset} << 32 | range.end.offset,
                                    static_cast<uint32_t>(id)};
  bool dropped = isWarning && (warningsDropped_ || !warnings_.enabled(id));
  if (dropped || !seen_.insert(key).second) {
    discarded_ = {};
    return discarded_;
  }
  if (isWarning && warnings_.asErrors())
    severity = Severity::Error;
  all_.push_back(std::make_unique<Diagnostic>());
  Diagnostic &diagnostic = *all_.back();
  diagnostic.id = id;
  diagnostic.severity = severity;
  diagnostic.range = range;
  diagnostic.message = std::move(message);
  errors_ += severity != Severity::Warning;
  return diagnostic;
}

void DiagnosticEngine::dropWarnings() {
  warningsDropped_ = true;
  std::erase_if(all_, [](const std::unique_ptr<Diagnostic> &d) {
    return diagInfo(d->id).severity == Severity::Warning;
  });
  errors_ = all_.size();
}

std::vector<const Diagnostic *> DiagnosticEngine::sorted() const {
  std::vector<const Diagnostic *> result;
  result.reserve(all_.size());
  for (const std::unique_ptr<Diagnostic> &d : all_)
    result.push_back(d.get());
  // Positions grow with the number of the file; no two rows are equal in all three.
  std::sort(result.begin(), result.end(), [](const Diagnostic *a, const Diagnostic *b) {
    auto key = [](const Diagnostic *d) {
      return std::tuple(d->range.begin, std::string_view(diagInfo(d->id).code), d->range.end);
    };
    return key(a) < key(b);
  });
  return result;
}

} // namespace orus::basic
