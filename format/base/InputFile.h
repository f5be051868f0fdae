// Reading of files, pipes, devices and standard input, with errors as values.
#pragma once

#include "format/base/AlignedBuffer.h"
#include "format/base/Result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace orus::base {

/// An input that is open for reading. Messages of its errors name it: `cannot open 'x': no such
/// file`.
class InputFile {
public:
  /// Opens `path`; `-` is standard input. A directory is refused.
  static Result<InputFile> open(const std::string &path);

  InputFile(InputFile &&other) noexcept;
  InputFile &operator=(InputFile &&) = delete;
  ~InputFile();

  /// Reads until `into` is full or the input ends; the number of bytes read.
  Result<size_t> read(std::span<uint8_t> into);

  /// Appends to `out` until it holds `limit` bytes or the input ends.
  Result<void> readUpTo(AlignedBuffer &out, uint64_t limit);

  /// Size of a regular file when it was opened.
  std::optional<uint64_t> size() const { return size_; }

private:
  InputFile(int fd, bool isOwned, std::string path, std::optional<uint64_t> size)
      : fd_(fd), isOwned_(isOwned), path_(std::move(path)), size_(size) {}

  int fd_;
  bool isOwned_;
  std::string path_;
  std::optional<uint64_t> size_;
};

/// The whole content of `path`; more than `limit` bytes are an error (TooLarge).
Result<AlignedBuffer> readFile(const std::string &path, uint64_t limit);

/// The name of a path in messages: escaped, in single quotes; `-` gives `standard input`.
std::string inputName(const std::string &path);

/// The system's reason as it ends a message: lower case, without a full stop.
std::string systemReason(int errorNumber);

} // namespace orus::base
