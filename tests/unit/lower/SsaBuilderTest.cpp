#include "compiler/lower/SsaBuilder.h"

#include <doctest/doctest.h>

using namespace orus;
using ir::BlockId;
using ir::kNone;
using ir::Op;
using ir::ValueId;
using lower::SsaBuilder;
using lower::VarId;

namespace {

constexpr image::TypeId kI32 = static_cast<image::TypeId>(image::ScalarType::I32);
constexpr image::TypeId kBool = static_cast<image::TypeId>(image::ScalarType::Bool);

/// A function under construction with one variable of type i32.
struct Fixture {
  ir::Function fn;
  SsaBuilder ssa{fn};
  VarId var = ssa.addVariable(kI32);

  BlockId block() { return ssa.addBlock(kNone); }
  BlockId sealed() {
    BlockId b = block();
    ssa.seal(b);
    return b;
  }
  ValueId constant(BlockId b, uint64_t bits, image::TypeId type = kI32) {
    return fn.insts[fn.append(b, Op::Const, type, {}, bits)].result;
  }
  void jump(BlockId from, BlockId to) { ssa.terminate(from, Op::Jump, {}, {{to}}, 0, {}); }
  void branch(BlockId from, BlockId yes, BlockId no) {
    ValueId condition = constant(from, 1, kBool);
    ssa.terminate(from, Op::Branch, {condition}, {{yes}, {no}}, 0, {});
  }
  ir::InstId ret(BlockId b, ValueId value) {
    ssa.terminate(b, Op::Return, {value}, {}, 0, {});
    return fn.terminator(b);
  }
  llvm::ArrayRef<ValueId> edgeArgs(BlockId from, size_t target) {
    const ir::Function &f = fn;
    return f.args(f.targets(f.terminator(from))[target]);
  }
};

} // namespace

TEST_CASE("a value flows through a chain of blocks without parameters") {
  Fixture f;
  BlockId entry = f.sealed();
  ValueId one = f.constant(entry, 1);
  f.ssa.write(f.var, entry, one);
  BlockId at = entry;
  for (int i = 0; i < 100000; ++i) { // deeper than a recursive walk would survive
    BlockId next = f.block();
    f.jump(at, next);
    f.ssa.seal(next);
    at = next;
  }
  ir::InstId ret = f.ret(at, f.ssa.read(f.var, at));
  REQUIRE(f.ssa.finish());
  CHECK(f.fn.operands(ret)[0] == one);
  CHECK(f.fn.blocks[at].params.empty());
}

TEST_CASE("a join takes a parameter exactly when the branches differ") {
  for (bool differ : {false, true}) {
    CAPTURE(differ);
    Fixture f;
    BlockId entry = f.sealed();
    ValueId one = f.constant(entry, 1);
    f.ssa.write(f.var, entry, one);
    BlockId yes = f.block(), no = f.block(), join = f.block();
    f.branch(entry, yes, no);
    f.ssa.seal(yes);
    f.ssa.seal(no);
    ValueId two = f.constant(yes, 2);
    if (differ)
      f.ssa.write(f.var, yes, two);
    f.jump(yes, join);
    f.jump(no, join);
    f.ssa.seal(join);
    ir::InstId ret = f.ret(join, f.ssa.read(f.var, join));
    REQUIRE(f.ssa.finish());
    if (!differ) {
      CHECK(f.fn.blocks[join].params.empty());
      CHECK(f.fn.operands(ret)[0] == one);
      continue;
    }
    REQUIRE(f.fn.blocks[join].params.size() == 1);
    CHECK(f.fn.operands(ret)[0] == f.fn.blocks[join].params[0]);
    CHECK(f.edgeArgs(yes, 0).equals({two}));
    CHECK(f.edgeArgs(no, 0).equals({one}));
  }
}

