#include "compiler/codegen/Checker.h"

#include "compiler/codegen/Graph.h"
#include "compiler/codegen/WindowState.h"

#include <algorithm>

namespace orus::codegen {

using isa::Opcode;

namespace {

class Checker {
public:
  Checker(const LirFunction &reference, const Code &code) : fn_(reference), code_(code) {
    // A value that is made from a constant is the same as the constant.
    constantOf_.assign(fn_.vregs.size(), kNone);
    for (const LirInst &inst : fn_.insts)
      if (inst.isMove() && !fn_.vregs[inst.result].isLocal && fn_.argsOf(inst)[0].isConstant())
        constantOf_[inst.result] = fn_.argsOf(inst)[0].constant();
  }

  std::optional<std::string> run() {
    entry_.resize(fn_.blocks.size());
    WindowState start;
    for (VReg param : fn_.params)
      if (param != kNone)
        start.write(place(param, {Space::Register, fn_.vregs[param].fixed}), symbol(param));
    flowInto(0, start);
    while (!worklist_.empty() && !error_) {
      BlockIndex b = worklist_.back();
      worklist_.pop_back();
      isQueued_[b] = false;
      visit(b);
    }
    return std::move(error_);
  }

private:
  // ---- naming

  Symbol symbol(Source source) const {
    return source.isConstant() ? Symbol::constant(source.constant()) : symbol(source.vreg());
  }
  Symbol symbol(VReg reg) const {
    return constantOf_[reg] != kNone ? Symbol::constant(constantOf_[reg]) : Symbol::value(reg);
  }
  Place place(VReg reg, Loc loc) const { return {fn_.vregs[reg].bank(), loc}; }
  static Place placeOf(const isa::Operand &operand, int64_t packed, Bank bank) {
    if (operand.isRegister())
      bank = operand.isScalar() ? Bank::Scalar : Bank::Reference;
    return {bank, Loc::unpack(static_cast<uint32_t>(packed))};
  }

  void fail(BlockIndex b, const std::string &what) {
    if (!error_)
      error_ = "block ." + std::to_string(b) + ": " + what + " in\n" + blockText(b);
  }

  // The code of a block, with places instead of slots.
  std::string blockText(BlockIndex b) const {
    std::string text;
    for (uint32_t at = code_.blocks[b].first; at < code_.blocks[b].last; ++at) {
      const CodeInst &inst = code_.insts[at];
      const isa::OpInfo &op = isa::info(inst.inst.op);
      text += "  " + std::string(op.mnemonic);
      for (unsigned i = 0; i < op.operandCount; ++i) {
        const isa::Operand &operand = op.operandArray[i];
        bool isSlot =
            operand.role == isa::Role::Immediate && operand.immediate == isa::ImmediateKind::Slot;
        Bank bank = op.operandArray[0].isScalar() ? Bank::Scalar : Bank::Reference;
        text += i == 0 ? " " : ", ";
        if (operand.isRegister() || isSlot)
          text += placeOf(operand, inst.inst.operands[i], bank).text();
        else
          text += std::to_string(inst.inst.operands[i]);
      }
      text += "\n";
    }
    return text;
  }

  // ---- flow

  void flowInto(BlockIndex b, const WindowState &state) {
    isQueued_.resize(fn_.blocks.size());
    bool changed = true;
    if (entry_[b])
      changed = entry_[b]->meet(state);
    else
      entry_[b] = state;
    if (changed && !isQueued_[b]) {
      isQueued_[b] = true;
      worklist_.push_back(b);
    }
  }

  void visit(BlockIndex b) {
    state_ = *entry_[b];
    const LirBlock &block = fn_.blocks[b];
    next_ = block.first;
    const CodeBlock &code = code_.blocks[b];
    for (uint32_t at = code.first; at < code.last && !error_; ++at) {
      const CodeInst &inst = code_.insts[at];
      if (inst.origin == kNone) {
        move(b, inst);
        continue;
      }
      passMoves(block.last);
      if (block.handler != kNone && isa::info(inst.inst.op).has(isa::kMayPanic))
        flowIntoHandler(block.handler);
      execute(b, inst);
    }
    if (next_ != block.last)
      fail(b, "an instruction is missing");
    if (!error_)
      leave(b, code_.insts[code.last - 1]);
  }

  void flowIntoHandler(BlockIndex handler) {
    WindowState state = state_;
    state.dropOutgoing();
    VReg error = fn_.blocks[handler].entryValue;
    // The place is the one where the handler's code finds the error; assignment gave it.
    state.forget(symbol(error));
    state.write(place(error, code_.catchSlots.lookup(handler)), symbol(error));
    flowInto(handler, state);
  }

  // ---- moves

