// The parts of the verifier of one function. Each relies on what those before it have found to
// hold.
#pragma once

#include "compiler/analysis/Dominators.h"
#include "compiler/analysis/Verifier.h"
#include "compiler/ir/Printer.h"

namespace orus::analysis {

using image::TypeId;
using ir::Op;

class FunctionVerifier {
public:
  FunctionVerifier(const ir::Module &module, const ir::Function &fn, const ir::Printer &printer,
                   std::vector<VerifyError> &errors)
      : module_(module), types_(module.types), fn_(fn), printer_(printer), errors_(errors) {}
  void run();

private:
  // Verifier.cpp: what everything else relies on
  bool checkIds();
  bool checkBlockLinks(BlockId block);
  bool checkInstIds(BlockId block, InstId inst);
  // VerifierSsa.cpp
  void checkGraph(const Cfg &cfg);
  void checkEdge(BlockId from, InstId terminator, size_t index);
  void checkRegion(BlockId from, InstId terminator, size_t index);
  bool isAround(BlockId outer, BlockId inner) const;
  void checkDominance(const Cfg &cfg);
  // VerifierTypes.cpp
  void checkInst(InstId inst);
  void checkConstant();
  void checkImmediate();
  void checkArithmetic();
  void checkComparison();
  void checkConversion();
  void checkVariable();
  void checkCall();
  void checkArguments(TypeId signature, ArrayRef<ValueId> arguments);
  void checkNative();
  void checkArray();
  void checkString();
  void checkDynamic();
  // VerifierObjects.cpp
  void checkObject();
  void checkFields(ArrayRef<TypeId> types, size_t first);
  void checkClosure();
  void checkCell();
  void checkOutput();
  void checkTerminator();

  // Of the instruction being checked.
  TypeId operandType(size_t index) const { return fn_.type(fn_.operands(inst_)[index]); }
  TypeId resultType() const {
    ValueId result = fn_.insts[inst_].result;
    return result == kNone ? kNone : fn_.type(result);
  }
  bool expectOperand(size_t index, TypeId type);
  bool expectInteger(size_t index);
  bool expectArray(size_t index);
  bool expectResult(TypeId type);
  bool is(TypeId type, image::TypeKind kind) const { return types_[type].kind == kind; }

  bool error(const llvm::Twine &message);

  const ir::Module &module_;
  const image::TypeTable &types_;
  const ir::Function &fn_;
  const ir::Printer &printer_;
  std::vector<VerifyError> &errors_;
  std::vector<bool> isHandler_; // by block
  BlockId block_ = kNone;       // being checked, for messages
  InstId inst_ = kNone;
};

/// Enough to see what is wrong.
inline constexpr size_t kMaxVerifyErrors = 20;

/// The type that values of a type have in registers: that of a scalar for an enum without payloads.
inline TypeId valueType(const image::TypeTable &types, TypeId type) {
  return types.valueType(type);
}

} // namespace orus::analysis
