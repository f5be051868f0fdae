#include "compiler/codegen/Outgoing.h"

#include "llvm/ADT/Twine.h"

namespace orus::codegen {

namespace {

class Printer {
public:
  Printer(const LirFunction &fn, llvm::raw_ostream &out) : fn_(fn), out_(out) {}

  void run(llvm::StringRef name) {
    out_ << "lir @" << name << '(';
    bool first = true;
    for (VReg param : fn_.params) {
      out_ << (first ? "" : ", ");
      first = false;
      if (param == kNone)
        out_ << '_';
      else
        reg(param);
    }
    out_ << ")\n";
    for (size_t b = 0; b < fn_.blocks.size(); ++b)
      block(b);
    out_ << '\n';
  }

private:
  // `%12` for a register, `spill%12` for memory, `home2%12` for a parameter that stays in memory,
  // `out3%12` for an outgoing slot; references have `r` in front of the number.
  void reg(VReg reg) {
    const VRegInfo &info = fn_.vregs[reg];
    switch (info.space) {
    case Space::Register: break;
    case Space::Spill: out_ << "spill"; break;
    case Space::Home: out_ << "home" << info.fixed; break;
    case Space::Outgoing: out_ << "out" << info.fixed; break;
    }
    out_ << (info.bank() == Bank::Scalar ? "%" : "%r") << reg;
  }

  void source(Source source) {
    if (!source.isConstant())
      return reg(source.vreg());
    LirConstant constant = fn_.constants[source.constant()];
    if (constant.type == image::kString)
      out_ << '"' << constant.bits << '"';
    else
      out_ << '#' << constant.bits;
  }

  void arguments(llvm::ArrayRef<Source> args) {
    out_ << '(';
    for (size_t i = 0; i < args.size(); ++i) {
      out_ << (i == 0 ? "" : ", ");
      source(args[i]);
    }
    out_ << ')';
  }

  void block(size_t b) {
    const LirBlock &block = fn_.blocks[b];
    out_ << '.' << b;
    if (!block.params.empty() || block.entryValue != kNone) {
      static constexpr const char *kEntries[] = {"", "next ", "taken ", "catch "};
      out_ << '(' << kEntries[static_cast<size_t>(block.entryDef)];
      bool first = block.entryValue == kNone;
      if (!first)
        reg(block.entryValue);
      for (VReg param : block.params) {
        out_ << (first ? "" : ", ");
        first = false;
        reg(param);
      }
      out_ << ')';
    }
    out_ << ':';
    if (block.loopDepth != 0)
      out_ << " loop " << block.loopDepth;
    if (block.handler != kNone)
      out_ << " handler ." << block.handler;
    out_ << '\n';
    for (uint32_t at = block.first; at < block.last; ++at)
      instruction(block, fn_.insts[at], at + 1 == block.last);
  }

  void instruction(const LirBlock &block, const LirInst &inst, bool isLast) {
    if (inst.kind == LirInst::Kind::Dead)
      return;
    out_ << "    ";
    if (inst.result != kNone) {
      reg(inst.result);
      out_ << " = ";
    }
    if (inst.isMove()) {
      source(fn_.argsOf(inst)[0]);
      out_ << '\n';
      return;
    }
    const isa::OpInfo &op = isa::info(inst.op);
    out_ << llvm::StringRef(op.mnemonic);
    bool isCall = inst.takesOutgoing();
    if (isCall) {
      WindowBases bases = windowBases(inst);
      out_ << " [" << bases.at[0] << ", " << bases.at[1] << ']';
    }
    bool first = true;
    for (unsigned i = 0; i < op.operandCount; ++i) {
      const isa::Operand &operand = op.operandArray[i];
      bool isBase =
          operand.role == isa::Role::Immediate && (operand.immediate == isa::ImmediateKind::Base ||
                                                   operand.immediate == isa::ImmediateKind::Base2);
      if (isBase || operand.role == isa::Role::Displacement)
        continue;
      out_ << (first ? " " : ", ");
      first = false;
      if (operand.isRegister())
        reg(static_cast<VReg>(inst.operands[i]));
      else
        out_ << inst.operands[i];
    }
    if (isCall) {
      out_ << ' ';
      arguments(fn_.argsOf(inst));
    }
    if (isLast)
      targets(block, inst);
    out_ << '\n';
  }

  void targets(const LirBlock &block, const LirInst &inst) {
    for (size_t i = 0; i < block.successors.size(); ++i)
      out_ << (i == 0 ? " ." : ", .") << block.successors[i];
    if (inst.argCount != 0)
      arguments(fn_.argsOf(inst));
  }

  const LirFunction &fn_;
  llvm::raw_ostream &out_;
};

} // namespace

void print(const LirFunction &fn, llvm::StringRef name, llvm::raw_ostream &out) {
  Printer(fn, out).run(name);
}

} // namespace orus::codegen
