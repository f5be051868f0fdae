// Branches, loops, try (manual chapter 3, 8.1).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

Inference::Ending Inference::inferIf(const syntax::IfStmt *stmt, Statements &out, bool isTail) {
  auto *node = makeStmt<IfStmt>(StmtKind::If, stmt->range);
  bool branchTail = isTail && stmt->hasElse;
  llvm::SmallVector<IfBranch, 4> branches;
  bool allLeave = stmt->hasElse, allValues = stmt->hasElse;
  auto count = [&](Ending ending) {
    allLeave &= ending == Ending::Leaves;
    allValues &= ending != Ending::Open;
  };
  for (const syntax::IfBranch &branch : stmt->branches) {
    Expr *test = condition(branch.condition);
    warnAboutCondition(test, false);
    branches.push_back({test, nullptr});
    count(inferBlock(branch.body, branches.back().body, branchTail));
  }
  if (stmt->hasElse)
    count(inferBlock(stmt->elseBody, node->elseBody, branchTail));
  node->branches = copy(branches);
  out.push_back(node);
  if (allLeave)
    return Ending::Leaves;
  return branchTail && allValues ? Ending::Value : Ending::Open;
}

// ---- loops

Loop *Inference::openLoop(SourceRange keyword, const syntax::Attributes &attributes) {
  auto *loop = new (state_.program.arena.Allocate<Loop>()) Loop{};
  loop->keyword = keyword;
  loop->hot = attributes.hot;
  body_->loops.push_back({loop, false});
  return loop;
}

Stmt *Inference::jump(StmtKind kind, SourceRange range, const syntax::Name &label) {
  Loop *loop = nullptr;
  if (label.note) {
    OpenLoop &target = body_->loops[body_->loops.size() - label.note];
    loop = target.loop;
    target.hasBreak |= kind == StmtKind::Break;
  }
  if (kind == StmtKind::Break) {
    auto *node = makeStmt<BreakStmt>(kind, range);
    node->loop = loop;
    return node;
  }
  auto *node = makeStmt<ContinueStmt>(kind, range);
  node->loop = loop;
  return node;
}

Inference::Ending Inference::inferWhile(const syntax::WhileStmt *stmt, Statements &out) {
  auto *node = makeStmt<WhileStmt>(StmtKind::While, stmt->range);
  node->condition = condition(stmt->condition);
  warnAboutCondition(node->condition, true);
  node->loop = openLoop(stmt->keyword, stmt->attributes);
  inferBlock(stmt->body, node->body, false);
  bool hasBreak = body_->loops.pop_back_val().hasBreak;
  out.push_back(node);
  auto *always = dyn_cast<BoolExpr>(node->condition);
  bool isLiteral = isa<syntax::BoolExpr>(stmt->condition);
  return isLiteral && always && always->value && !hasBreak ? Ending::Leaves : Ending::Open;
}

/// The variable of a loop; one without a name for `_`.
InferredVariable *Inference::loopVariable(const syntax::Name &name, Type *type) {
  InferredVariable *variable = nullptr;
  if (auto *decl = llvm::dyn_cast_or_null<VariableDecl>(state_.declarations.ofNote(name.note))) {
    variable = variableOf(decl);
  } else {
    return temporary(type, name.range);
  }
  variable->type = type;
  return variable;
}

void Inference::inferForRange(const syntax::ForRangeStmt *stmt, Statements &out) {
  llvm::SmallVector<syntax::Expr *, 3> sources{stmt->start, stmt->end};
  if (stmt->step)
    sources.push_back(stmt->step);
  llvm::SmallVector<Expr *, 4> bounds;
  inferOperands(sources, bounds);
  Type *type = unknown();
  for (size_t i = 0; i < bounds.size(); ++i) {
    Expr *&bound = bounds[i];
    Type *found = typeOf(bound);
    if (isa<TypeVariable>(found))
      state_.types.unify(found, simple(TypeKind::I32)), found = typeOf(bound);
    if (isUnknown(found))
      continue;
    if (!found->isInteger()) {
      // A whole number that has the type of the other bound is not what is wrong.
      if (found->isNumeric() && isAdaptive(sources[i]) && representable(sources[i], TypeKind::I64))
        continue;
      error(Diag::NotIterable, bound->range,
            "the bounds of a range must be integers; this is " + quoted(found))
          .label(quoted(found))
          .help(found->kind == TypeKind::Any ? "give it a type first: `n: i32 = …`"
                                             : "convert it: `… as i32`");
      bound = errorExpr(bound->range);
    } else if (isUnknown(type)) {
      type = found;
    } else if (type != found) {
      error(Diag::MixedOperands, bound->range,
            "the bounds of a range must have one type; here are " + quoted(type) + " and " +
                quoted(found))
          .label(quoted(found))
          .label(bounds[0]->range, quoted(type))
          .help("convert one: `… as " + state_.types.name(type) + "`");
    }
  }
  auto *node = makeStmt<ForRangeStmt>(StmtKind::ForRange, stmt->range);
  node->start = bounds[0];
  node->end = bounds[1];
  node->step = stmt->step ? bounds[2] : nullptr;
  node->inclusive = stmt->inclusive;
  if (node->step && isZeroLiteral(stmt->step))
    error(Diag::ZeroStep, stmt->step->range, "a step of 0 never gets anywhere").label("0");
  else
    warnAboutRange(node, stmt);
  node->variable = loopVariable(stmt->variable, type);
  node->loop = openLoop(stmt->keyword, stmt->attributes);
  inferBlock(stmt->body, node->body, false);
  body_->loops.pop_back();
  out.push_back(node);
}

