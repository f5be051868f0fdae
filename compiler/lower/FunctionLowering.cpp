#include "compiler/lower/FunctionLowering.h"

#include "llvm/ADT/STLExtras.h"

namespace orus::lower {

using image::ScalarType;
using image::TypeTable;
using ir::kNone;

namespace {
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
} // namespace

FunctionLowering::FunctionLowering(const ProgramContext &context, ir::Function &function,
                                   const sema::FunctionInstance *instance)
    : context_(context), fn_(function), instance_(instance), ssa_(function) {}

bool FunctionLowering::run(llvm::ArrayRef<sema::Variable *> parameters, const sema::Block &scope,
                           llvm::ArrayRef<sema::Stmt *> statements) {
  tryVariables_ = findTryVariables(statements);
  startBlock(newBlock(), /*seal=*/true);
  llvm::SmallVector<ValueId, 8> values;
  for (const sema::Variable *parameter : parameters)
    values.push_back(addParam(block_, context_.types.map(parameter->type)));
  if (fn_.closure) {
    closure_ = fn_.addParam(block_, fn_.closure);
    placeCaptures();
  }
  for (auto [parameter, value] : llvm::zip_equal(parameters, values))
    writeVariable(parameter, value, parameter->range.begin, /*isNew=*/true);
  for (const sema::Variable *variable : scope.uninitialized)
    clearVariable(variable);
  for (const sema::Stmt *stmt : statements)
    lowerStmt(stmt);
  if (reachable())
    terminate(Op::Return, {}, {});
  return ssa_.finish();
}

ValueId FunctionLowering::emit(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm,
                               SourceRange range) {
  if (type != kNone)
    type = context_.module.types.valueType(type);
  return fn_.insts[fn_.append(block_, op, type, operands, imm, range.begin)].result;
}

void FunctionLowering::emitVoid(Op op, llvm::ArrayRef<ValueId> operands, uint64_t imm,
                                SourceRange range) {
  fn_.append(block_, op, kNone, operands, imm, range.begin);
}

ValueId FunctionLowering::constant(TypeId type, uint64_t bits) {
  return emit(Op::Const, type, {}, bits);
}

ValueId FunctionLowering::constantI64(int64_t value) {
  return constant(kI64, static_cast<uint64_t>(value));
}

ValueId FunctionLowering::string(llvm::StringRef text) {
  return emit(Op::Str, image::kString, {}, context_.module.string(text));
}

void FunctionLowering::startBlock(BlockId block, bool seal) {
  block_ = block;
  fn_.blocks[block].loopDepth = loopDepth_;
  if (seal)
    ssa_.seal(block);
}

void FunctionLowering::terminate(Op op, llvm::ArrayRef<ValueId> operands,
                                 llvm::ArrayRef<SsaBuilder::Edge> targets, uint64_t imm,
                                 SourceRange range) {
  ssa_.terminate(block_, op, operands, targets, imm, range.begin);
  block_ = kNone;
}

void FunctionLowering::jump(BlockId target, llvm::ArrayRef<ValueId> args) {
  if (reachable())
    terminate(Op::Jump, {}, {{target, args}});
}

void FunctionLowering::branch(ValueId condition, BlockId thenBlock, BlockId elseBlock) {
  terminate(Op::Branch, {condition}, {{thenBlock}, {elseBlock}});
}

void FunctionLowering::raise(uint32_t panicRow, SourceRange range) {
  terminate(Op::Raise, {}, {}, panicRow, range);
}

} // namespace orus::lower
