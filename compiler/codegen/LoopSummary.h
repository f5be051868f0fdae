// What each loop of a function costs, for the image, the statistics and remarks.
#pragma once

#include "compiler/codegen/Code.h"

namespace orus::codegen {

/// One record for each loop that still has code, outer ones first; without positions in code and
/// source. `parent` counts within the function.
struct LoopSummary {
  uint32_t loop = 0; // in LirFunction::loops
  image::LoopRecord record;
};
std::vector<LoopSummary> summarizeLoops(const LirFunction &fn, const Code &code);

/// Whether the instruction handles a dynamic value.
bool isBoxed(isa::Opcode op);

} // namespace orus::codegen
