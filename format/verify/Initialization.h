// Definite initialisation of registers and spill slots (V9, V19).
//
// A slot that has a value keeps one, so that only the first write of a slot in a block and the
// reads before it matter. They are kept as lists, linear in the code; the forward analysis then
// runs over 64 slots at a time, with only the slots that some block reads before writing them.
#pragma once

#include "format/verify/Flow.h"

namespace orus::verify {

class Initialization {
public:
  explicit Initialization(Report &report) : report_(report) {}

  /// Slots are the declared ones: those of the scalar bank, then those of the reference bank.
  void beginFunction(image::FunctionId id, size_t scalarCount, size_t referenceCount);
  void setParameter(uint32_t slot) { always_[slot] = function_; }
  /// `isAlwaysFirst`: the block is the function's first and cannot be left in its middle, so that
  /// its writes hold everywhere after it.
  void beginBlock(uint32_t block, bool isAlwaysFirst);
  /// From here on the block may have been left through its handler.
  void mayPanic() { panicked_ = true; }

  void read(uint32_t slot, uint32_t pc) {
    if (always_[slot] == function_ || written_[slot] == stamp_ || read_[slot] == stamp_)
      return;
    read_[slot] = stamp_;
    reads_.push_back({slot, pc});
  }

  void write(uint32_t slot) {
    if (isAlwaysFirst_)
      always_[slot] = function_;
    if (always_[slot] == function_ || written_[slot] == stamp_)
      return;
    written_[slot] = stamp_;
    writes_.push_back({slot, block_ << 1 | panicked_});
  }

  /// Solves the analysis and checks the reads. `catchSlots` holds the slot of each handler.
  bool solve(const Flow &flow, std::span<const uint32_t> catchSlots);

private:
  struct Read {
    uint32_t slot, pc;
  };
  struct Write {
    uint32_t slot, block; // block << 1 | whether it comes after a possible panic
  };
  // The part of a list that concerns 64 slots.
  struct Chunk {
    std::span<const Read> reads;
    std::span<const Write> writes;
  };

  void number(const Flow &flow, std::span<const uint32_t> catchSlots);
  bool solve(const Flow &flow, uint32_t chunk, const Chunk &lists, bool withHandlers);
  bool sweep(const Flow &flow, uint32_t chunk, bool withHandlers);
  bool check(const Flow &flow, uint32_t chunk, const Chunk &lists);
  std::optional<Read> firstUnset(const Flow &flow, const Chunk &lists) const;

  Report &report_;
  uint32_t function_ = 0; // id + 1, because stamps start as 0
  uint32_t block_ = 0, stamp_ = 0;
  bool isAlwaysFirst_ = false, panicked_ = false;
  size_t scalarCount_ = 0, slotCount_ = 0;
  std::vector<uint32_t> always_, written_, read_; // stamps by slot
  std::vector<Read> reads_;
  std::vector<Write> writes_;

  // While solving: the slots that are read before they are written get dense numbers.
  std::vector<uint32_t> numberOf_, slotOf_, catchNumbers_;
  std::vector<uint32_t> position_; // of blocks in reverse post-order
  std::vector<uint64_t> in_, sets_, setsBeforePanic_;
  uint64_t budget_ = 0;
};

} // namespace orus::verify
