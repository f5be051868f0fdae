#include "compiler/lower/FunctionLowering.h"

#include "llvm/Support/ErrorHandling.h"

namespace orus::lower {

using ir::kNone;
using llvm::cast;

void FunctionLowering::lowerBlock(const sema::Block &block) {
  if (!reachable())
    return;
  for (const sema::Variable *variable : block.uninitialized)
    clearVariable(variable);
  for (const sema::Stmt *stmt : block.statements)
    lowerStmt(stmt);
}

void FunctionLowering::lowerStmt(const sema::Stmt *stmt) {
  if (!reachable())
    return; // never runs (manual 3.11)
  switch (stmt->kind) {
  case sema::StmtKind::Expr: lowerExpr(cast<sema::ExprStmt>(stmt)->expr); return;
  case sema::StmtKind::AssignVariable: {
    const auto *assign = cast<sema::AssignVariableStmt>(stmt);
    ValueId value = lowerExpr(assign->value);
    if (assign->variable && reachable())
      writeVariable(assign->variable, value, stmt->range.begin, assign->isDeclaration);
    return;
  }
  case sema::StmtKind::AssignElement: {
    const auto *assign = cast<sema::AssignElementStmt>(stmt);
    ValueId base = lowerExpr(assign->base);
    ValueId index = lowerExpr(assign->index);
    ValueId value = lowerExpr(assign->value);
    return emitVoid(Op::ArrSet, {base, index, value}, 0, assign->bracketRange);
  }
  case sema::StmtKind::UpdateElement:
    return lowerUpdateElement(cast<sema::UpdateElementStmt>(stmt));
  case sema::StmtKind::Destructure: return lowerDestructure(cast<sema::DestructureStmt>(stmt));
  case sema::StmtKind::Print: return lowerPrint(cast<sema::PrintStmt>(stmt));
  case sema::StmtKind::Return: {
    const sema::Expr *value = cast<sema::ReturnStmt>(stmt)->value;
    if (!value)
      return terminate(Op::Return, {}, {});
    ValueId result = lowerExpr(value);
    return terminate(Op::Return, {result}, {});
  }
  case sema::StmtKind::Break: return jump(targetsOf(cast<sema::BreakStmt>(stmt)->loop).exitBlock);
  case sema::StmtKind::Continue:
    return jump(targetsOf(cast<sema::ContinueStmt>(stmt)->loop).continueBlock);
  case sema::StmtKind::If: return lowerIf(cast<sema::IfStmt>(stmt));
  case sema::StmtKind::While: return lowerWhile(cast<sema::WhileStmt>(stmt));
  case sema::StmtKind::ForRange: return lowerForRange(cast<sema::ForRangeStmt>(stmt));
  case sema::StmtKind::ForArray:
  case sema::StmtKind::ForString: return lowerForElements(cast<sema::ForInStmt>(stmt));
  case sema::StmtKind::ForRangeValue: return lowerForRangeValue(cast<sema::ForInStmt>(stmt));
  case sema::StmtKind::Try: return lowerTry(cast<sema::TryStmt>(stmt));
  case sema::StmtKind::Match: return lowerMatch(cast<sema::MatchStmt>(stmt));
  case sema::StmtKind::AssignField: return lowerAssignField(cast<sema::AssignFieldStmt>(stmt));
  case sema::StmtKind::UpdateField: return lowerUpdateField(cast<sema::UpdateFieldStmt>(stmt));
  }
  llvm_unreachable("statement without a lowering");
}

void FunctionLowering::lowerUpdateElement(const sema::UpdateElementStmt *stmt) {
  ValueId base = lowerExpr(stmt->base);
  ValueId index = lowerExpr(stmt->index);
  TypeId type = context_.module.types.element(fn_.type(base));
  ValueId old = emit(Op::ArrGet, type, {base, index}, 0, stmt->bracketRange);
  ValueId value = lowerExpr(stmt->value);
  ValueId result = arithmetic(stmt->op, type, old, value, stmt->opRange);
  emitVoid(Op::ArrSet, {base, index, result}, 0, stmt->bracketRange);
}

void FunctionLowering::lowerDestructure(const sema::DestructureStmt *stmt) {
  ValueId array = lowerExpr(stmt->value);
  TypeId type = context_.module.types.element(fn_.type(array));
  for (size_t i = 0; i < stmt->targets.size(); ++i) {
    ValueId index = constantI64(static_cast<int64_t>(i));
    ValueId element = emit(Op::ArrGet, type, {array, index}, 0, stmt->opRange);
    if (stmt->targets[i])
      writeVariable(stmt->targets[i], element, stmt->range.begin, stmt->isDeclaration[i]);
  }
}

void FunctionLowering::lowerPrint(const sema::PrintStmt *stmt) {
  llvm::SmallVector<ValueId, 8> values;
  for (const sema::Expr *argument : stmt->arguments)
    values.push_back(lowerExpr(argument));
  emitVoid(Op::Print, values, argumentsType(stmt->arguments), stmt->printRange);
}

void FunctionLowering::lowerIf(const sema::IfStmt *stmt) {
  BlockId after = newBlock();
  for (const sema::IfBranch &branch : stmt->branches) {
    BlockId body = newBlock(), otherwise = newBlock();
    lowerCondition(branch.condition, body, otherwise);
    if (ssa_.hasPredecessors(body)) {
      startBlock(body, true);
      lowerBlock(*branch.body);
      jump(after);
    } else {
      ssa_.seal(body);
    }
    ssa_.seal(otherwise);
    block_ = kNone;
    if (!ssa_.hasPredecessors(otherwise))
      break;
    startBlock(otherwise, false);
  }
  if (reachable() && stmt->elseBody)
    lowerBlock(*stmt->elseBody);
  jump(after);
  ssa_.seal(after);
  if (ssa_.hasPredecessors(after))
    startBlock(after, false);
}

void FunctionLowering::lowerTry(const sema::TryStmt *stmt) {
  BlockId outer = handler_;
  BlockId handler = newBlock(), after = newBlock();
  handler_ = handler;
  BlockId body = newBlock();
  terminate(Op::TryEnter, {}, {{body}, {handler, {}, /*implicitFirst=*/true}}, 0, stmt->range);
  startBlock(body, true);
  lowerBlock(*stmt->body);
  jump(after);
  handler_ = outer;

  ValueId error = fn_.addParam(handler, image::kError);
  startBlock(handler, true);
  if (stmt->error)
    writeVariable(stmt->error, error, stmt->range.begin, /*isNew=*/true);
  lowerBlock(*stmt->handler);
  jump(after);
  ssa_.seal(after);
  if (ssa_.hasPredecessors(after))
    startBlock(after, false);
}

} // namespace orus::lower
