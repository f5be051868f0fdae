#include "compiler/codegen/Assign.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>

namespace orus::codegen {

namespace {

/// A slot and when it is taken.
struct Slot {
  TypeId type;
  LiveRange taken;
  bool isReserved = false; // a parameter that is read from its home
};

class SlotSet {
public:
  /// Adds a slot and gives its number.
  uint32_t add(TypeId type) {
    slots_.push_back({type, {}});
    byType_[type].push_back(static_cast<uint32_t>(slots_.size() - 1));
    return static_cast<uint32_t>(slots_.size() - 1);
  }
  void take(uint32_t slot, llvm::ArrayRef<Range> ranges) { unite(slots_[slot].taken, ranges); }
  void reserve(uint32_t slot) { slots_[slot].isReserved = true; }

  /// The first slot of the type that is free throughout the ranges, a new one if there is none.
  uint32_t place(TypeId type, llvm::ArrayRef<Range> ranges) {
    for (uint32_t slot : byType_[type]) {
      if (slots_[slot].isReserved || overlaps(slots_[slot].taken, ranges))
        continue;
      take(slot, ranges);
      return slot;
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
  std::vector<Slot> slots_;
  llvm::DenseMap<TypeId, llvm::SmallVector<uint32_t, 4>> byType_;
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
