#include "compiler/analysis/Dominators.h"
#include "tests/unit/analysis/Graphs.h"

#include <doctest/doctest.h>

using namespace orus;
using analysis::Cfg;
using analysis::Dominators;
using ir::kNone;

TEST_CASE("dominators agree with their definition on random graphs") {
  std::mt19937 random(1);
  for (int round = 0; round < 800; ++round) {
    test::Graph graph = test::randomGraph(random);
    ir::Function fn = test::makeFunction(graph);
    Cfg cfg(fn);
    Dominators dominators(cfg);
    std::vector<bool> all = test::reachable(graph, 0, kNone);
    for (uint32_t a = 0; a < graph.size(); ++a) {
      std::vector<bool> without = test::reachable(graph, 0, a);
      for (uint32_t b = 0; b < graph.size(); ++b) {
        CAPTURE(round);
        CHECK(dominators.dominates(a, b) == (all[a] && all[b] && !without[b]));
      }
    }
    for (uint32_t b : cfg.reversePostOrder()) { // every strict dominator dominates the idom
      uint32_t idom = dominators.idom(b);
      CHECK((idom == kNone) == (b == 0));
      for (uint32_t a = 0; b != 0 && a < graph.size(); ++a)
        if (a != b && dominators.dominates(a, b))
          CHECK(dominators.dominates(a, idom));
    }
  }
}

TEST_CASE("a block with very many predecessors at all depths costs no quadratic time") {
  constexpr uint32_t kSize = 200'000; // block i goes on or leaves for the last block
  test::Graph graph(kSize);
  for (uint32_t i = 0; i + 2 < kSize; ++i)
    graph[i] = {i + 1, kSize - 1};
  ir::Function fn = test::makeFunction(graph);
  Dominators dominators{Cfg(fn)};
  CHECK(dominators.idom(kSize - 1) == 0);
  CHECK(dominators.idom(kSize - 2) == kSize - 3);
  CHECK(dominators.preorder().size() == kSize);
}

TEST_CASE("a value is available after its definition and where its block dominates") {
  ir::Function fn;
  fn.addBlock();
  fn.addBlock();
  ir::ValueId param = fn.addParam(0, 1);
  ir::InstId first = fn.append(0, ir::Op::Const, 1, {});
  ir::InstId second = fn.append(0, ir::Op::Const, 1, {});
  fn.terminate(0, ir::Op::Jump, {}, {{{1, {}}}});
  ir::InstId last = fn.terminate(1, ir::Op::Return, {}, {});
  Dominators dominators{Cfg(fn)};
  CHECK(dominates(fn, dominators, param, first));
  CHECK(dominates(fn, dominators, fn.insts[first].result, second));
  CHECK(!dominates(fn, dominators, fn.insts[second].result, first));
  CHECK(!dominates(fn, dominators, fn.insts[first].result, first));
  CHECK(dominates(fn, dominators, fn.insts[second].result, last));
}
