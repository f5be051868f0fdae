/* Makes calls of the system fail, as full, broken or remote file systems do. Each variable is
   WHAT[:MATCH[:AFTER]]: an error number, `short` (one byte only) or `kill N` (a signal instead of
   the call); part of the file's path, or `fd N`; the number of calls that succeed first.

   FAULT_OPEN FAULT_READ FAULT_WRITE FAULT_CLOSE FAULT_RENAME FAULT_FSTAT, and
   FAULT_AGAIN     the same form, but the fault happens at every second call only
   FAULT_ALARM     microseconds between signals that interrupt calls
   FAULT_SECCOMP   no memory may become executable any more */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
enum { NONE = 0, SHORT = -1 };

static void pathOf(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
}

/* The fault of this call: NONE, SHORT or an error number. */
static int fault(const char *variable, int fd, const char *path, int *calls) {
  const char *value = getenv(variable);
  if (!value)
    return NONE;
  char copy[512], own[4096], number[32];
  snprintf(copy, sizeof copy, "%s", value);
  char *rest = copy, *what = strsep(&rest, ":"), *match = strsep(&rest, ":");
  int after = rest ? atoi(rest) : 0;
  if (!path) {
    pathOf(fd, own, sizeof own);
    path = own;
  }
  snprintf(number, sizeof number, "fd %d", fd);
  if (match && *match && strcmp(match, number) != 0 && !strstr(path, match))
    return NONE;
  if ((*calls)++ < after)
    return NONE;
  if (getenv("FAULT_AGAIN") && *calls % 2)
    return NONE;
  if (strcmp(what, "short") == 0)
    return SHORT;
  if (strncmp(what, "kill ", 5) == 0) {
    raise(atoi(what + 5));
    return NONE;
  }
  return atoi(what);
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  static int calls;
  int error = fault("FAULT_OPEN", -1, path, &calls);
  if (error)
    return errno = error, -1;
  return REAL(open)(path, flags, mode);
}

ssize_t read(int fd, void *into, size_t size) {
  static int calls;
  int error = fault("FAULT_READ", fd, NULL, &calls);
  if (error > 0)
    return errno = error, -1;
  return REAL(read)(fd, into, error == SHORT && size ? 1 : size);
}

ssize_t write(int fd, const void *from, size_t size) {
  static int calls;
  int error = fault("FAULT_WRITE", fd, NULL, &calls);
  if (error > 0)
    return errno = error, -1;
  return REAL(write)(fd, from, error == SHORT && size ? 1 : size);
}

int close(int fd) {
  static int calls;
  int error = fault("FAULT_CLOSE", fd, NULL, &calls);
  int result = REAL(close)(fd);
  return error ? errno = error, -1 : result;
}

int fstat(int fd, struct stat *status) {
  static int calls;
  int error = fault("FAULT_FSTAT", fd, NULL, &calls);
  return error ? errno = error, -1 : REAL(fstat)(fd, status);
}

int rename(const char *from, const char *to) {
  static int calls;
  int error = fault("FAULT_RENAME", -1, to, &calls);
  return error ? errno = error, -1 : REAL(rename)(from, to);
}

static void onAlarm(int number) { (void)number; }

static void denyExecutableMemory(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    _exit(125);
}

__attribute__((constructor)) static void start(void) {
  const char *period = getenv("FAULT_ALARM");
  if (period) {
    struct sigaction action = {.sa_handler = onAlarm}; /* without SA_RESTART */
    struct itimerval timer = {{0, atoi(period)}, {0, atoi(period)}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
  }
  if (getenv("FAULT_SECCOMP"))
    denyExecutableMemory();
}
