#include "compiler/analysis/Cfg.h"
#include "tests/unit/analysis/Graphs.h"

#include <doctest/doctest.h>

using namespace orus;
using analysis::Cfg;
using ir::kNone;

static std::vector<uint32_t> list(llvm::ArrayRef<uint32_t> items) { return items.vec(); }

TEST_CASE("successors are listed once, predecessors only if reachable") {
  ir::Function fn = test::makeFunction({{1, 2, 1}, {3}, {3}, {}, {3}});
  Cfg cfg(fn);
  CHECK(list(cfg.successors(0)) == std::vector<uint32_t>{1, 2});
  CHECK(list(cfg.predecessors(3)) == std::vector<uint32_t>{1, 2});
  CHECK(!cfg.reachable(4));
  CHECK(cfg.rpoIndex(4) == kNone);
}

TEST_CASE("reverse post-order puts the first target of a branch first") {
  ir::Function fn = test::makeFunction({{1, 2}, {3}, {3}, {}});
  CHECK(list(Cfg(fn).reversePostOrder()) == std::vector<uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a protected block may leave for its handler") {
  // 0 enters a try around 1 and 2, handled by 3.
  ir::Function fn;
  fn.addBlock();
  ir::BlockId body = fn.addBlock(3), rest = fn.addBlock(3), handler = fn.addBlock(),
              end = fn.addBlock();
  fn.addParam(handler, image::kError);
  fn.terminate(0, ir::Op::TryEnter, {}, {{body, {}}, {handler, {}}});
  fn.terminate(body, ir::Op::Jump, {}, {{{rest, {}}}});
  fn.terminate(rest, ir::Op::Jump, {}, {{{end, {}}}});
  fn.terminate(handler, ir::Op::Jump, {}, {{{end, {}}}});
  fn.terminate(end, ir::Op::Return, {}, {});
  Cfg cfg(fn);
  CHECK(list(cfg.successors(body)) == std::vector<uint32_t>{rest, handler});
  CHECK(list(cfg.predecessors(handler)) == std::vector<uint32_t>{0, body, rest});
}

TEST_CASE("a function without blocks has an empty graph") {
  ir::Function fn;
  CHECK(Cfg(fn).reversePostOrder().empty());
}
