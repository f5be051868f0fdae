#include "compiler/codegen/Emit.h"

#include "compiler/codegen/Branches.h"
#include "compiler/codegen/LoopSummary.h"

#include <algorithm>
#include <tuple>

namespace orus::codegen {

using isa::Opcode;

namespace {

constexpr uint32_t kAlignment = 4; // words

class Emitter {
public:
  Emitter(const LirFunction &fn, const Code &code, EmitContext context)
      : fn_(fn), code_(code), image_(context.image), sources_(context.sources),
        layout_(layOut(fn, code)), repeats_(context.repeatBlocks), starts_(fn.blocks.size()) {}

  void run(image::Function &record) {
    image_.code.resize((image_.code.size() + kAlignment - 1) / kAlignment * kAlignment);
    base_ = image_.code.size();
    record.codeOffset = static_cast<uint32_t>(base_);
    record.lineBegin = static_cast<uint32_t>(image_.lines.size());
    record.handlerBegin = static_cast<uint32_t>(image_.handlers.size());
    ends_.reserve(layout_.order.size());
    findEntered();
    for (size_t i = 0; i < layout_.order.size(); ++i) {
      starts_[layout_.order[i]] = position();
      emitBlock(layout_.order[i], i + 1 < layout_.order.size() ? layout_.order[i + 1] : kNone);
      ends_.push_back(position());
    }
    for (auto [at, block] : branches_)
      isa::patchDisplacement(image_.code, base_ + at,
                             static_cast<int32_t>(starts_[block]) - static_cast<int32_t>(at));
    addHandlers();
    addLoops();
    record.codeLength = position();
    record.lineCount = static_cast<uint32_t>(image_.lines.size()) - record.lineBegin;
    record.handlerCount = static_cast<uint32_t>(image_.handlers.size()) - record.handlerBegin;
    record.scalars = bank(Bank::Scalar);
    record.references = bank(Bank::Reference);
  }

private:
  uint32_t position() const { return static_cast<uint32_t>(image_.code.size() - base_); }

  image::Bank bank(Bank bank) const {
    const BankSlots &slots = code_.banks[index(bank)];
    image::Bank result;
    result.slotTypes = slots.registers;
    llvm::append_range(result.slotTypes, slots.spills);
    result.registers = static_cast<uint32_t>(slots.registers.size());
    result.outgoing = code_.outgoing[index(bank)];
    if (bank == Bank::Scalar)
      result.outgoing += code_.scalarPadding;
    return result;
  }

  void emitBlock(BlockIndex b, BlockIndex next) {
    const CodeBlock &block = code_.blocks[b];
    for (uint32_t at = block.first; at + 1 < block.last; ++at)
      write(code_.insts[at]);
    emitTerminator(fn_.blocks[b], code_.insts[block.last - 1], next);
  }

  void emitTerminator(const LirBlock &block, const CodeInst &inst, BlockIndex next) {
    llvm::SmallVector<BlockIndex, 2> to;
    for (BlockIndex successor : block.successors)
      to.push_back(layout_.target[successor]);
    if (inst.inst.op == Opcode::Jmp || to.empty()) {
      if (to.empty())
        write(inst);
      else if (to[0] != next && !repeat(to[0], block, next))
        jump(to[0], inst.loc);
      return;
    }
    if (inst.inst.op == Opcode::Switch) {
      write(inst);
      for (BlockIndex target : llvm::ArrayRef(to).drop_back())
        jump(target, inst.loc);
    } else {
      CodeInst branch = inst;
      if (to[0] == next && to[1] != next && invert(branch.inst))
        std::swap(to[0], to[1]);
      branches_.emplace_back(position(), to[0]);
      write(branch);
    }
    if (to.back() != next)
      jump(to.back(), inst.loc);
  }

