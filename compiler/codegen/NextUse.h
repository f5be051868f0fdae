// Distances to the next use of each value, over the whole function (Braun & Hack, "Register
// Spilling and Live-Range Splitting for SSA-Form Programs", 2009): what Belady's rule decides by.
#pragma once

#include "compiler/codegen/Graph.h"

namespace orus::codegen {

/// Distances count instructions; leaving a loop counts more than any path inside it.
class NextUses {
public:
  static constexpr uint32_t kLoopExit = 1u << 20; // one loop left
  static constexpr uint32_t kHandler = 1u << 28;  // only a handler reads it
  static constexpr uint32_t kNever = 1u << 30;

  /// For the values of one bank that live in registers; locals are none of them.
  NextUses(const LirFunction &fn, const LirLiveness &liveness, Bank bank);

  /// Whether the virtual register takes part.
  bool tracks(VReg reg) const {
    const VRegInfo &info = fn_.vregs[reg];
    return info.space == Space::Register && !info.isLocal && info.bank() == bank_;
  }

  /// Goes to the start of a block.
  void enter(BlockIndex block);
  /// Goes behind the operands that an instruction reads, then behind what it writes.
  void passUses(uint32_t at);
  void passDefinition(uint32_t at);
  /// Distance from the start of the block entered last to the next use from here on.
  uint32_t operator[](VReg reg) const { return next_[reg]; }

private:
  void scan(BlockIndex block);
  bool update(BlockIndex block);

  const LirFunction &fn_;
  const LirLiveness &liveness_;
  Bank bank_;
  std::vector<std::vector<uint32_t>> entry_; // by block, as liveness_.liveIn(block)
  std::vector<uint32_t> next_;               // by virtual register
  std::vector<VReg> touched_;                // whose next_ is not kNever
  // Of the block entered last, from its end on: what next_ becomes behind each use and definition.
  std::vector<uint32_t> after_;
};

} // namespace orus::codegen
