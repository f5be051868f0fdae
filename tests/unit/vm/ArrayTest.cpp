// Array and string instructions in whole programs, under every configuration of the collector.
#include "tests/unit/vm/Programs.h"

namespace orus::vm::test {
namespace {

std::vector<Options> collectorOptions() {
  Options plain, allocations, safepoints;
  allocations.stressAllocations = allocations.checkHeap = true;
  safepoints.stressSafepoints = safepoints.checkHeap = true;
  return {plain, allocations, safepoints};
}

// Output, or the panic after it.
std::string outcomeOf(TestProgram &program) {
  std::string first;
  for (const Options &options : collectorOptions()) {
    RunResult result = program.run(options);
    std::string text = result.output;
    if (result.outcome.status == Status::Panicked)
      text += result.report().code + " " + result.report().text;
    if (first.empty())
      first = text;
    CHECK(text == first);
  }
  return first;
}

// Pushes the numbers 0 to count - 1, converted to the element type, and prints the array.
TEST_CASE("elements of every width are pushed, read, stored and popped") {
  struct Width {
    TypeId element;
    Opcode get, set;
    int64_t stored;
    const char *expected;
  };
  const Width widths[] = {
      {kBool, AGetB, ASetB, 0, "true, true, true\nfalse\ntrue\n2\nfalse, true\n"},
      {kI32, AGetW, ASetW, -9, "1, 1, 1\n-9\n1\n2\n-9, 1\n"},
      {kU32, AGetW, ASetW, -1, "1, 1, 1\n4294967295\n1\n2\n4294967295, 1\n"},
      {kI64, AGetX, ASetX, -9, "1, 1, 1\n-9\n1\n2\n-9, 1\n"},
  };
  for (const Width &width : widths) {
    CAPTURE(width.element);
    TestProgram program;
    TypeId array = program.array(width.element);
    Opcode load = width.element == kI64 ? LdiX : LdiW;
    Code code({width.element, width.element, kI32}, {array});
    code(ANew, {0, 0, array})(load, {0, 1})(APush, {0, 0})(APush, {0, 0})(APush, {0, 0});
    program.print(code, array, 0);
    code(load, {0, width.stored})(LdiW, {2, 0})(width.set, {0, 2, 0})(width.get, {1, 0, 2});
    program.print(code, width.element, 1);
    code(APop, {1, 0});
    program.print(code, width.element, 1);
    code(ALen, {2, 0});
    program.print(code, kI32, 2);
    program.print(code, array, 0)(Ret);
    program.add(code);
    CHECK(outcomeOf(program) == width.expected);
  }
}

TEST_CASE("indices out of range panic by the type of the index") {
  struct Index {
    TypeId type;
    uint64_t bits;
    const char *array, *string;
  };
  const char *negative = "E0010 Array index must be a non-negative integer",
             *outside = "E0010 Array index out of bounds",
             *stringNegative = "E0011 String index must be a non-negative integer",
             *stringOutside = "E0011 String index out of bounds";
  const Index indices[] = {
      {kI32, 0xffffffff, negative, stringNegative},
      {kU32, 0xffffffff, outside, stringOutside},
      {kI64, UINT64_MAX, negative, stringNegative},
      {kU64, UINT64_MAX, outside, stringOutside},
      {kI32, 2, outside, stringOutside},
      {kI64, 0x100000000, outside, stringOutside},
  };
  for (const Index &index : indices)
    for (int form = 0; form < 3; ++form) {
      TestProgram program;
      TypeId array = program.array(kI32);
      Code code({index.type, kI32}, {array, kString, kString});
      code(Ldk, {0, program.constant(index.type, index.bits)})(LdiW, {1, 5});
      code(ANew, {0, 2, array})(APush, {0, 1})(APush, {0, 1})(LdStr, {1, program.string("ab")});
      if (form == 0)
        code(AGetW, {1, 0, 0});
      else if (form == 1)
        code(ASetW, {0, 0, 1});
      else
        code(SGet, {2, 1, 0});
      code(Ret);
      program.add(code);
      CHECK(outcomeOf(program) == (form == 2 ? index.string : index.array));
    }
}

TEST_CASE("slices") {
  struct SliceCase {
    int64_t start, end;
    const char *expected;
  };
  const SliceCase cases[] = {
      {0, 1, "5, 6\n"},
      {3, 3, "8\n"},
      {1, 5, "6, 7, 8, 9\n"},
      {0, 5, "5, 6, 7, 8, 9\n"},
      {5, 5, "\n"},
      {-1, 2, "E0012 Array slice start must be a non-negative integer"},
      {-1, -1, "E0012 Array slice start must be a non-negative integer"},
      {2, -1, "E0012 Array slice end must be a non-negative integer"},
      {6, 2, "E0012 Array slice start out of bounds"},
      {2, 6, "E0012 Array slice end out of bounds"},
      {3, 2, "E0012 Array slice end before start"},
      {5, 4, "E0012 Array slice end before start"},
  };
  for (const SliceCase &test : cases) {
    CAPTURE(test.start);
    CAPTURE(test.end);
    TestProgram program;
    TypeId array = program.array(kI32);
    Code code({kI64, kI64, kI32}, {array, array});
    code(ANew, {0, 5, array});
    for (int64_t value = 5; value < 10; ++value)
      code(LdiW, {2, value})(APush, {0, 2});
    code(LdiX, {0, test.start})(LdiX, {1, test.end})(ASlice, {1, 0, 0, 1});
    program.print(code, array, 1)(Ret);
    program.add(code);
    CHECK(outcomeOf(program) == test.expected);
  }
}

TEST_CASE("fills and repetitions") {
  TestProgram program;
  TypeId numbers = program.array(kI32), rows = program.array(numbers);
  Code code({kI32, kI64, kI64}, {numbers, rows, numbers});
  code(LdiW, {0, 7})(LdiX, {1, 3})(AFill, {0, 0, 1, numbers});
  program.print(code, numbers, 0);
  code(LdiX, {1, 2})(AFillR, {1, 0, 1, rows});
  code(LdiW, {0, 1})(ASetW, {0, 0, 0});
  program.print(code, rows, 1);
  code(LdiX, {1, 0})(ARepeat, {2, 0, 1});
  program.print(code, numbers, 2);
  code(LdiX, {1, 2})(ARepeat, {2, 0, 1});
  program.print(code, numbers, 2);
  code(LdiX, {1, -1})(ARepeat, {2, 0, 1})(Ret);
  program.add(code);
  CHECK(outcomeOf(program) ==
        "7, 7, 7\n7, 1, 7, 7, 1, 7\n\n7, 1, 7, 7, 1, 7\nE0014 Array repetition requires a "
        "non-negative integer count and reasonable size");
}

TEST_CASE("a repetition too long for an array panics before it allocates") {
  TestProgram program;
  TypeId numbers = program.array(kI32);
  Code code({kI32, kI64}, {numbers, numbers});
  code(LdiW, {0, 0})(ANew, {0, 2, numbers})(APush, {0, 0})(APush, {0, 0});
  code(Ldk, {1, program.constant(kI64, 1u << 30)})(ARepeat, {1, 0, 1})(Ret);
  program.add(code);
  CHECK(outcomeOf(program).starts_with("E0014"));
}

TEST_CASE("popping an empty array panics") {
  TestProgram program;
  TypeId array = program.array(kF64);
  Code code({kF64}, {array});
  code(ANew, {0, 0, array})(APop, {0, 0})(Ret);
  program.add(code);
  CHECK(outcomeOf(program) == "E0013 Cannot pop from an empty array");
}

TEST_CASE("sorting") {
  struct SortCase {
    TypeId element;
    std::vector<uint64_t> elements;
    const char *expected;
  };
  auto f = [](double value) { return bitsOf(value); };
  const SortCase cases[] = {
      {kBool, {1, 0, 1, 0}, "false, false, true, true\n"},
      {kI32, {5, 0xffffffff, 0, 0x80000000}, "-2147483648, -1, 0, 5\n"},
      {kU32, {5, 0xffffffff, 0}, "0, 5, 4294967295\n"},
      {kI64, {1, UINT64_MAX, 0}, "-1, 0, 1\n"},
      {kU64, {1, UINT64_MAX, 0}, "0, 1, 18446744073709551615\n"},
      {kF64,
       {f(__builtin_nan("")), f(2), f(__builtin_inf()), f(-1), f(-__builtin_inf())},
       "-inf, -1, 2, inf, nan\n"},
      {kI32, {}, "\n"},
  };
  for (const SortCase &test : cases) {
    TestProgram program;
    TypeId array = program.array(test.element);
    Code code({test.element}, {array, array});
    code(ANew, {0, 0, array});
    for (uint64_t bits : test.elements)
      code(Ldk, {0, program.constant(test.element, bits)})(APush, {0, 0});
    code(ASorted, {1, 0});
    program.print(code, array, 1)(Ret);
    program.add(code);
    CHECK(outcomeOf(program) == test.expected);
  }
}

TEST_CASE("sorting strings and dynamic values") {
  TestProgram program;
  TypeId strings = program.array(kString), anys = program.array(kAny);
  Code code({kI32}, {strings, strings, kString, anys, anys, kAny});
  code(ANew, {0, 0, strings});
  for (const char *text : {"apple", "app", "Zoo", "10", "9", "", "\xc3\xa9"})
    code(LdStr, {2, program.string(text)})(APushR, {0, 2});
  code(ASorted, {1, 0});
  program.print(code, strings, 1);
  code(ANew, {3, 0, anys})(ASorted, {4, 3});
  for (int64_t value : {3, -1, 2})
    code(LdiW, {0, value})(Box, {5, 0, kI32})(APushR, {3, 5});
  code(ASorted, {4, 3});
  program.print(code, anys, 4);
  code(BoxR, {5, 2, kString})(APushR, {3, 5})(ASorted, {4, 3})(Ret);
  program.add(code);
  CHECK(outcomeOf(program) == ", 10, 9, Zoo, app, apple, \xc3\xa9\n-1, 2, 3\nE0022 sorted() "
                              "requires an array of comparable elements");
}

TEST_CASE("a long sort is stable and complete") {
  TestProgram program;
  TypeId array = program.array(kF64);
  Code code({kF64, kF64, kI32}, {array, array});
  code(ANew, {0, 0, array})(Ldk, {0, program.constant(kF64, bitsOf(1))});
  code(Ldk, {1, program.constant(kF64, bitsOf(-0.0))})(LdiW, {2, 500});
  code.at(0)(APush, {0, 1})(APush, {0, 0})(NegF, {0, 0})(NegF, {1, 1});
  code(AddI32I, {2, 2, -1}).to(JGeI32I, {2, 1}, 0)(ASorted, {1, 0});
  // Zeros keep the order of their signs: quotients alternate between infinities.
  code(LdiW, {2, 500})(AGetX, {0, 1, 2});
  program.print(code, kF64, 0);
  code(ALen, {2, 1});
  program.print(code, kI32, 2)(Ret);
  program.add(code);
  CHECK(outcomeOf(program) == "0\n1000\n");
}

TEST_CASE("strings grow in loops and compare") {
  TestProgram program;
  Code code({kI32, kBool}, {kString, kString, kString});
  code(LdStr, {0, program.string("")})(LdStr, {1, program.string("ab")})(LdiW, {0, 200});
  code.at(0)(SCat, {0, 0, 1})(AddI32I, {0, 0, -1}).to(JGeI32I, {0, 1}, 0);
  code(SLen, {0, 0});
  program.print(code, kI32, 0);
  code(LdiW, {0, 399})(SGet, {2, 0, 0});
  program.print(code, kString, 2);
  code(EqStr, {1, 2, 1});
  program.print(code, kBool, 1);
  code(LtStr, {1, 1, 2});
  program.print(code, kBool, 1);
  code(LeStr, {1, 2, 2});
  program.print(code, kBool, 1)(Ret);
  program.add(code);
  CHECK(outcomeOf(program) == "400\nb\nfalse\ntrue\ntrue\n");
}

TEST_CASE("the heap limit ends the program") {
  TestProgram program;
  TypeId array = program.array(kI64);
  Code code({kI64}, {array});
  code(LdiX, {0, 1})(ANew, {0, 0, array}).at(0)(APush, {0, 0}).to(Jmp, {}, 0);
  program.add(code);
  Options options;
  options.maxHeap = 1 << 20;
  RunResult result = program.run(options);
  CHECK(result.outcome.status == Status::LimitReached);
  CHECK(result.report().code == "E0042");
}

} // namespace
} // namespace orus::vm::test
