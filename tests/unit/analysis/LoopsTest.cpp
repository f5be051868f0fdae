#include "compiler/analysis/Loops.h"
#include "tests/unit/analysis/Graphs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace orus;
using analysis::Cfg;
using analysis::Dominators;
using analysis::LoopId;
using analysis::Loops;
using ir::kNone;

static Loops loopsOf(const test::Graph &graph) {
  ir::Function fn = test::makeFunction(graph);
  Cfg cfg(fn);
  return Loops(cfg, Dominators(cfg));
}

TEST_CASE("two loops nest, the outer one first") {
  // 0 -> 1 -> 2 <-> 3, 3 -> 4 -> 1, 4 -> 5
  Loops loops = loopsOf({{1}, {2}, {3}, {2, 4}, {1, 5}, {}});
  REQUIRE(loops.loops().size() == 2);
  CHECK(loops[0].header == 1);
  CHECK(loops[1].header == 2);
  CHECK(loops[1].parent == 0);
  CHECK(loops.blocks(0).vec() == std::vector<uint32_t>{1, 4, 2, 3});
  CHECK(loops.blocks(1).vec() == std::vector<uint32_t>{2, 3});
  CHECK(loops.depth(3) == 2);
  CHECK(loops.depth(5) == 0);
  CHECK(loops.contains(0, 3));
  CHECK(!loops.contains(1, 4));
  CHECK(!loops.irreducible());
}

TEST_CASE("a cycle with two entries is noticed and is no loop") {
  Loops loops = loopsOf({{1, 2}, {2}, {1}});
  CHECK(loops.loops().empty());
  CHECK(loops.irreducible());
}

TEST_CASE("loops agree with their definition on random graphs") {
  std::mt19937 random(2);
  for (int round = 0; round < 800; ++round) {
    test::Graph graph = test::randomGraph(random);
    ir::Function fn = test::makeFunction(graph);
    Cfg cfg(fn);
    Dominators dominators(cfg);
    Loops loops(cfg, dominators);
    std::map<uint32_t, std::set<uint32_t>> expected; // header to blocks
    for (uint32_t latch : cfg.reversePostOrder())
      for (uint32_t header : graph[latch]) {
        if (!dominators.dominates(header, latch))
          continue;
        expected[header].insert(header);
        for (uint32_t block : cfg.reversePostOrder()) // reaches the latch avoiding the header
          if (block != header && test::reachable(graph, block, header)[latch])
            expected[header].insert(block);
      }
    REQUIRE(loops.loops().size() == expected.size());
    std::map<uint32_t, uint32_t> depth;
    for (LoopId id = 0; id < loops.loops().size(); ++id) {
      auto blocks = loops.blocks(id);
      CHECK(blocks.front() == loops[id].header);
      CHECK(std::set<uint32_t>(blocks.begin(), blocks.end()) == expected[loops[id].header]);
      CHECK(blocks.size() == expected[loops[id].header].size());
      CHECK((loops[id].parent == kNone || loops[id].parent < id));
      for (uint32_t block : blocks) {
        CHECK(loops.contains(id, block));
        ++depth[block];
      }
    }
    for (uint32_t block = 0; block < graph.size(); ++block)
      CHECK(loops.depth(block) == depth[block]);
  }
}
