// Control flow, calls, panics and limits of whole programs.
#include "tests/unit/vm/Programs.h"

#include "format/base/Panics.h"

#include <thread>

namespace orus::vm::test {
namespace {

std::string panicOf(const RunResult &result) {
  CHECK(result.outcome.status == Status::Panicked);
  return result.report().code + " " + result.report().text;
}

// fn down(n): if n == 0 return 0; return 1 + down(n - 1), as function `id`
Code downTo(int64_t id) {
  Code down({kI32}, {});
  down.to(JNeWI, {0, 0}, 0)(RetS, {0}).at(0);
  down(AddI32I, {down.scalarBase(), 0, -1});
  down(Call, {down.scalarBase(), down.referenceBase(), id}).line(7, 21);
  down(AddI32I, {0, down.scalarBase(), 1})(RetS, {0});
  return down;
}

TestProgram recursion(int64_t depth) {
  TestProgram program;
  TypeId signature = program.function({kI32}, kI32);
  Code main({kI32}, {});
  main(Ldk, {0, program.constant(kI32, static_cast<uint32_t>(depth))});
  main(Mov, {main.scalarBase(), 0})(Call, {main.scalarBase(), main.referenceBase(), 1});
  main(Mov, {0, main.scalarBase()});
  program.print(main, kI32, 0)(Ret);
  program.add(main);
  program.add(downTo(1), signature, "down");
  return program;
}

TEST_CASE("recursion 100,000 deep works by default") {
  CHECK(recursion(100'000).run().output == "100000\n");
}

TEST_CASE("endless recursion panics with the ends of its stack") {
  RunResult result = recursion(INT32_MAX).run();
  CHECK(panicOf(result) == "E0030 Stack overflow");
  const PanicReport &report = result.report();
  REQUIRE(report.frames.size() == 1 + 10 + 5);
  CHECK(report.omittedAfter == 11);
  CHECK(report.omitted > 100'000);
  CHECK(report.frames[0].function == "down");
  CHECK(report.frames[3].line == 7);
  CHECK(report.frames[3].column == 21);
  CHECK(report.frames.back().isTopLevel);
}

TEST_CASE("the stack limit is what the option says") {
  Options options;
  options.maxStack = 64 * 1024;
  CHECK(recursion(100).run(options).output == "100\n");
  CHECK(panicOf(recursion(4000).run(options)) == "E0030 Stack overflow");
  // Each call takes the one register, a frame record and nothing else; the last window must fit.
  size_t slots = 64 * 1024 / 8, window = 1 + 8;
  int64_t fitting = static_cast<int64_t>((slots - window - 3) / 4);
  CHECK(recursion(fitting - 1).run(options).output == std::to_string(fitting - 1) + "\n");
  CHECK(panicOf(recursion(fitting).run(options)) == "E0030 Stack overflow");
}

TEST_CASE("a stack overflow can be caught, again and again") {
  TestProgram program;
  TypeId signature = program.function({kI32}, kI32);
  Code main({kI32, kI32}, {kError});
  main(LdiW, {1, 3}).at(0);
  main.at(1)(Ldk, {0, program.constant(kI32, 1'000'000'000)})(Mov, {main.scalarBase(), 0});
  main(Call, {main.scalarBase(), main.referenceBase(), 1}).at(2)(Ret).at(3);
  program.print(main, kError, 0);
  main(AddI32I, {1, 1, -1}).to(JGeI32I, {1, 1}, 0)(Ret).handler(1, 2, 3, 0);
  program.add(main);
  program.add(downTo(1), signature, "down");
  std::string line = "Error: Stack overflow\n";
  CHECK(program.run().output == line + line + line);
}

// for i in 0..count: pass
TestProgram loop(int64_t count) {
  TestProgram program;
  Code code({kI64, kI64}, {});
  code(LdiX, {0, 0})(Ldk, {1, program.constant(kI64, static_cast<uint64_t>(count))});
  code.at(0).to(ForUpI64, {0, 1, 1}, 0);
  program.print(code, kI64, 0)(Ret);
  program.add(code);
  return program;
}

TEST_CASE("fuel counts loop passes and calls exactly") {
  CHECK(loop(10'000).run().statistics.fuelUsed == 9'999);
  Options options;
  options.fuel = 9'999;
  CHECK(loop(10'000).run(options).output == "9999\n");
  options.fuel = 9'998;
  RunResult result = loop(10'000).run(options);
  CHECK(result.outcome.status == Status::LimitReached);
  CHECK(result.report().code == "E0040");
  CHECK(result.output.empty());
  options.fuel = 11;
  CHECK(recursion(10).run(options).output == "10\n");
  options.fuel = 10;
  CHECK(recursion(10).run(options).report().code == "E0040");
}

TEST_CASE("a branch to itself uses fuel") {
  Options options;
  options.fuel = 100;
  TestProgram jump;
  jump.add(Code({}, {}).at(0).to(Jmp, {0}, 0));
  CHECK(jump.run(options).report().code == "E0040");
  TestProgram conditional;
  conditional.add(Code({kI32}, {})(LdiW, {0, 5}).at(0).to(JEqWI, {0, 5}, 0)(Ret));
  CHECK(conditional.run(options).report().code == "E0040");
}

TEST_CASE("a timeout ends an endless loop") {
  Options options;
  options.timeout = 0.05;
  RunResult result = loop(INT64_MAX).run(options);
  CHECK(result.outcome.status == Status::LimitReached);
  CHECK(result.report().code == "E0041");
}

TEST_CASE("an interrupt from another thread ends an endless loop") {
  TestProgram program = loop(INT64_MAX);
  auto bytes = image::writeImage(program.image);
  StringSink sink;
  StringSource source;
  Vm vm(std::move(*image::readImage(base::ByteView(*bytes))), {}, sink, source);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    vm.interrupt();
  });
  CHECK(vm.run().status == Status::Interrupted);
  other.join();
}

struct LoopCase {
  Opcode op;
  TypeId type;
  uint64_t start, limit;
  int64_t step; // an immediate, or a register for the forms with a variable step
  const char *expected;
};

constexpr uint64_t u32(int64_t value) { return static_cast<uint32_t>(value); }
constexpr uint64_t u64(int64_t value) { return static_cast<uint64_t>(value); }

TEST_CASE("counted loops end at their limit and at that of the type") {
  const LoopCase cases[] = {
      {ForUpI32, kI32, 0, 7, 3, "0 3 6"},
      {ForUpI32, kI32, u32(INT32_MAX - 1), u32(INT32_MAX), 200, "2147483646"},
      {ForUpEqI32, kI32, u32(INT32_MAX - 1), u32(INT32_MAX), 1, "2147483646 2147483647"},
      {ForDownI32, kI32, 3, 0, 1, "3 2 1"},
      {ForDownEqI32, kI32, u32(INT32_MIN + 1), u32(INT32_MIN), 1, "-2147483647 -2147483648"},
      {ForUpI64, kI64, u64(INT64_MAX - 3), u64(INT64_MAX), 2,
       "9223372036854775804 9223372036854775806"},
      {ForUpEqI64, kI64, u64(INT64_MAX - 1), u64(INT64_MAX), 1,
       "9223372036854775806 9223372036854775807"},
      {ForDownI64, kI64, u64(-1), u64(-3), 1, "-1 -2"},
      {ForDownEqI64, kI64, u64(INT64_MIN), u64(INT64_MIN), 1, "-9223372036854775808"},
      {ForUpU, kU32, 4294967290, 4294967295, 3, "4294967290 4294967293"},
      {ForUpEqU, kU32, 4294967294, 4294967295, 1, "4294967294 4294967295"},
      {ForUpEqU, kU64, UINT64_MAX - 1, UINT64_MAX, 1, "18446744073709551614 18446744073709551615"},
      {ForUpU, kU64, 0, UINT64_MAX, 255, ""},
      {ForVarI32, kI32, 0, 5, 2, "0 2 4"},
      {ForVarI32, kI32, 5, 0, -2, "5 3 1"},
      {ForVarI32, kI32, u32(INT32_MAX - 1), u32(INT32_MAX), INT32_MAX, "2147483646"},
      {ForVarEqI32, kI32, 4, 0, -2, "4 2 0"},
      {ForVarEqI32, kI32, u32(INT32_MIN), u32(INT32_MIN), -1, "-2147483648"},
      {ForVarI64, kI64, u64(INT64_MAX - 1), u64(INT64_MAX), INT64_MAX, "9223372036854775806"},
      {ForVarEqI64, kI64, u64(INT64_MIN), u64(INT64_MIN), -1, "-9223372036854775808"},
      {ForVarEqI64, kI64, 0, 2, 1, "0 1 2"},
      {ForVarU, kU32, 4294967290, 4294967295, 4294967295, "4294967290"},
      {ForVarEqU, kU64, UINT64_MAX - 1, UINT64_MAX, 1, "18446744073709551614 18446744073709551615"},
      {ForVarEqU, kU32, 0, 6, 3, "0 3 6"},
  };
  for (const LoopCase &test : cases) {
    CAPTURE(std::string(isa::info(test.op).mnemonic));
    CAPTURE(test.start);
    const isa::Operand &step = isa::info(test.op).operandArray[2];
    TestProgram program;
    Code code({test.type, test.type, test.type}, {});
    code(Ldk, {0, program.constant(test.type, test.start)});
    code(Ldk, {1, program.constant(test.type, test.limit)});
    bool narrow = test.type == kI32 || test.type == kU32;
    uint64_t stepBits = static_cast<uint64_t>(test.step);
    code(Ldk, {2, program.constant(test.type, narrow ? u32(test.step) : stepBits)});
    code.at(0);
    program.print(code, test.type, 0);
    code.to(test.op, {0, 1, step.isRegister() ? 2 : test.step}, 0)(Ret);
    program.add(code);
    Options options;
    options.fuel = 3;
    std::string output = program.run(options).output;
    for (char &c : output)
      c = c == '\n' ? ' ' : c;
    if (*test.expected)
      CHECK(output == std::string(test.expected) + " ");
    else
      CHECK(output.size() > 4);
  }
}

TEST_CASE("switch goes to its entry, or past them") {
  for (uint32_t value : {0u, 1u, 2u, 1'000'000u, UINT32_MAX}) {
    TestProgram program;
    Code code({kU32}, {});
    code(Ldk, {0, program.constant(kU32, value)});
    code(Switch, {0, 2}).to(Jmp, {}, 0).to(Jmp, {}, 1);
    code(LdiW, {0, 99}).to(Jmp, {}, 2);
    code.at(0)(LdiW, {0, 10}).to(Jmp, {}, 2).at(1)(LdiW, {0, 11}).at(2);
    program.print(code, kU32, 0)(Ret);
    program.add(code);
    CHECK(program.run().output == (value == 0 ? "10\n" : value == 1 ? "11\n" : "99\n"));
  }
}

// Conditional branches print 1 when taken.
TEST_CASE("conditional branches") {
  struct BranchCase {
    Opcode op;
    TypeId type;
    uint64_t a, b;
    bool taken;
  };
  const uint64_t nan = bitsOf(__builtin_nan("")), one = bitsOf(1), two = bitsOf(2);
  const BranchCase cases[] = {
      {JEqX, kU64, 5, 5, true},
      {JNeX, kI32, 5, 5, false},
      {JLtI32, kI32, u32(-1), 0, true},
      {JLtI32, kI32, 0, 0, false},
      {JLeI32, kI32, 0, 0, true},
      {JLtI64, kI64, u64(-1), 0, true},
      {JLeI64, kI64, 1, 0, false},
      {JLtU, kU64, UINT64_MAX, 0, false},
      {JLeU, kU32, 7, 7, true},
      {JEqF, kF64, one, one, true},
      {JEqF, kF64, nan, nan, false},
      {JNeF, kF64, nan, nan, true},
      {JNeF, kF64, one, one, false},
      {JLtF, kF64, one, two, true},
      {JLtF, kF64, one, nan, false},
      {JLeF, kF64, one, one, true},
      {JLeF, kF64, nan, one, false},
      {JNltF, kF64, one, two, false},
      {JNltF, kF64, one, nan, true},
      {JNleF, kF64, one, one, false},
      {JNleF, kF64, nan, nan, true},
      {JEqWI, kI32, u32(-1), u64(-1), true},
      {JEqWI, kU32, u32(-1), u64(-1), true},
      {JNeWI, kI32, 3, 4, true},
      {JEqXI, kI64, u64(-1), u64(-1), true},
      {JNeXI, kU64, u64(-1), u64(-1), false},
      {JLtI32I, kI32, u32(-5), u64(-4), true},
      {JGeI32I, kI32, u32(-5), u64(-4), false},
      {JLtI64I, kI64, u64(-5), 0, true},
      {JGeI64I, kI64, 0, 0, true},
      {JLtUI, kU32, 65534, 65535, true},
      {JGeUI, kU64, UINT64_MAX, 65535, true},
  };
  for (const BranchCase &test : cases) {
    CAPTURE(std::string(isa::info(test.op).mnemonic));
    CAPTURE(test.a);
    TestProgram program;
    Code code({test.type, test.type, kBool}, {});
    code(Ldk, {0, program.constant(test.type, test.a)});
    code(LdiW, {2, 1});
    if (isa::info(test.op).operandArray[1].isRegister())
      code(Ldk, {1, program.constant(test.type, test.b)}).to(test.op, {0, 1}, 0);
    else
      code.to(test.op, {0, static_cast<int64_t>(test.b)}, 0);
    code(LdiW, {2, 0}).at(0);
    program.print(code, kBool, 2)(Ret);
    program.add(code);
    CHECK(program.run().output == (test.taken ? "true\n" : "false\n"));
  }
}

TEST_CASE("the innermost handler takes the panic, and only in its range") {
  TestProgram program;
  Code code({kI32, kI32}, {kError, kError});
  code(LdiW, {0, 1})(LdiW, {1, 0});
  code.at(0).at(1)(DivI32, {0, 0, 1}).at(2);
  code(Ret).at(3);
  program.print(code, kError, 0);
  code(ModI32, {0, 0, 1}).at(4); // in the outer region
  code(Ret).at(5);
  program.print(code, kError, 1);
  code(DivI32, {0, 0, 1}).line(5, 6)(Ret);
  code.handler(1, 2, 3, 0).handler(0, 4, 5, 1);
  program.add(code);
  RunResult result = program.run();
  CHECK(result.output == "Error: Division by zero\nError: Division by zero\n");
  CHECK(panicOf(result) == "E0001 Division by zero");
  CHECK(result.report().frames[0].line == 5);
  CHECK(result.report().frames[0].column == 6);
  CHECK(result.report().frames[0].file == "test.orus");
}

TEST_CASE("module slots keep their values between functions, and may lack one") {
  TestProgram program;
  program.image.modules[0].scalars.push_back({kI32, program.string("count")});
  program.image.modules[0].references.push_back({kString, program.string("title")});
  Code main({kI32}, {kString});
  main(LdiW, {0, 7})(Stm, {0, 0})(Call, {main.scalarBase(), main.referenceBase(), 1});
  main(Ldm, {0, 0});
  program.print(main, kI32, 0)(LdmR, {0, 0}).line(3, 4)(Ret);
  program.add(main);
  Code bump({kI32}, {});
  bump(Ldm, {0, 0})(AddI32I, {0, 0, 1})(Stm, {0, 0})(Ret);
  program.add(bump, "bump");
  RunResult result = program.run();
  CHECK(result.output == "8\n");
  CHECK(panicOf(result) == "E0027 Variable 'title' used before initialization");
}

TEST_CASE("raise and chkinit panic with their rows") {
  TestProgram program;
  Code code({kBool}, {});
  code(LdiW, {0, 0})(ChkInit, {0, program.string("first")})(Ret);
  program.add(code);
  CHECK(panicOf(program.run()) == "E0027 Variable 'first' used before initialization");
  TestProgram second;
  Code raise({}, {});
  raise(Raise, {static_cast<int64_t>(base::Panic::ZeroRangeStep)});
  second.add(raise);
  CHECK(panicOf(second.run()) == "E0021 Range step cannot be zero");
}

TEST_CASE("function values are called through the value") {
  TestProgram program;
  TypeId signature = program.function({kI32}, kI32);
  Code main({kI32}, {signature});
  main(LdFn, {0, 1})(LdiW, {0, 20})(Mov, {main.scalarBase(), 0});
  main(CallC, {main.scalarBase(), main.referenceBase(), 0})(Mov, {0, main.scalarBase()});
  main(Mov, {main.scalarBase(), 0})(CallCW, {0, main.scalarBase(), main.referenceBase()});
  main(Mov, {0, main.scalarBase()});
  program.print(main, kI32, 0);
  program.print(main, signature, 0)(Ret);
  program.add(main);
  Code twice({kI32}, {});
  twice(AddI32, {0, 0, 0})(RetS, {0});
  program.add(twice, signature, "twice");
  CHECK(program.run().output == "80\n<fn twice>\n");
}

TEST_CASE("a failing sink ends the run") {
  TestProgram program;
  Code code({kI32}, {});
  code(LdiW, {0, 1}).at(0);
  program.print(code, kI32, 0).to(Jmp, {}, 0);
  program.add(code);
  auto bytes = image::writeImage(program.image);
  StringSink sink;
  sink.fails = true;
  StringSource source;
  Vm vm(std::move(*image::readImage(base::ByteView(*bytes))), {}, sink, source);
  CHECK(vm.run().status == Status::OutputFailed);
  CHECK(sink.writes == 1);
  CHECK(sink.text.size() >= 64 * 1024);
}

} // namespace
} // namespace orus::vm::test
