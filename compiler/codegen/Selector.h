// The state of instruction selection for one function, shared by the files Select*.cpp.
#pragma once

#include "compiler/analysis/Loops.h"
#include "compiler/codegen/Demand.h"
#include "compiler/codegen/Program.h"
#include "compiler/codegen/Selection.h"

#include <optional>

namespace orus::codegen {

class Selector {
public:
  Selector(const ir::Function &fn, ProgramPools &pools, const SelectionOptions &options);
  LirFunction run();

private:
  using ValueId = ir::ValueId;
  using Op = ir::Op;

  // An edge of the graph as the terminator sees it: its block in LIR and, where the edge is split,
  // the block in between.
  struct Edge {
    const ir::Target *target;
    BlockIndex block; // what the terminator names
    bool isSplit, ownsBlock;
  };

  // SelectBlocks.cpp: order, edges, terminators
  bool didNotRun(const ir::Block &block) const;
  ir::Position positionOf(analysis::LoopId loop) const;
  void numberBlocks(llvm::ArrayRef<ir::BlockId> order);
  void collectEdges(ir::BlockId block, llvm::SmallVectorImpl<Edge> &edges);
  bool isMerge(ir::BlockId block) const;
  void selectBlock(ir::BlockId block);
  void selectEdgeBlock(const ir::Inst &terminator, size_t target, const Edge &edge);
  void describeBlock(ir::BlockId block);
  void selectEntryStub();
  void finish();
  void selectTerminator(const ir::Inst &inst, llvm::ArrayRef<Edge> edges);
  void selectForStep(const ir::Inst &inst, llvm::ArrayRef<Edge> edges);
  void selectStepWhile(const ir::Inst &inst);
  void selectReturn(const ir::Inst &inst);
  void emitJump(const ir::Target &target, VReg first, ir::Position loc);

  // SelectBranch.cpp
  void selectBranch(const ir::Inst &inst);
  bool fuseCompare(const ir::Inst &compare, bool negated, ir::Position loc);
  bool fuseImmediate(const ir::Inst &compare, bool negated, ir::Position loc);
  bool isFusible(ValueId value, ir::BlockId block) const;

  // SelectFused.cpp
  bool canDelay(ValueId value, const ir::Inst &to, const ir::Inst *with = nullptr) const;
  bool isDelayed(ValueId value, Op op, const ir::Inst &to, const ir::Inst *with = nullptr) const;
  bool fuse(const ir::Inst &inst);
  bool fuseArithmetic(const ir::Inst &inst);
  bool fuseWithElement(const ir::Inst &inst);
  bool fuseLength(const ir::Inst &inst);
  bool fuseSum(const ir::Inst &inst);
  bool fuseLoad(const ir::Inst &inst);
  bool fuseStore(const ir::Inst &inst);
  bool fuseElementBranch(ValueId condition, bool negated, const ir::Inst &branch);
  bool fuseRemainderBranch(const ir::Inst &compare, bool negated, ir::Position loc);
  bool isImmediate(ValueId value, const ir::Inst &user) const;
  void emitFused(isa::Opcode op, std::initializer_list<int64_t> operands, const ir::Inst &first,
                 const ir::Inst &second);

  // SelectScalar.cpp, SelectObjects.cpp, SelectMembers.cpp: one operation each
  void selectInst(const ir::Inst &inst);
  void selectArithmetic(const ir::Inst &inst);
  bool selectArithmeticImmediate(const ir::Inst &inst);
  void selectCompare(const ir::Inst &inst);
  void selectConvert(const ir::Inst &inst);
  void selectAccess(const ir::Inst &inst);
  void selectCall(const ir::Inst &inst);
  void selectArray(const ir::Inst &inst);
  void selectDynamic(const ir::Inst &inst);
  void selectNew(const ir::Inst &inst);
  void selectMember(const ir::Inst &inst);
  void selectField(const ir::Inst &inst, image::ObjectSlot slot);

  // values
  ValueId resolve(ValueId value) const { return demand_.resolve(value); }
  TypeId type(ValueId value) const { return fn_.type(value); }
  ValueId operand(const ir::Inst &inst, size_t i) const {
    return resolve(fn_.operandPool[inst.operandBegin + i]);
  }
  llvm::ArrayRef<ValueId> operands(const ir::Inst &inst) const {
    return llvm::ArrayRef(fn_.operandPool).slice(inst.operandBegin, inst.operandCount);
  }
  /// The instruction that defines the value, or null for a parameter.
  const ir::Inst *definition(ValueId value) const {
    ir::InstId inst = fn_.values[value].inst;
    return inst == ir::kNone ? nullptr : &fn_.insts[inst];
  }
  /// The value as a register operand.
  int64_t use(ValueId value);
  /// The value as an argument: a constant needs no register.
  Source source(ValueId value);
  /// The numeric value of an integer or bool constant, sign-extended from its width.
  std::optional<int64_t> constantOf(ValueId value) const;
  uint32_t constantIndex(LirConstant constant);

  // emission, from the end of the function to its start
  LirInst &emit(isa::Opcode op, std::initializer_list<int64_t> operands, ir::Position loc = {});
  LirInst &emitMove(VReg to, Source from, ir::Position loc = {});
  void emitWithArgs(LirInst inst, llvm::ArrayRef<ValueId> values);
  void setArgs(LirInst &inst, llvm::ArrayRef<Source> args);
  int64_t result(const ir::Inst &inst) const { return inst.result; }

  const ir::Function &fn_;
  ProgramPools &pools_;
  const bool fuse_;
  const ir::ExecutionCounts *const counts_; // null without a profile
  analysis::Cfg cfg_;
  analysis::Dominators dominators_;
  analysis::Loops loops_;
  Demand demand_;
  LirFunction out_;
  std::vector<BlockIndex> blockIndex_; // by IR block
  std::vector<uint32_t> blockEnds_;    // by LIR block: instructions emitted when it was begun
  std::vector<bool> inRegister_;       // by value: some use needs it in a register
  std::vector<bool> isFused_;          // by value: the branch that uses it does the work
  std::vector<bool> isInverted_;       // by value: its uses take the opposite
  std::vector<VReg> locals_;
  llvm::DenseMap<std::pair<uint64_t, uint32_t>, uint32_t> constantIds_;
};

} // namespace orus::codegen
