#include "vm/core/Output.h"

namespace orus::vm {

void Output::flush() {
  if (pending_.empty())
    return;
  bool written = sink_.write(pending_);
  pending_.clear();
  if (!written)
    throw OutputFailure{};
}

} // namespace orus::vm
