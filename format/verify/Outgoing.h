// What is known of the outgoing slots of one bank: the type of what was last written, within a
// basic block and until a call takes the slot.
#pragma once

#include "format/image/Image.h"

#include <algorithm>
#include <optional>

namespace orus::verify {

class Outgoing {
public:
  /// A ScalarSet or a type id.
  using Value = uint32_t;

  void beginFunction(const image::Bank &bank) {
    base_ = bank.outgoingBase();
    size_ = bank.size();
    if (slots_.size() < bank.outgoing)
      slots_.resize(bank.outgoing);
  }
  void beginBlock() {
    blockStart_ = ++time_;
    losses_.clear();
  }

  bool contains(uint32_t slot) const { return slot >= base_ && slot < size_; }

  void write(uint32_t slot, Value value) { slots_[slot - base_] = {++time_, value}; }

  std::optional<Value> read(uint32_t slot) const {
    const Slot &entry = slots_[slot - base_];
    if (entry.time <= blockStart_ || entry.time <= lossOf(slot))
      return std::nullopt;
    return entry.value;
  }

  /// Slots from `first` on lose their values.
  void lose(uint32_t first) {
    // A later loss of more slots makes an earlier one irrelevant.
    while (!losses_.empty() && losses_.back().first >= first)
      losses_.pop_back();
    losses_.push_back({first, ++time_});
  }

private:
  struct Slot {
    uint64_t time = 0;
    Value value = 0;
  };
  struct Loss {
    uint32_t first;
    uint64_t time;
  };

  // The last loss that concerns the slot: the last entry whose first slot is not above it.
  uint64_t lossOf(uint32_t slot) const {
    auto above = std::ranges::upper_bound(losses_, slot, {}, &Loss::first);
    return above == losses_.begin() ? 0 : above[-1].time;
  }

  uint32_t base_ = 0, size_ = 0;
  uint64_t time_ = 0, blockStart_ = 0;
  std::vector<Slot> slots_;
  std::vector<Loss> losses_; // first and time both ascend
};

} // namespace orus::verify
