#include "compiler/codegen/Graph.h"

namespace orus::codegen {

AdjacencyList predecessors(const LirFunction &fn) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  for (BlockIndex b = 0; b < fn.blocks.size(); ++b) {
    for (BlockIndex to : fn.blocks[b].successors)
      pairs.emplace_back(to, b);
    if (fn.blocks[b].handler != kNone)
      pairs.emplace_back(fn.blocks[b].handler, b);
  }
  return AdjacencyList::group(fn.blocks.size(), pairs);
}

LirLiveness::LirLiveness(const LirFunction &fn, const AdjacencyList &predecessors)
    : definedIn_(fn.vregs.size(), kNone), liveIn_(fn.blocks.size()), liveOut_(fn.blocks.size()) {
  collect(fn);
  walk(fn, predecessors);
}

void LirLiveness::define(BlockIndex block, VReg reg) {
  BlockIndex &in = definedIn_[reg];
  if (in == block || in == kNone) {
    in = block;
    return;
  }
  if (in != kMany)
    definitions_.insert({in, reg});
  in = kMany;
  definitions_.insert({block, reg});
}

bool LirLiveness::defines(BlockIndex block, VReg reg) const {
  BlockIndex in = definedIn_[reg];
  return in == block || (in == kMany && definitions_.contains({block, reg}));
}

void LirLiveness::collect(const LirFunction &fn) {
  // In which block a definition, or an exposed use, was last seen.
  std::vector<BlockIndex> defined(fn.vregs.size(), kNone), used(fn.vregs.size(), kNone);
  for (BlockIndex b = 0; b < fn.blocks.size(); ++b) {
    const LirBlock &block = fn.blocks[b];
    auto define = [&](VReg reg) {
      if (reg == kNone || fn.vregs[reg].isLocal)
        return;
      defined[reg] = b;
      this->define(b, reg);
    };
    auto use = [&](VReg reg) {
      if (defined[reg] == b || used[reg] == b || fn.vregs[reg].space == Space::Outgoing)
        return;
      used[reg] = b;
      exposed_.emplace_back(reg, b);
    };
    if (b == 0)
      llvm::for_each(fn.params, define);
    llvm::for_each(block.params, define);
    define(block.entryValue);
    for (uint32_t at = block.first; at < block.last; ++at) {
      forEachUse(fn, fn.insts[at], use);
      VReg reg = definitionOf(fn.insts[at]);
      // A definition does not end what a local holds for handlers, so it counts as a use as well.
      if (reg != kNone && fn.vregs[reg].isLocal)
        use(reg);
      define(reg);
    }
  }
}

void LirLiveness::walk(const LirFunction &fn, const AdjacencyList &predecessors) {
  AdjacencyList uses = AdjacencyList::group(fn.vregs.size(), exposed_);
  std::vector<VReg> in(fn.blocks.size(), kNone), out(fn.blocks.size(), kNone);
  std::vector<BlockIndex> worklist;
  for (VReg reg = 0; reg < fn.vregs.size(); ++reg) {
    auto enter = [&](BlockIndex block) {
      if (in[block] == reg)
        return;
      in[block] = reg;
      liveIn_[block].push_back(reg);
      worklist.push_back(block);
    };
    llvm::for_each(uses[reg], enter);
    while (!worklist.empty()) {
      BlockIndex block = worklist.back();
      worklist.pop_back();
      for (BlockIndex from : predecessors[block]) {
        if (out[from] == reg)
          continue;
        out[from] = reg;
        liveOut_[from].push_back(reg);
        if (!defines(from, reg))
          enter(from);
      }
    }
  }
}

void removeDeadMoves(LirFunction &fn, const LirLiveness &liveness) {
  std::vector<bool> isLive(fn.vregs.size());
  std::vector<VReg> live;
  for (BlockIndex b = 0; b < fn.blocks.size(); ++b) {
    auto use = [&](VReg reg) {
      isLive[reg] = true;
      live.push_back(reg);
    };
    llvm::for_each(liveness.liveOut(b), use);
    for (uint32_t at = fn.blocks[b].last; at-- > fn.blocks[b].first;) {
      LirInst &inst = fn.insts[at];
      VReg reg = definitionOf(inst);
      if (reg != kNone && !fn.vregs[reg].isLocal) {
        if (inst.isMove() && !isLive[reg])
          inst.kind = LirInst::Kind::Dead;
        isLive[reg] = false;
      }
      forEachUse(fn, inst, use);
    }
    for (VReg reg : live)
      isLive[reg] = false;
    live.clear();
  }
}

} // namespace orus::codegen
