#include "compiler/analysis/Liveness.h"
#include "tests/unit/analysis/Graphs.h"

#include <doctest/doctest.h>

#include <set>

using namespace orus;
using analysis::Cfg;
using analysis::Liveness;
using ir::ValueId;

TEST_CASE("an argument is used at the end of its block, a parameter defined at the start") {
  ir::Function fn;
  for (int i = 0; i < 3; ++i)
    fn.addBlock();
  ValueId start = fn.addParam(0, 1), other = fn.addParam(0, 1), counter = fn.addParam(1, 1);
  fn.terminate(0, ir::Op::Jump, {}, {{{1, {start}}}});
  fn.terminate(1, ir::Op::ForStep, {counter, other}, {{1, {}}, {2, {}}}, 1);
  fn.terminate(2, ir::Op::Return, other, {});
  Liveness live(fn, Cfg(fn));
  CHECK(live.liveIn(0).empty());
  CHECK(live.liveOut(0).vec() == std::vector<ValueId>{other});
  CHECK(live.liveIn(1).vec() == std::vector<ValueId>{other});
  CHECK(live.liveOut(1).vec() == std::vector<ValueId>{other});
  CHECK(live.isLiveIn(2, other));
  CHECK(!live.isLiveIn(2, counter));
}

TEST_CASE("what a handler uses is live throughout its region") {
  ir::Function fn;
  fn.addBlock();
  ir::BlockId body = fn.addBlock(3), rest = fn.addBlock(3), handler = fn.addBlock();
  ValueId value = fn.addParam(0, 1);
  fn.addParam(handler, image::kError);
  fn.terminate(0, ir::Op::TryEnter, {}, {{body, {}}, {handler, {}}});
  fn.terminate(body, ir::Op::Jump, {}, {{{rest, {}}}});
  fn.terminate(rest, ir::Op::Return, {}, {});
  fn.terminate(handler, ir::Op::Return, value, {});
  Liveness live(fn, Cfg(fn));
  CHECK(live.isLiveOut(body, value));
  CHECK(live.isLiveIn(rest, value));
  CHECK(live.isLiveOut(rest, value));
}

/// Backward data flow to a fixed point.
static std::vector<std::set<ValueId>> liveInByIteration(const ir::Function &fn,
                                                        const test::Graph &graph) {
  std::vector<std::set<ValueId>> in(graph.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t block = 0; block < graph.size(); ++block) {
      std::set<ValueId> live;
      for (uint32_t to : graph[block])
        live.insert(in[to].begin(), in[to].end());
      for (ir::InstId inst = fn.blocks[block].last; inst != ir::kNone; inst = fn.insts[inst].prev) {
        live.erase(fn.insts[inst].result);
        for (ValueId operand : fn.operands(inst))
          live.insert(operand);
      }
      for (ValueId param : fn.blocks[block].params)
        live.erase(param);
      changed |= live != in[block];
      in[block] = live;
    }
  }
  return in;
}

TEST_CASE("liveness agrees with iterated data flow on random functions") {
  std::mt19937 random(3);
  for (int round = 0; round < 800; ++round) {
    test::Graph graph = test::randomGraph(random);
    ir::Function fn;
    for (size_t i = 0; i < graph.size(); ++i)
      fn.addBlock();
    std::vector<ValueId> values; // all in the entry, so that they dominate every use
    for (int i = 0; i < 4; ++i)
      values.push_back(fn.addParam(0, 1));
    for (uint32_t block = 0; block < graph.size(); ++block) {
      ValueId own = fn.insts[fn.append(block, ir::Op::Const, 1, {})].result;
      if (random() % 3 == 0)
        fn.append(block, ir::Op::Add, 1, {values[random() % values.size()], own});
    }
    test::addEdges(fn, graph);
    Cfg cfg(fn);
    Liveness live(fn, cfg);
    auto expected = liveInByIteration(fn, graph);
    for (uint32_t block : cfg.reversePostOrder()) {
      auto in = live.liveIn(block);
      CHECK(std::set<ValueId>(in.begin(), in.end()) == expected[block]);
      std::set<ValueId> out;
      for (uint32_t to : graph[block])
        out.insert(expected[to].begin(), expected[to].end());
      auto found = live.liveOut(block);
      CHECK(std::set<ValueId>(found.begin(), found.end()) == out);
      CHECK(std::is_sorted(found.begin(), found.end()));
    }
  }
}
