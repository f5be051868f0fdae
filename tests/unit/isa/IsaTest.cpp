#include "format/isa/Isa.h"
#include "format/isa/Natives.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace orus::isa;

namespace {

// The least and the greatest value of an operand, and two between.
std::vector<int64_t> samples(const Operand &operand) {
  int64_t width = widthOf(operand.field);
  if (operand.isSigned())
    return {-(int64_t{1} << (width - 1)), -1, 0, (int64_t{1} << (width - 1)) - 1};
  return {0, 1, (int64_t{1} << (width - 1)) + 1, (int64_t{1} << width) - 1};
}

Opcode op(unsigned number) { return static_cast<Opcode>(number); }

} // namespace

TEST_CASE("every instruction survives encoding and decoding at the limits of its operands") {
  for (unsigned i = 1; i < kOpcodeCount; ++i) {
    CAPTURE(info(op(i)).mnemonic);
    for (unsigned sample = 0; sample < 4; ++sample) {
      Instruction instruction{op(i), {}};
      for (unsigned k = 0; k < info(op(i)).operandCount; ++k)
        instruction.operands[k] = samples(info(op(i)).operandArray[k])[(sample + k) % 4];
      REQUIRE(isEncodable(instruction));
      std::vector<uint32_t> words;
      encode(instruction, words);
      CHECK(words.size() == info(op(i)).words);
      Decoded decoded = decode(words);
      CHECK(decoded.error == DecodeError::None);
      CHECK(decoded.instruction == instruction);
      words.pop_back();
      CHECK(decode(words).error == DecodeError::Truncated);
    }
  }
}

TEST_CASE("operands just outside their field are not encodable") {
  for (unsigned i = 1; i < kOpcodeCount; ++i)
    for (const Operand &operand : info(op(i)).operands()) {
      CAPTURE(info(op(i)).mnemonic);
      CHECK_FALSE(fits(operand, samples(operand)[0] - 1));
      CHECK_FALSE(fits(operand, samples(operand)[3] + 1));
    }
}

TEST_CASE("words that are no instruction are told apart") {
  const uint32_t kZero[] = {0};
  CHECK(decode(kZero).error == DecodeError::Unassigned);
  const uint32_t kLast[] = {0xFF};
  CHECK(decode(kLast).error == DecodeError::Unassigned);
  CHECK(decode({}).error == DecodeError::Truncated);
  const uint32_t kStray[] = {static_cast<uint32_t>(Opcode::Ret) | 0x100};
  CHECK(decode(kStray).error == DecodeError::StrayBits);
}

TEST_CASE("mnemonics are found by name") {
  for (unsigned i = 1; i < kOpcodeCount; ++i)
    CHECK(findMnemonic(info(op(i)).mnemonic) == op(i));
  CHECK_FALSE(findMnemonic("nop"));
  CHECK_FALSE(findMnemonic(""));
}

TEST_CASE("displacements are patched in one-word and two-word branches") {
  std::vector<uint32_t> code;
  encode({Opcode::JLtI32I, {7, -3, 0}}, code);
  encode({Opcode::Jmp, {0}}, code);
  patchDisplacement(code, 0, -70000);
  patchDisplacement(code, 2, -5);
  patchDisplacement(code, 2, 9);
  CHECK(decode(code).instruction == Instruction{Opcode::JLtI32I, {7, -3, -70000}});
  CHECK(decode(std::span(code).subspan(2)).instruction == Instruction{Opcode::Jmp, {9}});
}

TEST_CASE("natives have distinct names and are found by them") {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kNatives.size(); ++i) {
    CHECK(names.insert(kNatives[i].name).second);
    CHECK(findNative(kNatives[i].name) == static_cast<NativeId>(i));
  }
  CHECK(info(NativeId::MakeRange).parameters().size() == 3);
  CHECK_FALSE(findNative("no such native"));
}
