// Natives, dynamic values, assert_eq and input.
#include "tests/unit/vm/Programs.h"

namespace orus::vm::test {
namespace {

using isa::NativeId;

std::string outcomeOf(const RunResult &result) {
  std::string text = result.output;
  if (result.outcome.status == Status::Panicked)
    text += result.report().code + " " + result.report().kind + ": " + result.report().text;
  return text;
}

// A native of one scalar argument: its result printed, or the panic.
std::string scalarNative(NativeId id, TypeId type, uint64_t bits) {
  TestProgram program;
  bool givesText = isa::info(id).result == isa::RegisterType::Str;
  Code code({type, kI32}, {kString});
  code(Ldk, {0, program.constant(type, bits)})(Mov, {code.scalarBase(), 0});
  code(CallN, {program.native(id), code.bases()});
  if (givesText)
    code(MovR, {0, code.referenceBase()});
  else
    code(Mov, {1, code.scalarBase()});
  program.print(code, givesText ? kString : kI32, givesText ? 0 : 1)(Ret);
  program.add(code);
  return outcomeOf(program.run());
}

// A native of one reference argument, a string or a dynamic value made of one.
std::string textNative(NativeId id, std::string_view text) {
  TestProgram program;
  bool isFloat = isa::info(id).result == isa::RegisterType::F64;
  Code code({isFloat ? kF64 : kI32}, {kString});
  code(LdStr, {0, program.string(text)})(MovR, {code.referenceBase(), 0});
  code(CallN, {program.native(id), code.bases()})(Mov, {0, code.scalarBase()});
  program.print(code, isFloat ? kF64 : kI32, 0)(Ret);
  program.add(code);
  return outcomeOf(program.run());
}

TEST_CASE("texts of scalars") {
  CHECK(scalarNative(NativeId::StringOfBool, kBool, 1) == "true\n");
  CHECK(scalarNative(NativeId::StringOfI32, kI32, 0xffffffff) == "-1\n");
  CHECK(scalarNative(NativeId::StringOfU32, kU32, 0xffffffff) == "4294967295\n");
  CHECK(scalarNative(NativeId::StringOfI64, kI64, UINT64_MAX) == "-1\n");
  CHECK(scalarNative(NativeId::StringOfU64, kU64, UINT64_MAX) == "18446744073709551615\n");
  CHECK(scalarNative(NativeId::StringOfF64, kF64, bitsOf(1234567)) == "1.23457e+06\n");
}

TEST_CASE("int() of numbers") {
  const char *overflow = "E0020 conversion error: int() overflow: ";
  CHECK(scalarNative(NativeId::IntOfI64, kI64, uint64_t(-5)) == "-5\n");
  CHECK(scalarNative(NativeId::IntOfI64, kI64, 2147483648) ==
        overflow + std::string("2147483648 is out of range for i32"));
  CHECK(scalarNative(NativeId::IntOfU32, kU32, 2147483647) == "2147483647\n");
  CHECK(scalarNative(NativeId::IntOfU32, kU32, 2147483648) ==
        overflow + std::string("2147483648 is out of range for i32"));
  CHECK(scalarNative(NativeId::IntOfU64, kU64, UINT64_MAX) ==
        overflow + std::string("18446744073709551615 is out of range for i32"));
  CHECK(scalarNative(NativeId::IntOfF64, kF64, bitsOf(-0.0)) == "0\n");
  CHECK(scalarNative(NativeId::IntOfF64, kF64, bitsOf(-2147483648.0)) == "-2147483648\n");
  CHECK(scalarNative(NativeId::IntOfF64, kF64, bitsOf(2.5)) ==
        "E0020 conversion error: int() argument must be a whole number, got f64 2.5");
  CHECK(scalarNative(NativeId::IntOfF64, kF64, bitsOf(3e9)) ==
        overflow + std::string("3e+09 is out of range for i32"));
  CHECK(scalarNative(NativeId::IntOfF64, kF64, bitsOf(__builtin_inf())) ==
        overflow + std::string("value is not finite"));
}

TEST_CASE("int() and float() of text") {
  std::string error = "E0020 conversion error: ";
  CHECK(textNative(NativeId::IntOfString, " 12 ") == "12\n");
  CHECK(textNative(NativeId::IntOfString, "99999999999") ==
        error + "int() overflow: \"99999999999\" is out of range for i32");
  CHECK(textNative(NativeId::IntOfString, "three") ==
        error + "int() argument must be an integer string (decimals are not allowed). Use float() "
                "to parse decimal values, got \"three\"");
  CHECK(textNative(NativeId::IntOfString, "") ==
        error + "int() argument must be an integer string, got \"\"");
  std::string longText(60, 'x');
  CHECK(textNative(NativeId::IntOfString, longText) ==
        error + "int() argument must be an integer string, got \"" + longText.substr(0, 52) +
            "...\"");
  CHECK(textNative(NativeId::FloatOfString, "1e2") == "100\n");
  CHECK(textNative(NativeId::FloatOfString, "1e999") ==
        error + "float() overflow: \"1e999\" is out of range for f64");
  CHECK(textNative(NativeId::FloatOfString, "abc") ==
        error + "float() argument must be a number, got \"abc\"");
}

// Puts a dynamic value into r0: a scalar, or with `text` that string.
void loadAny(TestProgram &program, Code &code, TypeId type, uint64_t bits) {
  code(Ldk, {0, program.constant(type, bits)})(Box, {0, 0, type});
}

TEST_CASE("dynamic values") {
  struct AnyCase {
    TypeId type;
    uint64_t bits;
    const char *typeName, *asInt, *asFloat, *asI32, *asText;
  };
  const AnyCase cases[] = {
      {kI32, 7, "i32", "7", "7", "7", "7"},
      {kU64, UINT64_MAX, "u64",
       "E0020 conversion error: int() overflow: 18446744073709551615 is out of range for i32",
       "18446744073709551616", "E0004 value error: u64 value too large for i32",
       "18446744073709551615"},
      {kBool, 1, "bool",
       "E0020 conversion error: int() argument must be a string or number, got bool",
       "E0020 conversion error: float() argument must be a string or number, got bool", "1",
       "true"},
      {kF64, bitsOf(2.5), "f64",
       "E0020 conversion error: int() argument must be a whole number, got f64 2.5", "2.5", "2",
       "2.5"},
  };
  for (const AnyCase &test : cases) {
    for (int form = 0; form < 5; ++form) {
      TestProgram program;
      Code code({test.type, kI32, kF64}, {kAny, kString});
      loadAny(program, code, test.type, test.bits);
      code(MovR, {code.referenceBase(), 0});
      const char *expected = test.typeName;
      switch (form) {
      case 0:
        code(CallN, {program.native(NativeId::TypeofAny), code.bases()});
        code(MovR, {1, code.referenceBase()});
        program.print(code, kString, 1);
        break;
      case 1:
        code(CallN, {program.native(NativeId::IntOfAny), code.bases()});
        code(Mov, {1, code.scalarBase()});
        program.print(code, kI32, 1);
        expected = test.asInt;
        break;
      case 2:
        code(CallN, {program.native(NativeId::FloatOfAny), code.bases()});
        code(Mov, {2, code.scalarBase()});
        program.print(code, kF64, 2);
        expected = test.asFloat;
        break;
      case 3:
        code(CastAny, {1, 0, kI32});
        program.print(code, kI32, 1);
        expected = test.asI32;
        break;
      default:
        code(CastAnyR, {1, 0, kString});
        program.print(code, kString, 1);
        expected = test.asText;
      }
      code(Ret);
      program.add(code);
      std::string outcome = outcomeOf(program.run());
      if (outcome.ends_with('\n'))
        outcome.pop_back();
      CHECK(outcome == expected);
    }
  }
}

TEST_CASE("conversion from any checks the type held") {
  TestProgram program;
  TypeId array = program.array(kI32);
  Code code({kI32, kI64, kBool}, {kAny, kString, array, kAny, kError});
  code(LdiW, {0, 3})(Box, {0, 0, kI32})(Unbox, {0, 0, kI32});
  program.print(code, kI32, 0);
  code(ANew, {2, 0, array})(BoxR, {3, 2, array})(EqVal, {2, 0, 3});
  program.print(code, kBool, 2);
  code.at(0)(UnboxR, {1, 3, kString}).at(1)(Ret).at(2);
  program.print(code, kError, 4);
  code.at(3)(Unbox, {1, 0, kI64}).at(4)(Ret).at(5);
  program.print(code, kError, 4);
  code(Ret).handler(0, 1, 2, 4).handler(3, 4, 5, 4);
  program.add(code);
  CHECK(outcomeOf(program.run()) ==
        "3\nfalse\nError: Expected string but found [i32]\nError: Expected i64 but found i32\n");
}

TEST_CASE("typeof of a caught error gives kind and text") {
  TestProgram program;
  Code code({kI32, kI32}, {kError, kString});
  code(LdiW, {0, 1})(LdiW, {1, 0}).at(0)(DivI32, {0, 0, 1}).at(1)(Ret).at(2);
  code(MovR, {code.referenceBase(), 0});
  code(CallN, {program.native(NativeId::TypeofError), code.bases()});
  code(MovR, {1, code.referenceBase()});
  program.print(code, kString, 1)(Ret).handler(0, 1, 2, 0);
  program.add(code);
  CHECK(outcomeOf(program.run()) == "runtime error Division by zero\n");
}

TEST_CASE("assert_eq") {
  TestProgram program;
  TypeId array = program.array(kF64), three = program.function({kString, array, array});
  TypeId two = program.function({array, array});
  Code code({kF64}, {array, array, kString, kError});
  code(ANew, {0, 0, array})(ANew, {1, 0, array});
  code(Ldk, {0, program.constant(kF64, bitsOf(0.5))})(APush, {0, 0})(APush, {1, 0});
  code(LdStr, {2, program.string("halves")});
  auto check = [&](bool label) {
    int64_t base = code.referenceBase();
    if (label)
      code(MovR, {base++, 2});
    code(MovR, {base, 0})(MovR, {base + 1, 1})(AssertEq, {label ? three : two, code.bases()});
  };
  check(true);
  code(APush, {0, 0}).at(0);
  check(true);
  code.at(1)(Ret).at(2);
  program.print(code, kError, 3);
  check(false);
  code(Ret).handler(0, 1, 2, 3);
  program.add(code);
  CHECK(outcomeOf(program.run()) ==
        "Error: assert_eq failed (halves)\n  expected: [0.5]\n  actual:   [0.5, 0.5]\n"
        "E0024 runtime error: assert_eq failed\n  expected: [0.5]\n  actual:   [0.5, 0.5]");
}

TEST_CASE("ranges deliver their elements once") {
  TestProgram program;
  Code code({kI64, kI64, kI64, kI64}, {kRange});
  code(LdiX, {0, 10})(LdiX, {1, 0})(LdiX, {2, -4});
  for (int64_t i = 0; i < 3; ++i)
    code(Mov, {code.scalarBase() + i, i});
  code(CallN, {program.native(NativeId::MakeRange), code.bases()});
  code(MovR, {0, code.referenceBase()});
  program.print(code, kRange, 0).to(Jmp, {}, 1).at(0);
  program.print(code, kI64, 3).at(1).to(RangeNext, {3, 0}, 0);
  program.print(code, kRange, 0)(Ret);
  program.add(code);
  CHECK(outcomeOf(program.run()) == "range(10..0 step=-4)\n10\n6\n2\nrange(-2..0 step=-4)\n");
}

TEST_CASE("a range at the end of i64 ends without wrapping") {
  TestProgram program;
  Code code({kI64, kI64, kI64, kI64}, {kRange});
  code(Ldk, {0, program.constant(kI64, uint64_t(INT64_MAX - 1))});
  code(Ldk, {1, program.constant(kI64, uint64_t(INT64_MAX))})(LdiX, {2, 5});
  for (int64_t i = 0; i < 3; ++i)
    code(Mov, {code.scalarBase() + i, i});
  code(CallN, {program.native(NativeId::MakeRange), code.bases()});
  code(MovR, {0, code.referenceBase()}).to(Jmp, {}, 1).at(0);
  program.print(code, kI64, 3).at(1).to(RangeNext, {3, 0}, 0);
  program.print(code, kRange, 0);
  code(LdiX, {2, 0});
  for (int64_t i = 0; i < 3; ++i)
    code(Mov, {code.scalarBase() + i, i});
  code(CallN, {0, code.bases()})(Ret);
  program.add(code);
  CHECK(outcomeOf(program.run()) ==
        "9223372036854775806\nrange(9223372036854775807..9223372036854775807 step=5)\n"
        "E0021 argument error: Invalid arguments provided to range()");
}

TEST_CASE("input reads lines with any terminator and then panics") {
  TestProgram program;
  Code code({}, {kString});
  int64_t input = program.native(NativeId::InputPrompt);
  code(LdStr, {0, program.string("? @\\")}).at(0)(MovR, {code.referenceBase(), 0});
  code(CallN, {input, code.bases()})(MovR, {0, code.referenceBase()});
  program.print(code, kString, 0)(LdStr, {0, program.string("")}).to(Jmp, {}, 0);
  program.add(code);
  CHECK(outcomeOf(program.run({}, std::string("a b\r\n\rc\n\nlast\0", 14))) ==
        std::string("? @\\a b\n\nc\n\nlast\0\n", 18) +
            "E0023 eof error: input() reached end of file");
}

TEST_CASE("timestamps do not decrease") {
  TestProgram program;
  Code code({kF64, kF64, kBool}, {});
  int64_t timestamp = program.native(NativeId::Timestamp);
  code(CallN, {timestamp, code.bases()})(Mov, {0, code.scalarBase()});
  code(CallN, {timestamp, code.bases()})(Mov, {1, code.scalarBase()})(LeF, {2, 0, 1});
  program.print(code, kBool, 2)(Ret);
  program.add(code);
  CHECK(outcomeOf(program.run()) == "true\n");
}

} // namespace
} // namespace orus::vm::test