  // In place of a jump to a block that only decides how to go on, that block once more: the end of
  // a loop body costs no jump then. Only blocks that others fall into, so that none becomes dead.
  bool repeat(BlockIndex to, const LirBlock &from, BlockIndex next) {
    constexpr uint32_t kMaxRepeated = 2;
    const CodeBlock &code = code_.blocks[to];
    Opcode last = code_.insts[code.last - 1].inst.op;
    if (!repeats_ || !isEntered_[to] || code.last - code.first > kMaxRepeated ||
        fn_.blocks[to].handler != from.handler || last == Opcode::Jmp || last == Opcode::Switch)
      return false;
    for (uint32_t at = code.first; at + 1 < code.last; ++at)
      write(code_.insts[at]);
    emitTerminator(fn_.blocks[to], code_.insts[code.last - 1], next);
    return true;
  }

  // By block: whether the one before it in the layout leads to it.
  void findEntered() {
    isEntered_.assign(fn_.blocks.size(), false);
    for (size_t i = 1; i < layout_.order.size(); ++i) {
      llvm::ArrayRef<BlockIndex> successors = fn_.blocks[layout_.order[i - 1]].successors;
      isEntered_[layout_.order[i]] = llvm::any_of(
          successors, [&](BlockIndex to) { return layout_.target[to] == layout_.order[i]; });
    }
  }

  void jump(BlockIndex to, ir::Position loc) {
    branches_.emplace_back(position(), to);
    CodeInst inst;
    inst.inst.op = Opcode::Jmp;
    inst.loc = loc;
    write(inst);
  }

  // Replaces packed places and window indices by slot numbers, and call forms by wide ones where
  // the bases need it.
  void write(const CodeInst &in) {
    isa::Instruction inst = in.inst;
    const isa::OpInfo &op = isa::info(inst.op);
    note(in, op);
    for (unsigned i = 0; i < op.operandCount; ++i) {
      const isa::Operand &operand = op.operandArray[i];
      bool isSlot =
          operand.role == isa::Role::Immediate && operand.immediate == isa::ImmediateKind::Slot;
      if (!operand.isRegister() && !isSlot)
        continue;
      bool isScalar = isSlot ? op.operandArray[0].isScalar() : operand.isScalar();
      inst.operands[i] = code_.slot(isScalar ? Bank::Scalar : Bank::Reference,
                                    Loc::unpack(static_cast<uint32_t>(inst.operands[i])));
    }
    setBases(inst);
    isa::encode(inst, image_.code);
  }

  void setBases(isa::Instruction &inst) const {
    int64_t scalar = code_.outgoingBase(Bank::Scalar),
            reference = code_.outgoingBase(Bank::Reference);
    switch (inst.op) {
    case Opcode::Call:
    case Opcode::CallC: {
      scalar += inst.operands[0];
      reference += inst.operands[1];
      bool isWide = scalar > UINT8_MAX || reference > UINT8_MAX;
      if (!isWide)
        inst.operands = {scalar, reference, inst.operands[2]};
      else if (inst.op == Opcode::Call)
        inst = {Opcode::CallW, {scalar, reference, inst.operands[2]}};
      else
        inst = {Opcode::CallCW, {inst.operands[2], scalar, reference}};
      return;
    }
    default: break;
    }
    const isa::OpInfo &op = isa::info(inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i) {
      const isa::Operand &operand = op.operandArray[i];
      if (operand.role != isa::Role::Immediate || operand.immediate != isa::ImmediateKind::Base2)
        continue;
      scalar += inst.operands[i] & 0xFFFF;
      reference += inst.operands[i] >> 16;
      inst.operands[i] = scalar | reference << 16;
    }
  }

  // Only what may panic or call is ever asked for its position.
  void note(const CodeInst &inst, const isa::OpInfo &op) {
    if (!sources_ || !inst.loc.valid() || !(op.effects & (isa::kMayPanic | isa::kCalls)))
      return;
    noteAt(position(), inst.loc);
    if (inst.secondLoc.valid())
      noteAt(position() + 1, inst.secondLoc);
  }

  void noteAt(uint32_t pc, ir::Position loc) {
    if (loc == lastLoc_)
      return;
    lastLoc_ = loc;
    basic::LineColumn at = sources_->lineColumn(loc);
    image_.lines.push_back({pc, sources_->fileOf(loc), at.line, at.column, inlinedCall(loc.site)});
  }

