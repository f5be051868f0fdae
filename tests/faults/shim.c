// Errors of system calls on demand, for LD_PRELOAD. FAULT_CALL names the call: `write`, `read`,
// `close`, `rename` and `fsync` fail with EIO on files after FAULT_AFTER calls that work; `short`
// makes reads and writes transfer at most 7 bytes and interrupts every third of them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int chosen(const char *call) {
  const char *wanted = getenv("FAULT_CALL");
  return wanted && strcmp(wanted, call) == 0;
}

static int is_due(const char *call) {
  static int calls;
  const char *after = getenv("FAULT_AFTER");
  return chosen(call) && calls++ >= (after ? atoi(after) : 0);
}

static int is_file(int fd) {
  struct stat about;
  return fd > 2 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

static int interrupts(void) {
  static int calls;
  return ++calls % 3 == 0;
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *data, size_t size) {
  ssize_t (*real)(int, const void *, size_t) = REAL("write", ssize_t (*)(int, const void *, size_t));
  if (is_file(fd) && is_due("write")) {
    errno = EIO;
    return -1;
  }
  if (chosen("short") && fd != 2) {
    if (interrupts()) {
      errno = EINTR;
      return -1;
    }
    size = size > 7 ? 7 : size;
  }
  return real(fd, data, size);
}

ssize_t read(int fd, void *data, size_t size) {
  ssize_t (*real)(int, void *, size_t) = REAL("read", ssize_t (*)(int, void *, size_t));
  if (is_file(fd) && is_due("read")) {
    errno = EIO;
    return -1;
  }
  if (chosen("short")) {
    if (interrupts()) {
      errno = EINTR;
      return -1;
    }
    size = size > 7 ? 7 : size;
  }
  return real(fd, data, size);
}

int close(int fd) {
  int (*real)(int) = REAL("close", int (*)(int));
  int writes = is_file(fd) && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
  int result = real(fd);
  if (writes && is_due("close")) {
    errno = EIO;
    return -1;
  }
  return result;
}

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = REAL("rename", int (*)(const char *, const char *));
  if (is_due("rename")) {
    errno = EIO;
    return -1;
  }
  return real(from, to);
}

int fsync(int fd) {
  int (*real)(int) = REAL("fsync", int (*)(int));
  if (is_due("fsync")) {
    errno = EIO;
    return -1;
  }
  return real(fd);
}
