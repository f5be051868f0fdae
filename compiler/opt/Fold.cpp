#include "compiler/opt/Fold.h"

#include <bit>
#include <cmath>
#include <limits>

namespace orus::opt {

using image::ScalarType;

namespace {

double asDouble(uint64_t bits) { return std::bit_cast<double>(bits); }

std::optional<uint64_t> ofDouble(double value) {
  if (std::isnan(value))
    return std::nullopt;
  return std::bit_cast<uint64_t>(value);
}

/// The canonical bits of a number in an integer type.
template <class T> uint64_t ofInteger(T value) {
  return static_cast<std::make_unsigned_t<T>>(value);
}

template <class T> std::optional<uint64_t> foldSigned(Op op, T left, T right) {
  T result = 0;
  bool overflow = false;
  constexpr T kMin = std::numeric_limits<T>::min();
  switch (op) {
  case Op::Add: overflow = __builtin_add_overflow(left, right, &result); break;
  case Op::Sub: overflow = __builtin_sub_overflow(left, right, &result); break;
  case Op::Mul: overflow = __builtin_mul_overflow(left, right, &result); break;
  case Op::Div:
    if (right == 0 || (left == kMin && right == -1))
      return std::nullopt;
    result = left / right;
    break;
  case Op::Mod:
    if (right == 0)
      return std::nullopt;
    result = right == -1 ? 0 : left % right;
    break;
  case Op::Neg:
    if (left == kMin)
      return std::nullopt;
    result = -left;
    break;
  default: return std::nullopt;
  }
  if (overflow)
    return std::nullopt;
  return ofInteger(result);
}

template <class T> std::optional<uint64_t> foldUnsigned(Op op, T left, T right) {
  switch (op) {
  case Op::Add: return static_cast<T>(left + right);
  case Op::Sub: return static_cast<T>(left - right);
  case Op::Mul: return static_cast<T>(left * right);
  case Op::Div: return right == 0 ? std::nullopt : std::optional<uint64_t>(left / right);
  case Op::Mod: return right == 0 ? std::nullopt : std::optional<uint64_t>(left % right);
  default: return std::nullopt;
  }
}

std::optional<uint64_t> foldDouble(Op op, double left, double right) {
  switch (op) {
  case Op::Add: return ofDouble(left + right);
  case Op::Sub: return ofDouble(left - right);
  case Op::Mul: return ofDouble(left * right);
  case Op::Div: return right == 0 ? std::nullopt : ofDouble(left / right);
  case Op::Mod: return right == 0 ? std::nullopt : ofDouble(std::fmod(left, right));
  case Op::Neg: return ofDouble(-left);
  default: return std::nullopt;
  }
}

std::optional<uint64_t> foldArithmetic(Op op, TypeId type, uint64_t left, uint64_t right) {
  switch (static_cast<ScalarType>(type)) {
  case ScalarType::Bool: return std::nullopt;
  case ScalarType::I32:
    return foldSigned(op, static_cast<int32_t>(left), static_cast<int32_t>(right));
  case ScalarType::I64:
    return foldSigned(op, static_cast<int64_t>(left), static_cast<int64_t>(right));
  case ScalarType::U32:
    return foldUnsigned(op, static_cast<uint32_t>(left), static_cast<uint32_t>(right));
  case ScalarType::U64: return foldUnsigned(op, left, right);
  case ScalarType::F64: return foldDouble(op, asDouble(left), asDouble(right));
  }
  return std::nullopt;
}

template <class T> bool compare(Op op, T left, T right) {
  switch (op) {
  case Op::Eq: return left == right;
  case Op::Ne: return left != right;
  case Op::Lt: return left < right;
  default: return left <= right;
  }
}

bool foldComparison(Op op, TypeId type, uint64_t left, uint64_t right) {
  if (type == kF64Type)
    return compare(op, asDouble(left), asDouble(right));
  if (isSignedInteger(type))
    return compare(op, signedValue(type, left), signedValue(type, right));
  return compare(op, left, right);
}

/// `t` of manual 4.8: the fraction is dropped, then the value must be representable.
template <class T> std::optional<uint64_t> truncate(double value) {
  // Both bounds are exact: one below the minimum may not be, but rounds to the minimum, and -0.5
  // truncates to 0.
  double low = static_cast<double>(std::numeric_limits<T>::min());
  double high = std::ldexp(1.0, std::numeric_limits<T>::digits);
  double whole = std::trunc(value);
  if (!(whole >= low && whole < high))
    return std::nullopt;
  return ofInteger(static_cast<T>(whole));
}

std::optional<uint64_t> foldFromDouble(TypeId to, double value) {
  switch (static_cast<ScalarType>(to)) {
  case ScalarType::Bool: return value != 0; // true for NaN
  case ScalarType::I32: return truncate<int32_t>(value);
  case ScalarType::I64: return truncate<int64_t>(value);
  case ScalarType::U32: return truncate<uint32_t>(value);
  case ScalarType::U64: return truncate<uint64_t>(value);
  case ScalarType::F64: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<uint64_t> foldConversion(TypeId from, TypeId to, uint64_t bits) {
  if (from == kF64Type)
    return foldFromDouble(to, asDouble(bits));
  bool isWide = from == kU64Type && bits >> 63; // beyond i64
  int64_t value = signedValue(from, bits);
  switch (static_cast<ScalarType>(to)) {
  case ScalarType::Bool: return bits != 0;
  case ScalarType::F64:
    return ofDouble(isWide ? static_cast<double>(bits) : static_cast<double>(value));
  case ScalarType::I32:
    if (from == kU64Type && bits > std::numeric_limits<int32_t>::max())
      return std::nullopt;
    return static_cast<uint32_t>(bits);
  case ScalarType::U32:
    if ((from == kI64Type || from == kU64Type) && bits >> 32 != 0)
      return std::nullopt;
    return static_cast<uint32_t>(bits);
  case ScalarType::I64:
    if (isWide)
      return std::nullopt;
    return ofInteger(value);
  case ScalarType::U64:
    if (isSignedInteger(from) && value < 0)
      return std::nullopt;
    return bits;
  }
  return std::nullopt;
}

} // namespace

int64_t signedValue(TypeId type, uint64_t bits) {
  return type == kI32Type ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
}

std::optional<uint64_t> foldScalar(Op op, TypeId type, TypeId resultType, uint64_t left,
                                   uint64_t right) {
  if (!ir::isScalar(type))
    return std::nullopt;
  switch (op) {
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Mod:
  case Op::Neg: return foldArithmetic(op, type, left, right);
  case Op::And: return left & right;
  case Op::Or: return left | right;
  case Op::Not: return left ^ 1;
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le: return foldComparison(op, type, left, right);
  case Op::Cvt: return foldConversion(type, resultType, left);
  case Op::CvtSat:
    return std::min(left, static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  default: return std::nullopt;
  }
}

} // namespace orus::opt
