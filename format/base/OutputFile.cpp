#include "format/base/OutputFile.h"

#include "format/base/InputFile.h"
#include "format/base/Text.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orus::base {
namespace {

constexpr unsigned kMaxWriters = 1000; // of one file at one time

// Names of temporary files for the signal handler, which may only read plain memory.
struct PendingFile {
  std::atomic<bool> isSet;
  char path[PATH_MAX];
};
PendingFile pendingFiles[8];
std::mutex pendingMutex;

constexpr int kFatalSignals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGABRT};

void removeAndDie(int signal) {
  removePendingOutputs();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void installHandlers() {
  // A file that grows beyond the limit gives EFBIG from write() then.
  ::signal(SIGXFSZ, SIG_IGN);
  for (int signal : kFatalSignals) {
    struct sigaction old{};
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler != SIG_DFL)
      continue;
    struct sigaction action{};
    action.sa_handler = removeAndDie;
    ::sigaction(signal, &action, nullptr);
  }
}

void addPending(const std::string &path) {
  std::lock_guard lock(pendingMutex);
  installHandlers();
  for (PendingFile &file : pendingFiles)
    if (!file.isSet.load() && path.size() < sizeof file.path) {
      std::memcpy(file.path, path.c_str(), path.size() + 1);
      file.isSet.store(true);
      return;
    }
}

void removePending(const std::string &path) {
  std::lock_guard lock(pendingMutex);
  for (PendingFile &file : pendingFiles)
    if (file.isSet.load() && path == file.path)
      file.isSet.store(false);
}

bool isSame(const struct stat &a, const struct stat &b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Opens `path` as a temporary file that no other process uses. A stale one is replaced: its
// writer's lock ended with the writer. Returns -1 with errno EEXIST if the name is in use.
int openTemporary(const char *path) {
  for (;;) {
    int fd = ::open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
      struct stat existing{};
      bool isTaken = errno == ELOOP || (errno == EACCES && ::lstat(path, &existing) == 0);
      errno = isTaken ? EEXIST : errno;
      return -1;
    }
    struct stat opened{}, named{};
    int error = ::flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno == EWOULDBLOCK ? EEXIST : errno;
    if (!error && (::fstat(fd, &opened) != 0 || !S_ISREG(opened.st_mode) ||
                   opened.st_uid != ::geteuid() || opened.st_nlink > 1))
      error = EEXIST;
    if (error) {
      ::close(fd);
      errno = error;
      return -1;
    }
    // The last writer may have renamed the file between open() and flock().
    if (::lstat(path, &named) == 0 && isSame(opened, named)) {
      if (opened.st_size == 0)
        return fd;
      ::unlink(path);
    }
    ::close(fd);
  }
}

struct Split {
  std::string folder, name;
};
Split split(const std::string &path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return {"", path};
  return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

// Follows symbolic links, so that the file they lead to is replaced and not the link. The target
// need not exist.
std::string resolveLinks(std::string path) {
  for (int hops = 0; hops < 40; ++hops) {
    char target[PATH_MAX];
    ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    if (length <= 0 || length == sizeof target)
      return path;
    std::string link(target, static_cast<size_t>(length));
    path = link[0] == '/' ? link : split(path).folder + link;
  }
  return path;
}

} // namespace

void removePendingOutputs() {
  for (PendingFile &file : pendingFiles)
    if (file.isSet.load())
      ::unlink(file.path);
}

Error OutputFile::failure(ErrorKind kind, const char *what, int errorNumber) const {
  std::string name = path_ == "-" ? "standard output" : "'" + escaped(path_) + "'";
  return {kind, std::string(what) + " " + name + ": " + systemReason(errorNumber), {}};
}

Result<OutputFile> OutputFile::create(const std::string &path) {
  OutputFile file;
  file.path_ = path;
  if (path == "-") {
    file.fd_ = STDOUT_FILENO;
    return file;
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    // A dangling link and a missing file are created; other errors show again when creating.
    return createTemporary(path);
  }
  if (S_ISDIR(status.st_mode))
    return std::unexpected(file.failure(ErrorKind::CannotCreate, "cannot create", EISDIR));
  if (S_ISREG(status.st_mode)) {
    if (::access(path.c_str(), W_OK) != 0)
      return std::unexpected(file.failure(ErrorKind::CannotCreate, "cannot create", errno));
    return createTemporary(path);
  }
  file.fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file.fd_ < 0)
    return std::unexpected(file.failure(ErrorKind::CannotCreate, "cannot create", errno));
  file.isOwned_ = true;
  return file;
}

Result<OutputFile> OutputFile::createTemporary(const std::string &path) {
  OutputFile file;
  file.path_ = path;
  std::string target = resolveLinks(path);
  auto [folder, name] = split(target);
  if (name.empty())
    return std::unexpected(file.failure(ErrorKind::CannotCreate, "cannot create", EISDIR));
  // Room for the affixes in a name of at most NAME_MAX bytes.
  std::string stem = folder + "." + name.substr(0, NAME_MAX - 16);
  for (unsigned i = 0; i < kMaxWriters; ++i) {
    std::string temporary = stem + "." + std::to_string(i) + ".tmp";
    file.fd_ = openTemporary(temporary.c_str());
    if (file.fd_ >= 0) {
      addPending(temporary);
      file.isOwned_ = true;
      file.target_ = target;
      file.temporary_ = temporary;
      return file;
    }
    if (errno != EEXIST)
      break;
  }
  return std::unexpected(file.failure(ErrorKind::CannotCreate, "cannot create", errno));
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : fd_(other.fd_), isOwned_(std::exchange(other.isOwned_, false)), path_(std::move(other.path_)),
      target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
    removePending(temporary_);
  }
  if (isOwned_)
    ::close(fd_);
}

Result<void> OutputFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return std::unexpected(failure(ErrorKind::Io, "cannot write", errno));
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Result<void> OutputFile::commit() {
  // The lock goes with the descriptor, so the file is renamed before it is closed; a late error of
  // close() is asked for on a duplicate first.
  if (isOwned_) {
    int copy = ::dup(fd_);
    if (copy >= 0 && ::close(copy) != 0)
      return std::unexpected(failure(ErrorKind::Io, "cannot write", errno));
  }
  if (temporary_.empty())
    return {};
  // From the rename on the name may belong to another writer.
  removePending(temporary_);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    if (errno == EIO || errno == ENOSPC || errno == EDQUOT || errno == EXDEV)
      return std::unexpected(failure(ErrorKind::Io, "cannot write", errno));
    return std::unexpected(failure(ErrorKind::CannotCreate, "cannot create", errno));
  }
  temporary_.clear();
  return {};
}

Result<void> writeFile(const std::string &path, ByteView bytes) {
  auto file = OutputFile::create(path);
  if (!file)
    return std::unexpected(file.error());
  if (auto written = file->write(bytes); !written)
    return written;
  return file->commit();
}

bool isSameFile(const std::string &a, const std::string &b) {
  struct stat first{}, second{};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && isSame(first, second);
}

} // namespace orus::base
