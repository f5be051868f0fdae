#include "compiler/analysis/Verifier.h"
#include "compiler/ir/Parser.h"
#include "tests/unit/ir/Samples.h"

#include <doctest/doctest.h>

#include <random>

using namespace orus;

static std::string errorsOf(llvm::StringRef text) {
  auto module = ir::parseModule(text);
  if (!module)
    return "parse " + module.error().text();
  std::string all;
  for (const analysis::VerifyError &error : analysis::verify(**module))
    all += error.text() + "\n";
  return all;
}

/// Errors of a function @f(i32, string, [f64], any, bool) -> i32 with this body after its header.
static std::string errorsInBody(llvm::StringRef body) {
  return errorsOf("module \"m\" { initializer @g scalars 3: f64 \"x\" references 0: any \"r\" }\n"
                  "fn @f: fn(i32, string, [f64], any, bool) -> i32 locals(i32) {\n"
                  "^0(%0: i32, %1: string, %2: [f64], %3: any, %4: bool):\n" +
                  body.str() + "\n}\nfn @g: fn() { ^0: return }");
}

TEST_CASE("the sample of every operation is valid") { CHECK(errorsOf(test::kAllOperations) == ""); }

TEST_CASE("structure") {
  struct {
    const char *body, *error;
  } cases[] = {
      {"%9: i32 = const 1", "@f ^0: %9: i32 = const 1: no terminator at the end\n"},
      {"return %0 return %0", "@f ^0: return %0: a terminator inside of a block\n"},
      {"jump ^1", "@f ^1: reachable but empty\n"},
      {"return %0 ^1: return %0", "@f ^1: unreachable but not empty\n"},
      {"jump ^1 ^1: jump ^0(%0, %1, %2, %3, %4)", "@f ^0: the entry block has predecessors\n"},
      {"jump ^1(%0) ^1: return %0", "@f ^0: jump ^1(%0): ^1 takes 0 arguments\n"},
      {"jump ^1(%1) ^1(%9: i32): return %9",
       "@f ^0: jump ^1(%1): argument %1 of ^1 has the wrong type\n"},
      {"for.step %0 + 1 < %0, ^1(next), ^2 ^1(%9: u32): jump ^2 ^2: return %0",
       "@f ^0: for.step %0 + 1 < %0, ^1(next), ^2: the first parameter of ^1 has the wrong type\n"},
      {"%9: u32 = const 1 for.step %9 - 1 > %9, ^1(next), ^2 ^1(%10: u32): jump ^2 ^2: return %0",
       "@f ^0: for.step %9 - 1 > %9, ^1(next), ^2: an unsigned counter can only go up\n"},
      {"branch %4, ^1 ^1: return %0", "@f ^0: branch %4, ^1: wrong number of targets\n"},
      {"branch %0, ^1, ^1 ^1: return %0", "@f ^0: branch %0, ^1, ^1: operand 0 must be bool\n"},
  };
  for (const auto &[body, error] : cases) {
    CAPTURE(body);
    CHECK(errorsInBody(body) == error);
  }
}

TEST_CASE("dominance") {
  struct {
    const char *body, *error;
  } cases[] = {
      {"%8: i32 = add %9, %0 %9: i32 = const 1 return %8",
       "@f ^0: %8: i32 = add %9, %0: %9 is not defined on every path to here\n"},
      {"branch %4, ^1, ^2 ^1: %9: i32 = const 1 jump ^2 ^2: return %9",
       "@f ^2: return %9: %9 is not defined on every path to here\n"},
      {"branch %4, ^1, ^2 ^1: %9: i32 = const 1 return %9 ^2: return %0", ""},
      // The handler sees what was defined before the region was entered, nothing from within.
      {"try ^1, ^2(error) ^1 handler ^2: %9: i32 = const 1 return %9 ^2(%8: error): return %9",
       "@f ^2: return %9: %9 is not defined on every path to here\n"},
      {"%9: i32 = const 1 try ^1, ^2(error) ^1 handler ^2: return %9 ^2(%8: error): return %9", ""},
  };
  for (const auto &[body, error] : cases) {
    CAPTURE(body);
    CHECK(errorsInBody(body) == error);
  }
}

