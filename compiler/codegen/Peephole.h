// Improvements of code that has its slots already.
#pragma once

#include "compiler/codegen/Code.h"

namespace orus::codegen {

/// Makes one instruction of two neighbouring moves between registers.
void joinMoves(Code &code);

} // namespace orus::codegen
