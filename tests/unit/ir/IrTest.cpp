#include "compiler/ir/Ir.h"

#include <doctest/doctest.h>

using namespace orus;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::ValueId;

static std::vector<InstId> order(const ir::Function &fn, ir::BlockId block) {
  std::vector<InstId> forward, backward;
  for (InstId i = fn.blocks[block].first; i != kNone; i = fn.insts[i].next)
    forward.push_back(i);
  for (InstId i = fn.blocks[block].last; i != kNone; i = fn.insts[i].prev)
    backward.insert(backward.begin(), i);
  CHECK(forward == backward);
  return forward;
}

TEST_CASE("instructions are linked, inserted, unlinked and removed") {
  ir::Function fn;
  fn.addBlock();
  InstId a = fn.append(0, Op::Const, 1, {}), b = fn.append(0, Op::Const, 1, {});
  InstId c = fn.make(Op::Const, 1, {});
  CHECK(fn.insts[c].block == kNone);
  fn.insertBefore(a, c);
  CHECK(order(fn, 0) == std::vector{c, a, b});
  fn.unlink(a);
  CHECK(order(fn, 0) == std::vector{c, b});
  fn.insertAtEnd(0, a);
  CHECK(order(fn, 0) == std::vector{c, b, a});
  fn.remove(c);
  fn.remove(a);
  fn.remove(b);
  CHECK(order(fn, 0).empty());
}

TEST_CASE("operands may be taken from another instruction while the pool grows") {
  ir::Function fn;
  fn.addBlock();
  ValueId a = fn.addParam(0, 1), b = fn.addParam(0, 1);
  InstId last = fn.append(0, Op::Add, 1, {a, b});
  for (int i = 0; i < 100; ++i)
    last = fn.append(0, Op::Sub, 1, fn.operands(last));
  CHECK(fn.operands(last).vec() == std::vector{a, b});
}

TEST_CASE("arguments are replaced in place or moved") {
  ir::Function fn;
  fn.addBlock();
  fn.addBlock();
  ValueId a = fn.addParam(0, 1), b = fn.addParam(0, 1);
  InstId jump = fn.terminate(0, Op::Jump, {}, {{{1, {a}}}});
  ir::Target &target = fn.targets(jump)[0];
  fn.setArgs(target, {a, b});
  CHECK(fn.args(target).vec() == std::vector{a, b});
  fn.setArgs(target, fn.args(target).drop_front());
  CHECK(fn.args(target).vec() == std::vector{b});
}

TEST_CASE("a call without result defines no value") {
  ir::Function fn;
  fn.addBlock();
  InstId call = fn.append(0, Op::Call, kNone, {});
  CHECK(fn.insts[call].result == kNone);
  CHECK(fn.values.empty());
}

TEST_CASE("strings are interned") {
  ir::Module module;
  CHECK(module.string("a") == 0);
  CHECK(module.string("b") == 1);
  CHECK(module.string("a") == 0);
}
