#include "format/isa/Isa.h"

#include "format/base/Hash.h"
#include "format/base/Panics.h"

#include <algorithm>

namespace orus::isa {
namespace {

// Every operand lies in the words of its instruction, no bit is claimed twice, words beyond the
// first are used whole, mnemonics are unique, and branches have exactly one displacement.
consteval bool isSound() {
  for (unsigned i = 1; i < kOpcodeCount; ++i) {
    const OpInfo &op = kOpTable[i];
    uint32_t claimed[kMaxWords] = {0xFF, 0, 0};
    unsigned displacements = 0;
    for (const Operand &operand : op.operands()) {
      unsigned word = wordOf(operand.field);
      uint32_t mask = word ? ~0u : word0Mask(operand.field);
      if (word >= op.words || claimed[word] & mask || (operand.isRegister() && word == 2))
        return false;
      claimed[word] |= mask;
      displacements += operand.role == Role::Displacement;
    }
    for (unsigned word = 1; word < op.words; ++word)
      if (!claimed[word])
        return false;
    if (op.words == 0 || op.words > kMaxWords)
      return false;
    if (displacements != (op.has(kBranches) && op.rule != Rule::SwitchTable))
      return false;
    for (unsigned j = 1; j < i; ++j)
      if (kOpTable[j].mnemonic == op.mnemonic)
        return false;
  }
  return true;
}
static_assert(isSound(), "a row of Opcodes.def contradicts itself or another");

constexpr std::string_view kTableText =
#define ORUS_OP(...) #__VA_ARGS__ "\n"
#include "format/isa/Opcodes.def"
#define ORUS_PANIC(...) #__VA_ARGS__ "\n"
#include "format/base/Panics.def"
    ;

struct MnemonicIndex {
  std::array<Opcode, kOpcodeCount - 1> sorted{};
  constexpr MnemonicIndex() {
    for (unsigned i = 1; i < kOpcodeCount; ++i)
      sorted[i - 1] = static_cast<Opcode>(i);
    std::ranges::sort(sorted, {}, [](Opcode op) { return info(op).mnemonic; });
  }
};
constexpr MnemonicIndex kIndex;

} // namespace

constinit const uint32_t kOpcodeTableHash = base::tableHash(kTableText);

Decoded decode(std::span<const uint32_t> code) {
  Decoded result;
  if (code.empty() || !isAssigned(opcodeByte(code[0]))) {
    result.error = code.empty() ? DecodeError::Truncated : DecodeError::Unassigned;
    return result;
  }
  result.instruction.op = static_cast<Opcode>(opcodeByte(code[0]));
  const OpInfo &op = info(result.instruction.op);
  if (op.words > code.size()) {
    result.error = DecodeError::Truncated;
    return result;
  }
  for (unsigned i = 0; i < op.operandCount; ++i)
    result.instruction.operands[i] = extract(code.data(), op.operandArray[i]);
  if (code[0] & unusedMask(result.instruction.op))
    result.error = DecodeError::StrayBits;
  return result;
}

std::optional<Opcode> findMnemonic(std::string_view mnemonic) {
  auto it = std::ranges::lower_bound(kIndex.sorted, mnemonic, {},
                                     [](Opcode op) { return info(op).mnemonic; });
  if (it == kIndex.sorted.end() || info(*it).mnemonic != mnemonic)
    return std::nullopt;
  return *it;
}

std::string_view name(Field field) {
  constexpr std::string_view kNames[] = {"a", "b", "c", "d", "j", "w1", "w2"};
  return kNames[static_cast<unsigned>(field)];
}

std::string_view name(RegisterType type) {
  constexpr std::string_view kNames[] = {
      "bool",     "i32",   "u32",      "i64",    "u64",     "f64",  "integer",
      "unsigned", "word",  "long",     "scalar", "string",  "any",  "range",
      "error",    "array", "function", "object", "closure", "cell", "reference"};
  return kNames[static_cast<unsigned>(type)];
}

std::string_view name(ImmediateKind kind) {
  constexpr std::string_view kNames[] = {"int",    "uint",   "type",  "function", "constant",
                                         "string", "native", "field", "variant",  "module-slot",
                                         "slot",   "base",   "bases", "panic"};
  return kNames[static_cast<unsigned>(kind)];
}

std::string_view name(Rule rule) {
  constexpr std::string_view kNames[] = {
#define ORUS_RULE(ident, condition) #ident,
#include "format/isa/Rules.def"
  };
  return kNames[static_cast<unsigned>(rule)];
}

std::string_view condition(Rule rule) {
  constexpr std::string_view kConditions[] = {
#define ORUS_RULE(ident, condition) condition,
#include "format/isa/Rules.def"
  };
  return kConditions[static_cast<unsigned>(rule)];
}

} // namespace orus::isa
