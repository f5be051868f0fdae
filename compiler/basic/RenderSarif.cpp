// A SARIF 2.1.0 log, manual 12.2.4.
#include "compiler/basic/Render.h"

#include "llvm/Support/JSON.h"

namespace orus::basic {

namespace json = llvm::json;

namespace {

class SarifWriter {
public:
  SarifWriter(llvm::raw_ostream &out, const SourceManager &sources)
      : j_(out, 2), sources_(sources) {}

  void log(llvm::ArrayRef<const Diagnostic *> diagnostics, const RenderOptions &options) {
    j_.object([&] {
      j_.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
      j_.attribute("version", "2.1.0");
      j_.attributeArray("runs", [&] { j_.object([&] { run(diagnostics, options); }); });
    });
  }

private:
  static std::string utf8(llvm::StringRef text) { return json::fixUTF8(text); }

  void text(llvm::StringRef name, llvm::StringRef value) {
    j_.attributeObject(name, [&] { j_.attribute("text", utf8(value)); });
  }

  void run(llvm::ArrayRef<const Diagnostic *> diagnostics, const RenderOptions &options) {
    std::vector<Diag> rules;
    for (const Diagnostic *d : diagnostics)
      rules.push_back(d->id);
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());

    j_.attributeObject("tool", [&] {
      j_.attributeObject("driver", [&] {
        j_.attribute("name", options.tool);
        if (!options.toolVersion.empty())
          j_.attribute("version", options.toolVersion);
        j_.attributeArray("rules", [&] {
          for (Diag id : rules)
            rule(diagInfo(id));
        });
      });
    });
    j_.attribute("columnKind", "unicodeCodePoints");
    j_.attributeArray("results", [&] {
      for (const Diagnostic *d : diagnostics) {
        auto index = std::lower_bound(rules.begin(), rules.end(), d->id) - rules.begin();
        j_.object([&] { result(*d, index); });
      }
    });
  }

  void rule(const DiagInfo &info) {
    j_.object([&] {
      j_.attribute("id", info.code);
      j_.attribute("name", info.name);
      text("shortDescription", info.why);
      text("help", *info.help ? info.help : info.why);
    });
  }

  void result(const Diagnostic &d, int64_t ruleIndex) {
    j_.attribute("ruleId", diagInfo(d.id).code);
    j_.attribute("ruleIndex", ruleIndex);
    j_.attribute("level", d.severity == Severity::Warning ? "warning" : "error");
    text("message", d.message);
    if (d.range.valid())
      j_.attributeArray("locations", [&] { j_.object([&] { physical(d.range); }); });
    j_.attributeArray("relatedLocations", [&] {
      for (const Label &label : d.labels)
        related(label.range, label.text);
      for (const Note &note : d.notes)
        related(note.range, note.text);
    });
    j_.attributeArray("fixes", [&] {
      for (const Fix &f : d.fixes)
        fix(f);
    });
  }

  void related(SourceRange range, llvm::StringRef message) {
    j_.object([&] {
      if (range.valid())
        physical(range);
      text("message", message);
    });
  }

  void artifact(FileId file) {
    j_.attributeObject("artifactLocation", [&] { j_.attribute("uri", utf8(sources_.name(file))); });
  }

  void physical(SourceRange range) {
    j_.attributeObject("physicalLocation", [&] {
      artifact(sources_.fileOf(range.begin));
      j_.attributeObject("region", [&] {
        LineColumn begin = sources_.lineColumn(range.begin), end = sources_.lineColumn(range.end);
        j_.attribute("startLine", begin.line);
        j_.attribute("startColumn", begin.column);
        j_.attribute("endLine", end.line);
        j_.attribute("endColumn", end.column);
        offsets(begin, end);
      });
    });
  }

  void offsets(const LineColumn &begin, const LineColumn &end) {
    j_.attribute("byteOffset", begin.byte);
    j_.attribute("byteLength", end.byte - begin.byte);
  }

  void fix(const Fix &f) {
    j_.object([&] {
      text("description", f.text);
      j_.attributeArray("artifactChanges", [&] {
        for (const FixEdit &edit : f.edits)
          j_.object([&] {
            artifact(sources_.fileOf(edit.range.begin));
            j_.attributeArray("replacements", [&] { j_.object([&] { replacement(edit); }); });
          });
      });
    });
  }

  void replacement(const FixEdit &edit) {
    j_.attributeObject("deletedRegion", [&] {
      offsets(sources_.lineColumn(edit.range.begin), sources_.lineColumn(edit.range.end));
    });
    text("insertedContent", edit.insert);
  }

  json::OStream j_;
  const SourceManager &sources_;
};

} // namespace

void renderSarif(llvm::raw_ostream &out, llvm::ArrayRef<const Diagnostic *> diagnostics,
                 const SourceManager &sources, const RenderOptions &options) {
  SarifWriter(out, sources).log(diagnostics, options);
  out << '\n';
}

} // namespace orus::basic
