#include "compiler/codegen/Coalesce.h"

#include <algorithm>
#include <numeric>

namespace orus::codegen {

Webs::Webs(std::vector<LiveRange> ranges) : parent_(ranges.size()), ranges_(std::move(ranges)) {
  std::iota(parent_.begin(), parent_.end(), 0);
}

VReg Webs::find(VReg reg) const {
  while (parent_[reg] != reg)
    reg = parent_[reg] = parent_[parent_[reg]];
  return reg;
}

void Webs::join(VReg a, VReg b) {
  a = find(a);
  b = find(b);
  if (a == b)
    return;
  if (ranges_[a].size() < ranges_[b].size())
    std::swap(a, b);
  parent_[b] = a;
  unite(ranges_[a], ranges_[b]);
  ranges_[b].clear();
}

namespace {

/// Two virtual registers that would like to share a slot, and how often the move is executed
/// otherwise.
struct Affinity {
  uint32_t loopDepth, order;
  VReg a, b;
};

class Coalescer {
public:
  Coalescer(LirFunction &fn, std::vector<LiveRange> ranges)
      : fn_(fn), webs_(std::move(ranges)), home_(fn.vregs.size(), kNone) {
    for (VReg reg = 0; reg < fn.vregs.size(); ++reg)
      if (fn.vregs[reg].space == Space::Register)
        home_[reg] = fn.vregs[reg].fixed;
  }

  Webs run(const AdjacencyList &predecessors, CoalescingCounts &counts) {
    for (const LirBlock &block : fn_.blocks)
      if (block.entryDef == EntryDef::Tied)
        tie(block, fn_.blocks[predecessors[static_cast<size_t>(&block - fn_.blocks.data())][0]]);
    collect();
    std::ranges::sort(affinities_, [](const Affinity &x, const Affinity &y) {
      return std::pair(y.loopDepth, x.order) < std::pair(x.loopDepth, y.order);
    });
    for (const Affinity &affinity : affinities_)
      if (tryJoin(affinity.a, affinity.b))
        ++counts.coalesced[index(fn_.vregs[affinity.a].bank())];
    return std::move(webs_);
  }

private:
  // The instruction that ends `from` steps a copy of the counter, which is never live before that
  // move. The counter itself will do unless its old value is needed after the step; where the loop
  // ends, it still has it.
  void tie(const LirBlock &block, const LirBlock &from) {
    LirInst &step = fn_.insts[from.last - 1], &move = fn_.insts[from.last - 2];
    auto copy = static_cast<VReg>(step.operands[0]);
    webs_.join(copy, block.entryValue);
    if (!move.isMove() || move.result != copy)
      return;
    Source source = fn_.argsOf(move)[0];
    if (source.isConstant() || !sameKind(source.vreg(), copy) ||
        webs_.interfere(source.vreg(), block.entryValue) || fn_.vregs[source.vreg()].isLocal)
      return;
    uint32_t home = home_[webs_.find(source.vreg())];
    webs_.join(source.vreg(), copy);
    home_[webs_.find(copy)] = home;
  }

  void collect() {
    for (const LirBlock &block : fn_.blocks) {
      for (uint32_t at = block.first; at < block.last; ++at) {
        const LirInst &inst = fn_.insts[at];
        if (inst.isMove())
          add(block, inst.result, fn_.argsOf(inst)[0]);
      }
      llvm::ArrayRef<Source> args = fn_.argsOf(fn_.terminator(block));
      for (size_t i = 0; i < args.size(); ++i)
        add(block, fn_.blocks[block.successors[0]].params[i], args[i]);
    }
  }

  void add(const LirBlock &block, VReg to, Source from) {
    if (!from.isConstant())
      affinities_.push_back(
          {block.loopDepth, static_cast<uint32_t>(affinities_.size()), to, from.vreg()});
  }

  bool sameKind(VReg a, VReg b) const {
    const VRegInfo &x = fn_.vregs[a], &y = fn_.vregs[b];
    return x.type == y.type && x.space == y.space &&
           (x.space == Space::Register || x.space == Space::Spill);
  }

  bool tryJoin(VReg a, VReg b) {
    a = webs_.find(a);
    b = webs_.find(b);
    if (a == b)
      return true;
    if (!sameKind(a, b) || (home_[a] != kNone && home_[b] != kNone) || webs_.interfere(a, b))
      return false;
    uint32_t home = home_[a] != kNone ? home_[a] : home_[b];
    webs_.join(a, b);
    home_[webs_.find(a)] = home;
    return true;
  }

  LirFunction &fn_;
  Webs webs_;
  std::vector<uint32_t> home_; // by root: the parameter slot that the web has to be in
  std::vector<Affinity> affinities_;
};

} // namespace

Webs coalesce(LirFunction &fn, const AdjacencyList &predecessors, std::vector<LiveRange> ranges,
              CoalescingCounts &counts) {
  return Coalescer(fn, std::move(ranges)).run(predecessors, counts);
}

} // namespace orus::codegen
