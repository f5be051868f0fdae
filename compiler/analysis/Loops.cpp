#include "compiler/analysis/Loops.h"

#include <algorithm>

namespace orus::analysis {

Loops::Loops(const Cfg &cfg, const Dominators &dominators)
    : loopOf_(cfg.size(), kNone), position_(cfg.size(), kNone) {
  findLoops(cfg, dominators);
  orderBlocks(cfg);
}

void Loops::findLoops(const Cfg &cfg, const Dominators &dominators) {
  // Inner headers have higher positions in reverse post-order than the headers around them.
  std::vector<LoopId> outermost; // by loop: a shortcut to the outermost loop known around it
  std::vector<BlockId> latches;
  for (BlockId header : llvm::reverse(cfg.reversePostOrder())) {
    latches.clear();
    for (BlockId pred : cfg.predecessors(header)) {
      if (cfg.rpoIndex(pred) < cfg.rpoIndex(header))
        continue;
      if (dominators.dominates(header, pred))
        latches.push_back(pred);
      else
        irreducible_ = true;
    }
    if (latches.empty())
      continue;
    auto loop = static_cast<LoopId>(loops_.size());
    loops_.push_back({header});
    outermost.push_back(loop);
    claimBody(cfg, loop, latches, outermost);
  }
  // So far inner loops come first: turn the order round.
  std::reverse(loops_.begin(), loops_.end());
  auto renumber = [&](LoopId &loop) {
    if (loop != kNone)
      loop = static_cast<LoopId>(loops_.size()) - 1 - loop;
  };
  for (Loop &loop : loops_) {
    renumber(loop.parent);
    loop.depth = loop.parent == kNone ? 1 : loops_[loop.parent].depth + 1;
  }
  for (LoopId &loop : loopOf_)
    renumber(loop);
}

/// Walks backwards from the latches to the header. A block of an inner loop stands for the whole
/// loop: the walk goes on from its header.
void Loops::claimBody(const Cfg &cfg, LoopId loop, std::vector<BlockId> worklist,
                      std::vector<LoopId> &outermost) {
  auto findOutermost = [&](LoopId inner) {
    while (outermost[inner] != inner) {
      outermost[inner] = outermost[outermost[inner]];
      inner = outermost[inner];
    }
    return inner;
  };
  BlockId header = loops_[loop].header;
  loopOf_[header] = loop;
  while (!worklist.empty()) {
    BlockId block = worklist.back();
    worklist.pop_back();
    LoopId inner = loopOf_[block];
    if (inner != kNone) {
      inner = findOutermost(inner);
      if (inner == loop)
        continue;
      loops_[inner].parent = outermost[inner] = loop;
      block = loops_[inner].header;
    } else {
      loopOf_[block] = loop;
    }
    for (BlockId pred : cfg.predecessors(block))
      worklist.push_back(pred);
  }
}

void Loops::orderBlocks(const Cfg &cfg) {
  // Sizes with all inner loops; then each loop takes its part at the end of what remains of its
  // parent's, so that a parent's own blocks, the header among them, come first.
  std::vector<uint32_t> size(loops_.size(), 0), own(loops_.size(), 0);
  for (LoopId loop : loopOf_)
    if (loop != kNone)
      ++size[loop], ++own[loop];
  for (LoopId loop = static_cast<LoopId>(loops_.size()); loop-- > 0;)
    if (loops_[loop].parent != kNone)
      size[loops_[loop].parent] += size[loop];
  uint32_t total = 0;
  std::vector<uint32_t> nextInner(loops_.size());
  for (LoopId id = 0; id < loops_.size(); ++id) {
    Loop &loop = loops_[id];
    uint32_t &begin = loop.parent == kNone ? total : nextInner[loop.parent];
    loop.blockBegin = begin;
    loop.blockEnd = begin += size[id];
    nextInner[id] = loop.blockBegin + own[id];
  }
  order_.resize(total);
  std::vector<uint32_t> nextOwn(loops_.size());
  for (LoopId id = 0; id < loops_.size(); ++id)
    nextOwn[id] = loops_[id].blockBegin;
  for (BlockId block : cfg.reversePostOrder()) {
    LoopId loop = loopOf_[block];
    if (loop == kNone)
      continue;
    position_[block] = nextOwn[loop]++;
    order_[position_[block]] = block;
  }
}

} // namespace orus::analysis
