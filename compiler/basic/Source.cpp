#include "compiler/basic/Source.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

namespace orus::basic {

std::optional<FileId> SourceManager::add(std::unique_ptr<llvm::MemoryBuffer> buffer,
                                         std::string displayName) {
  // One position more than there are bytes, so that the end of a file is not the start of the next.
  uint64_t next = uint64_t{nextBase_} + buffer->getBufferSize() + 1;
  if (next > std::numeric_limits<uint32_t>::max())
    return std::nullopt;
  File file;
  file.buffer = std::move(buffer);
  file.name = std::move(displayName);
  file.base = nextBase_;
  files_.push_back(std::move(file));
  nextBase_ = static_cast<uint32_t>(next);
  return static_cast<FileId>(files_.size() - 1);
}

llvm::StringRef SourceManager::text(FileId file) const { return files_[file].buffer->getBuffer(); }

llvm::StringRef SourceManager::name(FileId file) const { return files_[file].name; }

SourceRange SourceManager::wholeFile(FileId file) const {
  SourceLoc begin{files_[file].base};
  return {begin, begin.advanced(static_cast<uint32_t>(text(file).size()))};
}

FileId SourceManager::fileOf(SourceLoc loc) const {
  assert(loc.valid() && loc.offset < nextBase_);
  auto after = std::upper_bound(files_.begin(), files_.end(), loc.offset,
                                [](uint32_t offset, const File &f) { return offset < f.base; });
  return static_cast<FileId>(after - files_.begin() - 1);
}

const SourceManager::File &SourceManager::fileAt(SourceLoc loc) const {
  return files_[fileOf(loc)];
}

llvm::ArrayRef<uint32_t> SourceManager::lineStarts(const File &file) {
  if (!file.lineStarts.empty())
    return file.lineStarts;
  llvm::StringRef text = file.buffer->getBuffer();
  file.lineStarts.push_back(0);
  const char *at = text.begin();
  while (at != text.end()) {
    const void *found = std::memchr(at, '\n', static_cast<size_t>(text.end() - at));
    if (!found)
      break;
    at = static_cast<const char *>(found) + 1;
    file.lineStarts.push_back(static_cast<uint32_t>(at - text.begin()));
  }
  return file.lineStarts;
}

LineColumn SourceManager::lineColumn(SourceLoc loc) const {
  const File &file = fileAt(loc);
  llvm::StringRef text = file.buffer->getBuffer();
  llvm::ArrayRef<uint32_t> starts = lineStarts(file);
  uint32_t byte = loc.offset - file.base;
  const uint32_t *after = std::upper_bound(starts.begin(), starts.end(), byte);
  auto line = static_cast<uint32_t>(after - starts.begin());
  // A long line is asked about again and again, mostly from left to right: counting goes on from
  // the position of the last answer.
  LineColumn from{line, 1, after[-1]};
  if (lastFile_ == fileOf(loc) && last_.line == line)
    from = last_;
  // Continuation bytes 10xxxxxx belong to the code point before them.
  auto [low, high] = std::minmax(from.byte, byte);
  llvm::StringRef between = text.slice(low, high);
  auto points = static_cast<uint32_t>(std::count_if(between.begin(), between.end(), [](char c) {
    return (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  }));
  lastFile_ = fileOf(loc);
  last_ = {line, byte < from.byte ? from.column - points : from.column + points, byte};
  return last_;
}

uint32_t SourceManager::line(SourceLoc loc) const {
  const File &file = fileAt(loc);
  llvm::ArrayRef<uint32_t> starts = lineStarts(file);
  return static_cast<uint32_t>(
      std::upper_bound(starts.begin(), starts.end(), loc.offset - file.base) - starts.begin());
}

llvm::StringRef SourceManager::text(SourceRange range) const {
  const File &file = fileAt(range.begin);
  return file.buffer->getBuffer().slice(range.begin.offset - file.base,
                                        range.end.offset - file.base);
}

llvm::StringRef SourceManager::lineText(FileId file, uint32_t line) const {
  llvm::ArrayRef<uint32_t> starts = lineStarts(files_[file]);
  if (line == 0 || line > starts.size())
    return {};
  size_t end = line < starts.size() ? starts[line] - 1 : text(file).size();
  llvm::StringRef result = text(file).slice(starts[line - 1], end);
  result.consume_back("\r");
  return result;
}

} // namespace orus::basic
