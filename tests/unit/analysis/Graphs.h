// Functions made from bare graphs, for tests of the analyses.
#pragma once

#include "compiler/ir/Ir.h"

#include <random>

namespace orus::test {

using Graph = std::vector<std::vector<uint32_t>>; // successors by block

/// Ends each block with a jump, a switch over all its successors, or a return.
inline void addEdges(ir::Function &fn, const Graph &graph) {
  constexpr image::TypeId kU32 = 2;
  for (uint32_t block = 0; block < graph.size(); ++block) {
    if (graph[block].empty()) {
      fn.terminate(block, ir::Op::Return, {}, {});
      continue;
    }
    llvm::SmallVector<std::pair<ir::BlockId, llvm::ArrayRef<ir::ValueId>>> targets;
    for (uint32_t to : graph[block])
      targets.push_back({to, {}});
    if (targets.size() == 1) {
      fn.terminate(block, ir::Op::Jump, {}, targets);
      continue;
    }
    ir::InstId selector = fn.append(block, ir::Op::Const, kU32, {});
    fn.terminate(block, ir::Op::Switch, fn.insts[selector].result, targets);
  }
}

inline ir::Function makeFunction(const Graph &graph) {
  ir::Function fn;
  for (size_t i = 0; i < graph.size(); ++i)
    fn.addBlock();
  addEdges(fn, graph);
  return fn;
}

/// A graph of up to 12 blocks in which loops, joins and unreachable parts are common.
inline Graph randomGraph(std::mt19937 &random) {
  Graph graph(2 + random() % 11);
  for (auto &successors : graph)
    for (unsigned i = random() % 4; i > 0; --i)
      successors.push_back(static_cast<uint32_t>(random() % graph.size()));
  return graph;
}

/// Blocks that can be reached from `from` without entering `without`.
inline std::vector<bool> reachable(const Graph &graph, uint32_t from, uint32_t without) {
  std::vector<bool> seen(graph.size());
  std::vector<uint32_t> stack;
  auto visit = [&](uint32_t block) {
    if (block == without || seen[block])
      return;
    seen[block] = true;
    stack.push_back(block);
  };
  visit(from);
  while (!stack.empty()) {
    uint32_t block = stack.back();
    stack.pop_back();
    for (uint32_t to : graph[block])
      visit(to);
  }
  return seen;
}

} // namespace orus::test
