// How handlers reach the operands of the instruction word in `ins` and the words at `pc`; to be
// included by the files that expand the handlers only.
#pragma once

#include "vm/core/Machine.h"

#include <bit>

#define FA ((ins >> 8) & 0xff)
#define FB ((ins >> 16) & 0xff)
#define FC (ins >> 24)
#define FD (ins >> 16)
#define IMM_C static_cast<int8_t>(ins >> 24)
#define IMM_D static_cast<int16_t>(ins >> 16)
#define IMM_J (static_cast<int32_t>(ins) >> 8)
#define W1 pc[1]
#define W2 pc[2]
#define DISP_W1 static_cast<int32_t>(pc[1])

#define SA S[FA]
#define SB S[FB]
#define SC S[FC]
#define RA R[FA]
#define RB R[FB]
#define RC R[FC]

namespace orus::vm {

// Objects up to this size are made without a call.
inline constexpr uint32_t kInlineBytes = 256;

// Canonical forms of the scalar types in 64 bits (Opcodes.def).
inline int32_t asI32(uint64_t bits) { return static_cast<int32_t>(bits); }
inline int64_t asI64(uint64_t bits) { return static_cast<int64_t>(bits); }
inline double asF64(uint64_t bits) { return std::bit_cast<double>(bits); }
inline uint64_t ofI32(int32_t value) { return static_cast<uint32_t>(value); }
inline uint64_t ofU32(uint64_t value) { return static_cast<uint32_t>(value); }
inline uint64_t ofI64(int64_t value) { return static_cast<uint64_t>(value); }
inline uint64_t ofF64(double value) { return std::bit_cast<uint64_t>(value); }

} // namespace orus::vm

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
