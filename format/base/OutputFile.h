// Writing of files so that a complete file appears under its name, or nothing changes.
#pragma once

#include "format/base/Bytes.h"
#include "format/base/Result.h"

#include <string>

namespace orus::base {

/// An output that takes its final name on commit(). Until then the bytes are in a temporary file of
/// the same folder, which is removed if the object is destroyed without commit(), and on SIGHUP,
/// SIGINT, SIGTERM, SIGXCPU, SIGQUIT and SIGABRT; one left by a killed process is reused by the
/// next writer. A symbolic link is followed, so that its target is replaced. The mode is that of a
/// new file. `-` (standard output), devices, pipes and sockets are written directly.
class OutputFile {
public:
  /// Fails with CannotCreate before anything has been written.
  static Result<OutputFile> create(const std::string &path);

  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  Result<void> write(ByteView bytes);
  /// Closes the output and puts it in place.
  Result<void> commit();

private:
  OutputFile() = default;
  Error failure(ErrorKind kind, const char *what, int errorNumber) const;
  static Result<OutputFile> createTemporary(const std::string &path);

  int fd_ = -1;
  bool isOwned_ = false; // the descriptor is ours to close
  std::string path_;     // as the user gave it
  std::string target_;   // where a temporary file goes; empty if written directly
  std::string temporary_;
};

/// Removes the temporary files of outputs that are not in place; for handlers of fatal signals.
void removePendingOutputs();

/// Writes `bytes` to `path` by an OutputFile.
Result<void> writeFile(const std::string &path, ByteView bytes);

/// Whether two paths lead to one existing file.
bool isSameFile(const std::string &a, const std::string &b);

} // namespace orus::base
