// One line for each diagnostic, manual 12.2.2.
#include "compiler/basic/Render.h"

namespace orus::basic {

void renderShort(llvm::raw_ostream &out, const Diagnostic &diagnostic,
                 const SourceManager &sources) {
  if (diagnostic.range.valid()) {
    LineColumn at = sources.lineColumn(diagnostic.range.begin);
    out << sources.name(sources.fileOf(diagnostic.range.begin)) << ':' << at.line << ':'
        << at.column << ": ";
  }
  out << severityWord(diagnostic.severity) << '[' << diagInfo(diagnostic.id).code << "]: ";
  for (char c : diagnostic.message) {
    if (c == '\n')
      out << "\\n";
    else
      out << c;
  }
  out << '\n';
}

} // namespace orus::basic
