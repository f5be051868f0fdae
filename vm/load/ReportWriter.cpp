#include "vm/load/ReportWriter.h"

#include "vm/load/SourceExcerpt.h"

#include "format/base/Text.h"

namespace orus::vm {

namespace {

constexpr size_t kWidth = 80;

std::string location(const StackFrame &frame) {
  if (frame.line == 0)
    return {};
  return base::escaped(frame.file) + ":" + std::to_string(frame.line) + ":" +
         std::to_string(frame.column);
}

std::string functionText(const StackFrame &frame) {
  if (frame.isTopLevel)
    return "the top level";
  if (frame.function.empty())
    return "a function expression";
  return "`" + base::escaped(frame.function) + "`";
}

class HumanReport {
public:
  HumanReport(const PanicReport &report, bool color) : report_(report), color_(color) {}

  std::string write() {
    banner();
    message();
    if (!report_.frames.empty())
      excerpt(report_.frames[0]);
    if (!report_.help.empty())
      row("help", "36", report_.help);
    for (size_t i = 1; i < report_.frames.size(); ++i) {
      if (i == report_.omittedAfter)
        row("note", "32", "… " + std::to_string(report_.omitted) + " calls more");
      std::string place = location(report_.frames[i]);
      row("note", "32",
          "called from " + functionText(report_.frames[i]) +
              (place.empty() ? "" : " (" + place + ")"));
    }
    return text_ + "\n";
  }

private:
  // Text between the sequences of a colour.
  std::string in(const char *style, std::string_view text) const {
    return color_ ? "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m"
                  : std::string(text);
  }

  void banner() {
    std::string title = "RUNTIME PANIC [" + report_.code + "]";
    std::string place = report_.frames.empty() ? "" : location(report_.frames[0]);
    size_t used = 3 + title.size() + 1 + (place.empty() ? 0 : 1 + columnsOf(place));
    size_t fill = used + 3 < kWidth ? kWidth - used : 3;
    text_ += "== " + in("1;31", title) + " " + std::string(fill, '=');
    text_ += (place.empty() ? "" : " " + place) + "\n\n";
  }

  void message() {
    std::string_view rest = report_.text;
    for (bool first = true; first || !rest.empty(); first = false) {
      size_t end = rest.find('\n');
      std::string line = base::escaped(rest.substr(0, end));
      text_ += first ? in("1", line) : "  " + line;
      text_ += '\n';
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    text_ += '\n';
  }

  void excerpt(const StackFrame &frame) {
    auto found = readExcerpt(frame.file, report_.fileHash, frame.line, frame.column);
    if (!found)
      return;
    std::string number = std::to_string(frame.line);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, ' ');
    text_ += in("2", number + " |") + " " + found->line + "\n";
    text_ += in("2", std::string(number.size(), ' ') + " |") + " " + std::string(found->mark, ' ') +
             in("1;31", "^") + "\n\n";
  }

