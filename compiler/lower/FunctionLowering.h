// Lowers one function: the state shared by the parts for statements, loops, expressions and calls.
#pragma once

#include "compiler/lower/Captures.h"
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
  const Captures &captures;
};

/// Variables of a function that are stored to inside a `try` they were declared outside of. The
/// handler must see the value at the moment of the panic, which SSA form cannot express, so they
/// become locals of the IR.
llvm::DenseSet<const sema::Variable *> findTryVariables(llvm::ArrayRef<sema::Stmt *> body);

class FunctionLowering {
public:
  /// `instance` is what is lowered; null for a piece of a module body.
  FunctionLowering(const ProgramContext &context, ir::Function &function,
                   const sema::FunctionInstance *instance);

  /// Lowers parameters and statements; adds the final return of a function without result.
  /// False if an earlier stage left a variable without a value on some path.
  [[nodiscard]] bool run(llvm::ArrayRef<sema::Variable *> parameters, const sema::Block &scope,
                         llvm::ArrayRef<sema::Stmt *> statements);

private:
  // ---- variables (Variables.cpp)

  enum class Home : uint8_t { Ssa, IrLocal, Capture };
  /// Where a variable of this function, or one that it captures, lives.
  struct Place {
    Home home{};
    uint32_t id = 0;           // VarId, index of the IR local or of the capture
    uint32_t flag = ir::kNone; // likewise, of the flag
    VariableForm form;
  };

  Place &place(const sema::Variable *variable);
  void placeCaptures();
  /// What is at a place: the value, or the cell that holds it.
  ValueId readPlace(Home home, uint32_t id, TypeId type);
  void writePlace(Home home, uint32_t id, ValueId value);
  ValueId readStored(const Place &where, uint32_t id, TypeId type, SourceRange range);
  void writeStored(const Place &where, uint32_t id, ValueId value, bool isNew);
  void clearVariable(const sema::Variable *variable);
  ValueId readVariable(const sema::Variable *variable, bool check, SourceRange range);
  /// Gives a variable a value; `isNew` starts a new variable, with a cell of its own.
  void writeVariable(const sema::Variable *variable, ValueId value, basic::SourceLoc loc,
                     bool isNew);
  void checkInitialized(ValueId flag, const sema::Variable *variable, SourceRange range);
  /// A value of a function as it stands here: of the running one, one that captures, or another.
  ValueId functionValue(const sema::FunctionInstance *function, SourceRange range);
  bool isRunning(const sema::FunctionInstance *function) const {
    return function == instance_ && fn_.closure != 0;
  }

  // ---- emission helpers

  TypeId typeOf(const sema::Expr *expr) { return context_.types.map(expr->type); }
  /// `type` may be a declared one; the value has the type that registers hold for it.
  ValueId emit(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0,
               SourceRange range = {});
  void emitVoid(Op op, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0, SourceRange range = {});
  ValueId addParam(BlockId block, TypeId type) {
    return fn_.addParam(block, context_.module.types.valueType(type));
  }
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

  // ---- match (Match.cpp)

  /// The subject of a match and, of an enum, the number of its variant.
  struct Subject {
    const sema::Expr *expr;
    ValueId value, tag;
  };
  Subject lowerSubject(const sema::Expr *expr);
  ValueId tagOf(const sema::Type *type, ValueId value);
  void lowerMatch(const sema::MatchStmt *stmt);
  ValueId lowerMatchExpr(const sema::MatchExpr *expr);
  /// Decides on the arms in order; `lowerArm` lowers the body of each in the block it starts in.
  void lowerArms(const Subject &subject, llvm::ArrayRef<sema::Arm *> arms, bool coversAll,
                 llvm::function_ref<void(const sema::Arm *)> lowerArm);
  /// Goes to `hit` if the arm fits the subject, else to `miss`; wildcards only jump.
  void lowerPattern(const sema::Arm *arm, const Subject &subject, BlockId hit, BlockId miss);
  void switchOnVariants(const Subject &subject, llvm::ArrayRef<sema::Arm *> arms,
                        llvm::ArrayRef<BlockId> bodies, BlockId miss);
  void bindPayload(const sema::Arm *arm, const Subject &subject);
  void lowerVariantTest(const sema::VariantTestExpr *expr, BlockId thenBlock, BlockId elseBlock);

  // ---- structs and enums (Members.cpp)

  ValueId lowerStructNew(const sema::StructNewExpr *expr);
  ValueId lowerVariantNew(const sema::VariantNewExpr *expr);
  ValueId lowerField(const sema::FieldExpr *expr);
  void lowerAssignField(const sema::AssignFieldStmt *stmt);
  void lowerUpdateField(const sema::UpdateFieldStmt *stmt);

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
  ValueId compare(sema::CompareOp op, ValueId left, ValueId right, SourceRange opRange);
  ValueId lowerBoolean(const sema::Expr *expr);
  /// Branches on a bool expression without making a value of it.
  void lowerCondition(const sema::Expr *expr, BlockId thenBlock, BlockId elseBlock);
  void lowerLogicCondition(const sema::LogicExpr *expr, BlockId thenBlock, BlockId elseBlock);
  void lowerChainCondition(const sema::ChainExpr *expr, BlockId thenBlock, BlockId elseBlock);
  ValueId lowerCast(const sema::CastExpr *expr);
  ValueId lowerConditional(const sema::ConditionalExpr *expr);
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
  const sema::FunctionInstance *instance_;
  ValueId closure_ = ir::kNone; // the running function's own value, if it captures
  SsaBuilder ssa_;
  BlockId block_ = ir::kNone;      // being filled; kNone after a terminator
  BlockId handler_ = ir::kNone;    // of blocks made now
  std::vector<LoopTargets> loops_; // innermost last
  llvm::DenseMap<const sema::Variable *, Place> places_;
  llvm::DenseSet<const sema::Variable *> tryVariables_;
  uint32_t loopDepth_ = 0;
};

} // namespace orus::lower