  void move(BlockIndex b, const CodeInst &inst) {
    const isa::OpInfo &op = isa::info(inst.inst.op);
    Bank bank = op.operandArray[0].isScalar() ? Bank::Scalar : Bank::Reference;
    Place first = placeOf(op.operandArray[0], inst.inst.operands[0], bank);
    if (inst.constant != kNone)
      return state_.write(first, Symbol::constant(inst.constant));
    Place second = placeOf(op.operandArray[1], inst.inst.operands[1], bank);
    switch (inst.inst.op) {
    case Opcode::Mov:
    case Opcode::MovR:
    case Opcode::Lds:
    case Opcode::LdsR: return state_.copy(first, second);
    case Opcode::Sts:
    case Opcode::StsR: return state_.copy(second, first);
    default: fail(b, "an instruction that was not selected: " + std::string(op.mnemonic));
    }
  }

  // Values that were copied before allocation are equal wherever they are.
  void passMoves(uint32_t end) {
    for (; next_ < end && fn_.insts[next_].isMove(); ++next_) {
      const LirInst &inst = fn_.insts[next_];
      if (constantOf_[inst.result] == kNone)
        state_.rename({{symbol(inst.result), symbol(fn_.argsOf(inst)[0])}});
    }
  }

  // ---- instructions

  void execute(BlockIndex b, const CodeInst &inst) {
    if (next_ == fn_.blocks[b].last || inst.origin != next_ || inst.inst.op != fn_.insts[next_].op)
      return fail(b, "instructions are out of order");
    const LirInst &wanted = fn_.insts[next_++];
    const isa::OpInfo &op = isa::info(inst.inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i) {
      const isa::Operand &operand = op.operandArray[i];
      if (!operand.isRegister()) {
        if (operand.role == isa::Role::Immediate && inst.inst.operands[i] != wanted.operands[i])
          fail(b, "an immediate of " + std::string(op.mnemonic) + " was changed");
        continue;
      }
      if (operand.isRead())
        expect(b, placeOf(operand, inst.inst.operands[i], {}),
               symbol(static_cast<VReg>(wanted.operands[i])), op);
    }
    if (wanted.takesOutgoing())
      call(b, wanted, op);
    if (wanted.result != kNone)
      return; // of a call, defined by it
    if (VReg reg = definitionOf(wanted); reg != kNone)
      define(placeOf(op.operandArray[0], inst.inst.operands[0], {}), symbol(reg));
  }

  void expect(BlockIndex b, Place at, Symbol wanted, const isa::OpInfo &op) {
    if (!state_.holds(at, wanted))
      fail(b, std::string(op.mnemonic) + " reads " + at.text() + ", which does not hold " +
                  wanted.text());
  }

  void define(Place at, Symbol value) {
    state_.forget(value);
    state_.write(at, value);
  }

  void call(BlockIndex b, const LirInst &inst, const isa::OpInfo &op) {
    WindowBases bases = windowBases(inst);
    std::array<uint32_t, kBankCount> next = bases.at;
    for (Source arg : fn_.argsOf(inst)) {
      Bank bank = bankOf(fn_.typeOf(arg));
      expect(b, {bank, {Space::Outgoing, next[index(bank)]++}}, symbol(arg), op);
    }
    uint32_t record = op.has(isa::kCalls) ? 3 : 0;
    state_.clobberOutgoing(Bank::Scalar, bases.at[0] - record);
    state_.clobberOutgoing(Bank::Reference, bases.at[1]);
    if (inst.result == kNone)
      return;
    Bank bank = fn_.vregs[inst.result].bank();
    define({bank, {Space::Outgoing, bases.at[index(bank)]}}, symbol(inst.result));
  }

  // ---- edges

  void leave(BlockIndex b, const CodeInst &terminator) {
    const LirBlock &block = fn_.blocks[b];
    const LirInst &inst = fn_.terminator(block);
    state_.dropOutgoing();
    for (BlockIndex to : block.successors) {
      const LirBlock &target = fn_.blocks[to];
      WindowState state = state_;
      if (target.entryDef == EntryDef::Tied || target.entryDef == EntryDef::Taken) {
        Place at = placeOf(isa::info(inst.op).operandArray[0], terminator.inst.operands[0], {});
        state.forget(symbol(target.entryValue));
        state.write(at, symbol(target.entryValue));
      }
      llvm::SmallVector<std::pair<Symbol, Symbol>, 4> renamed;
      llvm::ArrayRef<Source> args = fn_.argsOf(inst);
      for (size_t i = 0; i < args.size(); ++i)
        renamed.emplace_back(symbol(target.params[i]), symbol(args[i]));
      state.rename(renamed);
      flowInto(to, state);
    }
  }

  const LirFunction &fn_;
  const Code &code_;
  std::vector<uint32_t> constantOf_;
  std::vector<std::optional<WindowState>> entry_; // by block; empty until it is reached
  std::vector<BlockIndex> worklist_;
  std::vector<bool> isQueued_;
  WindowState state_;
  uint32_t next_ = 0; // instruction of the reference that comes next
  std::optional<std::string> error_;
};

} // namespace

std::optional<std::string> checkAllocation(const LirFunction &reference, const Code &code) {
  return Checker(reference, code).run();
}

} // namespace orus::codegen
