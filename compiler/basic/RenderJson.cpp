// One JSON object for each diagnostic, manual 12.2.3.
#include "compiler/basic/Render.h"

#include "llvm/Support/JSON.h"

namespace orus::basic {

namespace json = llvm::json;

namespace {

std::string utf8(llvm::StringRef text) { return json::fixUTF8(text); }

void writeRange(json::OStream &j, const SourceManager &sources, SourceRange range) {
  if (!range.valid())
    return;
  LineColumn begin = sources.lineColumn(range.begin), end = sources.lineColumn(range.end);
  j.attribute("file", utf8(sources.name(sources.fileOf(range.begin))));
  j.attribute("line", begin.line);
  j.attribute("column", begin.column);
  j.attribute("endLine", end.line);
  j.attribute("endColumn", end.column);
  j.attribute("byteStart", begin.byte);
  j.attribute("byteEnd", end.byte);
}

void writeLabel(json::OStream &j, const SourceManager &sources, bool primary, SourceRange range,
                llvm::StringRef text) {
  j.object([&] {
    j.attribute("primary", primary);
    j.attribute("text", utf8(text));
    writeRange(j, sources, range);
  });
}

void writeFix(json::OStream &j, const SourceManager &sources, const Fix &fix) {
  j.object([&] {
    j.attribute("text", utf8(fix.text));
    j.attributeArray("edits", [&] {
      for (const FixEdit &edit : fix.edits)
        j.object([&] {
          j.attribute("file", utf8(sources.name(sources.fileOf(edit.range.begin))));
          j.attribute("byteStart", sources.lineColumn(edit.range.begin).byte);
          j.attribute("byteEnd", sources.lineColumn(edit.range.end).byte);
          j.attribute("insert", utf8(edit.insert));
        });
    });
  });
}

} // namespace

void renderJson(llvm::raw_ostream &out, const Diagnostic &d, const SourceManager &sources,
                llvm::StringRef tool) {
  const DiagInfo &info = diagInfo(d.id);
  json::OStream j(out);
  j.object([&] {
    j.attribute("tool", tool);
    j.attribute("severity", severityWord(d.severity));
    j.attribute("code", info.code);
    j.attribute("name", info.name);
    j.attribute("category", diagCategory(info.code).slug);
    j.attribute("message", utf8(d.message));
    writeRange(j, sources, d.range);
    j.attributeArray("labels", [&] {
      if (!d.primaryLabel.empty())
        writeLabel(j, sources, true, d.range, d.primaryLabel);
      for (const Label &label : d.labels)
        writeLabel(j, sources, false, label.range, label.text);
    });
    j.attribute("why", utf8(d.shownWhy()));
    j.attributeArray("help", [&] {
      for (llvm::StringRef help : d.shownHelps())
        j.value(utf8(help));
    });
    j.attributeArray("notes", [&] {
      for (const Note &note : d.notes)
        j.object([&] {
          j.attribute("text", utf8(note.text));
          writeRange(j, sources, note.range);
        });
    });
    j.attributeArray("fixes", [&] {
      for (const Fix &fix : d.fixes)
        writeFix(j, sources, fix);
    });
  });
  out << '\n';
}

} // namespace orus::basic
