// Getting the bytes of an image from a file, without reading more than an image can have.
#include "format/base/InputFile.h"
#include "format/image/Reader.h"

#include <algorithm>
#include <cstring>

namespace orus::image {
namespace {

constexpr size_t kMaxInterpreterLine = 4096;

// Length of a first line `#!…` with its end, 0 if there is none.
size_t interpreterLine(base::ByteView bytes) {
  if (bytes.size() < 2 || bytes[0] != '#' || bytes[1] != '!')
    return 0;
  base::ByteView start = bytes.first(std::min(bytes.size(), kMaxInterpreterLine));
  auto end = std::ranges::find(start, '\n');
  return end == start.end() ? 0 : static_cast<size_t>(end - start.begin()) + 1;
}

// How many bytes of the input are worth reading, going by its first ones: one more than an image
// has, so that bytes after its end are seen.
uint64_t usefulSize(base::ByteView start) {
  size_t skipped = interpreterLine(start);
  start = start.subspan(skipped);
  size_t common = std::min(start.size(), kMagic.size());
  if (start.size() < sizeof(Header) ||
      !std::equal(kMagic.begin(), kMagic.begin() + common, start.begin()))
    return 0;
  Header header;
  std::memcpy(&header, start.data(), sizeof header);
  return skipped + std::min(header.fileSize, kMaxFileSize) + 1;
}

} // namespace

base::Result<base::AlignedBuffer> readImageFile(const std::string &path) {
  auto file = base::InputFile::open(path);
  if (!file)
    return std::unexpected(file.error());
  base::AlignedBuffer buffer;
  if (auto read = file->readUpTo(buffer, kMaxInterpreterLine + sizeof(Header)); !read)
    return std::unexpected(read.error());
  if (auto read = file->readUpTo(buffer, usefulSize(buffer.view())); !read)
    return std::unexpected(read.error());
  if (size_t skipped = interpreterLine(buffer.view()))
    buffer.dropFront(skipped);
  return buffer;
}

} // namespace orus::image
