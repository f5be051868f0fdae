#include "compiler/analysis/Liveness.h"

#include <algorithm>

namespace orus::analysis {

using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;

/// For each value the blocks that use it, a block once for each run of uses.
static AdjacencyList findUseBlocks(const ir::Function &fn, const Cfg &cfg) {
  Pairs uses;
  std::vector<BlockId> lastUse(fn.values.size(), kNone);
  for (BlockId block : cfg.reversePostOrder()) {
    auto use = [&](ValueId value) {
      if (lastUse[value] == block || fn.blockOf(value) == block)
        return;
      lastUse[value] = block;
      uses.push_back({value, block});
    };
    for (InstId inst = fn.blocks[block].first; inst != kNone; inst = fn.insts[inst].next) {
      for (ValueId operand : fn.operands(inst))
        use(operand);
      for (const ir::Target &target : fn.targets(inst))
        for (ValueId arg : fn.args(target))
          use(arg);
    }
  }
  return AdjacencyList::group(fn.values.size(), uses);
}

Liveness::Liveness(const ir::Function &fn, const Cfg &cfg) {
  AdjacencyList useBlocks = findUseBlocks(fn, cfg);
  Pairs in, out; // block, value; by ascending value
  std::vector<ValueId> inMark(fn.blocks.size(), kNone), outMark(fn.blocks.size(), kNone);
  std::vector<BlockId> worklist;
  for (ValueId value = 0; value < fn.values.size(); ++value) {
    if (useBlocks[value].empty())
      continue;
    BlockId definition = fn.blockOf(value);
    auto reach = [&](BlockId block) {
      if (block == definition || inMark[block] == value)
        return;
      inMark[block] = value;
      in.push_back({block, value});
      worklist.push_back(block);
    };
    for (BlockId block : useBlocks[value])
      reach(block);
    while (!worklist.empty()) {
      BlockId block = worklist.back();
      worklist.pop_back();
      for (BlockId pred : cfg.predecessors(block)) {
        if (outMark[pred] != value) {
          outMark[pred] = value;
          out.push_back({pred, value});
        }
        reach(pred);
      }
    }
  }
  liveIn_ = AdjacencyList::group(fn.blocks.size(), in);
  liveOut_ = AdjacencyList::group(fn.blocks.size(), out);
}

bool Liveness::isLiveIn(BlockId block, ValueId value) const {
  return std::binary_search(liveIn(block).begin(), liveIn(block).end(), value);
}
bool Liveness::isLiveOut(BlockId block, ValueId value) const {
  return std::binary_search(liveOut(block).begin(), liveOut(block).end(), value);
}

} // namespace orus::analysis
