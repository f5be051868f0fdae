// Casts of scalars whose types are known at run time only: those of dynamic values (manual 4.8).
#include "vm/builtins/Natives.h"
#include "vm/builtins/Numbers.h"

#include <bit>
#include <cmath>

namespace orus::vm {

namespace {

using base::Panic;
using image::ScalarType;

bool isUnsignedOrBool(ScalarType type) {
  return type == ScalarType::Bool || type == ScalarType::U32 || type == ScalarType::U64;
}

int64_t asSigned(ScalarType type, uint64_t bits) {
  return type == ScalarType::I32 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
}

CastResult castFloat(double value, ScalarType to) {
  if (to == ScalarType::Bool)
    return {!(value == 0.0), {}};
  double whole = std::trunc(value);
  CastResult outOfRange{0, Panic::CastSignedRange};
  switch (to) {
  case ScalarType::I32:
    if (whole >= -0x1p31 && whole < 0x1p31)
      return {static_cast<uint32_t>(static_cast<int32_t>(whole)), {}};
    return outOfRange;
  case ScalarType::U32:
    if (whole >= 0 && whole < 0x1p32)
      return {static_cast<uint32_t>(whole), {}};
    return outOfRange;
  case ScalarType::I64:
    if (whole >= -0x1p63 && whole < 0x1p63)
      return {static_cast<uint64_t>(static_cast<int64_t>(whole)), {}};
    return outOfRange;
  default:
    if (whole >= 0 && whole < 0x1p64)
      return {static_cast<uint64_t>(whole), {}};
    return outOfRange;
  }
}

// From u64, which panics where the value does not fit.
CastResult castU64(ScalarType to, uint64_t bits) {
  uint64_t most = to == ScalarType::I32   ? uint64_t{INT32_MAX}
                  : to == ScalarType::I64 ? uint64_t{INT64_MAX}
                  : to == ScalarType::U32 ? uint64_t{UINT32_MAX}
                                          : UINT64_MAX;
  if (bits > most)
    return {0, Panic::CastTooLarge};
  return {bits, {}};
}

} // namespace

CastResult castScalar(ScalarType from, ScalarType to, uint64_t bits) {
  if (from == to)
    return {bits, {}};
  if (from == ScalarType::F64)
    return castFloat(std::bit_cast<double>(bits), to);
  if (to == ScalarType::Bool)
    return {bits != 0, {}};
  if (to == ScalarType::F64) {
    double value = isUnsignedOrBool(from) ? static_cast<double>(bits)
                                          : static_cast<double>(asSigned(from, bits));
    return {std::bit_cast<uint64_t>(value), {}};
  }
  if (from == ScalarType::U64)
    return castU64(to, bits);
  if (from == ScalarType::Bool || from == ScalarType::U32)
    return {bits, {}};
  int64_t value = asSigned(from, bits);
  switch (to) {
  case ScalarType::I32: return {static_cast<uint32_t>(value), {}};
  case ScalarType::I64: return {static_cast<uint64_t>(value), {}};
  case ScalarType::U32:
    if (from == ScalarType::I64 && (value < 0 || value > int64_t{UINT32_MAX}))
      return {0, Panic::CastSignedRange};
    return {static_cast<uint32_t>(value), {}};
  default:
    if (value < 0)
      return {0, Panic::CastNegative};
    return {static_cast<uint64_t>(value), {}};
  }
}

String *textOfScalar(Strings &strings, ScalarType type, uint64_t bits) {
  std::string text;
  if (type == ScalarType::F64)
    appendShort(text, std::bit_cast<double>(bits));
  else
    appendInteger(text, type, bits);
  return strings.make(text);
}

} // namespace orus::vm
