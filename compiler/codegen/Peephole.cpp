#include "compiler/codegen/Peephole.h"

#include <optional>

namespace orus::codegen {

using isa::Instruction;
using isa::Opcode;

namespace {

/// The instruction for both moves. It reads both sources before it writes.
std::optional<Instruction> joined(const Instruction &first, const Instruction &second) {
  bool isFirstScalar = first.op == Opcode::Mov, isSecondScalar = second.op == Opcode::Mov;
  if ((!isFirstScalar && first.op != Opcode::MovR) ||
      (!isSecondScalar && second.op != Opcode::MovR))
    return std::nullopt;
  if (isFirstScalar != isSecondScalar) {
    const Instruction &scalar = isFirstScalar ? first : second;
    const Instruction &reference = isFirstScalar ? second : first;
    return Instruction{
        Opcode::MovSR,
        {scalar.operands[0], scalar.operands[1], reference.operands[0], reference.operands[1]}};
  }
  bool isChained = second.operands[1] == first.operands[0];
  return Instruction{isFirstScalar ? Opcode::Mov2 : Opcode::MovR2,
                     {first.operands[0], first.operands[1], second.operands[0],
                      isChained ? first.operands[1] : second.operands[1]}};
}

} // namespace

void joinMoves(Code &code) {
  std::vector<CodeInst> insts;
  insts.reserve(code.insts.size());
  for (CodeBlock &block : code.blocks) {
    auto first = static_cast<uint32_t>(insts.size());
    for (uint32_t at = block.first; at < block.last; ++at) {
      if (at + 1 < block.last)
        if (auto pair = joined(code.insts[at].inst, code.insts[at + 1].inst)) {
          insts.push_back(code.insts[at++]);
          insts.back().inst = *pair;
          continue;
        }
      insts.push_back(code.insts[at]);
    }
    block = {first, static_cast<uint32_t>(insts.size())};
  }
  code.insts = std::move(insts);
}

} // namespace orus::codegen
