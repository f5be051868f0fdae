// Direct construction of SSA form with block arguments while lowering: Braun et al., "Simple and
// Efficient Construction of Static Single Assignment Form" (CC 2013).
#pragma once

#include "compiler/ir/Ir.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::lower {

using ir::BlockId;
using ir::ValueId;

/// Number of a source variable or temporary within one function.
using VarId = uint32_t;

/// Builds the blocks and edges of one function. Edge arguments are kept aside until finish(), since
/// block parameters appear while predecessors are being written.
class SsaBuilder {
public:
  explicit SsaBuilder(ir::Function &function) : fn_(function) {}

  /// Declares a variable whose values have this type.
  VarId addVariable(image::TypeId type);
  image::TypeId type(VarId var) const { return variableTypes_[var]; }

  BlockId addBlock(BlockId handler);
  /// No more predecessors will be added. Every block must be sealed once.
  void seal(BlockId block);
  bool hasPredecessors(BlockId block) const { return !states_[block].edges.empty(); }

  void write(VarId var, BlockId block, ValueId value);
  /// Value of the variable at the end of what has been lowered of `block`.
  ValueId read(VarId var, BlockId block);

  struct Edge {
    BlockId block;
    llvm::ArrayRef<ValueId> args = {}; // explicit arguments, for parameters made before
    bool implicitFirst = false;        // the terminator itself supplies the first parameter
  };
  void terminate(BlockId block, ir::Op op, llvm::ArrayRef<ValueId> operands,
                 llvm::ArrayRef<Edge> targets, uint64_t imm, basic::SourceLoc loc);

  /// Removes the parameters that turned out to be needless and writes the edge arguments. False if
  /// some variable was read that has no value on a path from the entry: a bug in an earlier stage.
  [[nodiscard]] bool finish();

private:
  struct BlockState {
    bool sealed = false;
    llvm::SmallVector<uint32_t, 2> edges;                       // indices into edges_
    llvm::SmallVector<std::pair<VarId, ValueId>, 2> incomplete; // parameters made before sealing
  };
  struct EdgeState {
    BlockId from = ir::kNone, to = ir::kNone;
    llvm::SmallVector<ValueId, 4> args;
    bool implicitFirst = false;
  };

  static uint64_t key(VarId var, BlockId block) { return uint64_t{var} << 32 | block; }
  ValueId resolve(ValueId value);
  ValueId readThroughPredecessors(VarId var, BlockId block);
  ValueId addParameter(VarId var, BlockId block);
  void addOperands(VarId var, BlockId block, size_t paramIndex);
  bool removeIfTrivial(BlockId block, size_t paramIndex);
  void removeTrivialParameters();
  void writeEdges();

  ir::Function &fn_;
  std::vector<image::TypeId> variableTypes_;
  std::vector<BlockState> states_; // by block
  std::vector<EdgeState> edges_;   // by index in Function::targetPool
  llvm::DenseMap<uint64_t, ValueId> definitions_;
  std::vector<ValueId> forward_;      // by value: what replaces it, or kNone
  std::vector<bool> isVariableParam_; // by value
  bool undefinedRead_ = false;
};

} // namespace orus::lower
