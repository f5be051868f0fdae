// Predecessors of LIR blocks and liveness of virtual registers at the borders of blocks.
#pragma once

#include "compiler/analysis/Cfg.h"
#include "compiler/codegen/Lir.h"

#include "llvm/ADT/DenseSet.h"

namespace orus::codegen {

using analysis::AdjacencyList;

/// Predecessors, exceptional edges included: a block that has a handler is one of the handler's,
/// and a branch to one block on both ways is there twice.
AdjacencyList predecessors(const LirFunction &fn);

/// Which virtual registers are live at the borders of blocks, by walking from upward-exposed uses
/// to definitions ("path exploration" in Boissinot et al., "Computing Liveness Sets for SSA-Form
/// Programs", 2011). A virtual register may have several definitions. Outgoing values never cross
/// borders. What a handler reads is live throughout the blocks it protects.
class LirLiveness {
public:
  LirLiveness(const LirFunction &fn, const AdjacencyList &predecessors);

  llvm::ArrayRef<VReg> liveIn(BlockIndex block) const { return liveIn_[block]; }
  llvm::ArrayRef<VReg> liveOut(BlockIndex block) const { return liveOut_[block]; }

private:
  void collect(const LirFunction &fn);
  void walk(const LirFunction &fn, const AdjacencyList &predecessors);
  bool defines(BlockIndex block, VReg reg) const;
  void define(BlockIndex block, VReg reg);

  static constexpr uint32_t kMany = kNone - 1;
  std::vector<std::pair<VReg, BlockIndex>> exposed_;
  std::vector<BlockIndex> definedIn_; // the block, kNone, or kMany: see definitions_
  llvm::DenseSet<std::pair<BlockIndex, VReg>> definitions_;
  std::vector<std::vector<VReg>> liveIn_, liveOut_;
};

/// Turns moves whose result nothing reads into dead instructions.
void removeDeadMoves(LirFunction &fn, const LirLiveness &liveness);

} // namespace orus::codegen
