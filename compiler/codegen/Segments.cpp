#include "compiler/codegen/Segments.h"

#include <algorithm>

namespace orus::codegen {

namespace {

class SegmentSplitter {
public:
  SegmentSplitter(LirFunction &fn, const LirLiveness &liveness)
      : fn_(fn), liveness_(liveness), isMovable_(fn.vregs.size()), isOpen_(fn.vregs.size()),
        name_(fn.vregs.size(), kNone) {}

  void run() {
    findMovable();
    for (BlockIndex block = 0; block < fn_.blocks.size(); ++block)
      split(block);
  }

private:
  void findMovable();
  void split(BlockIndex block);
  void rename(LirInst &inst);

  LirFunction &fn_;
  const LirLiveness &liveness_;
  std::vector<bool> isMovable_; // has several definitions, and may have a new name at each
  std::vector<bool> isOpen_;    // in the walk: the segment reaches the end of the block
  std::vector<VReg> name_;      // in the walk: what stands for it, kNone for itself
};

/// A register that an instruction reads and writes, or that gets its value from a branch or an
/// argument, has to keep its name.
void SegmentSplitter::findMovable() {
  for (VReg reg = 0; reg < fn_.vregs.size(); ++reg) {
    const VRegInfo &info = fn_.vregs[reg];
    isMovable_[reg] = info.space == Space::Register && !info.isLocal && info.fixed == kNone;
  }
  for (const LirBlock &block : fn_.blocks) {
    if (block.entryValue != kNone)
      isMovable_[block.entryValue] = false;
    for (VReg param : block.params)
      isMovable_[param] = false;
  }
  std::vector<bool> isDefined(fn_.vregs.size()), isDefinedAgain(fn_.vregs.size());
  for (const LirInst &inst : fn_.insts) {
    if (inst.kind == LirInst::Kind::Machine) {
      const isa::OpInfo &op = isa::info(inst.op);
      for (unsigned i = 0; i < op.operandCount; ++i)
        if (op.operandArray[i].isRead() && op.operandArray[i].isWritten())
          isMovable_[static_cast<VReg>(inst.operands[i])] = false;
    }
    if (VReg reg = definitionOf(inst); reg != kNone) {
      isDefinedAgain[reg] = isDefined[reg];
      isDefined[reg] = true;
    }
  }
  for (VReg reg = 0; reg < fn_.vregs.size(); ++reg)
    isMovable_[reg] = isMovable_[reg] && isDefinedAgain[reg];
}

void SegmentSplitter::split(BlockIndex number) {
  const LirBlock &block = fn_.blocks[number];
  // What a handler reads must be in its place wherever the block panics.
  std::vector<VReg> kept;
  if (block.handler != kNone)
    for (VReg reg : liveness_.liveIn(block.handler))
      if (isMovable_[reg]) {
        isMovable_[reg] = false;
        kept.push_back(reg);
      }
  for (VReg reg : liveness_.liveOut(number))
    isOpen_[reg] = true;
  std::vector<VReg> touched;
  std::vector<bool> startsSegment(block.last - block.first);
  for (uint32_t at = block.last; at-- > block.first;) {
    VReg reg = definitionOf(fn_.insts[at]);
    if (reg == kNone || !isMovable_[reg])
      continue;
    startsSegment[at - block.first] = !isOpen_[reg];
    isOpen_[reg] = false;
    touched.push_back(reg);
  }
  for (uint32_t at = block.first; at < block.last; ++at) {
    LirInst &inst = fn_.insts[at];
    rename(inst);
    VReg reg = definitionOf(inst);
    if (reg == kNone || reg >= isMovable_.size() || !isMovable_[reg])
      continue;
    name_[reg] = kNone;
    if (!startsSegment[at - block.first])
      continue;
    name_[reg] = fn_.addVReg(fn_.vregs[reg].type);
    if (inst.kind == LirInst::Kind::Machine && inst.result == kNone)
      inst.operands[0] = name_[reg];
    else
      inst.result = name_[reg];
  }
  for (VReg reg : touched)
    name_[reg] = kNone;
  for (VReg reg : liveness_.liveOut(number))
    isOpen_[reg] = false;
  for (VReg reg : kept)
    isMovable_[reg] = true;
}

/// Puts the names of the current segments into what the instruction reads.
void SegmentSplitter::rename(LirInst &inst) {
  if (inst.kind == LirInst::Kind::Dead)
    return;
  auto nameOf = [this](VReg reg) {
    return reg < name_.size() && name_[reg] != kNone ? name_[reg] : reg;
  };
  if (inst.kind == LirInst::Kind::Machine) {
    const isa::OpInfo &op = isa::info(inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i)
      if (op.operandArray[i].isRead())
        inst.operands[i] = nameOf(static_cast<VReg>(inst.operands[i]));
  }
  for (Source &source : fn_.argsOf(inst))
    if (!source.isConstant())
      source = Source::vreg(nameOf(source.vreg()));
}

} // namespace

void splitSegments(LirFunction &fn, const LirLiveness &liveness) {
  SegmentSplitter(fn, liveness).run();
}

} // namespace orus::codegen
