// Source files and positions. A position is one 32-bit offset into the concatenation of all files
// of a program, so that a range identifies its file without a pointer.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orus::basic {

/// A byte position in some file of a SourceManager. 0 means "no position".
struct SourceLoc {
  uint32_t offset = 0;

  bool valid() const { return offset != 0; }
  SourceLoc advanced(uint32_t bytes) const { return {offset + bytes}; }
  friend bool operator==(SourceLoc, SourceLoc) = default;
  friend auto operator<=>(SourceLoc, SourceLoc) = default;
};

/// Half-open byte range [begin, end); both ends lie in one file.
struct SourceRange {
  SourceLoc begin, end;

  bool valid() const { return begin.valid(); }
  uint32_t size() const { return end.offset - begin.offset; }
  friend bool operator==(SourceRange, SourceRange) = default;
};

using FileId = uint32_t;

/// 1-based line and column (in code points) plus the 0-based byte offset in the file.
struct LineColumn {
  uint32_t line = 0, column = 0, byte = 0;
};

/// Owns the text of every source file of one compilation. Files are numbered in the order in which
/// they were first opened, which is also the order in which diagnostics are printed.
class SourceManager {
public:
  /// Takes over a buffer; `displayName` is the path shown in diagnostics and stored in images.
  /// Fails (returns no id) when all files together would exceed 4 GiB.
  std::optional<FileId> add(std::unique_ptr<llvm::MemoryBuffer> buffer, std::string displayName);

  size_t fileCount() const { return files_.size(); }
  llvm::StringRef text(FileId file) const;
  llvm::StringRef name(FileId file) const;
  SourceRange wholeFile(FileId file) const;

  /// The file that holds a valid position.
  FileId fileOf(SourceLoc loc) const;
  /// Builds the line index of the file on first use. A column counts code points; the position at
  /// the end of the file is one past its last character.
  LineColumn lineColumn(SourceLoc loc) const;
  /// Only the line, in logarithmic time.
  uint32_t line(SourceLoc loc) const;
  llvm::StringRef text(SourceRange range) const;
  /// The text of a 1-based line without its line end.
  llvm::StringRef lineText(FileId file, uint32_t line) const;

private:
  struct File {
    std::unique_ptr<llvm::MemoryBuffer> buffer;
    std::string name;
    uint32_t base = 0;
    mutable std::vector<uint32_t> lineStarts;
  };
  const File &fileAt(SourceLoc loc) const;
  static llvm::ArrayRef<uint32_t> lineStarts(const File &file);

  std::vector<File> files_;
  mutable std::optional<FileId> lastFile_; // of the last answer of lineColumn()
  mutable LineColumn last_;
  uint32_t nextBase_ = 1;
};

} // namespace orus::basic
