// Failures that no `catch` takes: the limits on memory, fuel and time.
#pragma once

#include "format/base/Panics.h"

namespace orus::vm {

/// Thrown inside the VM when a run cannot go on; the interpreter's helpers turn it into an outcome.
struct Stop {
  base::Panic panic;
};

} // namespace orus::vm
