#include "tools/orusvm/Streams.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

namespace orus::tools {

namespace {

std::atomic<vm::Vm *> interrupted = nullptr;
volatile std::sig_atomic_t receivedSignal = 0;

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

void onStopSignal(int signal) {
  receivedSignal = signal;
  if (vm::Vm *machine = interrupted.load())
    machine->interrupt();
  ::signal(signal, SIG_DFL);
}

void waitUntilReady(int fd, short events) {
  pollfd descriptor{fd, events, 0};
  ::poll(&descriptor, 1, -1);
}

} // namespace

bool StandardOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      // A signal has cut the write short: the reader does not keep up, and need not.
      if (receivedSignal && !bytes.empty())
        return false;
      continue;
    }
    if (receivedSignal)
      return false;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      waitUntilReady(STDOUT_FILENO, POLLOUT);
      continue;
    }
    if (errno == EINTR)
      continue;
    error_ = errno;
    return false;
  }
  return true;
}

size_t StandardInput::read(char *into, size_t size) {
  for (;;) {
    ssize_t count = ::read(STDIN_FILENO, into, size);
    if (count >= 0)
      return static_cast<size_t>(count);
    if (receivedSignal)
      return 0;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      waitUntilReady(STDIN_FILENO, POLLIN);
    else if (errno != EINTR)
      return 0;
  }
}

void StandardInput::announce() {
  if (::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO)) {
    std::fputs("input> ", stderr);
    std::fflush(stderr);
  }
}

void StandardTrace::line(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

SignalScope::SignalScope(vm::Vm &machine) {
  interrupted.store(&machine);
  struct sigaction action{};
  action.sa_handler = onStopSignal; // without SA_RESTART, so that a blocked read ends
  for (int signal : kStopSignals) {
    struct sigaction old{};
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_DFL) // not when ignored, as in the background of a shell
      ::sigaction(signal, &action, nullptr);
  }
}

SignalScope::~SignalScope() { interrupted.store(nullptr); }

int SignalScope::received() { return receivedSignal; }

} // namespace orus::tools
