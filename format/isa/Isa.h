// The instruction set as C++: opcodes, the shape of each instruction, and how instructions are
// encoded in words. Everything is expanded from Opcodes.def.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace orus::isa {

/// Opcode 0 is not assigned, so that a zero word, as between functions, is no instruction.
enum class Opcode : uint8_t {
  Invalid = 0,
#define ORUS_OP(ident, ...) ident,
#include "format/isa/Opcodes.def"
};

/// Where in the instruction an operand is encoded. D spans B and C, J spans A to C.
enum class Field : uint8_t { A, B, C, D, J, W1, W2 };

enum class Role : uint8_t { Out, In, InOut, Immediate, Displacement };

/// What a register operand must hold; explained in Opcodes.def.
enum class RegisterType : uint8_t {
  // scalar bank
  Bool,
  I32,
  U32,
  I64,
  U64,
  F64,
  Int,
  U,
  W,
  X,
  S,
  // reference bank
  Str,
  Any,
  Range,
  Error,
  Arr,
  Fn,
  Obj,
  Clo,
  Cell,
  R,
};

/// What an immediate means.
enum class ImmediateKind : uint8_t {
  Int,
  Uint,
  Type,
  Func,
  Const,
  String,
  Native,
  Field,
  Variant,
  ModuleSlot,
  Slot,
  Base,
  Base2,
  Panic,
};

/// The condition beyond operand types that the verifier checks.
enum class Rule : uint8_t {
#define ORUS_RULE(ident, condition) ident,
#include "format/isa/Rules.def"
};

/// Effects, a bit set.
enum Effect : uint8_t {
  kMayPanic = 1,   // P
  kMayCollect = 2, // G: a safepoint
  kCalls = 4,      // C: control passes to a callee and comes back
  kTerminates = 8, // T: control does not go on with the next instruction
  kBranches = 16,  // B
  kPolls = 32,     // Q: polls when the displacement is not positive
};

struct Operand {
  Field field{};
  Role role{};
  RegisterType type{};       // of Out, In, InOut
  ImmediateKind immediate{}; // of Immediate

  constexpr bool isRegister() const { return role <= Role::InOut; }
  constexpr bool isRead() const { return role == Role::In || role == Role::InOut; }
  constexpr bool isWritten() const { return role == Role::Out || role == Role::InOut; }
  /// Whether the register is in the scalar bank.
  constexpr bool isScalar() const { return type <= RegisterType::S; }
  constexpr bool isSigned() const {
    return role == Role::Displacement ||
           (role == Role::Immediate && immediate == ImmediateKind::Int);
  }
};

inline constexpr unsigned kMaxOperands = 4;
inline constexpr unsigned kMaxWords = 3;

struct OpInfo {
  std::string_view ident;
  std::string_view mnemonic;
  uint8_t words = 0;
  uint8_t effects = 0; // of Effect
  Rule rule{};
  uint8_t operandCount = 0;
  std::array<Operand, kMaxOperands> operandArray{};
  std::string_view meaning;

  constexpr std::span<const Operand> operands() const {
    return {operandArray.data(), operandCount};
  }
  constexpr bool has(Effect effect) const { return effects & effect; }
};

namespace detail {

consteval uint8_t parseEffects(std::string_view letters) {
  constexpr std::string_view kLetters = "PGCTBQ";
  uint8_t effects = 0;
  for (char c : letters) {
    size_t bit = kLetters.find(c);
    if (bit == std::string_view::npos)
      throw "unknown effect letter";
    effects = static_cast<uint8_t>(effects | 1u << bit);
  }
  return effects;
}

template <class... Operands>
consteval OpInfo makeInfo(std::string_view ident, std::string_view mnemonic, uint8_t words,
                          std::string_view effects, Rule rule, std::string_view meaning,
                          Operands... operands) {
  static_assert(sizeof...(operands) <= kMaxOperands);
  return {ident,         mnemonic, words, parseEffects(effects), rule, sizeof...(operands),
          {operands...}, meaning};
}

consteval Operand reg(Field field, Role role, RegisterType type) { return {field, role, type, {}}; }
consteval Operand imm(Field field, ImmediateKind kind) {
  return {field, Role::Immediate, {}, kind};
}

} // namespace detail

#define OUT(F, T) detail::reg(Field::F, Role::Out, RegisterType::T)
#define IN(F, T) detail::reg(Field::F, Role::In, RegisterType::T)
#define INOUT(F, T) detail::reg(Field::F, Role::InOut, RegisterType::T)
#define IMM(F, K) detail::imm(Field::F, ImmediateKind::K)
#define DISP(F)                                                                                    \
  Operand {                                                                                        \
    Field::F, Role::Displacement, {}, {}                                                           \
  }
/// Indexed by opcode; row 0 stands for every opcode that is not assigned and has no words.
inline constexpr OpInfo kOpTable[] = {
    {},
#define ORUS_OP(ident, mnemonic, words, effects, rule, meaning, ...)                               \
  detail::makeInfo(#ident, mnemonic, words, effects, Rule::rule,                                   \
                   meaning __VA_OPT__(, ) __VA_ARGS__),
#include "format/isa/Opcodes.def"
};
#undef OUT
#undef IN
#undef INOUT
#undef IMM
#undef DISP