TEST_CASE("a loop carries what its body changes and nothing else") {
  Fixture f;
  VarId constantVar = f.ssa.addVariable(kI32);
  BlockId entry = f.sealed();
  ValueId zero = f.constant(entry, 0), limit = f.constant(entry, 9);
  f.ssa.write(f.var, entry, zero);
  f.ssa.write(constantVar, entry, limit);
  BlockId header = f.block(), body = f.block(), exit = f.block();
  f.jump(entry, header);
  ValueId atHeader = f.ssa.read(f.var, header);
  f.ssa.read(constantVar, header);
  f.branch(header, body, exit);
  f.ssa.seal(body);
  ValueId next = f.fn.insts[f.fn.append(body, Op::Add, kI32,
                                        {f.ssa.read(f.var, body), f.ssa.read(constantVar, body)})]
                     .result;
  f.ssa.write(f.var, body, next);
  f.jump(body, header);
  f.ssa.seal(header);
  f.ssa.seal(exit);
  ir::InstId ret = f.ret(exit, f.ssa.read(f.var, exit));
  REQUIRE(f.ssa.finish());
  CHECK(f.fn.blocks[header].params.size() == 1);
  CHECK(f.fn.blocks[header].params[0] == atHeader);
  CHECK(f.fn.operands(ret)[0] == atHeader);
  CHECK(f.edgeArgs(entry, 0).equals({zero}));
  CHECK(f.edgeArgs(body, 0).equals({next}));
  const ir::Function &fn = f.fn;
  CHECK(fn.operands(fn.values[next].inst)[1] == limit);
}

TEST_CASE("nested loops that never store need no parameters") {
  Fixture f;
  BlockId entry = f.sealed();
  ValueId one = f.constant(entry, 1);
  f.ssa.write(f.var, entry, one);
  BlockId outer = f.block(), inner = f.block(), latch = f.block(), exit = f.block();
  f.jump(entry, outer);
  f.ssa.read(f.var, outer);
  f.branch(outer, inner, exit);
  f.ssa.read(f.var, inner);
  f.branch(inner, inner, latch);
  f.ssa.seal(inner);
  f.ssa.seal(latch);
  f.jump(latch, outer);
  f.ssa.seal(outer);
  f.ssa.seal(exit);
  ir::InstId ret = f.ret(exit, f.ssa.read(f.var, exit));
  REQUIRE(f.ssa.finish());
  CHECK(f.fn.blocks[outer].params.empty());
  CHECK(f.fn.blocks[inner].params.empty());
  CHECK(f.fn.operands(ret)[0] == one);
}

TEST_CASE("the first argument of an implicit edge is left to the terminator") {
  Fixture f;
  BlockId entry = f.sealed();
  ValueId zero = f.constant(entry, 0), limit = f.constant(entry, 9);
  f.ssa.write(f.var, entry, zero);
  BlockId body = f.block(), exit = f.block();
  ValueId counter = f.fn.addParam(body, kI32);
  f.ssa.terminate(entry, Op::Jump, {}, {{body, {zero}}}, 0, {});
  ValueId sum =
      f.fn.insts[f.fn.append(body, Op::Add, kI32, {f.ssa.read(f.var, body), counter})].result;
  f.ssa.write(f.var, body, sum);
  f.ssa.terminate(body, Op::ForStep, {counter, limit}, {{body, {}, true}, {exit}},
                  ir::ForStepForm{.step = 1}.pack(), {});
  f.ssa.seal(body);
  f.ssa.seal(exit);
  f.ret(exit, f.ssa.read(f.var, exit));
  REQUIRE(f.ssa.finish());
  REQUIRE(f.fn.blocks[body].params.size() == 2);
  CHECK(f.edgeArgs(entry, 0).equals({zero, zero}));
  CHECK(f.edgeArgs(body, 0).equals({sum}));
}

TEST_CASE("reading a variable that no path sets is refused") {
  Fixture f;
  BlockId entry = f.sealed();
  f.ret(entry, f.ssa.read(f.var, entry));
  CHECK_FALSE(f.ssa.finish());
}
