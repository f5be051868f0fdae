// The format for people, manual 12.2.1: banner, message, excerpt with marks, explanation.
#include "compiler/basic/Render.h"
#include "compiler/basic/Utf8.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <tuple>

namespace orus::basic {

namespace {

constexpr size_t kWidth = 80;        // of the banner and of wrapped rows
constexpr size_t kSourceWidth = 120; // of source lines
constexpr size_t kTabWidth = 4;
constexpr llvm::StringLiteral kCut = "...";
constexpr size_t kIndent = 8; // of continuation lines

namespace color {
constexpr const char *kBold = "\x1b[1m", *kBoldRed = "\x1b[1;31m", *kBoldYellow = "\x1b[1;33m",
                     *kBlue = "\x1b[34m", *kDim = "\x1b[2m", *kCyan = "\x1b[36m",
                     *kGreen = "\x1b[32m", *kNone = "";
} // namespace color

size_t codePoints(llvm::StringRef text) {
  return static_cast<size_t>(
      llvm::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

/// A source line as it is shown, with the place of each column.
struct ShownLine {
  std::string text;                      // tabs and control characters replaced
  llvm::SmallVector<size_t, 128> bytes;  // where each shown column begins in `text`
  llvm::SmallVector<size_t, 128> places; // the shown column of each source column, and of the end

  explicit ShownLine(llvm::StringRef source) {
    while (!source.empty()) {
      uint32_t size = std::max(decodeUtf8(source).size, 1u);
      bool bad = decodeUtf8(source).size == 0;
      llvm::StringRef point = source.take_front(size);
      source = source.drop_front(size);
      places.push_back(bytes.size());
      if (point == "\t")
        add(std::string(kTabWidth, ' '), kTabWidth);
      else if (bad || static_cast<uint8_t>(point[0]) < 0x20 || point[0] == 0x7F)
        add("?", 1);
      else
        add(point, 1);
    }
    places.push_back(bytes.size());
    bytes.push_back(text.size());
  }

  size_t width() const { return bytes.size() - 1; }
  size_t place(size_t column) const { return places[std::min(column, places.size() - 1)]; }
  llvm::StringRef slice(size_t from, size_t to) const {
    return llvm::StringRef(text).slice(bytes[from], bytes[to]);
  }

private:
  void add(llvm::StringRef shown, size_t columns) {
    for (size_t i = 0; i < columns; ++i)
      bytes.push_back(text.size() + (columns > 1 ? i : 0));
    text += shown;
  }
};

struct Mark {
  uint32_t line;
  size_t begin, end; // source columns from 0; begin < end
  bool primary;
  llvm::StringRef text;
};

class HumanRenderer {
public:
  HumanRenderer(llvm::raw_ostream &out, const SourceManager &sources, bool colored)
      : out_(out), sources_(sources), colored_(colored) {}

  void render(const Diagnostic &d) {
    accent_ = d.severity == Severity::Warning ? color::kBoldYellow : color::kBoldRed;
    banner(d);
    message(d.message);
    std::vector<Note> notes = d.notes;
    if (d.range.valid()) {
      llvm::SmallVector<Mark, 4> marks{mark(d.range, true, d.primaryLabel)};
      FileId file = sources_.fileOf(d.range.begin);
      for (const Label &label : d.labels) {
        if (label.range.valid() && sources_.fileOf(label.range.begin) == file)
          marks.push_back(mark(label.range, false, label.text));
        else
          notes.push_back({label.text, label.range});
      }
      excerpt(file, marks);
      out_ << '\n';
    }
    explanation(d, notes);
  }

private:
  void styled(const char *style, llvm::StringRef text) {
    if (colored_ && *style)
      out_ << style << text << "\x1b[0m";
    else
      out_ << text;
  }

  std::string location(SourceRange range) const {
    LineColumn at = sources_.lineColumn(range.begin);
    return (sources_.name(sources_.fileOf(range.begin)) + ":" + llvm::Twine(at.line) + ":" +
            llvm::Twine(at.column))
        .str();
  }

  void banner(const Diagnostic &d) {
    const DiagInfo &info = diagInfo(d.id);
    std::string title =
        (llvm::Twine(diagCategory(info.code).banner) + " [" + info.code + "]").str();
    std::string place = d.range.valid() ? location(d.range) : "";
    size_t used = 3 + title.size() + 2 + codePoints(place);
    out_ << "== ";
    styled(accent_, title);
    out_ << ' ' << std::string(used + 3 <= kWidth ? kWidth - used : 3, '=');
    if (!place.empty())
      out_ << ' ' << place;
    out_ << "\n\n";
  }

  void message(llvm::StringRef text) {
    for (bool first = true; first || !text.empty(); first = false) {
      auto [line, rest] = text.split('\n');
      out_ << (first ? "" : "  ");
      styled(color::kBold, line);
      out_ << '\n';
      text = rest;
    }
    out_ << '\n';
  }

  Mark mark(SourceRange range, bool primary, llvm::StringRef text) const {
    LineColumn begin = sources_.lineColumn(range.begin), end = sources_.lineColumn(range.end);
    size_t from = begin.column - 1, to = end.column - 1;
    if (end.line != begin.line)
      to = codePoints(sources_.lineText(sources_.fileOf(range.begin), begin.line));
    return {begin.line, from, std::max(to, from + 1), primary, text};
  }

  void excerpt(FileId file, llvm::MutableArrayRef<Mark> marks) {
    llvm::sort(marks, [](const Mark &a, const Mark &b) {
      return std::tuple(a.line, !a.primary, a.begin, a.end, a.text) <
             std::tuple(b.line, !b.primary, b.begin, b.end, b.text);
    });
    size_t digits = std::max<size_t>(4, std::to_string(marks.back().line).size());
    uint32_t shown = 0;
    for (size_t i = 0; i < marks.size();) {
      uint32_t line = marks[i].line;
      if (shown != 0 && line - shown == 2)
        sourceLine(file, line - 1, digits, {});
      else if (shown != 0 && line - shown > 2)
        out_ << " ...\n";
      size_t next = i;
      while (next < marks.size() && marks[next].line == line)
        ++next;
      sourceLine(file, line, digits, marks.slice(i, next - i));
      shown = line;
      i = next;
    }
  }

  void gutter(llvm::StringRef number, size_t digits) {
    std::string padded = std::string(digits - number.size(), ' ') + number.str();
    styled(color::kDim, padded + " |");
  }

  void sourceLine(FileId file, uint32_t line, size_t digits, llvm::ArrayRef<Mark> marks) {
    ShownLine shown(sources_.lineText(file, line));
    auto [from, to] = visiblePart(shown, marks);
    llvm::StringRef before = from != 0 ? llvm::StringRef(kCut) : "";
    gutter(std::to_string(line), digits);
    if (shown.width() != 0)
      out_ << ' ' << before << shown.slice(from, to) << (to < shown.width() ? kCut : "");
    out_ << '\n';
    for (const Mark &m : marks) {
      size_t begin = std::clamp(markBegin(shown, m), from, to);
      size_t end = std::clamp(markEnd(shown, m), begin + 1, std::max(to, begin + 1));
      gutter("", digits);
      out_ << ' ' << std::string(before.size() + begin - from, ' ');
      std::string row(end - begin, m.primary ? '^' : '-');
      if (!m.text.empty())
        row += " " + m.text.str();
      styled(m.primary ? accent_ : color::kBlue, row);
      out_ << '\n';
    }
  }

  static size_t markBegin(const ShownLine &line, const Mark &m) {
    return line.place(m.begin) +
           (m.begin >= line.places.size() ? m.begin + 1 - line.places.size() : 0);
  }
  static size_t markEnd(const ShownLine &line, const Mark &m) {
    return std::max(line.place(m.end), markBegin(line, m) + 1);
  }

  /// The shown columns of a line that is too wide: around the marks if they fit, else from the
  /// first mark in the order of rows.
  static std::pair<size_t, size_t> visiblePart(const ShownLine &line, llvm::ArrayRef<Mark> marks) {
    if (line.width() <= kSourceWidth)
      return {0, line.width()};
    const size_t room = kSourceWidth - 2 * kCut.size();
    size_t begin = 0, end = 0;
    if (!marks.empty()) {
      begin = markBegin(line, marks[0]);
      end = markEnd(line, marks[0]);
    }
    for (const Mark &m : marks) {
      size_t b = std::min(begin, markBegin(line, m)), e = std::max(end, markEnd(line, m));
      if (e - b > room)
        continue;
      begin = b;
      end = e;
    }
    size_t spare = room - std::min(room, end - begin);
    size_t from = begin - std::min(begin, spare / 2);
    if (from <= kCut.size())
      return {0, kSourceWidth - kCut.size()};
    if (from + room + kCut.size() >= line.width())
      return {line.width() - (kSourceWidth - kCut.size()), line.width()};
    return {from, from + room};
  }

  /// Words filled up to the width; continuation lines are indented.
  void row(const char *style, llvm::StringRef title, llvm::StringRef text) {
    out_ << "  ";
    styled(style, title.rtrim());
    out_ << std::string(4 - title.rtrim().size(), ' ') << ": ";
    size_t column = kIndent;
    bool first = true;
    llvm::SmallVector<llvm::StringRef, 32> words;
    text.split(words, ' ');
    for (llvm::StringRef word : words) {
      size_t size = codePoints(word);
      if (!first && column + 1 + size > kWidth) {
        out_ << '\n' << std::string(kIndent, ' ');
        column = kIndent;
      } else if (!first) {
        out_ << ' ';
        ++column;
      }
      out_ << word;
      column += size;
      first = false;
    }
    out_ << '\n';
  }

  void explanation(const Diagnostic &d, llvm::ArrayRef<Note> notes) {
    if (!d.shownWhy().empty())
      row(color::kNone, "why", d.shownWhy());
    for (llvm::StringRef help : d.shownHelps())
      row(color::kCyan, "help", help);
    for (const Note &note : notes) {
      if (!note.range.valid()) {
        row(color::kGreen, "note", note.text);
        continue;
      }
      row(color::kGreen, "note", note.text + " (" + location(note.range) + ")");
      FileId file = sources_.fileOf(note.range.begin);
      if (d.range.valid() && file == sources_.fileOf(d.range.begin))
        continue;
      Mark only = mark(note.range, false, "");
      excerpt(file, only);
    }
    out_ << '\n';
  }

  llvm::raw_ostream &out_;
  const SourceManager &sources_;
  bool colored_;
  const char *accent_ = color::kBoldRed;
};

} // namespace

void renderHuman(llvm::raw_ostream &out, const Diagnostic &diagnostic, const SourceManager &sources,
                 bool color) {
  HumanRenderer(out, sources, color).render(diagnostic);
}

} // namespace orus::basic