/// Number of opcode values in use, the invalid one included.
inline constexpr unsigned kOpcodeCount = std::size(kOpTable);
static_assert(kOpcodeCount <= 256, "an opcode is 8 bits");

constexpr bool isAssigned(uint8_t opcode) { return opcode != 0 && opcode < kOpcodeCount; }
constexpr const OpInfo &info(Opcode op) { return kOpTable[static_cast<uint8_t>(op)]; }

constexpr uint8_t opcodeByte(uint32_t word0) { return static_cast<uint8_t>(word0); }

/// Bits of word 0 that a field covers; 0 for a field in a word of its own.
constexpr uint32_t word0Mask(Field field) {
  constexpr uint32_t kMasks[] = {0x0000FF00, 0x00FF0000, 0xFF000000, 0xFFFF0000, 0xFFFFFF00, 0, 0};
  return kMasks[static_cast<unsigned>(field)];
}
constexpr unsigned word0Shift(Field field) {
  constexpr uint8_t kShifts[] = {8, 16, 24, 16, 8, 0, 0};
  return kShifts[static_cast<unsigned>(field)];
}
/// The word of the instruction that holds a field.
constexpr unsigned wordOf(Field field) {
  return field == Field::W1 ? 1 : field == Field::W2 ? 2 : 0;
}
constexpr unsigned widthOf(Field field) {
  constexpr uint8_t kWidths[] = {8, 8, 8, 16, 24, 32, 32};
  return kWidths[static_cast<unsigned>(field)];
}

/// Bits of word 0 that must be zero in an instruction of this opcode.
constexpr uint32_t unusedMask(Opcode op) {
  uint32_t used = 0xFF;
  for (const Operand &operand : info(op).operands())
    used |= word0Mask(operand.field);
  return ~used;
}

/// The value of an operand of the instruction that starts at `words`.
constexpr int64_t extract(const uint32_t *words, const Operand &operand) {
  unsigned width = widthOf(operand.field);
  uint32_t bits = words[wordOf(operand.field)] >> word0Shift(operand.field);
  if (width < 32)
    bits &= (1u << width) - 1;
  if (!operand.isSigned())
    return bits;
  return static_cast<int32_t>(bits << (32 - width)) >> (32 - width);
}

/// Whether the operand can be encoded.
constexpr bool fits(const Operand &operand, int64_t value) {
  unsigned width = widthOf(operand.field);
  if (operand.isSigned())
    return value >= -(int64_t{1} << (width - 1)) && value < int64_t{1} << (width - 1);
  return value >= 0 && value < int64_t{1} << width;
}

/// Sets one operand of an instruction that was encoded with 0 there.
constexpr void insert(uint32_t *words, const Operand &operand, int64_t value) {
  unsigned width = widthOf(operand.field);
  uint32_t bits = static_cast<uint32_t>(value);
  if (width < 32)
    bits &= (1u << width) - 1;
  words[wordOf(operand.field)] |= bits << word0Shift(operand.field);
}

/// One instruction with its operands in table order.
struct Instruction {
  Opcode op{};
  std::array<int64_t, kMaxOperands> operands{};

  friend bool operator==(const Instruction &, const Instruction &) = default;
};

/// Whether the opcode is assigned and every operand fits its field.
constexpr bool isEncodable(const Instruction &instruction) {
  const OpInfo &op = info(instruction.op);
  for (unsigned i = 0; i < op.operandCount; ++i)
    if (!fits(op.operandArray[i], instruction.operands[i]))
      return false;
  return op.words != 0;
}

/// Appends the words of an encodable instruction.
inline void encode(const Instruction &instruction, std::vector<uint32_t> &out) {
  const OpInfo &op = info(instruction.op);
  uint32_t words[kMaxWords] = {static_cast<uint32_t>(instruction.op)};
  for (unsigned i = 0; i < op.operandCount; ++i)
    insert(words, op.operandArray[i], instruction.operands[i]);
  out.insert(out.end(), words, words + op.words);
}

/// Replaces the displacement of the branch that starts at `at`, once its target is known.
inline void patchDisplacement(std::span<uint32_t> code, size_t at, int32_t displacement) {
  const OpInfo &op = kOpTable[opcodeByte(code[at])];
  for (const Operand &operand : op.operands())
    if (operand.role == Role::Displacement) {
      uint32_t mask = operand.field == Field::W1 ? ~0u : word0Mask(operand.field);
      code[at + wordOf(operand.field)] &= ~mask;
      insert(&code[at], operand, displacement);
    }
}

enum class DecodeError : uint8_t { None, Unassigned, Truncated, StrayBits };

struct Decoded {
  DecodeError error = DecodeError::None;
  Instruction instruction; // valid unless error is Unassigned or Truncated
};

/// The instruction at the start of `code`. Its length is `info(op).words`.
Decoded decode(std::span<const uint32_t> code);

std::optional<Opcode> findMnemonic(std::string_view mnemonic);
std::string_view name(Field field);        // "a", "d", "w1"
std::string_view name(RegisterType type);  // "i32"
std::string_view name(ImmediateKind kind); // "const"
std::string_view name(Rule rule);          // "Same"
std::string_view condition(Rule rule);     // its sentence

/// Identifies the instruction set: a hash of the whole text of Opcodes.def and of the rows that
/// `raise` refers to. Images of another instruction set are refused.
extern const uint32_t kOpcodeTableHash;

} // namespace orus::isa
