#include "compiler/analysis/Cfg.h"

#include <algorithm>

namespace orus::analysis {

using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;

AdjacencyList AdjacencyList::group(size_t rows, ArrayRef<std::pair<uint32_t, uint32_t>> pairs) {
  AdjacencyList list;
  list.begin_.assign(rows + 1, 0);
  list.items_.resize(pairs.size());
  for (auto [row, item] : pairs)
    ++list.begin_[row + 1];
  for (size_t row = 0; row < rows; ++row)
    list.begin_[row + 1] += list.begin_[row];
  std::vector<uint32_t> next(list.begin_.begin(), list.begin_.end() - 1);
  for (auto [row, item] : pairs)
    list.items_[next[row]++] = item;
  return list;
}

static AdjacencyList findSuccessors(const ir::Function &fn) {
  Pairs edges;
  std::vector<BlockId> seenFrom(fn.blocks.size(), kNone);
  for (BlockId block = 0; block < fn.blocks.size(); ++block) {
    InstId last = fn.terminator(block);
    if (last == kNone)
      continue;
    auto add = [&](BlockId to) {
      if (seenFrom[to] == block)
        return;
      seenFrom[to] = block;
      edges.push_back({block, to});
    };
    for (const ir::Target &target : fn.targets(last))
      add(target.block);
    if (fn.blocks[block].handler != kNone)
      add(fn.blocks[block].handler);
  }
  return AdjacencyList::group(fn.blocks.size(), edges);
}

Cfg::Cfg(const ir::Function &fn)
    : successors_(findSuccessors(fn)), rpoIndex_(fn.blocks.size(), kNone) {
  struct Frame {
    BlockId block;
    size_t remaining; // successors not yet visited
  };
  // Successors are visited from the last to the first, so that in the order reversed the first
  // target of a branch comes right after it.
  std::vector<Frame> stack;
  auto enter = [&](BlockId block) {
    rpoIndex_[block] = 0;
    stack.push_back({block, successors(block).size()});
  };
  if (!fn.blocks.empty())
    enter(0);
  while (!stack.empty()) {
    Frame &frame = stack.back();
    if (frame.remaining == 0) {
      rpo_.push_back(frame.block);
      stack.pop_back();
      continue;
    }
    BlockId next = successors(frame.block)[--frame.remaining];
    if (rpoIndex_[next] == kNone)
      enter(next);
  }
  std::reverse(rpo_.begin(), rpo_.end());
  Pairs edges;
  for (uint32_t i = 0; i < rpo_.size(); ++i) {
    rpoIndex_[rpo_[i]] = i;
    for (BlockId to : successors(rpo_[i]))
      edges.push_back({to, rpo_[i]});
  }
  predecessors_ = AdjacencyList::group(fn.blocks.size(), edges);
}

} // namespace orus::analysis
