// Standard input and output of the running program as the VM wants them.
#pragma once

#include "vm/include/orus/Vm.h"

namespace orus::tools {

/// Standard output without a buffer of its own. Waits for a slow reader; a reader that is gone and
/// an interrupt make write() fail, the former also an error that can be asked for.
class StandardOutput final : public vm::OutputSink {
public:
  bool write(std::string_view bytes) override;
  /// errno of the write that failed, or 0.
  int error() const { return error_; }

private:
  int error_ = 0;
};

class StandardInput final : public vm::InputSource {
public:
  size_t read(char *into, size_t size) override;
  void announce() override;
};

/// Trace lines on standard error.
class StandardTrace final : public vm::TraceSink {
public:
  void line(std::string_view text) override;
};

/// While it lives, SIGINT and SIGTERM stop the machine at its next safepoint; a second one kills.
class SignalScope {
public:
  explicit SignalScope(vm::Vm &machine);
  ~SignalScope();
  SignalScope(const SignalScope &) = delete;
  SignalScope &operator=(const SignalScope &) = delete;
  /// The signal that came, or 0.
  static int received();
};

} // namespace orus::tools
