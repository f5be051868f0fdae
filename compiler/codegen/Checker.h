// Verifies an allocation symbolically, after the checker of regalloc2: follows which values each
// place of the window holds through the finished code, and compares what every instruction reads
// there with what it read before allocation.
#pragma once

#include "compiler/codegen/Code.h"

#include <optional>

namespace orus::codegen {

/// `reference` is the function before spilling and assignment, with the window bases of its calls.
/// Returns what is wrong, for the developer of the compiler.
std::optional<std::string> checkAllocation(const LirFunction &reference, const Code &code);

} // namespace orus::codegen
