#include "compiler/opt/Fold.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

using namespace orus;
using namespace orus::opt;
using ir::Op;

static uint64_t i32(int32_t value) { return static_cast<uint32_t>(value); }
static uint64_t i64(int64_t value) { return static_cast<uint64_t>(value); }
static uint64_t f64(double value) { return std::bit_cast<uint64_t>(value); }

static constexpr int32_t kMin32 = std::numeric_limits<int32_t>::min();
static constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();
static constexpr uint64_t kMaxU64 = ~uint64_t{0};

TEST_CASE("arithmetic") {
  struct {
    Op op;
    TypeId type;
    uint64_t left, right;
    std::optional<uint64_t> result;
  } cases[] = {
      {Op::Add, kI32Type, i32(2147483647), i32(1), std::nullopt},
      {Op::Add, kI32Type, i32(-1), i32(1), 0},
      {Op::Add, kU32Type, 0xFFFFFFFF, 1, 0},
      {Op::Add, kU64Type, kMaxU64, 2, 1},
      {Op::Add, kI64Type, i64(INT64_MAX), 1, std::nullopt},
      {Op::Sub, kU32Type, 0, 1, 0xFFFFFFFF},
      {Op::Sub, kI32Type, i32(kMin32), i32(1), std::nullopt},
      {Op::Mul, kI32Type, i32(65536), i32(32768), std::nullopt},
      {Op::Mul, kI32Type, i32(-3), i32(5), i32(-15)},
      {Op::Mul, kU32Type, 0xFFFFFFFF, 0xFFFFFFFF, 1},
      {Op::Div, kI32Type, i32(-7), i32(2), i32(-3)},
      {Op::Mod, kI32Type, i32(-7), i32(2), i32(-1)},
      {Op::Mod, kI32Type, i32(7), i32(-2), i32(1)},
      {Op::Div, kI32Type, i32(kMin32), i32(-1), std::nullopt},
      {Op::Mod, kI32Type, i32(kMin32), i32(-1), 0},
      {Op::Div, kI64Type, i64(kMin64), i64(-1), std::nullopt},
      {Op::Mod, kI64Type, i64(kMin64), i64(-1), 0},
      {Op::Div, kU64Type, kMaxU64, 2, kMaxU64 / 2},
      {Op::Div, kU32Type, 1, 0, std::nullopt},
      {Op::Mod, kU64Type, 1, 0, std::nullopt},
      {Op::Neg, kI32Type, i32(kMin32), 0, std::nullopt},
      {Op::Neg, kI64Type, i64(5), 0, i64(-5)},
      {Op::Neg, kF64Type, f64(0.0), 0, f64(-0.0)},
      {Op::Add, kF64Type, f64(-0.0), f64(0.0), f64(0.0)},
      {Op::Div, kF64Type, f64(1), f64(-0.0), std::nullopt},
      {Op::Mod, kF64Type, f64(-7.5), f64(2), f64(-1.5)},
      {Op::Mul, kF64Type, f64(1e200), f64(1e200), f64(INFINITY)},
      {Op::Sub, kF64Type, f64(INFINITY), f64(INFINITY), std::nullopt},
      {Op::And, kI32Type, i32(-1), i32(12), 12},
      {Op::Or, kBoolType, 0, 1, 1},
      {Op::Not, kBoolType, 1, 0, 0},
  };
  for (const auto &row : cases) {
    CAPTURE(opInfo(row.op).text);
    CAPTURE(row.left);
    CAPTURE(row.right);
    CHECK(foldScalar(row.op, row.type, row.type, row.left, row.right) == row.result);
  }
}

