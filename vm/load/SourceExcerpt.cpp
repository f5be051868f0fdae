#include "vm/load/SourceExcerpt.h"

#include "format/base/Hash.h"
#include "format/base/InputFile.h"

#include <algorithm>

namespace orus::vm {

namespace {

constexpr uint64_t kMaxSourceBytes = uint64_t{1} << 30;
constexpr size_t kMaxColumns = 120; // wider lines are cut around the mark

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Length of the character that starts at `at`.
size_t characterBytes(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && isContinuation(text[end]))
    ++end;
  return end - at;
}

std::optional<std::string_view> lineAt(std::string_view text, uint32_t number) {
  for (uint32_t line = 1; line < number; ++line) {
    size_t end = text.find('\n');
    if (end == std::string_view::npos)
      return std::nullopt;
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r'))
    text.remove_suffix(1);
  return text;
}

// Cuts a wide line to the columns around the mark.
void narrow(SourceExcerpt &excerpt) {
  if (columnsOf(excerpt.line) <= kMaxColumns)
    return;
  constexpr size_t kBefore = kMaxColumns / 2;
  size_t first = excerpt.mark > kBefore ? excerpt.mark - kBefore : 0;
  std::string cut = first ? "..." : "";
  size_t column = 0, at = 0;
  while (at < excerpt.line.size() && column < first + kMaxColumns) {
    size_t bytes = characterBytes(excerpt.line, at);
    if (column++ >= first)
      cut.append(excerpt.line, at, bytes);
    at += bytes;
  }
  if (at < excerpt.line.size())
    cut += "...";
  excerpt.mark += (first ? 3 : 0) - first;
  excerpt.line = std::move(cut);
}

} // namespace

size_t columnsOf(std::string_view text) {
  return text.size() - static_cast<size_t>(std::ranges::count_if(text, isContinuation));
}

std::optional<SourceExcerpt> readExcerpt(const std::string &path, uint64_t contentHash,
                                         uint32_t line, uint32_t column) {
  auto file = base::readFile(path, kMaxSourceBytes);
  if (!file || base::hash64(file->view()) != contentHash || line == 0 || column == 0)
    return std::nullopt;
  std::string_view all = base::asText(file->view());
  std::optional<std::string_view> source = lineAt(all, line);
  if (!source)
    return std::nullopt;

  SourceExcerpt excerpt;
  auto lineStart = static_cast<size_t>(source->data() - all.data());
  excerpt.byteStart = excerpt.byteEnd = lineStart + source->size();
  size_t shown = 0;
  uint32_t at = 1;
  for (size_t i = 0; i < source->size(); ++at) {
    size_t bytes = characterBytes(*source, i);
    if (at == column) {
      excerpt.mark = shown;
      excerpt.byteStart = lineStart + i;
      excerpt.byteEnd = excerpt.byteStart + bytes;
    }
    char c = (*source)[i];
    if (c == '\t')
      excerpt.line += "    ";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      excerpt.line += '?';
    else
      excerpt.line.append(*source, i, bytes);
    shown += c == '\t' ? 4 : 1;
    i += bytes;
  }
  if (at <= column)
    excerpt.mark = shown;
  narrow(excerpt);
  return excerpt;
}

} // namespace orus::vm