TEST_CASE("protected regions") {
  struct {
    const char *body, *error;
  } cases[] = {
      {"jump ^1 ^1 handler ^2: return %0 ^2(%9: error): return %0",
       "@f ^0: jump ^1: enters the protected region of ^2 without `try`\n"},
      {"try ^1, ^2(error) ^1: return %0 ^2(%9: error): return %0",
       "@f ^0: try ^1, ^2(error): the protected region does not begin with a block handled by "
       "^2\n"},
      {"try ^1, ^2(error) ^1 handler ^2: return %0 ^2(%9: i32): return %0",
       "@f ^0: try ^1, ^2(error): the first parameter of ^2 has the wrong type\n"
       "@f ^1: the handler ^2 does not take exactly an error\n"},
      {"try ^1, ^2(error) ^1 handler ^2: try ^3, ^4(error)\n"
       "^3 handler ^4: jump ^5 ^4(%8: error) handler ^2: jump ^5\n"
       "^5: return %0 ^2(%9: error): jump ^5",
       ""},
      {"try ^1, ^2(error) ^1 handler ^2: try ^3, ^4(error)\n"
       "^3 handler ^4: jump ^5 ^4(%8: error): jump ^5 ^5: return %0 ^2(%9: error): jump ^5",
       "@f ^1: try ^3, ^4(error): the handler lies in another region than its `try`\n"},
      {"try ^1, ^2(error) ^1 handler ^2: jump ^2(%9) ^2(%9: error): return %0",
       "@f ^1: jump ^2(%9): a normal edge leads to the block's own handler\n"
       "@f ^1: jump ^2(%9): %9 is not defined on every path to here\n"},
  };
  for (const auto &[body, error] : cases) {
    CAPTURE(body);
    CHECK(errorsInBody(body) == error);
  }
}

TEST_CASE("types of operations") {
  struct {
    const char *inst, *error;
  } cases[] = {
      {"%9: i32 = add %0, %1", "operand 1 must be i32"},
      {"%9: i64 = add %0, %0", "the result must be i32"},
      {"%9: bool = add %4, %4", "not defined for bool"},
      {"%9: string = str.cat %1, %0", "operand 1 must be string"},
      {"%9: bool = lt %4, %4", "not defined for bool"},
      {"%9: bool = eq %3, %3", "not defined for any"},
      {"%9: bool = eq %2, %2", nullptr},
      {"%9: bool = eqval %1, %1", "not defined for string"},
      {"%9: i32 = cvt %0", "no such conversion"},
      {"%9: f64 = arr.get %2, %4", "operand 1 must be an integer"},
      {"%9: i32 = arr.get %2, %0", "the result must be f64"},
      {"%9: f64 = arr.get %1, %0", "operand 0 must be an array"},
      {"arr.push %2, %0", "operand 1 must be f64"},
      {"%9: [f64] = arr.slice %2, %0, %0", "operand 2 must be i64"},
      {"%9: any = box f64, %0", "operand 0 must be f64"},
      {"%9: any = box any, %3", "not a type that a dynamic value can hold"},
      {"%9: i32 = unbox bool, %3", "the result must be bool"},
      {"%9: [f64] = cast.any [f64], %3", "casts only to a primitive type"},
      {"print fn(i32)(%1)", "argument 0 must be i32"},
      {"print fn(i32)(%0, %0)", "wrong number of arguments"},
      {"print i32(%0)", "the immediate is not a function type without result"},
      {"assert_eq fn(string, i32, bool)(%1, %0, %4)", "operand 2 must be i32"},
      {"%9: i32 = call @g()", "there must be no result"},
      {"call @f(%0)", "wrong number of arguments"},
      {"call @f(%0, %1, %2, %3, %0)", "argument 4 must be bool"},
      {"callv %0(%0)", "calls no function"},
      {"%9: string = calln string.i32(%4)", "operand 0 must be i32"},
      {"%9: fn(i32) = func @g", "the result must be fn()"},
      {"local.set $0, %1", "the local has another type"},
      {"local.set $1, %0", "no such local"},
      {"module.set 3, %0", "the module register has another type"},
      {"%9: f64 = module.get 3", nullptr},
      {"%9: any = module.get 0", nullptr},
      {"%9: f64 = module.get 2", "no such module register"},
      {"%9: f64 = module.get 4", "no such module register"},
      {"chkinit \"x\", %0", "operand 0 must be bool"},
  };
  for (const auto &[inst, error] : cases) {
    CAPTURE(inst);
    std::string expected;
    if (error)
      expected = "@f ^0: " + std::string(inst) + ": " + error + "\n";
    std::string found = errorsInBody(std::string(inst) + "\n return %0");
    CHECK(found.starts_with(expected));
    CHECK(found.empty() == expected.empty());
  }
}