TEST_CASE("comparisons") {
  double nan = std::nan("");
  auto fold = [](Op op, TypeId type, uint64_t left, uint64_t right) {
    return foldScalar(op, type, kBoolType, left, right).value() != 0;
  };
  CHECK(fold(Op::Lt, kI32Type, i32(-1), i32(1)));
  CHECK(!fold(Op::Lt, kU32Type, 0xFFFFFFFF, 1));
  CHECK(fold(Op::Le, kI64Type, i64(kMin64), i64(kMin64)));
  CHECK(!fold(Op::Eq, kF64Type, f64(nan), f64(nan)));
  CHECK(fold(Op::Ne, kF64Type, f64(nan), f64(nan)));
  CHECK(!fold(Op::Le, kF64Type, f64(nan), f64(1)));
  CHECK(fold(Op::Eq, kF64Type, f64(0.0), f64(-0.0)));
}

TEST_CASE("conversions, manual 4.8") {
  constexpr std::optional<uint64_t> kPanics = std::nullopt;
  struct {
    TypeId from, to;
    uint64_t bits;
    std::optional<uint64_t> result;
  } cases[] = {
      {kI32Type, kI64Type, i32(-1), kMaxU64},
      {kI32Type, kU32Type, i32(-1), 0xFFFFFFFF},
      {kI32Type, kU64Type, i32(-1), kPanics},
      {kI32Type, kU64Type, i32(5), 5},
      {kI32Type, kF64Type, i32(-3), f64(-3)},
      {kI64Type, kI32Type, i64(4294967297), 1},
      {kI64Type, kI32Type, i64(-1), 0xFFFFFFFF},
      {kI64Type, kU32Type, i64(-1), kPanics},
      {kI64Type, kU32Type, i64(4294967295), 4294967295},
      {kI64Type, kU64Type, i64(-1), kPanics},
      {kI64Type, kF64Type, i64(-(int64_t{1} << 53) - 1), f64(-9007199254740992.0)},
      {kU32Type, kI32Type, 0xFFFFFFFF, i32(-1)},
      {kU32Type, kI64Type, 0xFFFFFFFF, 0xFFFFFFFF},
      {kU32Type, kF64Type, 0xFFFFFFFF, f64(4294967295.0)},
      {kU64Type, kI32Type, 2147483648, kPanics},
      {kU64Type, kI32Type, 2147483647, 2147483647},
      {kU64Type, kI64Type, uint64_t{1} << 63, kPanics},
      {kU64Type, kU32Type, 4294967296, kPanics},
      {kU64Type, kF64Type, kMaxU64, f64(18446744073709551616.0)},
      {kF64Type, kI32Type, f64(-3.99), i32(-3)},
      {kF64Type, kI32Type, f64(2147483647.9), 2147483647},
      {kF64Type, kI32Type, f64(2147483648.0), kPanics},
      {kF64Type, kI32Type, f64(-2147483648.9), i32(kMin32)},
      {kF64Type, kI32Type, f64(-2147483649.0), kPanics},
      {kF64Type, kI64Type, f64(9223372036854775808.0), kPanics},
      {kF64Type, kI64Type, f64(-9223372036854775808.0), i64(kMin64)},
      {kF64Type, kU32Type, f64(-0.9), 0},
      {kF64Type, kU32Type, f64(-1.0), kPanics},
      {kF64Type, kU64Type, f64(18446744073709551616.0), kPanics},
      {kF64Type, kU64Type, f64(NAN), kPanics},
      {kF64Type, kBoolType, f64(NAN), 1},
      {kF64Type, kBoolType, f64(-0.0), 0},
      {kI64Type, kBoolType, i64(-5), 1},
      {kBoolType, kF64Type, 1, f64(1)},
      {kBoolType, kU64Type, 1, 1},
  };
  for (const auto &row : cases) {
    CAPTURE(row.from);
    CAPTURE(row.to);
    CAPTURE(row.bits);
    CHECK(foldScalar(Op::Cvt, row.from, row.to, row.bits) == row.result);
  }
  CHECK(foldScalar(Op::CvtSat, kU64Type, kI64Type, kMaxU64) == i64(INT64_MAX));
}
