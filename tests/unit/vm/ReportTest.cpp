// The excerpt of panic reports, and the parts of a report that whole programs do not show.
#include "format/base/Hash.h"
#include "format/base/OutputFile.h"
#include "vm/load/ReportWriter.h"
#include "vm/load/SourceExcerpt.h"

#include <cstdio>
#include <doctest/doctest.h>
#include <unistd.h>

namespace orus::vm::test {
namespace {

// A source file in a folder of its own, which is the current one while it lives.
class SourceFile {
public:
  explicit SourceFile(const std::string &text) : hash(base::hash64(base::asBytes(text))) {
    CHECK(base::writeFile(path, base::asBytes(text)));
  }
  ~SourceFile() { std::remove(path.c_str()); }
  const std::string path = "report-test-" + std::to_string(getpid()) + ".orus";
  const uint64_t hash;
};

PanicReport reportAt(const SourceFile &file, uint32_t line, uint32_t column) {
  PanicReport report;
  report.code = "E0001";
  report.name = "division-by-zero";
  report.text = "Division by zero";
  report.help = "check the divisor first";
  report.fileHash = file.hash;
  report.frames.push_back({"report", false, file.path, line, column});
  return report;
}

TEST_CASE("the excerpt shows the line and marks the column") {
  SourceFile file("a = 1\n\tx = \"caf\xC3\xA9\x01\" / n\r\nlast");
  std::string text = formatReport(reportAt(file, 2, 14), {});
  CHECK(text.find("\n\nDivision by zero\n\n"
                  "   2 |     x = \"caf\xC3\xA9?\" / n\n"
                  "     |                 ^\n\n"
                  "  help: check the divisor first\n\n") != std::string::npos);
}

TEST_CASE("a mark at the end of a line and of the file") {
  SourceFile file("ab\ncd");
  auto excerpt = readExcerpt(file.path, file.hash, 2, 3);
  REQUIRE(excerpt);
  CHECK(excerpt->line == "cd");
  CHECK(excerpt->mark == 2);
  CHECK(excerpt->byteStart == 5);
  CHECK(excerpt->byteEnd == 5);
}

TEST_CASE("no excerpt from a file that changed, is gone or is shorter") {
  SourceFile file("a / b\n");
  CHECK(readExcerpt(file.path, file.hash, 1, 3));
  CHECK_FALSE(readExcerpt(file.path, file.hash + 1, 1, 3));
  CHECK_FALSE(readExcerpt("no-such-file.orus", file.hash, 1, 3));
  CHECK_FALSE(readExcerpt(file.path, file.hash, 3, 1));
  CHECK_FALSE(readExcerpt(file.path, file.hash, 0, 0));
}

TEST_CASE("a wide line is cut around the mark") {
  std::string wide(300, 'x');
  wide[200] = '/';
  SourceFile file(wide);
  auto excerpt = readExcerpt(file.path, file.hash, 1, 201);
  REQUIRE(excerpt);
  CHECK(excerpt->line[excerpt->mark] == '/');
  CHECK(excerpt->line.starts_with("...xxx"));
  CHECK(excerpt->line.ends_with("xxx..."));
  CHECK(excerpt->line.size() == 126);
  CHECK(readExcerpt(file.path, file.hash, 1, 1)->line.starts_with("xxx"));
}

TEST_CASE("texts of several lines, control characters and names of functions") {
  PanicReport report;
  report.code = "E0024";
  report.text = "assert_eq failed (\x1b)\n  expected: 1\n  actual:   2";
  report.frames.resize(3);
  report.frames[0].function = "check";
  report.frames[1].function = "evil\x07";
  std::string banner = "== RUNTIME PANIC [E0024] " + std::string(55, '=') + "\n";
  CHECK(formatReport(report, {}) == banner + "\nassert_eq failed (\\x1b)\n    expected: 1\n"
                                             "    actual:   2\n\n"
                                             "  note: called from `evil\\x07`\n"
                                             "  note: called from a function expression\n\n");
  CHECK(formatReport(report, {ReportFormat::Short, false, ""}) ==
        "panic[E0024]: assert_eq failed (\\x1b)\\n  expected: 1\\n  actual:   2\n");
}

TEST_CASE("long rows are wrapped") {
  PanicReport report;
  report.help = std::string(50, 'a') + " " + std::string(30, 'b') + " c";
  CHECK(formatReport(report, {})
            .find("  help: " + std::string(50, 'a') + "\n        " + std::string(30, 'b') +
                  " c\n") != std::string::npos);
}

TEST_CASE("a run without a panic gives an empty log in SARIF only") {
  CHECK(formatEmptyRun({}).empty());
  CHECK(formatEmptyRun({ReportFormat::Sarif, false, "1"}).find("\"results\":[]") !=
        std::string::npos);
}

} // namespace
} // namespace orus::vm::test
