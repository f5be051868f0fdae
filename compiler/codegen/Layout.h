// The order of blocks in the code: without empty blocks, conditions of loops behind their bodies,
// panics at the end.
#pragma once

#include "compiler/codegen/Code.h"

namespace orus::codegen {

struct Layout {
  std::vector<BlockIndex> order;  // the entry first; only blocks that hold code and can be reached
  std::vector<BlockIndex> target; // by block: itself, or the block that jumping to it leads to
};

Layout layOut(const LirFunction &fn, const Code &code);

} // namespace orus::codegen
