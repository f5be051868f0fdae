// The source line that a panic report shows, if the file is still what was compiled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orus::vm {

struct SourceExcerpt {
  std::string line;       // fit for a terminal, one character a column
  size_t mark = 0;        // columns before the mark
  uint64_t byteStart = 0; // of the marked character in the file
  uint64_t byteEnd = 0;
};

/// Line and column are 1-based, the column counts code points.
std::optional<SourceExcerpt> readExcerpt(const std::string &path, uint64_t contentHash,
                                         uint32_t line, uint32_t column);

/// Number of code points in UTF-8 text.
size_t columnsOf(std::string_view text);

} // namespace orus::vm
