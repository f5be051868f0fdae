// Buffered output of a program.
#pragma once

#include "vm/include/orus/Vm.h"

#include <string>

namespace orus::vm {

/// Thrown when the sink takes no more; ends the run.
struct OutputFailure {};

class Output {
public:
  explicit Output(OutputSink &sink) : sink_(sink) {}

  /// The bytes not yet written, to which whole pieces of output are appended.
  std::string &pending() { return pending_; }
  /// To be called after an append: writes when enough has gathered.
  void appended() {
    if (pending_.size() >= kFlushBytes)
      flush();
  }
  void flush();

private:
  static constexpr size_t kFlushBytes = 64 * 1024;
  OutputSink &sink_;
  std::string pending_;
};

} // namespace orus::vm
