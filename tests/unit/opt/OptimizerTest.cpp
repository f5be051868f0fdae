#include "compiler/opt/Optimizer.h"
#include "compiler/ir/Parser.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace orus;

TEST_CASE("lists of passes are parsed, unknown names reported") {
  auto passes = opt::parsePasses("dce, gvn,dce");
  REQUIRE(passes);
  CHECK(*passes == std::vector{opt::PassId::Dce, opt::PassId::Gvn, opt::PassId::Dce});
  CHECK(opt::parsePasses("dce,nothing").error() == "nothing");
  CHECK(opt::parsePasses("")->empty());
}

TEST_CASE("a pass is in the pipeline of its level and in that of no lower one") {
  for (size_t i = 0; i < opt::allPasses().size(); ++i)
    for (unsigned level = 0; level <= 2; ++level) {
      CAPTURE(opt::allPasses()[i].name);
      CAPTURE(level);
      bool runs = llvm::is_contained(opt::pipeline(level), static_cast<opt::PassId>(i));
      if (level < opt::allPasses()[i].level)
        CHECK(!runs);
      if (level == opt::allPasses()[i].level)
        CHECK(runs);
    }
}

TEST_CASE("passes that were not run have no statistics") {
  auto module = ir::parseModule("fn @f: fn() { ^0: %0: i32 = const 1 return }");
  REQUIRE(module);
  opt::Options options;
  options.passes = {opt::PassId::Dce};
  options.timePasses = true;
  opt::Report report = opt::optimize(**module, options);
  std::string text;
  llvm::raw_string_ostream out(text);
  report.print(out, /*withTimes=*/false);
  CHECK(text == "dce           1 runs, 1 changed something, 1 instructions removed\n");
  CHECK(report.passes[static_cast<size_t>(opt::PassId::Dce)].seconds > 0);
}

/// A function of `size` pieces of the form that `piece` gives, given a number and the block before.
template <class F> static std::unique_ptr<ir::Module> makeLong(unsigned size, F piece) {
  auto module = std::make_unique<ir::Module>();
  auto fn = std::make_unique<ir::Function>();
  fn->signature = module->types.function({1, 0}, 1);
  fn->addBlock();
  ir::ValueId x = fn->addParam(0, 1);
  fn->addParam(0, 0);
  ir::BlockId block = 0;
  for (unsigned i = 0; i < size; ++i)
    piece(*fn, block, x);
  fn->terminate(block, ir::Op::Return, x, {});
  module->functions.push_back(std::move(fn));
  return module;
}

static double secondsToOptimize(ir::Module &module) {
  REQUIRE(analysis::verify(module).empty());
  auto start = std::chrono::steady_clock::now();
  opt::optimize(module, opt::Options());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_CASE("time is near-linear in the size of a function") {
  // if c: x = x + x, again and again
  auto conditional = [](ir::Function &fn, ir::BlockId &block, ir::ValueId &x) {
    ir::BlockId yes = fn.addBlock(), after = fn.addBlock();
    fn.terminate(block, ir::Op::Branch, fn.blocks[0].params[1], {{yes, {}}, {after, x}});
    ir::ValueId sum = fn.insts[fn.append(yes, ir::Op::Add, 1, {x, x})].result;
    fn.terminate(yes, ir::Op::Jump, {}, {{{after, sum}}});
    x = fn.addParam(after, 1);
    block = after;
  };
  // for i in x..x: x = i
  auto loop = [](ir::Function &fn, ir::BlockId &block, ir::ValueId &x) {
    ir::BlockId body = fn.addBlock(), after = fn.addBlock();
    ir::ValueId counter = fn.addParam(body, 1);
    fn.terminate(block, ir::Op::Branch, fn.blocks[0].params[1], {{body, x}, {after, x}});
    fn.terminate(body, ir::Op::ForStep, {counter, x}, {{body, {}}, {after, counter}}, 1);
    x = fn.addParam(after, 1);
    block = after;
  };
  // x = x + 1 in one block
  auto straight = [](ir::Function &fn, ir::BlockId &block, ir::ValueId &x) {
    ir::ValueId one = fn.insts[fn.append(block, ir::Op::Const, 1, {}, 1)].result;
    x = fn.insts[fn.append(block, ir::Op::Add, 1, {x, one})].result;
  };
  auto check = [&](auto piece) {
    double small = secondsToOptimize(*makeLong(1'000, piece));
    double large = secondsToOptimize(*makeLong(10'000, piece));
    CHECK(large < 40 * small + 0.5); // quadratic: 100 times
  };
  check(conditional);
  check(loop);
  check(straight);
}