  /// The number of an inlined call in the image plus one; 0 for none.
  uint32_t inlinedCall(uint32_t site) {
    if (site == ir::kNone || !fn_.inlineSites[site].call.valid())
      return 0;
    auto [known, isNew] = inlinedCalls_.try_emplace(site, 0);
    if (!isNew)
      return known->second;
    const ir::InlineSite &from = fn_.inlineSites[site];
    uint32_t outer = inlinedCall(from.call.site);
    basic::LineColumn at = sources_->lineColumn(from.call);
    image_.inlinedCalls.push_back(
        {from.callee, sources_->fileOf(from.call), at.line, at.column, outer});
    return inlinedCalls_[site] = static_cast<uint32_t>(image_.inlinedCalls.size());
  }

  // Neighbouring blocks with one handler make one region. Regions never overlap: a block belongs to
  // that of its innermost handler only.
  void addHandlers() {
    size_t first = image_.handlers.size();
    for (size_t i = 0; i < layout_.order.size(); ++i) {
      BlockIndex b = layout_.order[i], handler = fn_.blocks[b].handler;
      if (handler == kNone)
        continue;
      uint32_t target = starts_[layout_.target[handler]];
      uint32_t slot = code_.slot(Bank::Reference, code_.catchSlots.lookup(handler));
      if (image_.handlers.size() > first && image_.handlers.back().end == starts_[b] &&
          image_.handlers.back().target == target && image_.handlers.back().catchSlot == slot)
        image_.handlers.back().end = ends_[i];
      else
        image_.handlers.push_back({starts_[b], ends_[i], target, slot});
    }
  }

  // A loop may lie in several pieces; what is between them counts as part of it.
  void addLoops() {
    if (!sources_)
      return;
    std::vector<LoopSummary> loops = summarizeLoops(fn_, code_);
    std::vector<std::pair<uint32_t, uint32_t>> ranges(fn_.loops.size(), {UINT32_MAX, 0});
    for (size_t i = 0; i < layout_.order.size(); ++i) {
      BlockIndex b = layout_.order[i];
      for (uint32_t loop = fn_.blocks[b].isCold ? kNone : fn_.blocks[b].loop; loop != kNone;
           loop = fn_.loops[loop].parent)
        ranges[loop] = {std::min(ranges[loop].first, starts_[b]),
                        std::max(ranges[loop].second, ends_[i])};
    }
    auto first = static_cast<uint32_t>(image_.loops.size());
    std::vector<uint32_t> numbers; // in the image, plus one; loops without code have none
    for (LoopSummary &loop : loops) {
      image::LoopRecord &record = loop.record;
      std::tie(record.begin, record.end) = ranges[loop.loop];
      record.function = static_cast<image::FunctionId>(image_.functions.size());
      record.parent = record.parent ? numbers[record.parent - 1] : 0;
      bool hasCode = record.begin < record.end;
      numbers.push_back(hasCode ? ++first : 0);
      if (!hasCode)
        continue;
      if (ir::Position at = fn_.loops[loop.loop].loc; at.valid()) {
        basic::LineColumn place = sources_->lineColumn(at);
        record.file = sources_->fileOf(at);
        record.line = place.line;
        record.column = place.column;
        record.inlined = inlinedCall(at.site);
      }
      image_.loops.push_back(record);
    }
  }

  const LirFunction &fn_;
  const Code &code_;
  image::Image &image_;
  const basic::SourceManager *sources_;
  Layout layout_;
  size_t base_ = 0;
  const bool repeats_;
  std::vector<bool> isEntered_;  // see findEntered
  std::vector<uint32_t> starts_; // by block
  std::vector<uint32_t> ends_;   // by position in the layout
  std::vector<std::pair<uint32_t, BlockIndex>> branches_;
  ir::Position lastLoc_;
  llvm::DenseMap<uint32_t, uint32_t> inlinedCalls_; // by site
};

} // namespace

void emit(const LirFunction &fn, const Code &code, EmitContext context, image::Function &record) {
  Emitter(fn, code, context).run(record);
}

} // namespace orus::codegen
