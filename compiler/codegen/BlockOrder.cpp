#include "compiler/codegen/BlockOrder.h"

#include <algorithm>

namespace orus::codegen {

std::vector<ir::BlockId> linearOrder(const ir::Function &fn, const analysis::Cfg &cfg,
                                     const analysis::Loops &loops) {
  // A block is put in front of everything that was finished before it, so the successors to come
  // last are visited first: those that leave a loop, then handlers.
  struct Visit {
    ir::BlockId block;
    llvm::SmallVector<ir::BlockId, 4> successors; // still to visit, from the back
  };
  auto open = [&](ir::BlockId block) {
    Visit visit{block, {}};
    visit.successors.assign(cfg.successors(block).begin(), cfg.successors(block).end());
    auto rank = [&](ir::BlockId b) {
      return std::pair(b != fn.blocks[block].handler, loops.depth(b));
    };
    // Insertion keeps the order of equals: the last target of a branch is visited before the first
    // one, which then follows the block.
    auto &to = visit.successors;
    for (auto *it = to.begin(); it != to.end(); ++it)
      std::rotate(std::upper_bound(to.begin(), it, *it,
                                   [&](ir::BlockId a, ir::BlockId b) { return rank(a) > rank(b); }),
                  it, it + 1);
    return visit;
  };

  std::vector<ir::BlockId> order;
  std::vector<bool> seen(fn.blocks.size());
  std::vector<Visit> stack;
  seen[0] = true;
  stack.push_back(open(0));
  while (!stack.empty()) {
    Visit &top = stack.back();
    if (top.successors.empty()) {
      order.push_back(top.block);
      stack.pop_back();
      continue;
    }
    ir::BlockId next = top.successors.pop_back_val();
    if (seen[next])
      continue;
    seen[next] = true;
    stack.push_back(open(next));
  }
  std::ranges::reverse(order);
  return order;
}

} // namespace orus::codegen
