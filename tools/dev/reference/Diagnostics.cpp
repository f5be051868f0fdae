// docs/reference/diagnostics.md: every code with its explanation.
#include "compiler/basic/Diagnostics.h"
#include "tools/dev/reference/Markdown.h"
#include "tools/dev/reference/Pages.h"

#include <algorithm>

namespace orus::reference {
namespace {

constexpr std::string_view kIntroduction =
    R"(`orusc --explain CODE` prints a row of this page. Where and with which message each code is reported is
in [chapter 12 of the manual](language/12-diagnostics.md); the help of a report may say more than the one
below. Warnings are switched with `-WNAME` and `-Wno-NAME`.
)";

std::string severity(const basic::DiagInfo &info) {
  switch (info.severity) {
  case basic::Severity::Warning: return info.onByDefault ? "warning" : "warning, off by default";
  case basic::Severity::Error: return "error";
  case basic::Severity::Panic: return "panic";
  }
  return {};
}

} // namespace

std::string diagnostics() {
  std::string out = heading("Diagnostics");
  out += kIntroduction;
  std::vector<const basic::DiagInfo *> rows;
  for (const basic::DiagInfo &info : basic::allDiagInfos())
    rows.push_back(&info);
  std::ranges::sort(rows, {}, [](auto *info) { return std::string_view(info->code); });
  std::string_view banner;
  for (const basic::DiagInfo *info : rows) {
    basic::DiagCategory category = basic::diagCategory(info->code);
    if (category.banner != banner) {
      banner = category.banner;
      out += "\n## " + std::string(banner) + "\n\n";
      out += header({"code", "name", "severity", "why", "help"});
    }
    out +=
        row({info->code, code(info->name), severity(*info), plain(info->why), plain(info->help)});
  }
  return out;
}

} // namespace orus::reference
