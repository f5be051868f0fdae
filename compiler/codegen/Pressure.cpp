#include "compiler/codegen/Pressure.h"

#include <algorithm>

namespace orus::codegen {

Pressure pressure(const LirFunction &fn, llvm::ArrayRef<LiveRange> ranges, Bank bank) {
  // Differences between neighbouring positions, then their sums.
  std::vector<int32_t> change(2 * fn.insts.size() + 2);
  for (VReg reg = 0; reg < ranges.size(); ++reg) {
    if (fn.vregs[reg].space != Space::Register || fn.vregs[reg].bank() != bank)
      continue;
    for (Range range : ranges[reg]) {
      ++change[range.from];
      --change[range.to];
    }
  }
  Pressure result;
  result.blockMax.resize(fn.blocks.size());
  int32_t live = 0;
  for (size_t b = 0; b < fn.blocks.size(); ++b)
    for (uint32_t at = 2 * fn.blocks[b].first; at < 2 * fn.blocks[b].last; ++at) {
      live += change[at];
      auto count = static_cast<uint32_t>(live);
      result.blockMax[b] = std::max(result.blockMax[b], count);
      if (count > result.max) {
        result.max = count;
        result.maxAt = at / 2;
      }
    }
  return result;
}

} // namespace orus::codegen
