#include "compiler/basic/Source.h"

#include <doctest/doctest.h>

#include <random>

using namespace orus::basic;

namespace {

FileId add(SourceManager &sources, llvm::StringRef text) {
  return *sources.add(llvm::MemoryBuffer::getMemBufferCopy(text), "test.orus");
}

/// By the definition: lines end at LF, a column counts code points.
LineColumn counted(llvm::StringRef text, uint32_t byte) {
  LineColumn at{1, 1, byte};
  for (uint32_t i = 0; i < byte; ++i) {
    if (text[i] == '\n') {
      ++at.line;
      at.column = 1;
    } else if (i + 1 == text.size() || (static_cast<uint8_t>(text[i + 1]) & 0xC0) != 0x80) {
      ++at.column;
    }
  }
  return at;
}

} // namespace

TEST_CASE("lines and columns, in any order of the questions") {
  llvm::StringRef first = "ab\n\xC3\xA4\xE2\x82\xACz\r\n\nlast \xF0\x9F\x98\x80 line",
                  second = "x\ny\n";
  SourceManager sources;
  FileId files[] = {add(sources, first), add(sources, second)};
  llvm::StringRef texts[] = {first, second};
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    size_t which = random() % 2;
    uint32_t byte = random() % (texts[which].size() + 1);
    while (byte < texts[which].size() && (static_cast<uint8_t>(texts[which][byte]) & 0xC0) == 0x80)
      ++byte;
    LineColumn wanted = counted(texts[which], byte);
    LineColumn got = sources.lineColumn(sources.wholeFile(files[which]).begin.advanced(byte));
    CAPTURE(which);
    CAPTURE(byte);
    REQUIRE(got.line == wanted.line);
    REQUIRE(got.column == wanted.column);
    REQUIRE(got.byte == byte);
  }
}

TEST_CASE("a position in a file that was added later") {
  SourceManager sources;
  add(sources, "abc");
  sources.lineColumn({3});
  for (int i = 0; i < 100; ++i)
    add(sources, "\n\nxyz");
  FileId last = add(sources, "a\nbc");
  LineColumn at = sources.lineColumn(sources.wholeFile(last).begin.advanced(3));
  CHECK(at.line == 2);
  CHECK(at.column == 2);
}
