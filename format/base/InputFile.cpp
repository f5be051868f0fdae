#include "format/base/InputFile.h"

#include "format/base/Text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orus::base {
namespace {

// Without a known size a buffer starts here and doubles.
constexpr size_t kFirstChunk = 64 * 1024;

} // namespace

std::string systemReason(int errorNumber) {
  if (errorNumber == ENOENT)
    return "no such file";
  std::string text = std::strerror(errorNumber);
  bool isWord = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
  if (isWord && text[0] >= 'A' && text[0] <= 'Z')
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::string inputName(const std::string &path) {
  return path == "-" ? "standard input" : "'" + escaped(path) + "'";
}

Result<InputFile> InputFile::open(const std::string &path) {
  bool isStdin = path == "-";
  int fd = isStdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status{};
  int error = 0;
  if (fd < 0 || ::fstat(fd, &status) != 0)
    error = errno;
  else if (S_ISDIR(status.st_mode))
    error = EISDIR;
  if (error) {
    if (fd >= 0 && !isStdin)
      ::close(fd);
    return fail(ErrorKind::CannotOpen,
                "cannot open " + inputName(path) + ": " + systemReason(error));
  }
  std::optional<uint64_t> size;
  if (S_ISREG(status.st_mode))
    size = static_cast<uint64_t>(status.st_size);
  return InputFile(fd, !isStdin, path, size);
}

InputFile::InputFile(InputFile &&other) noexcept
    : fd_(other.fd_), isOwned_(std::exchange(other.isOwned_, false)), path_(std::move(other.path_)),
      size_(other.size_) {}

InputFile::~InputFile() {
  if (isOwned_)
    ::close(fd_);
}

Result<size_t> InputFile::read(std::span<uint8_t> into) {
  size_t done = 0;
  while (done < into.size()) {
    ssize_t count = ::read(fd_, into.data() + done, into.size() - done);
    if (count == 0)
      break;
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return fail(ErrorKind::Io, "cannot read " + inputName(path_) + ": " + systemReason(errno));
    done += static_cast<size_t>(count);
  }
  return done;
}

Result<void> InputFile::readUpTo(AlignedBuffer &out, uint64_t limit) {
  while (out.size() < limit) {
    // One byte more than a file has shows its end; what has grown is read like a pipe.
    if (size_ && out.size() > *size_)
      size_.reset();
    size_t wanted = size_ ? *size_ + 1 : out.size() ? out.size() * 2 : kFirstChunk;
    wanted = std::min<uint64_t>(std::max(wanted, out.capacity()), limit);
    if (!out.reserve(wanted))
      return fail(ErrorKind::OutOfMemory, "out of memory reading " + inputName(path_));
    auto count = read({out.data() + out.size(), wanted - out.size()});
    if (!count)
      return std::unexpected(count.error());
    bool isEnd = out.size() + *count < wanted;
    out.setSize(out.size() + *count);
    if (isEnd)
      break;
  }
  return {};
}

Result<AlignedBuffer> readFile(const std::string &path, uint64_t limit) {
  auto file = InputFile::open(path);
  if (!file)
    return std::unexpected(file.error());
  AlignedBuffer buffer;
  if (auto read = file->readUpTo(buffer, limit + 1); !read)
    return std::unexpected(read.error());
  if (buffer.size() > limit)
    return fail(ErrorKind::TooLarge,
                inputName(path) + " is larger than " + std::to_string(limit) + " bytes");
  return buffer;
}

} // namespace orus::base
