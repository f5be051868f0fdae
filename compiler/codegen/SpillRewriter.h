// Carries out the decisions of spilling: where values live in memory, and the stores and loads that
// keep memory and registers in step.
#pragma once

#include "compiler/codegen/Spill.h"

namespace orus::codegen {

class SpillRewriter {
public:
  explicit SpillRewriter(LirFunction &fn);

  /// The value's counterpart in memory: a constant for one that is made anew, else a virtual
  /// register, which from now on holds the value wherever the value is live.
  Source memory(VReg reg);
  bool isConstant(VReg reg) const { return constant_[reg] != kNone; }

  /// Brings the value into its register in front of an instruction.
  void reload(VReg reg, uint32_t at);
  /// Lets an argument, by its place in LirFunction::args, be read from memory.
  void readFromMemory(uint32_t arg) { fn_.args[arg] = memory(fn_.args[arg].vreg()); }
  /// Lets the call or move write its result to memory; a move of a constant is given up.
  void defineInMemory(VReg reg, uint32_t at);
  /// Lets a block parameter, which is replaced, receive its value in memory.
  void receiveInMemory(VReg &param);
  /// Adds an argument to the jump that ends a block.
  void passTo(BlockIndex from, VReg reg, bool isInMemory);

  /// Adds stores and loads. Parameters of the function that need memory stay where they arrived;
  /// those of them in `atEntry` are loaded at once.
  void finish(llvm::ArrayRef<VReg> atEntry);
  SpillCounts counts() const { return counts_; }

private:
  struct Edit {
    uint32_t at; // in front of this instruction
    VReg to;
    Source from;
  };

  void findDefinitions();
  void storeParameters(llvm::ArrayRef<VReg> atEntry);
  void rebuild();

  LirFunction &fn_;
  SpillCounts counts_;
  std::vector<uint32_t> constant_;   // by value: its constant, or kNone
  std::vector<uint32_t> definition_; // by value: where a store goes, or kNone
  std::vector<VReg> memory_;         // by value
  std::vector<bool> isStored_;       // by value: memory is written by its definition itself
  std::vector<Edit> edits_, stores_;
};

} // namespace orus::codegen
