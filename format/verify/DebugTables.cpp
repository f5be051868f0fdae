// Line entries (V28), which traces and orus-objdump read without further checks.
#include "format/verify/DebugTables.h"

namespace orus::verify {

bool checkLines(const Subject &image, image::FunctionId id, Report &report) {
  if (image.lines.empty())
    return true;
  const image::Function &function = image.functions[id];
  for (uint32_t i = 0; i < function.lineCount; ++i) {
    const image::LineEntry *entry = &image.lines[function.lineBegin + i];
    Place place{"LINES", function.lineBegin + i};
    if (entry->pc >= function.codeLength)
      return report.fail(
          RuleId::V28, place,
          {"word ", entry->pc, " is not in the ", function.codeLength, " words of function ", id});
    if (i > 0 && entry->pc <= entry[-1].pc)
      return report.fail(RuleId::V28, place, {"does not come after the entry before it"});
    if (entry->line != 0 && entry->file >= image.files.size())
      return report.fail(RuleId::V28, place, {"no file ", entry->file});
  }
  return true;
}

} // namespace orus::verify
