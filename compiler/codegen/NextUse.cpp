#include "compiler/codegen/NextUse.h"

#include <algorithm>

namespace orus::codegen {

namespace {
constexpr unsigned kMaxRounds = 6;
} // namespace

NextUses::NextUses(const LirFunction &fn, const LirLiveness &liveness, Bank bank)
    : fn_(fn), liveness_(liveness), bank_(bank), entry_(fn.blocks.size()),
      next_(fn.vregs.size(), kNever) {
  for (BlockIndex b = 0; b < fn.blocks.size(); ++b)
    entry_[b].assign(liveness.liveIn(b).size(), kNever);
  // Any distances are safe, so a few rounds do; distances around a loop are known after two.
  bool changed = true;
  for (unsigned round = 0; changed && round < kMaxRounds; ++round) {
    changed = false;
    for (size_t b = fn.blocks.size(); b-- > 0;)
      changed |= update(static_cast<BlockIndex>(b));
  }
}

bool NextUses::update(BlockIndex block) {
  scan(block);
  bool changed = false;
  llvm::ArrayRef<VReg> live = liveness_.liveIn(block);
  for (size_t i = 0; i < live.size(); ++i) {
    uint32_t distance = next_[live[i]];
    changed |= distance != entry_[block][i];
    entry_[block][i] = distance;
  }
  return changed;
}

void NextUses::enter(BlockIndex block) { scan(block); }

// Fills next_ for the start of the block and after_ for the way through it.
void NextUses::scan(BlockIndex b) {
  for (VReg reg : touched_)
    next_[reg] = kNever;
  touched_.clear();
  after_.clear();
  auto set = [&](VReg reg, uint32_t distance) {
    next_[reg] = distance;
    touched_.push_back(reg);
  };

  const LirBlock &block = fn_.blocks[b];
  uint32_t length = block.last - block.first;
  auto join = [&](BlockIndex to, uint32_t distance) {
    llvm::ArrayRef<VReg> live = liveness_.liveIn(to);
    for (size_t i = 0; i < live.size(); ++i)
      if (tracks(live[i]))
        set(live[i], std::min(next_[live[i]], std::min(distance + entry_[to][i], kNever)));
  };
  for (BlockIndex to : block.successors) {
    uint32_t depth = fn_.blocks[to].loopDepth;
    uint32_t loopsLeft = block.loopDepth > depth ? block.loopDepth - depth : 0;
    join(to, length + std::min(loopsLeft * kLoopExit, kHandler));
  }
  if (block.handler != kNone)
    for (VReg reg : liveness_.liveIn(block.handler))
      if (tracks(reg) && next_[reg] == kNever)
        set(reg, kHandler);

  for (uint32_t at = block.last; at-- > block.first;) {
    const LirInst &inst = fn_.insts[at];
    if (VReg reg = definitionOf(inst); reg != kNone && tracks(reg)) {
      after_.push_back(next_[reg]);
      next_[reg] = kNever;
    }
    forEachUse(fn_, inst, [&](VReg reg) {
      if (tracks(reg))
        after_.push_back(next_[reg]);
    });
    forEachUse(fn_, inst, [&](VReg reg) {
      if (tracks(reg))
        set(reg, at - block.first);
    });
  }
}

void NextUses::passUses(uint32_t at) {
  // The values behind the uses were pushed in the order of the uses.
  unsigned count = 0;
  forEachUse(fn_, fn_.insts[at], [&](VReg reg) { count += tracks(reg); });
  size_t first = after_.size() - count;
  forEachUse(fn_, fn_.insts[at], [&](VReg reg) {
    if (tracks(reg))
      next_[reg] = after_[first++];
  });
  after_.resize(after_.size() - count);
}

void NextUses::passDefinition(uint32_t at) {
  VReg reg = definitionOf(fn_.insts[at]);
  if (reg == kNone || !tracks(reg))
    return;
  next_[reg] = after_.back();
  touched_.push_back(reg);
  after_.pop_back();
}

} // namespace orus::codegen
