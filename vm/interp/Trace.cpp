// What --trace shows of the execution: one line for each instruction, or for each call and return.
#include "vm/interp/Helpers.h"

#include "format/base/Text.h"
#include "format/isa/Isa.h"

#include <bit>
#include <new>

namespace orus::vm {

namespace {

using isa::Opcode;

bool isCall(Opcode op) {
  return isa::isAssigned(static_cast<uint8_t>(op)) && isa::info(op).has(isa::kCalls);
}
bool isReturn(Opcode op) { return op == Opcode::Ret || op == Opcode::RetS || op == Opcode::RetR; }

std::string nameOf(const Program &program, uint32_t function) {
  std::string_view name = program.functionName(function);
  std::string text = "#" + std::to_string(function);
  if (!name.empty())
    text += " " + base::escaped(name);
  return text;
}

uint32_t calleeOf(const uint32_t *pc, const Ref *R) {
  switch (static_cast<Opcode>(pc[0] & 0xff)) {
  case Opcode::Call: return pc[1];
  case Opcode::CallW: return pc[2];
  case Opcode::CallC: return static_cast<const FunctionValue *>(R[pc[0] >> 24])->function;
  default: return static_cast<const FunctionValue *>(R[(pc[0] >> 8) & 0xff])->function;
  }
}

// The operands as numbers, and what the scalar registers read hold.
std::string instructionText(const uint32_t *pc, const uint64_t *S) {
  const isa::OpInfo &op = isa::info(static_cast<Opcode>(pc[0] & 0xff));
  std::string text(op.mnemonic);
  std::string values;
  for (const isa::Operand &operand : op.operands()) {
    int64_t value = isa::extract(pc, operand);
    text += ' ';
    if (operand.isRegister())
      text += operand.isScalar() ? 's' : 'r';
    text += std::to_string(value);
    if (operand.isRegister() && operand.isScalar() && operand.isRead())
      values += " s" + std::to_string(value) + "=" + std::to_string(static_cast<int64_t>(S[value]));
  }
  return values.empty() ? text : text + " ;" + values;
}

} // namespace

bool isSpill(uint8_t opcode) {
  auto op = static_cast<Opcode>(opcode);
  return op == Opcode::Lds || op == Opcode::LdsR || op == Opcode::Sts || op == Opcode::StsR;
}

bool isTraced(const Machine &machine, uint8_t opcode) {
  if (!machine.trace || !isa::isAssigned(opcode))
    return false;
  auto op = static_cast<Opcode>(opcode);
  return (machine.traced & kTraceOps) ||
         ((machine.traced & kTraceCalls) && (isCall(op) || isReturn(op)));
}

void traceInstruction(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R) noexcept {
  const Program &program = vm->program;
  auto op = static_cast<Opcode>(pc[0] & 0xff);
  uint32_t word = program.wordOf(pc), function = program.functionAt(word);
  std::string here = nameOf(program, function) + "+" +
                     std::to_string(word - program.function(function).codeOffset);
  if (vm->traced & kTraceOps)
    vm->trace->line(here + ": " + instructionText(pc, S));
  if (!(vm->traced & kTraceCalls))
    return;
  if (isCall(op))
    vm->trace->line("call " + nameOf(program, calleeOf(pc, R)) + " from " + here);
  else if (isReturn(op))
    vm->trace->line("return from " + nameOf(program, function));
}

} // namespace orus::vm