TEST_CASE("a raise needs a panic whose text is fixed") {
  CHECK(errorsInBody("raise ZeroRangeStep") == "");
  CHECK(errorsInBody("raise WrongType") == "@f ^0: raise WrongType: not a panic of a fixed text\n");
}

TEST_CASE("the signature must be that of the entry block and of every return") {
  CHECK(errorsOf("fn @f: fn(i32) { ^0: return }") ==
        "@f ^0: the parameters do not match the signature\n");
  CHECK(errorsOf("fn @f: fn() -> i32 { ^0: return }") ==
        "@f ^0: return: wrong number of operands\n");
  CHECK(errorsOf("fn @f: i32 { ^0: return }") == "@f: the signature is not a function type\n");
  CHECK(errorsOf("fn @f: fn() {}") == "@f: no entry block\n");
}

TEST_CASE("ids out of range and broken links are found before anything uses them") {
  auto valid = [] {
    auto fn = std::make_unique<ir::Function>();
    fn->signature = image::kFirstComposite;
    fn->addBlock();
    fn->append(0, ir::Op::Const, 1, {});
    fn->terminate(0, ir::Op::Return, {}, {});
    return fn;
  };
  void (*damages[])(ir::Function &) = {
      [](ir::Function &fn) { fn.insts[1].operandCount = 5; },
      [](ir::Function &fn) { fn.insts[1].operandBegin = 0xFFFFFFFF; },
      [](ir::Function &fn) { fn.insts[1].targetCount = 1; },
      [](ir::Function &fn) { fn.insts[1].prev = 7; },
      [](ir::Function &fn) { fn.insts[0].next = 7; },
      [](ir::Function &fn) { fn.insts[0].next = 0; },
      [](ir::Function &fn) { fn.blocks[0].last = 0; },
      [](ir::Function &fn) { fn.blocks[0].handler = 9; },
      [](ir::Function &fn) { fn.blocks[0].params.push_back(4); },
      [](ir::Function &fn) { fn.insts[0].result = 4; },
      [](ir::Function &fn) { fn.values[0].type = 999; },
      [](ir::Function &fn) { fn.signature = 999; },
      [](ir::Function &fn) { fn.locals.push_back(999); },
  };
  ir::Module module;
  module.types.function({}, std::nullopt);
  CHECK(analysis::verify(module, *valid()).empty());
  for (size_t i = 0; i < std::size(damages); ++i) {
    CAPTURE(i);
    auto fn = valid();
    damages[i](*fn);
    CHECK(!analysis::verify(module, *fn).empty());
  }
}

TEST_CASE("damaged samples are judged without a crash") {
  std::mt19937 random(5);
  const std::string sample = test::kAllOperations;
  int valid = 0, invalid = 0;
  for (int round = 0; round < 600; ++round) {
    std::string text = sample;
    for (unsigned i = 1 + random() % 3; i > 0; --i) {
      size_t at = text.find_first_of("0123456789", random() % text.size());
      if (at != std::string::npos)
        text[at] = static_cast<char>('0' + random() % 10);
    }
    if (auto module = ir::parseModule(text))
      ++(analysis::verify(**module).empty() ? valid : invalid);
  }
  CHECK(valid > 5);
  CHECK(invalid > 50);
}
