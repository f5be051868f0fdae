// The opposites of conditional branches.
#pragma once

#include "format/isa/Isa.h"

namespace orus::codegen {

/// Turns a branch into the one that is taken exactly if the given one is not, unless there is none
/// (counted loops, ranges).
bool invert(isa::Instruction &inst);

} // namespace orus::codegen
