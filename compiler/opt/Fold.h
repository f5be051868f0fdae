// Operations on constants, with the results of manual 4.5 to 4.8. Shared by the passes that fold.
#pragma once

#include "compiler/opt/Pass.h"

namespace orus::opt {

inline constexpr TypeId kBoolType = static_cast<TypeId>(image::ScalarType::Bool);
inline constexpr TypeId kI32Type = static_cast<TypeId>(image::ScalarType::I32);
inline constexpr TypeId kU32Type = static_cast<TypeId>(image::ScalarType::U32);
inline constexpr TypeId kI64Type = static_cast<TypeId>(image::ScalarType::I64);
inline constexpr TypeId kU64Type = static_cast<TypeId>(image::ScalarType::U64);
inline constexpr TypeId kF64Type = static_cast<TypeId>(image::ScalarType::F64);

inline bool isSignedInteger(TypeId type) { return type == kI32Type || type == kI64Type; }
inline bool isIntegerType(TypeId type) {
  return isSignedInteger(type) || type == kU32Type || type == kU64Type;
}

/// Bits of an integer constant as a number. Not for u64 values beyond i64.
int64_t signedValue(TypeId type, uint64_t bits);

/// Result of a unary or binary scalar operation, all canonical bits. Nothing if the operation would
/// panic, if the result is NaN (whose bits depend on the machine), or if `op` is no such operation.
/// `type` is that of the operands; for Cvt and CvtSat `resultType` says to what.
std::optional<uint64_t> foldScalar(Op op, TypeId type, TypeId resultType, uint64_t left,
                                   uint64_t right = 0);

} // namespace orus::opt
