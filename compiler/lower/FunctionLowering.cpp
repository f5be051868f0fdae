#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

using image::ScalarType;
using image::TypeTable;
using ir::kNone;

namespace {
constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
} // namespace

FunctionLowering::FunctionLowering(const ProgramContext &context, ir::Function &function)
    : context_(context), fn_(function), ssa_(function) {}

bool FunctionLowering::run(llvm::ArrayRef<sema::Variable *> parameters, const sema::Block &scope,
                           llvm::ArrayRef<sema::Stmt *> statements) {
  tryVariables_ = findTryVariables(statements);
  startBlock(newBlock(), /*seal=*/true);
  for (const sema::Variable *parameter : parameters) {
    ValueId value = fn_.addParam(block_, context_.types.map(parameter->type));
    writeVariable(parameter, value, parameter->range.begin);
  }
  for (const sema::Variable *variable : scope.uninitialized)
    clearVariable(variable);
  for (const sema::Stmt *stmt : statements)
    lowerStmt(stmt);
  if (reachable())
    terminate(Op::Return, {}, {});
  return ssa_.finish();
}

// ---- variables

FunctionLowering::Place &FunctionLowering::place(const sema::Variable *variable) {
  auto [it, isNew] = places_.try_emplace(variable);
  Place &place = it->second;
  if (!isNew)
    return place;
  place.isIrLocal = tryVariables_.contains(variable);
  place.type = context_.types.map(variable->type);
  place.boxed = variable->maybeUninitialized && !context_.module.types.storage(place.type).isScalar;
  auto make = [&](TypeId type) {
    if (!place.isIrLocal)
      return ssa_.addVariable(type);
    fn_.locals.push_back(type);
    return static_cast<uint32_t>(fn_.locals.size() - 1);
  };
  place.id = make(place.boxed ? image::kAny : place.type);
  if (variable->maybeUninitialized)
    place.flag = make(kBool);
  return place;
}

ValueId FunctionLowering::readPlace(bool isIrLocal, uint32_t id, TypeId type) {
  if (isIrLocal)
    return emit(Op::LocalGet, type, {}, id);
  return ssa_.read(id, block_);
}

void FunctionLowering::writePlace(bool isIrLocal, uint32_t id, ValueId value) {
  if (isIrLocal)
    emitVoid(Op::LocalSet, {value}, id);
  else
    ssa_.write(id, block_, value);
}

void FunctionLowering::clearVariable(const sema::Variable *variable) {
  if (variable->kind == sema::VariableKind::Module)
    return; // module registers start without a value
  Place &where = place(variable);
  ValueId no = constant(kBool, 0);
  writePlace(where.isIrLocal, where.flag, no);
  ValueId none = where.boxed ? emit(Op::Box, image::kAny, {no}, kBool) : constant(where.type, 0);
  writePlace(where.isIrLocal, where.id, none);
}

void FunctionLowering::checkInitialized(ValueId flag, const sema::Variable *variable,
                                        SourceRange range) {
  uint64_t name = context_.module.string(context_.names.text(variable->name));
  emitVoid(Op::ChkInit, {flag}, name, range);
}

ValueId FunctionLowering::readVariable(const sema::Variable *variable, bool check,
                                       SourceRange range) {
  if (variable->kind == sema::VariableKind::Module) {
    const ModuleRegister &where = context_.layout[variable];
    if (check && where.initFlag != kNone)
      checkInitialized(emit(Op::ModuleGet, kBool, {}, where.initFlag, range), variable, range);
    return emit(Op::ModuleGet, context_.types.map(variable->type), {}, where.slot, range);
  }
  Place where = place(variable);
  if (check && where.flag != kNone)
    checkInitialized(readPlace(where.isIrLocal, where.flag, kBool), variable, range);
  ValueId value = readPlace(where.isIrLocal, where.id, where.boxed ? image::kAny : where.type);
  return where.boxed ? emit(Op::Unbox, where.type, {value}, where.type, range) : value;
}

void FunctionLowering::writeVariable(const sema::Variable *variable, ValueId value,
                                     basic::SourceLoc loc) {
  if (variable->kind == sema::VariableKind::Module) {
    const ModuleRegister &where = context_.layout[variable];
    emitVoid(Op::ModuleSet, {value}, where.slot, {loc, loc});
    if (where.initFlag != kNone)
      emitVoid(Op::ModuleSet, {constant(kBool, 1)}, where.initFlag);
    return;
  }
  Place where = place(variable);
  if (where.boxed)
    value = emit(Op::Box, image::kAny, {value}, where.type);
  writePlace(where.isIrLocal, where.id, value);
  if (where.flag != kNone)
    writePlace(where.isIrLocal, where.flag, constant(kBool, 1));
}

// ---- emission helpers

ValueId FunctionLowering::emit(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm,
                               SourceRange range) {
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
