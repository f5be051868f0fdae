#include "compiler/codegen/Ranges.h"

#include <algorithm>

namespace orus::codegen {

namespace {

/// Builds ranges from the last block to the first; those of a register grow at the back, latest
/// first, and are turned round at the end.
class Builder {
public:
  Builder(const LirFunction &fn, const LirLiveness &liveness)
      : fn_(fn), liveness_(liveness), ranges_(fn.vregs.size()), isLive_(fn.vregs.size()) {}

  std::vector<LiveRange> run() {
    for (size_t b = fn_.blocks.size(); b-- > 0;)
      visit(static_cast<BlockIndex>(b));
    for (LiveRange &range : ranges_)
      std::ranges::reverse(range);
    return std::move(ranges_);
  }

private:
  void visit(BlockIndex b) {
    const LirBlock &block = fn_.blocks[b];
    start_ = 2 * block.first;
    for (VReg reg : liveness_.liveOut(b))
      use(reg, 2 * block.last);
    for (uint32_t at = block.last; at-- > block.first;) {
      const LirInst &inst = fn_.insts[at];
      if (VReg reg = definitionOf(inst); reg != kNone)
        define(reg, 2 * at + 1);
      forEachUse(fn_, inst, [&](VReg reg) { use(reg, 2 * at + 1); });
    }
    llvm::for_each(block.params, [&](VReg reg) { define(reg, start_); });
    if (block.entryValue != kNone)
      define(block.entryValue, start_);
    if (b == 0)
      for (VReg reg : fn_.params)
        if (reg != kNone)
          define(reg, start_);
    for (VReg reg : live_)
      isLive_[reg] = false;
    live_.clear();
  }

  void use(VReg reg, uint32_t to) {
    if (isLive_[reg] || fn_.vregs[reg].space == Space::Outgoing)
      return;
    isLive_[reg] = true;
    live_.push_back(reg);
    add(reg, {start_, to});
  }

  void define(VReg reg, uint32_t at) {
    if (fn_.vregs[reg].space == Space::Outgoing)
      return;
    if (!isLive_[reg])
      return add(reg, {at, at + 1});
    if (fn_.vregs[reg].isLocal)
      return;
    ranges_[reg].back().from = at;
    isLive_[reg] = false;
  }

  void add(VReg reg, Range range) {
    LiveRange &all = ranges_[reg];
    if (!all.empty() && all.back().from <= range.to)
      all.back().from = range.from;
    else
      all.push_back(range);
  }

  const LirFunction &fn_;
  const LirLiveness &liveness_;
  std::vector<LiveRange> ranges_;
  std::vector<bool> isLive_;
  std::vector<VReg> live_; // perhaps no longer
  uint32_t start_ = 0;
};

} // namespace

std::vector<LiveRange> liveRanges(const LirFunction &fn, const LirLiveness &liveness) {
  return Builder(fn, liveness).run();
}

bool overlaps(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b) {
  if (a.empty() || b.empty() || a.back().to <= b.front().from || b.back().to <= a.front().from)
    return false;
  if (a.size() > b.size())
    std::swap(a, b);
  // Few ranges against many: look each up.
  if (a.size() * 8 < b.size()) {
    for (Range range : a) {
      const Range *next = std::ranges::upper_bound(b, range.from, {}, &Range::to);
      if (next != b.end() && next->from < range.to)
        return true;
    }
    return false;
  }
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].to <= b[j].from)
      ++i;
    else if (b[j].to <= a[i].from)
      ++j;
    else
      return true;
  }
  return false;
}

void unite(LiveRange &into, llvm::ArrayRef<Range> from) {
  for (Range range : from) {
    // The ranges that the new one overlaps or touches become one with it.
    auto *first = std::ranges::lower_bound(into, range.from, {}, &Range::to);
    auto *last = std::ranges::upper_bound(into, range.to, {}, &Range::from);
    if (first == last) {
      into.insert(first, range);
      continue;
    }
    range.from = std::min(range.from, first->from);
    range.to = std::max(range.to, (last - 1)->to);
    *first = range;
    into.erase(first + 1, last);
  }
}

} // namespace orus::codegen
