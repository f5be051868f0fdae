// After spilling a virtual register has a definition for each reload. What lies between one of them
// and the last use before the next, within a block, becomes a virtual register of its own, so that
// slots are given to short live ranges instead of long ones with holes.
#pragma once

#include "compiler/codegen/Graph.h"

namespace orus::codegen {

/// Renames the segments that begin and end inside of a block. `liveness` stays true.
void splitSegments(LirFunction &fn, const LirLiveness &liveness);

} // namespace orus::codegen
