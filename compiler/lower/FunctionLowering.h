// Lowers one function: the state shared by the parts for statements, loops, expressions and calls.
#pragma once

#include "compiler/lower/ModuleLayout.h"
#include "compiler/lower/SsaBuilder.h"
#include "compiler/lower/TypeMap.h"
#include "compiler/sema/Typed.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace orus::lower {

using basic::SourceRange;
using image::TypeId;
using ir::BlockId;
using ir::Op;
using ir::ValueId;

/// What the functions of a program share.
struct ProgramContext {
  ir::Module &module;
  const basic::Interner &names;
  TypeMap &types;
  const ModuleLayout &layout;
};

/// Variables of a function that are stored to inside a `try` they were declared outside of. The
/// handler must see the value at the moment of the panic, which SSA form cannot express, so they
/// become locals of the IR.
llvm::DenseSet<const sema::Variable *> findTryVariables(llvm::ArrayRef<sema::Stmt *> body);

class FunctionLowering {
public:
  FunctionLowering(const ProgramContext &context, ir::Function &function);

  /// Lowers parameters and statements; adds the final return of a function without result.
  /// False if an earlier stage left a variable without a value on some path.
  [[nodiscard]] bool run(llvm::ArrayRef<sema::Variable *> parameters, const sema::Block &scope,
                         llvm::ArrayRef<sema::Stmt *> statements);

private:
  // ---- variables (FunctionLowering.cpp)

  /// Where a local variable lives. One that may be read before it has a value has a bool beside it,
  /// and if it is a reference its own values are boxed, so that `false` can stand for none.
  struct Place {
    bool isIrLocal = false;
    bool boxed = false;
    uint32_t id = 0;           // VarId, or index of the IR local
    uint32_t flag = ir::kNone; // likewise, of the bool
    TypeId type = 0;           // of the values stored
  };

  Place &place(const sema::Variable *variable);
  ValueId readPlace(bool isIrLocal, uint32_t id, TypeId type);
  void writePlace(bool isIrLocal, uint32_t id, ValueId value);
  void clearVariable(const sema::Variable *variable);
  ValueId readVariable(const sema::Variable *variable, bool check, SourceRange range);
  void writeVariable(const sema::Variable *variable, ValueId value, basic::SourceLoc loc);
  void checkInitialized(ValueId flag, const sema::Variable *variable, SourceRange range);

  // ---- emission helpers

  TypeId typeOf(const sema::Expr *expr) { return context_.types.map(expr->type); }
  ValueId emit(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0,
               SourceRange range = {});
  void emitVoid(Op op, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0, SourceRange range = {});
  ValueId constant(TypeId type, uint64_t bits);
  ValueId constantI64(int64_t value);
  ValueId string(llvm::StringRef text);
  bool reachable() const { return block_ != ir::kNone; }
  BlockId newBlock() { return ssa_.addBlock(handler_); }
  void startBlock(BlockId block, bool seal);
  void terminate(Op op, llvm::ArrayRef<ValueId> operands, llvm::ArrayRef<SsaBuilder::Edge> targets,
                 uint64_t imm = 0, SourceRange range = {});
  void jump(BlockId target, llvm::ArrayRef<ValueId> args = {});
  void branch(ValueId condition, BlockId thenBlock, BlockId elseBlock);
  void raise(uint32_t panicRow, SourceRange range);

  // ---- statements (Statements.cpp)

  void lowerBlock(const sema::Block &block);
  void lowerStmt(const sema::Stmt *stmt);
  void lowerUpdateElement(const sema::UpdateElementStmt *stmt);
  void lowerDestructure(const sema::DestructureStmt *stmt);
  void lowerPrint(const sema::PrintStmt *stmt);
  void lowerIf(const sema::IfStmt *stmt);
  void lowerTry(const sema::TryStmt *stmt);
  void lowerMatch(const sema::MatchStmt *stmt);
  /// Goes to `hit` if the arm fits the subject, else to `miss`; wildcards only jump.
  void lowerPattern(const sema::Arm *arm, const sema::Expr *subject, ValueId value, BlockId hit,
                    BlockId miss);

  // ---- loops (Loops.cpp)

  struct LoopTargets {
    const sema::Loop *loop;
    BlockId continueBlock, exitBlock;
  };
  const LoopTargets &targetsOf(const sema::Loop *loop) const;
  void lowerLoopBody(const sema::Loop *loop, const sema::Block &body, BlockId continueBlock,
                     BlockId exitBlock);
  void lowerWhile(const sema::WhileStmt *stmt);
  void lowerForRange(const sema::ForRangeStmt *stmt);
  void enterRange(const sema::ForRangeStmt *stmt, llvm::ArrayRef<ValueId> bounds, BlockId body,
                  BlockId exit);
  void lowerForElements(const sema::ForInStmt *stmt);
  void lowerForRangeValue(const sema::ForInStmt *stmt);

  // ---- expressions (Expressions.cpp)

  ValueId lowerExpr(const sema::Expr *expr);
  ValueId lowerVariable(const sema::VariableExpr *expr);
  ValueId lowerSpine(const sema::Expr *expr);
  ValueId arithmetic(sema::ArithmeticOp op, TypeId type, ValueId left, ValueId right,
                     SourceRange opRange);
  ValueId compare(sema::CompareOp op, const sema::Type *type, ValueId left, ValueId right,
                  SourceRange opRange);
  ValueId lowerBoolean(const sema::Expr *expr);
  /// Branches on a bool expression without making a value of it.
  void lowerCondition(const sema::Expr *expr, BlockId thenBlock, BlockId elseBlock);
  void lowerLogicCondition(const sema::LogicExpr *expr, BlockId thenBlock, BlockId elseBlock);
  void lowerChainCondition(const sema::ChainExpr *expr, BlockId thenBlock, BlockId elseBlock);
  ValueId lowerCast(const sema::CastExpr *expr);
  ValueId lowerConditional(const sema::ConditionalExpr *expr);
  ValueId lowerMatchExpr(const sema::MatchExpr *expr);
  ValueId lowerSlice(const sema::SliceExpr *expr);
  ValueId lowerArrayLiteral(const sema::ArrayLiteralExpr *expr);
  /// An integer of any type as i64 for a bound or count; a u64 beyond i64 becomes its maximum,
  /// which is out of range for every array.
  ValueId widen(ValueId value);

  // ---- calls (Calls.cpp)

  ValueId lowerCall(const sema::CallExpr *expr);
  ValueId lowerCallValue(const sema::CallValueExpr *expr);
  ValueId lowerBuiltin(const sema::CallBuiltinExpr *expr);
  ValueId lowerRangeCall(const sema::CallBuiltinExpr *expr);
  ValueId lowerNumberCall(const sema::CallBuiltinExpr *expr);
  ValueId lowerAssertEq(const sema::CallBuiltinExpr *expr);
  TypeId argumentsType(llvm::ArrayRef<sema::Expr *> arguments);

  ProgramContext context_;
  ir::Function &fn_;
  SsaBuilder ssa_;
  BlockId block_ = ir::kNone;      // being filled; kNone after a terminator
  BlockId handler_ = ir::kNone;    // of blocks made now
  std::vector<LoopTargets> loops_; // innermost last
  llvm::DenseMap<const sema::Variable *, Place> places_;
  llvm::DenseSet<const sema::Variable *> tryVariables_;
  uint32_t loopDepth_ = 0;
};

} // namespace orus::lower
