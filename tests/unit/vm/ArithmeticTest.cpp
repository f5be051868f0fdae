// Every scalar operation on ordinary and extreme operands: the value printed, or the panic.
#include "tests/unit/vm/Programs.h"

namespace orus::vm::test {
namespace {

struct Case {
  Opcode op;
  TypeId result, operand;
  uint64_t b, c; // canonical bits
  const char *expected;
};

constexpr uint64_t i32(int64_t value) { return static_cast<uint32_t>(value); }
constexpr uint64_t i64(int64_t value) { return static_cast<uint64_t>(value); }
uint64_t f64(double value) { return bitsOf(value); }

constexpr int64_t kMin32 = INT32_MIN, kMax32 = INT32_MAX, kMin64 = INT64_MIN, kMax64 = INT64_MAX;
const double kNan = __builtin_nan(""), kInf = __builtin_inf();

std::string outcomeOf(TestProgram &program) {
  RunResult result = program.run();
  if (result.outcome.status == Status::Panicked)
    return result.report().code + " " + result.report().text;
  CHECK(result.outcome.status == Status::Finished);
  return result.output.substr(0, result.output.size() - 1);
}

// The immediate that C or D holds, from the canonical bits of an operand.
std::string evaluate(const Case &test) {
  const isa::OpInfo &op = isa::info(test.op);
  TestProgram program;
  Code code({test.operand, test.operand, test.result}, {});
  code(Ldk, {0, program.constant(test.operand, test.b)});
  if (op.operandCount == 2)
    code(test.op, {2, 0});
  else if (op.operandArray[2].isRegister())
    code(Ldk, {1, program.constant(test.operand, test.c)})(test.op, {2, 0, 1});
  else
    code(test.op, {2, 0, static_cast<int64_t>(test.c)});
  program.print(code, test.result, 2)(Ret);
  program.add(code);
  return outcomeOf(program);
}

TEST_CASE("binary operations") {
  const char *overflow = "E0003 Integer overflow";
  const char *divided = "E0001 Division by zero", *modulo = "E0002 Division by zero";
  const Case cases[] = {
      {AddI32, kI32, kI32, i32(2), i32(-5), "-3"},
      {AddI32, kI32, kI32, i32(kMax32), i32(1), overflow},
      {AddI32, kI32, kI32, i32(kMin32), i32(-1), overflow},
      {AddI32, kI32, kI32, i32(kMax32), i32(kMin32), "-1"},
      {SubI32, kI32, kI32, i32(3), i32(5), "-2"},
      {SubI32, kI32, kI32, i32(kMin32), i32(1), overflow},
      {SubI32, kI32, kI32, i32(-1), i32(kMax32), "-2147483648"},
      {MulI32, kI32, kI32, i32(-7), i32(6), "-42"},
      {MulI32, kI32, kI32, i32(65536), i32(32768), overflow},
      {MulI32, kI32, kI32, i32(-65536), i32(32768), "-2147483648"},
      {DivI32, kI32, kI32, i32(-7), i32(2), "-3"},
      {DivI32, kI32, kI32, i32(7), i32(-2), "-3"},
      {DivI32, kI32, kI32, i32(1), i32(0), divided},
      {DivI32, kI32, kI32, i32(kMin32), i32(-1), overflow},
      {DivI32, kI32, kI32, i32(kMax32), i32(-1), "-2147483647"},
      {ModI32, kI32, kI32, i32(-7), i32(2), "-1"},
      {ModI32, kI32, kI32, i32(7), i32(-2), "1"},
      {ModI32, kI32, kI32, i32(7), i32(0), modulo},
      {ModI32, kI32, kI32, i32(kMin32), i32(-1), "0"},
      {AddI32I, kI32, kI32, i32(5), static_cast<uint64_t>(-128), "-123"},
      {AddI32I, kI32, kI32, i32(kMax32), 1, overflow},
      {MulI32I, kI32, kI32, i32(-5), 127, "-635"},
      {MulI32I, kI32, kI32, i32(kMin32), static_cast<uint64_t>(-1), overflow},
      {DivI32I, kI32, kI32, i32(-9), 4, "-2"},
      {DivI32I, kI32, kI32, i32(9), 0, divided},
      {DivI32I, kI32, kI32, i32(kMin32), static_cast<uint64_t>(-1), overflow},
      {ModI32I, kI32, kI32, i32(-9), 4, "-1"},
      {ModI32I, kI32, kI32, i32(9), 0, modulo},
      {ModI32I, kI32, kI32, i32(kMin32), static_cast<uint64_t>(-1), "0"},
      {AddI64, kI64, kI64, i64(kMax64), i64(-1), "9223372036854775806"},
      {AddI64, kI64, kI64, i64(kMax64), i64(1), overflow},
      {SubI64, kI64, kI64, i64(kMin64), i64(1), overflow},
      {SubI64, kI64, kI64, i64(-1), i64(kMax64), "-9223372036854775808"},
      {MulI64, kI64, kI64, i64(3037000500), i64(3037000500), overflow},
      {MulI64, kI64, kI64, i64(3037000499), i64(3037000499), "9223372030926249001"},
      {DivI64, kI64, kI64, i64(kMin64), i64(-1), overflow},
      {DivI64, kI64, kI64, i64(kMin64), i64(0), divided},
      {DivI64, kI64, kI64, i64(-7), i64(2), "-3"},
      {ModI64, kI64, kI64, i64(kMin64), i64(-1), "0"},
      {ModI64, kI64, kI64, i64(-7), i64(3), "-1"},
      {ModI64, kI64, kI64, i64(-7), i64(0), modulo},
      {AddI64I, kI64, kI64, i64(kMin64), static_cast<uint64_t>(-1), overflow},
      {AddI64I, kI64, kI64, i64(4294967295), 127, "4294967422"},
      {MulI64I, kI64, kI64, i64(kMin64), static_cast<uint64_t>(-1), overflow},
      {MulI64I, kI64, kI64, i64(4294967296), 100, "429496729600"},
      {DivI64I, kI64, kI64, i64(kMin64), 2, "-4611686018427387904"},
      {DivI64I, kI64, kI64, i64(1), 0, divided},
      {ModI64I, kI64, kI64, i64(-10), 3, "-1"},
      {ModI64I, kI64, kI64, i64(1), 0, modulo},
      {AddU32, kU32, kU32, 0xffffffff, 2, "1"},
      {SubU32, kU32, kU32, 0, 1, "4294967295"},
      {MulU32, kU32, kU32, 0x10001, 0x10001, "131073"},
      {AddU64, kU64, kU64, UINT64_MAX, 2, "1"},
      {SubU64, kU64, kU64, 0, 1, "18446744073709551615"},
      {MulU64, kU64, kU64, (uint64_t{1} << 33) + 1, uint64_t{1} << 32, "4294967296"},
      {DivU, kU32, kU32, 0xffffffff, 2, "2147483647"},
      {DivU, kU64, kU64, UINT64_MAX, 2, "9223372036854775807"},
      {DivU, kU32, kU32, 1, 0, divided},
      {ModU, kU64, kU64, UINT64_MAX, 10, "5"},
      {ModU, kU32, kU32, 1, 0, modulo},
      {AddU32I, kU32, kU32, 0, static_cast<uint64_t>(-1), "4294967295"},
      {AddU64I, kU64, kU64, 1, static_cast<uint64_t>(-2), "18446744073709551615"},
      {AddF, kF64, kF64, f64(0.1), f64(0.2), "0.30000000000000004"},
      {SubF, kF64, kF64, f64(kInf), f64(kInf), "nan"},
      {MulF, kF64, kF64, f64(1e308), f64(10), "inf"},
      {DivF, kF64, kF64, f64(-1), f64(4), "-0.25"},
      {DivF, kF64, kF64, f64(1), f64(0), divided},
      {DivF, kF64, kF64, f64(1), f64(-0.0), divided},
      {DivF, kF64, kF64, f64(1), f64(kNan), "nan"},
      {ModF, kF64, kF64, f64(-7.5), f64(2), "-1.5"},
      {ModF, kF64, kF64, f64(7.5), f64(-2), "1.5"},
      {ModF, kF64, kF64, f64(7.5), f64(kInf), "7.5"},
      {ModF, kF64, kF64, f64(7.5), f64(-0.0), modulo},
      {And, kI32, kI32, i32(-1), i32(12), "12"},
      {Or, kU64, kU64, 8, 3, "11"},
      {EqX, kBool, kI32, i32(-1), i32(-1), "true"},
      {NeX, kBool, kU64, 1, 1, "false"},
      {LtI32, kBool, kI32, i32(-1), i32(0), "true"},
      {LtI32, kBool, kI32, i32(0), i32(-1), "false"},
      {LeI32, kBool, kI32, i32(-1), i32(-1), "true"},
      {LtI64, kBool, kI64, i64(kMin64), i64(kMax64), "true"},
      {LeI64, kBool, kI64, i64(1), i64(0), "false"},
      {LtU, kBool, kU32, 0xffffffff, 0, "false"},
      {LtU, kBool, kU64, 0, UINT64_MAX, "true"},
      {LeU, kBool, kU64, UINT64_MAX, UINT64_MAX, "true"},
      {EqF, kBool, kF64, f64(0), f64(-0.0), "true"},
      {EqF, kBool, kF64, f64(kNan), f64(kNan), "false"},
      {NeF, kBool, kF64, f64(kNan), f64(kNan), "true"},
      {LtF, kBool, kF64, f64(kNan), f64(1), "false"},
      {LtF, kBool, kF64, f64(-kInf), f64(1), "true"},
      {LeF, kBool, kF64, f64(1), f64(kNan), "false"},
      {LeF, kBool, kF64, f64(1), f64(1), "true"},
  };
  for (const Case &test : cases) {
    CAPTURE(std::string(isa::info(test.op).mnemonic));
    CAPTURE(test.b);
    CAPTURE(test.c);
    CHECK(evaluate(test) == test.expected);
  }
}

TEST_CASE("unary operations and conversions") {
  const char *overflow = "E0003 Integer overflow";
  const Case cases[] = {
      {NegI32, kI32, kI32, i32(5), 0, "-5"},
      {NegI32, kI32, kI32, i32(kMin32), 0, overflow},
      {NegI64, kI64, kI64, i64(-5), 0, "5"},
      {NegI64, kI64, kI64, i64(kMin64), 0, overflow},
      {NegF, kF64, kF64, f64(2.5), 0, "-2.5"},
      {Not, kBool, kBool, 1, 0, "false"},
      {Mov, kI64, kI64, i64(-3), 0, "-3"},
      {CvtBits, kU32, kI32, i32(-1), 0, "4294967295"},
      {CvtBits, kI32, kU32, 0xffffffff, 0, "-1"},
      {CvtBits, kI64, kU32, 0xffffffff, 0, "4294967295"},
      {CvtBits, kI32, kBool, 1, 0, "1"},
      {CvtI32I64, kI64, kI32, i32(-1), 0, "-1"},
      {CvtI64I32, kI32, kI64, i64(4294967297), 0, "1"},
      {CvtI64I32, kI32, kI64, i64(4294967295), 0, "-1"},
      {CvtI32U64, kU64, kI32, i32(7), 0, "7"},
      {CvtI32U64, kU64, kI32, i32(-7), 0, "E0004 Cannot convert negative i32 to u64"},
      {CvtI64U32, kU32, kI64, i64(4294967295), 0, "4294967295"},
      {CvtI64U32, kU32, kI64, i64(4294967296), 0, "E0004 i64 value out of u32 range"},
      {CvtI64U32, kU32, kI64, i64(-1), 0, "E0004 i64 value out of u32 range"},
      {CvtI64U64, kU64, kI64, i64(-1), 0, "E0004 Cannot convert negative i64 to u64"},
      {CvtI64U64, kU64, kI64, i64(kMax64), 0, "9223372036854775807"},
      {CvtU64I32, kI32, kU64, 2147483647, 0, "2147483647"},
      {CvtU64I32, kI32, kU64, 2147483648, 0, "E0004 u64 value too large for i32"},
      {CvtU64I64, kI64, kU64, uint64_t{1} << 63, 0, "E0004 u64 value too large for i64"},
      {CvtU64U32, kU32, kU64, 4294967296, 0, "E0004 u64 value too large for u32"},
      {CvtU64Sat, kI64, kU64, UINT64_MAX, 0, "9223372036854775807"},
      {CvtU64Sat, kI64, kU64, 12, 0, "12"},
      {CvtI32F, kF64, kI32, i32(-3), 0, "-3"},
      {CvtI64F, kF64, kI64, i64(kMax64), 0, "9223372036854775808"},
      {CvtUF, kF64, kU64, UINT64_MAX, 0, "18446744073709551616"},
      {CvtUF, kF64, kU32, 0xffffffff, 0, "4294967295"},
      {CvtUF, kF64, kBool, 1, 0, "1"},
      {CvtFI32, kI32, kF64, f64(-3.99), 0, "-3"},
      {CvtFI32, kI32, kF64, f64(-2147483648.9), 0, "-2147483648"},
      {CvtFI32, kI32, kF64, f64(2147483648.0), 0, "E0004 f64 value out of i32 range"},
      {CvtFI32, kI32, kF64, f64(kNan), 0, "E0004 f64 value out of i32 range"},
      {CvtFI64, kI64, kF64, f64(-0x1p63), 0, "-9223372036854775808"},
      {CvtFI64, kI64, kF64, f64(0x1p63), 0, "E0004 f64 value out of i64 range"},
      {CvtFU32, kU32, kF64, f64(-0.99), 0, "0"},
      {CvtFU32, kU32, kF64, f64(4294967295.5), 0, "4294967295"},
      {CvtFU32, kU32, kF64, f64(-1), 0, "E0004 f64 value out of u32 range"},
      {CvtFU64, kU64, kF64, f64(0x1p64 - 2048), 0, "18446744073709549568"},
      {CvtFU64, kU64, kF64, f64(0x1p64), 0, "E0004 f64 value out of u64 range"},
      {CvtFU64, kU64, kF64, f64(kInf), 0, "E0004 f64 value out of u64 range"},
      {ToBoolX, kBool, kI64, i64(-1), 0, "true"},
      {ToBoolX, kBool, kU32, 0, 0, "false"},
      {ToBoolF, kBool, kF64, f64(-0.0), 0, "false"},
      {ToBoolF, kBool, kF64, f64(kNan), 0, "true"},
  };
  for (const Case &test : cases) {
    CAPTURE(std::string(isa::info(test.op).mnemonic));
    CAPTURE(test.b);
    CHECK(evaluate(test) == test.expected);
  }
}

TEST_CASE("immediate loads are canonical") {
  struct Load {
    Opcode op;
    TypeId type;
    int64_t value;
    const char *expected;
  };
  const Load loads[] = {{LdiW, kI32, -1, "-1"},
                        {LdiW, kU32, -1, "4294967295"},
                        {LdiW, kBool, 1, "true"},
                        {LdiX, kI64, -32768, "-32768"},
                        {LdiX, kU64, -1, "18446744073709551615"}};
  for (const Load &load : loads) {
    TestProgram program;
    Code code({load.type}, {});
    code(load.op, {0, load.value});
    program.print(code, load.type, 0)(Ret);
    program.add(code);
    CHECK(outcomeOf(program) == load.expected);
  }
}

} // namespace
} // namespace orus::vm::test