bool Inference::isZeroLiteral(const syntax::Expr *expr) {
  while (true) {
    if (auto *paren = dyn_cast<syntax::ParenExpr>(expr))
      expr = paren->inner;
    else if (auto *unary = dyn_cast<syntax::UnaryExpr>(expr);
             unary && unary->op == syntax::UnaryOp::Negate)
      expr = unary->operand;
    else
      break;
  }
  auto *number = dyn_cast<syntax::NumberExpr>(expr);
  return number && !number->isFloat && !number->overflow && number->integer == 0 &&
         !number->malformed;
}

void Inference::inferForIn(const syntax::ForInStmt *stmt, Statements &out) {
  Expr *iterable = inferValue(stmt->iterable);
  Type *type = typeOf(iterable);
  if (isa<TypeVariable>(type)) {
    error(Diag::CannotInfer, iterable->range, "the type of this is not clear from here");
    type = unknown();
  }
  if (type->isInteger()) {
    auto *node = makeStmt<ForRangeStmt>(StmtKind::ForRange, stmt->range);
    node->start = integer(iterable->range, type, 0);
    node->end = iterable;
    node->isCount = true;
    node->variable = loopVariable(stmt->variable, type);
    node->loop = openLoop(stmt->keyword, stmt->attributes);
    inferBlock(stmt->body, node->body, false);
    body_->loops.pop_back();
    out.push_back(node);
    return;
  }
  StmtKind kind = StmtKind::ForArray;
  Type *element = unknown();
  if (auto *array = dyn_cast<ArrayType>(type)) {
    element = array->element;
  } else if (type->kind == TypeKind::String) {
    kind = StmtKind::ForString;
    element = stringType();
  } else if (type->kind == TypeKind::Range) {
    kind = StmtKind::ForRangeValue;
    element = simple(TypeKind::I64);
  } else if (!isUnknown(type)) {
    error(Diag::NotIterable, iterable->range, "`for` cannot go through " + quoted(type))
        .label(quoted(type));
  }
  auto *node = makeStmt<ForInStmt>(kind, stmt->range);
  node->iterable = iterable;
  node->variable = loopVariable(stmt->variable, element);
  node->loop = openLoop(stmt->keyword, stmt->attributes);
  inferBlock(stmt->body, node->body, false);
  body_->loops.pop_back();
  out.push_back(node);
}

Inference::Ending Inference::inferTry(const syntax::TryStmt *stmt, Statements &out) {
  auto *node = makeStmt<TryStmt>(StmtKind::Try, stmt->range);
  Ending body = inferBlock(stmt->body, node->body, false);
  if (stmt->catchName.note)
    node->error = loopVariable(stmt->catchName, simple(TypeKind::Error));
  Ending handler = inferBlock(stmt->handler, node->handler, false);
  out.push_back(node);
  return body == Ending::Leaves && handler == Ending::Leaves ? Ending::Leaves : Ending::Open;
}

/// A function declared in a block: its value is made here if it captures anything; its body is
/// inferred where it is first named (5.9.5).
void Inference::inferNestedFunction(FunctionInfo *function, Statements &out) {
  body_->nested.push_back(function);
  if (!function->value || function->captures.empty())
    return;
  signature(function);
  InstanceInfo *made = instanceOf(function, instance(), {}, function->range);
  if (capturesOf(made).empty())
    return;
  InferredVariable *variable = variableOf(function->value);
  variable->type = functionType(made);
  auto *closure = makeExpr<ClosureExpr>(ExprKind::Closure, function->range, variable->type);
  closure->function = made->typed;
  closures_.push_back({closure, made});
  // The value is made here even if nothing mentions it.
  instance()->uses.push_back(made);
  auto *node = makeStmt<AssignVariableStmt>(StmtKind::AssignVariable, function->range);
  node->variable = variable;
  node->value = closure;
  node->isDeclaration = true;
  out.push_back(node);
}

} // namespace orus::sema
