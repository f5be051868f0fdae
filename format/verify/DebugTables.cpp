// Line entries and inlined calls (V28), which traces and orus-objdump read without further checks.
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
    if (entry->inlined > image.inlinedCalls.size())
      return report.fail(RuleId::V28, place, {"no inlined call ", entry->inlined - 1});
  }
  return true;
}

bool checkInlinedCalls(const Subject &image, Report &report) {
  std::vector<uint32_t> depths;
  depths.reserve(image.inlinedCalls.size());
  for (const image::InlinedCall &call : image.inlinedCalls) {
    Place place{"INLINED", static_cast<uint32_t>(depths.size())};
    if (call.function >= image.functions.size())
      return report.fail(RuleId::V28, place, {"no function ", call.function});
    if (call.line == 0 || call.file >= image.files.size())
      return report.fail(RuleId::V28, place, {"no file ", call.file, " or no line"});
    if (call.outer > depths.size())
      return report.fail(RuleId::V28, place, {"is in a call that does not come before it"});
    uint32_t depth = call.outer ? depths[call.outer - 1] + 1 : 1;
    if (depth > image::kMaxInlineDepth)
      return report.fail(RuleId::V28, place,
                         {"more than ", image::kMaxInlineDepth, " calls inside one another"});
    depths.push_back(depth);
  }
  return true;
}

bool checkLoops(const Subject &image, Report &report) {
  for (uint32_t i = 0; i < image.loops.size(); ++i) {
    const image::LoopRecord &loop = image.loops[i];
    Place place{"LOOPS", i};
    if (loop.function >= image.functions.size())
      return report.fail(RuleId::V28, place, {"no function ", loop.function});
    const image::Function &function = image.functions[loop.function];
    if (loop.begin >= loop.end || loop.end > function.codeLength)
      return report.fail(RuleId::V28, place,
                         {"words ", loop.begin, " to ", loop.end, " are not in the ",
                          function.codeLength, " words of function ", loop.function});
    if (loop.line != 0 && loop.file >= image.files.size())
      return report.fail(RuleId::V28, place, {"no file ", loop.file});
    if (loop.inlined > image.inlinedCalls.size())
      return report.fail(RuleId::V28, place, {"no inlined call ", loop.inlined - 1});
    bool isInner = loop.parent != 0;
    if (loop.parent > i || loop.depth == 0 ||
        (isInner && (image.loops[loop.parent - 1].function != loop.function ||
                     image.loops[loop.parent - 1].depth + 1 != loop.depth)))
      return report.fail(RuleId::V28, place, {"is in a loop that does not come before it"});
  }
  return true;
}

} // namespace orus::verify
