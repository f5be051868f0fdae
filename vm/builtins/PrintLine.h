// The line that a print statement writes: templates and trailing arguments (manual 9.1, 9.4).
#pragma once

#include "vm/builtins/ValueWriter.h"

#include <span>

namespace orus::vm {

/// Appends the line for these arguments, its newline included; false if a value is nested too
/// deeply.
[[nodiscard]] bool appendPrintLine(const ProgramNames &program, std::string &out,
                                   std::span<const Value> arguments);

} // namespace orus::vm
