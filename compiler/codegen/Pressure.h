// How many values of a bank are in registers at each point of a function.
#pragma once

#include "compiler/codegen/Ranges.h"

namespace orus::codegen {

struct Pressure {
  uint32_t max = 0;
  uint32_t maxAt = 0;             // an instruction where it is reached
  std::vector<uint32_t> blockMax; // by block
};

Pressure pressure(const LirFunction &fn, llvm::ArrayRef<LiveRange> ranges, Bank bank);

} // namespace orus::codegen
