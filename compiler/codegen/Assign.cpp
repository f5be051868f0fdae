#include "compiler/codegen/Assign.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <vector>

namespace orus::codegen {

namespace {

/// Until when each slot of one type is known to be taken: a tree of least values, which finds the
/// first slot that may be free without a look at the others.
class BusySlots {
public:
  size_t size() const { return size_; }
  void add() {
    if (size_ == leaves_)
      grow();
    set(size_++, 0);
  }
  void set(size_t slot, uint32_t until) {
    size_t node = leaves_ + slot;
    for (least_[node] = until; node > 1; node /= 2)
      least_[node / 2] = std::min(least_[node & ~size_t{1}], least_[node | 1]);
  }
  /// The first slot at or after one that is not known to be taken at a position; size() if none.
  size_t find(size_t slot, uint32_t at) const {
    if (slot >= size_)
      return size_;
    size_t node = leaves_ + slot;
    while (least_[node] > at) {
      // To the right of what was seen: up from right children, then over.
      while (node & 1)
        node /= 2;
      if (node == 0)
        return size_;
      ++node;
    }
    while (node < leaves_)
      node = least_[2 * node] <= at ? 2 * node : 2 * node + 1;
    return node - leaves_;
  }

private:
  void grow() {
    std::vector<uint32_t> old(least_.begin() + static_cast<ptrdiff_t>(leaves_), least_.end());
    leaves_ = std::max<size_t>(2 * leaves_, 4);
    least_.assign(2 * leaves_, kNone);
    for (size_t slot = 0; slot < old.size(); ++slot)
      set(slot, old[slot]);
  }

  size_t size_ = 0, leaves_ = 0;
  std::vector<uint32_t> least_; // the children of node n are 2n and 2n + 1; leaves from leaves_
};

/// A slot and when it is taken.
struct Slot {
  TypeId type;
  LiveRange taken;
};

class SlotSet {
public:
  /// Adds a slot and gives its number.
  uint32_t add(TypeId type) {
    OfType &same = byType_[type];
    inType_.push_back(static_cast<uint32_t>(same.slots.size()));
    same.slots.push_back(static_cast<uint32_t>(slots_.size()));
    same.busy.add();
    slots_.push_back({type, {}});
    return same.slots.back();
  }
  void take(uint32_t slot, llvm::ArrayRef<Range> ranges) { unite(slots_[slot].taken, ranges); }
  /// Keeps a slot for a parameter that is read from its home.
  void reserve(uint32_t slot) { byType_[slots_[slot].type].busy.set(inType_[slot], kNone); }

  /// The first slot of the type that is free throughout the ranges, a new one if there is none.
  /// Calls come in the order of the ranges' starts.
  uint32_t place(TypeId type, llvm::ArrayRef<Range> ranges) {
    OfType &same = byType_[type];
    uint32_t start = ranges.front().from;
    for (size_t i = same.busy.find(0, start); i < same.busy.size(); i = same.busy.find(i, start)) {
      uint32_t slot = same.slots[i];
      const LiveRange &taken = slots_[slot].taken;
      const Range *next = std::ranges::upper_bound(taken, start, {}, &Range::to);
      if (next != taken.end() && next->from <= start) {
        same.busy.set(i, next->to);
      } else if (overlaps(taken, ranges)) {
        ++i;
      } else {
        take(slot, ranges);
        return slot;
      }
    }
    uint32_t slot = add(type);
    take(slot, ranges);
    return slot;
  }
  std::vector<TypeId> types() const {
    std::vector<TypeId> types;
    for (const Slot &slot : slots_)
      types.push_back(slot.type);
    return types;
  }

private:
  struct OfType {
    std::vector<uint32_t> slots;
    BusySlots busy; // by index in slots
  };

  std::vector<Slot> slots_;
  std::vector<uint32_t> inType_; // by slot: its index among those of its type
  llvm::DenseMap<TypeId, OfType> byType_;
};

} // namespace

Assignment assignSlots(const LirFunction &fn, const Webs &webs, const image::TypeTable &types) {
  std::array<SlotSet, kBankCount> registers, spills;
  for (size_t i = 0; i < types.parameterCount(fn.signature); ++i) {
    TypeId type = types.valueType(types.parameter(fn.signature, i));
    registers[index(bankOf(type))].add(type);
  }
  if (fn.closure)
    registers[index(Bank::Reference)].add(fn.closure);

  // Webs that hold a parameter have its slot; the others follow in the order of their start.
  std::vector<uint32_t> slotOf(fn.vregs.size(), kNone); // by root
  std::vector<VReg> order;
  for (VReg reg = 0; reg < fn.vregs.size(); ++reg) {
    const VRegInfo &info = fn.vregs[reg];
    if (info.space == Space::Home)
      registers[index(info.bank())].reserve(info.fixed);
    if (info.space != Space::Register && info.space != Space::Spill)
      continue;
    VReg root = webs.find(reg);
    if (webs.ranges(root).empty())
      continue;
    if (info.space == Space::Register && info.fixed != kNone) {
      slotOf[root] = info.fixed;
      registers[index(info.bank())].take(info.fixed, webs.ranges(root));
    }
    if (root == reg)
      order.push_back(reg);
  }
  std::ranges::sort(order, {},
                    [&](VReg root) { return std::pair(webs.ranges(root).front().from, root); });
  for (VReg root : order) {
    const VRegInfo &info = fn.vregs[root];
    auto &bank = (info.space == Space::Register ? registers : spills)[index(info.bank())];
    if (slotOf[root] == kNone)
      slotOf[root] = bank.place(info.type, webs.ranges(root));
  }

  Assignment result;
  result.locs.resize(fn.vregs.size());
  for (VReg reg = 0; reg < fn.vregs.size(); ++reg) {
    const VRegInfo &info = fn.vregs[reg];
    bool isGiven = info.space == Space::Home || info.space == Space::Outgoing;
    result.locs[reg] = {info.space, isGiven ? info.fixed : slotOf[webs.find(reg)]};
  }
  for (size_t bank = 0; bank < kBankCount; ++bank)
    result.banks[bank] = {registers[bank].types(), spills[bank].types()};
  return result;
}

} // namespace orus::codegen