  // `  help: text`, wrapped.
  void row(const char *label, const char *style, std::string_view text) {
    text_ += "  " + in(style, label) + ":";
    size_t column = 7;
    while (!text.empty()) {
      size_t end = text.find(' ');
      std::string_view word = text.substr(0, end);
      size_t width = columnsOf(word);
      if (column + 1 + width > kWidth && column > 8) {
        text_ += "\n       ";
        column = 7;
      }
      (text_ += ' ') += word;
      column += 1 + width;
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    text_ += '\n';
  }

  const PanicReport &report_;
  bool color_;
  std::string text_;
};

std::string writeShort(const PanicReport &report) {
  std::string place = report.frames.empty() ? "" : location(report.frames[0]);
  return (place.empty() ? "" : place + ": ") + "panic[" + report.code +
         "]: " + base::escaped(report.text) + "\n";
}

// Builds the text of a JSON object or array.
class Json {
public:
  Json &open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
    return *this;
  }
  Json &close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
  }
  Json &key(std::string_view name) {
    separate();
    text_ += base::jsonQuoted(name) + ":";
    first_ = true;
    return *this;
  }
  Json &value(std::string_view text) {
    separate();
    text_ += base::jsonQuoted(text);
    return *this;
  }
  Json &value(const char *text) { return value(std::string_view(text)); }
  Json &value(const std::string &text) { return value(std::string_view(text)); }
  Json &value(uint64_t number) {
    separate();
    text_ += std::to_string(number);
    return *this;
  }
  Json &value(bool flag) {
    separate();
    text_ += flag ? "true" : "false";
    return *this;
  }
  template <typename T> Json &member(std::string_view name, const T &content) {
    return key(name).value(content);
  }
  const std::string &text() const { return text_; }

private:
  void separate() {
    if (!first_)
      text_ += ',';
    first_ = false;
  }
  std::string text_;
  bool first_ = true;
};

// The members that give a position, in the spelling of manual 12.2.3.
void span(Json &json, const StackFrame &frame, const std::optional<SourceExcerpt> &source) {
  json.member("file", frame.file);
  json.member("line", uint64_t{frame.line}).member("column", uint64_t{frame.column});
  json.member("endLine", uint64_t{frame.line}).member("endColumn", uint64_t{frame.column} + 1);
  if (source)
    json.member("byteStart", source->byteStart).member("byteEnd", source->byteEnd);
}

std::optional<SourceExcerpt> sourceOf(const PanicReport &report) {
  if (report.frames.empty())
    return std::nullopt;
  const StackFrame &frame = report.frames[0];
  return readExcerpt(frame.file, report.fileHash, frame.line, frame.column);
}

std::string writeJson(const PanicReport &report) {
  Json json;
  json.open('{').member("tool", "orusvm").member("severity", "panic");
  json.member("code", report.code).member("name", report.name).member("category", "panic");
  json.member("message", report.text);
  if (!report.frames.empty() && report.frames[0].line) {
    auto source = sourceOf(report);
    span(json, report.frames[0], source);
    json.key("labels").open('[').open('{').member("primary", true).member("text", "");
    span(json, report.frames[0], source);
    json.close('}').close(']');
  }
  json.member("why", report.why).key("help").open('[');
  if (!report.help.empty())
    json.value(report.help);
  json.close(']').key("stack").open('[');
  for (const StackFrame &frame : report.frames) {
    json.open('{').member("function", frame.function);
    if (frame.line)
      json.member("file", frame.file)
          .member("line", uint64_t{frame.line})
          .member("column", uint64_t{frame.column});
    json.close('}');
  }
  json.close(']');
  if (report.omitted)
    json.member("stackOmitted", uint64_t{report.omitted});
  json.close('}');
  return json.text() + "\n";
}

void sarifLocation(Json &json, const StackFrame &frame,
                   const std::optional<SourceExcerpt> &source) {
  json.open('{');
  if (frame.line) {
    json.key("physicalLocation").open('{');
    json.key("artifactLocation").open('{').member("uri", frame.file).close('}');
    json.key("region").open('{').member("startLine", uint64_t{frame.line});
    json.member("startColumn", uint64_t{frame.column});
    json.member("endColumn", uint64_t{frame.column} + 1);
    if (source)
      json.member("byteOffset", source->byteStart)
          .member("byteLength", source->byteEnd - source->byteStart);
    json.close('}').close('}');
  }
  json.key("logicalLocations").open('[').open('{');
  json.member("name", frame.isTopLevel ? "the top level" : frame.function);
  json.member("kind", "function").close('}').close(']').close('}');
}

void sarifResult(Json &json, const PanicReport &report) {
  auto source = sourceOf(report);
  json.open('{').member("ruleId", report.code).member("ruleIndex", uint64_t{0});
  json.member("level", "error");
  json.key("message").open('{').member("text", report.text).close('}');
  if (!report.frames.empty()) {
    json.key("locations").open('[');
    sarifLocation(json, report.frames[0], source);
    json.close(']').key("codeFlows").open('[').open('{').key("threadFlows").open('[').open('{');
    json.key("locations").open('[');
    // From the outermost call to the place of the panic.
    for (size_t i = report.frames.size(); i-- > 0;) {
      json.open('{').key("location");
      sarifLocation(json, report.frames[i], std::nullopt);
      json.close('}');
    }
    json.close(']').close('}').close(']').close('}').close(']');
  }
  json.close('}');
}

std::string writeSarif(const PanicReport *report, const std::string &version) {
  Json json;
  json.open('{').member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  json.member("version", "2.1.0").key("runs").open('[').open('{');
  json.key("tool").open('{').key("driver").open('{').member("name", "orusvm");
  json.member("version", version).key("rules").open('[');
  if (report) {
    json.open('{').member("id", report->code).member("name", report->name);
    json.key("shortDescription").open('{').member("text", report->why).close('}');
    json.key("help").open('{').member("text", report->help).close('}').close('}');
  }
  json.close(']').close('}').close('}').member("columnKind", "unicodeCodePoints");
  json.key("results").open('[');
  if (report)
    sarifResult(json, *report);
  json.close(']').close('}').close(']').close('}');
  return json.text() + "\n";
}

} // namespace

std::string formatReport(const PanicReport &report, const ReportOptions &options) {
  switch (options.format) {
  case ReportFormat::Human: return HumanReport(report, options.color).write();
  case ReportFormat::Short: return writeShort(report);
  case ReportFormat::Json: return writeJson(report);
  case ReportFormat::Sarif: break;
  }
  return writeSarif(&report, options.toolVersion);
}

std::string formatEmptyRun(const ReportOptions &options) {
  return options.format == ReportFormat::Sarif ? writeSarif(nullptr, options.toolVersion) : "";
}

} // namespace orus::vm
