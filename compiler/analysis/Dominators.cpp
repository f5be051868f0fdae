#include "compiler/analysis/Dominators.h"

#include <algorithm>

namespace orus::analysis {

namespace {

/// Works on depth-first numbers; number 0 is the entry.
class SemiNca {
public:
  explicit SemiNca(const Cfg &cfg) : cfg_(cfg), number_(cfg.size(), kNone) {}

  /// Immediate dominator by block.
  std::vector<BlockId> run() {
    std::vector<BlockId> result(cfg_.size(), kNone);
    if (cfg_.reversePostOrder().empty())
      return result;
    depthFirstSearch();
    findSemidominators();
    // The immediate dominator is the nearest common ancestor of tree parent and semidominator.
    for (uint32_t v = 1; v < block_.size(); ++v) {
      uint32_t idom = idom_[v];
      while (idom > semi_[v])
        idom = idom_[idom];
      idom_[v] = idom;
      result[block_[v]] = block_[idom];
    }
    return result;
  }

private:
  void depthFirstSearch() {
    std::vector<std::pair<BlockId, uint32_t>> stack{{0, 0}}; // block, number of the tree parent
    while (!stack.empty()) {
      auto [block, parent] = stack.back();
      stack.pop_back();
      if (number_[block] != kNone)
        continue;
      auto v = static_cast<uint32_t>(block_.size());
      number_[block] = v;
      block_.push_back(block);
      idom_.push_back(parent);
      for (BlockId next : cfg_.successors(block))
        if (number_[next] == kNone)
          stack.push_back({next, v});
    }
  }

  void findSemidominators() {
    auto count = static_cast<uint32_t>(block_.size());
    ancestor_ = idom_;
    semi_.resize(count);
    label_.resize(count);
    for (uint32_t v = 0; v < count; ++v)
      semi_[v] = label_[v] = v;
    for (uint32_t v = count - 1; v > 0; --v) {
      semi_[v] = idom_[v];
      for (BlockId pred : cfg_.predecessors(block_[v]))
        semi_[v] = std::min(semi_[v], semi_[evaluate(number_[pred], v + 1)]);
    }
  }

  /// The vertex of least semidominator among v and its ancestors numbered `firstLinked` or more:
  /// those already processed. Compresses the path.
  uint32_t evaluate(uint32_t v, uint32_t firstLinked) {
    if (ancestor_[v] < firstLinked)
      return label_[v];
    for (uint32_t u = v; ancestor_[u] >= firstLinked; u = ancestor_[u])
      path_.push_back(u);
    // The topmost vertex of the path has an ancestor that is not linked yet; it stays as it is.
    uint32_t above = ancestor_[path_.back()];
    while (!path_.empty()) {
      uint32_t u = path_.back();
      path_.pop_back();
      if (semi_[label_[above]] < semi_[label_[u]])
        label_[u] = label_[above];
      ancestor_[u] = ancestor_[above];
      above = u;
    }
    return label_[v];
  }

  const Cfg &cfg_;
  std::vector<uint32_t> number_; // by block
  std::vector<BlockId> block_;   // by number, as what follows
  std::vector<uint32_t> idom_;   // first the tree parent
  std::vector<uint32_t> semi_, label_, ancestor_, path_;
};

} // namespace

Dominators::Dominators(const Cfg &cfg) : idom_(SemiNca(cfg).run()) {
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (BlockId block : cfg.reversePostOrder())
    if (idom_[block] != kNone)
      edges.push_back({idom_[block], block});
  children_ = AdjacencyList::group(cfg.size(), edges);
  numberTree(cfg.size());
}

void Dominators::numberTree(size_t blocks) {
  begin_.assign(blocks, kNone);
  end_.assign(blocks, 0);
  if (blocks == 0)
    return;
  std::vector<BlockId> stack{0};
  while (!stack.empty()) {
    BlockId block = stack.back();
    if (begin_[block] != kNone) { // seen before: its subtree is complete
      end_[block] = static_cast<uint32_t>(preorder_.size());
      stack.pop_back();
      continue;
    }
    begin_[block] = static_cast<uint32_t>(preorder_.size());
    preorder_.push_back(block);
    for (BlockId child : llvm::reverse(children(block)))
      stack.push_back(child);
  }
}

bool dominates(const ir::Function &fn, const Dominators &dominators, ValueId value, InstId inst) {
  const ir::Value &v = fn.values[value];
  BlockId to = fn.insts[inst].block;
  if (v.inst == kNone)
    return dominators.dominates(v.block, to);
  BlockId from = fn.insts[v.inst].block;
  if (from != to)
    return from != kNone && dominators.dominates(from, to);
  for (InstId at = fn.insts[v.inst].next; at != kNone; at = fn.insts[at].next)
    if (at == inst)
      return true;
  return false;
}

} // namespace orus::analysis
