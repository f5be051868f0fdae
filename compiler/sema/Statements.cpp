#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

// ---- blocks

Block *Inference::finishBlock(const void *key, const Statements &statements) {
  auto *block = new (state_.program.arena.Allocate<Block>()) Block{};
  block->statements = copy(ArrayRef<Stmt *>(statements));
  const HoistedVariables &hoisted = instance()->decl->module->hoisted;
  if (hoisted.empty())
    return block;
  auto it = hoisted.find(key);
  if (it == hoisted.end())
    return block;
  llvm::SmallVector<Variable *, 4> uninitialized;
  for (VariableDecl *decl : it->second)
    if (decl->unprovenRead || decl->readEarly || decl->captured)
      uninitialized.push_back(variableOf(decl));
  block->uninitialized = copy(uninitialized);
  return block;
}

Inference::Ending Inference::inferBlock(const syntax::Block &source, Block *&out, bool isTail) {
  llvm::SmallVector<Stmt *, 8> statements;
  Ending ending = inferStatements(source.statements, statements, isTail);
  out = finishBlock(&source, statements);
  return ending;
}

Inference::Ending Inference::inferStatements(ArrayRef<syntax::Stmt *> statements, Statements &out,
                                             bool isTail) {
  bool leaves = false;
  Ending ending = Ending::Open;
  for (size_t i = 0; i < statements.size(); ++i) {
    // A last statement that cannot be reached is no result.
    bool isLast = i + 1 == statements.size();
    ending = inferStatement(statements[i], out, isTail && isLast && !leaves);
    leaves |= ending == Ending::Leaves;
  }
  return leaves ? Ending::Leaves : ending;
}

Inference::Ending Inference::inferStatement(const syntax::Stmt *stmt, Statements &out,
                                            bool isTail) {
  switch (stmt->kind) {
  case syntax::StmtKind::Assign: inferAssign(cast<syntax::AssignStmt>(stmt), out); break;
  case syntax::StmtKind::CompoundAssign:
    inferCompound(cast<syntax::CompoundAssignStmt>(stmt), out);
    break;
  case syntax::StmtKind::Destructure:
    inferDestructure(cast<syntax::DestructureStmt>(stmt), out);
    break;
  case syntax::StmtKind::Expr: return inferExprStatement(cast<syntax::ExprStmt>(stmt), out, isTail);
  case syntax::StmtKind::Print: inferPrint(cast<syntax::PrintStmt>(stmt), out); break;
  case syntax::StmtKind::Return:
    inferReturn(cast<syntax::ReturnStmt>(stmt), out);
    return Ending::Leaves;
  case syntax::StmtKind::Break:
    out.push_back(jump(StmtKind::Break, stmt->range, cast<syntax::BreakStmt>(stmt)->label));
    return Ending::Leaves;
  case syntax::StmtKind::Continue:
    out.push_back(jump(StmtKind::Continue, stmt->range, cast<syntax::ContinueStmt>(stmt)->label));
    return Ending::Leaves;
  case syntax::StmtKind::If: return inferIf(cast<syntax::IfStmt>(stmt), out, isTail);
  case syntax::StmtKind::While: return inferWhile(cast<syntax::WhileStmt>(stmt), out);
  case syntax::StmtKind::ForRange: inferForRange(cast<syntax::ForRangeStmt>(stmt), out); break;
  case syntax::StmtKind::ForIn: inferForIn(cast<syntax::ForInStmt>(stmt), out); break;
  case syntax::StmtKind::Try: return inferTry(cast<syntax::TryStmt>(stmt), out);
  case syntax::StmtKind::Match: return inferMatch(cast<syntax::MatchStmt>(stmt), out, isTail);
  case syntax::StmtKind::Function: {
    auto *decl = cast<syntax::FunctionDecl>(stmt);
    auto *function = cast<FunctionInfo>(state_.declarations.ofNote(decl->name.note));
    if (function->isNested)
      inferNestedFunction(function, out);
    break;
  }
  case syntax::StmtKind::Struct:
    if (auto *entity = dyn_cast_or_null<StructEntity>(
            state_.declarations.ofNote(cast<syntax::StructDecl>(stmt)->name.note)))
      checkStruct(entity);
    break;
  case syntax::StmtKind::Enum:
    if (auto *entity = dyn_cast_or_null<EnumEntity>(
            state_.declarations.ofNote(cast<syntax::EnumDecl>(stmt)->name.note)))
      checkEnum(entity);
    break;
  case syntax::StmtKind::Impl:
  case syntax::StmtKind::Use: break;
  case syntax::StmtKind::Constant: {
    auto *decl = cast<syntax::ConstantDecl>(stmt);
    if (auto *constant =
            dyn_cast_or_null<ConstantEntity>(state_.declarations.ofNote(decl->name.note)))
      constantValue(constant);
    break;
  }
  case syntax::StmtKind::Pass:
  case syntax::StmtKind::Error: break;
  }
  return Ending::Open;
}

// ---- bindings

void Inference::assignVariable(const Assigned &target, Expr *value, Statements &out) {
  auto *node = makeStmt<AssignVariableStmt>(StmtKind::AssignVariable, target.range);
  node->variable = target.variable;
  node->value = value;
  node->isDeclaration = target.isDeclaration;
  out.push_back(node);
}

/// The variable that a plain target means; its type is null where this is its first value.
/// The variable that a place names as a whole, as `x` or `module.x`; none for elements and fields.
std::optional<Inference::NamedPlace> Inference::namedPlace(const syntax::Expr *place) const {
  if (auto *name = dyn_cast<syntax::NameExpr>(place))
    return NamedPlace{name->note, name->range};
  auto *member = dyn_cast<syntax::MemberExpr>(place);
  auto *base = member ? dyn_cast<syntax::NameExpr>(member->base) : nullptr;
  if (!base || !dyn_cast_or_null<NamespaceEntity>(state_.declarations.ofNote(base->note)))
    return std::nullopt;
  return NamedPlace{member->member.note, member->range};
}

Inference::Assigned Inference::assigned(uint32_t note, SourceRange name, SourceRange range) {
  auto *decl = dyn_cast_or_null<VariableDecl>(state_.declarations.ofNote(note));
  if (!decl)
    return {nullptr, nullptr, range, false};
  bool declares = decl->range == name;
  if (decl->variableKind == VariableKind::Module && !declares)
    needModuleVariable(decl);
  InferredVariable *variable = variableOf(decl);
  // The cell of a hoisted variable is made where its block begins.
  bool cellExists = decl->hoisted && (decl->unprovenRead || decl->readEarly || decl->captured);
  return {decl, variable, range, declares && !cellExists};
}

void Inference::settleVariable(const Assigned &target, Expr *value, bool fixed) {
  InferredVariable *variable = target.variable;
  if (!variable || variable->type)
    return;
  variable->type = value->type;
  variable->fixed = fixed;
  if (value->type->open &&
      (target.decl->captured || target.decl->variableKind == VariableKind::Module))
    openVariables_.push_back(variable);
}

void Inference::inferAssign(const syntax::AssignStmt *assign, Statements &out) {
  if (auto it = early_.find(assign); it != early_.end()) {
    out.append(it->second.begin(), it->second.end());
    return;
  }
  if (assign->targets.empty())
    return;
  // The value has the type it takes for the last name; the others get the same value.
  const syntax::AssignTarget &last = assign->targets.back();
  if (auto *name = dyn_cast<syntax::NameExpr>(last.place);
      name && llvm::isa_and_nonnull<FunctionInfo>(state_.declarations.ofNote(name->note)) &&
      assign->targets.size() == 1) {
    auto *function = cast<FunctionInfo>(state_.declarations.ofNote(name->note));
    if (function->range == name->range) // a generic function expression (5.6)
      body_->nested.push_back(function);
    else if (assign->value)
      inferValue(assign->value);
    return;
  }
  Inferring guard(*this, assign);
  Expr *value = nullptr;
  if (!namedPlace(last.place)) {
    inferPlaceAssign(last.place, assign->value, nullptr, out);
    return;
  }
  for (size_t i = assign->targets.size(); i-- > 0;) {
    const syntax::AssignTarget &target = assign->targets[i];
    std::optional<NamedPlace> named = namedPlace(target.place);
    if (!named) {
      inferPlaceAssign(target.place, nullptr, value, out);
      continue;
    }
    Assigned to = assigned(named->note, named->range, assign->range);
    DeclaredType annotation =
        target.type ? declaredType(target.type, TypePlace::Variable) : DeclaredType{};
    if (annotation && to.variable) {
      to.variable->type = annotation.type;
      to.variable->lengths = annotation.lengths;
      to.variable->fixed = annotation.lengths && annotation.lengths->length >= 0;
    }
    if (i + 1 == assign->targets.size()) {
      if (!assign->value) {
        if (to.variable && !to.variable->type)
          to.variable->type = unknown();
        return;
      }
      value = initializer(assign->value, to, annotation);
    } else if (to.variable && to.variable->type) {
      value = coerce(value, targetOf(to, annotation));
    }
    settleVariable(to, value, isFixed(value));
    if (i > 0 && !to.variable) {
      value = intoTemporary(value, out); // `a = _ = e`
      continue;
    }
    assignVariable(to, value, out);
    if (i > 0)
      value = readVariable(to.variable, target.place->range);
  }
}

Inference::Target Inference::targetOf(const Assigned &to, const DeclaredType &annotation) {
  return {to.variable->type, to.variable->lengths, Diag::TypeMismatch,
          annotation ? StringRef("the annotation") : StringRef("the variable"),
          annotation ? annotation.range : to.variable->range};
}

Expr *Inference::initializer(const syntax::Expr *expr, const Assigned &to,
                             const DeclaredType &annotation) {
  if (annotation && !to.variable)
    return check(expr, {annotation.type, annotation.lengths, Diag::TypeMismatch, "the annotation",
                        annotation.range});
  if (to.variable && to.variable->type) {
    warnAboutSelfAssignment(expr, to);
    return check(expr, targetOf(to, annotation));
  }
  return inferValue(expr);
}

InferredVariable *Inference::temporary(Type *type, SourceRange range) {
  auto *variable = new (state_.program.arena.Allocate<InferredVariable>()) InferredVariable{};
  variable->range = range;
  variable->type = type;
  variable->kind = VariableKind::Local;
  variable->owner = instance()->typed;
  variable->module = instance()->typed->module;
  unnamed_.push_back({instance(), variable});
  return variable;
}

Expr *Inference::readVariable(InferredVariable *variable, SourceRange range) {
  auto *node = makeExpr<VariableExpr>(ExprKind::Variable, range, variable->type);
  node->variable = variable;
  return node;
}

/// Evaluates a value here, to be used further down.
Expr *Inference::intoTemporary(Expr *value, Statements &out) {
  InferredVariable *variable = temporary(value->type, value->range);
  assignVariable({nullptr, variable, value->range, true}, value, out);
  return readVariable(variable, value->range);
}

// ---- elements and fields

void Inference::inferPlaceAssign(const syntax::Expr *place, const syntax::Expr *source, Expr *known,
                                 Statements &out) {
  auto value = [&](const Target &target) {
    if (known)
      return coerce(known, target);
    return source ? check(source, target) : errorExpr(place->range);
  };
  auto *index = dyn_cast<syntax::IndexExpr>(place);
  if (!index) {
    if (auto *member = dyn_cast<syntax::MemberExpr>(place))
      return assignField(member, source, known, out);
    if (source)
      inferValue(source);
    return;
  }
  Expr *base = inferValue(index->base);
  Expr *position = indexValue(index->index);
  Type *element = elementOf(base, index);
  auto *node = makeStmt<AssignElementStmt>(StmtKind::AssignElement, place->range);
  node->base = base;
  node->index = position;
  node->value = value({element, nullptr, Diag::TypeMismatch, "the array", {}});
  node->bracketRange = index->bracketRange;
  out.push_back(node);
}

/// The type of the elements that can be assigned in `base`.
Type *Inference::elementOf(Expr *base, const syntax::IndexExpr *index) {
  Type *type = typeOf(base);
  if (auto *array = dyn_cast<ArrayType>(type))
    return array->element;
  if (type->kind == TypeKind::String)
    error(Diag::NotAssignable, index->range, "this cannot be assigned to: strings never change")
        .label("one byte of a string");
  else if (isa<TypeVariable>(type))
    error(Diag::CannotInfer, base->range, "the type of this is not clear from here");
  else if (!isUnknown(type))
    error(Diag::NotIndexable, base->range, quoted(type) + " cannot be indexed").label(quoted(type));
  return unknown();
}

void Inference::inferCompound(const syntax::CompoundAssignStmt *assign, Statements &out) {
  if (auto *index = dyn_cast<syntax::IndexExpr>(assign->target))
    return updateElement(assign, index, out);
  std::optional<NamedPlace> named = namedPlace(assign->target);
  if (!named) {
    if (auto *member = dyn_cast<syntax::MemberExpr>(assign->target))
      return updateField(assign, member, out);
    inferValue(assign->value);
    return;
  }
  Expr *read = infer(assign->target);
  Expr *value = operand(assign->value, read);
  Expr *result = combineArithmetic(assign->op, assign->range, assign->opRange, read, value);
  Assigned to = assigned(named->note, named->range, assign->range);
  if (to.variable && to.variable->type)
    result = coerce(result, targetOf(to, {}));
  assignVariable(to, result, out);
}

/// `a[i] op= v`.
void Inference::updateElement(const syntax::CompoundAssignStmt *assign,
                              const syntax::IndexExpr *place, Statements &out) {
  Expr *base = inferValue(place->base);
  Expr *position = indexValue(place->index);
  Type *element = elementOf(base, place);
  // A stand-in for the element read, so that the operator is checked like any other.
  auto *read = makeExpr<IndexExpr>(ExprKind::Index, place->range, element);
  read->base = base;
  read->index = position;
  read->bracketRange = place->bracketRange;
  Expr *value = operand(assign->value, read);
  Expr *result = combineArithmetic(assign->op, assign->range, assign->opRange, read, value);
  auto *arithmetic = dyn_cast<ArithmeticExpr>(result);
  auto *concat = dyn_cast<ConcatExpr>(result);
  if ((arithmetic && arithmetic->left == read) || (concat && concat->left == read)) {
    auto *node = makeStmt<UpdateElementStmt>(StmtKind::UpdateElement, assign->range);
    node->base = base;
    node->index = position;
    node->value = arithmetic ? arithmetic->right : concat->right;
    node->op = static_cast<ArithmeticOp>(assign->op);
    node->bracketRange = place->bracketRange;
    node->opRange = assign->opRange;
    out.push_back(node);
    return;
  }
  // The element is converted on the way, as that of an `[any]`: read and store separately.
  read->base = intoTemporary(base, out);
  read->index = intoTemporary(position, out);
  auto *node = makeStmt<AssignElementStmt>(StmtKind::AssignElement, assign->range);
  node->base = read->base;
  node->index = read->index;
  node->value = coerce(result, {element, nullptr, Diag::TypeMismatch, "the array", {}});
  node->bracketRange = place->bracketRange;
  out.push_back(node);
}

void Inference::inferDestructure(const syntax::DestructureStmt *destructure, Statements &out) {
  if (auto it = early_.find(destructure); it != early_.end()) {
    out.append(it->second.begin(), it->second.end());
    return;
  }
  Inferring guard(*this, destructure);
  Expr *value = destructure->value ? inferValue(destructure->value) : errorExpr(destructure->range);
  Type *type = typeOf(value), *element = unknown();
  if (auto *array = dyn_cast<ArrayType>(type)) {
    element = array->element;
  } else if (isa<TypeVariable>(type)) {
    element = state_.types.fresh(VariableOrigin::Element, value->range);
    state_.types.unify(type, state_.types.array(element));
  } else if (!isUnknown(type)) {
    error(Diag::TypeMismatch, value->range,
          "this is " + quoted(type) + ", but several names on the left ask for an array")
        .label(quoted(type));
  }
  auto *node = makeStmt<DestructureStmt>(StmtKind::Destructure, destructure->range);
  node->value = value;
  node->opRange = destructure->opRange;
  llvm::SmallVector<Variable *, 4> targets;
  llvm::SmallVector<bool, 4> declares;
  Expr *standIn = errorExpr(value->range);
  standIn->type = element;
  for (const syntax::Name &name : destructure->names) {
    Assigned to = assigned(name.note, name.range, name.range);
    if (to.variable && to.variable->type &&
        state_.types.unify(to.variable->type, element) != Unified::Yes)
      mismatch(standIn, targetOf(to, {}));
    if (element->open)
      open_.push_back(standIn);
    settleVariable(to, standIn, false);
    targets.push_back(to.variable);
    declares.push_back(to.isDeclaration);
  }
  node->targets = copy(targets);
  node->isDeclaration = copy(declares);
  out.push_back(node);
}

// ---- expressions, print, return

Inference::Ending Inference::inferExprStatement(const syntax::ExprStmt *stmt, Statements &out,
                                                bool isTail) {
  auto *node = makeStmt<ExprStmt>(StmtKind::Expr, stmt->range);
  Hint hint;
  if (isTail)
    hint = {body_->declared ? body_->declared : body_->known, body_->lengths};
  node->expr = infer(stmt->expr, hint);
  out.push_back(node);
  Type *type = typeOf(node->expr);
  if (!isTail || type->kind == TypeKind::Void) {
    if (!isTail)
      warnAboutDropped(stmt->expr, node->expr);
    return Ending::Open;
  }
  if (!body_->known && !isa<TypeVariable>(type))
    body_->known = type;
  body_->tails.push_back({node, stmt->expr});
  return Ending::Value;
}

void Inference::inferPrint(const syntax::PrintStmt *stmt, Statements &out) {
  auto *node = makeStmt<PrintStmt>(StmtKind::Print, stmt->range);
  node->printRange = stmt->printRange;
  llvm::SmallVector<Expr *, 4> arguments;
  for (const syntax::Expr *argument : stmt->arguments)
    arguments.push_back(inferValue(argument));
  node->arguments = copy(arguments);
  out.push_back(node);
}

void Inference::inferReturn(const syntax::ReturnStmt *stmt, Statements &out) {
  auto *node = makeStmt<ReturnStmt>(StmtKind::Return, stmt->range);
  out.push_back(node);
  FunctionInfo *function = instance()->decl;
  Type *declared = body_->declared;
  if (function->isModuleBody()) { // reported by name resolution
    for (const syntax::Expr *value : stmt->values)
      inferValue(value);
    return;
  }
  std::string name = function->name ? state_.quoted(function->name) : "this function";
  bool isVoid = declared && TypeContext::resolve(declared)->kind == TypeKind::Void;
  if (stmt->values.empty()) {
    if (!declared)
      body_->bareReturns.push_back(stmt->returnRange);
    else if (!isVoid && !isUnknown(TypeContext::resolve(declared)))
      error(Diag::ReturnType, stmt->returnRange,
            name + " returns " + quoted(declared) + ", but there is no value here")
          .label("without a value");
    return;
  }
  Type *result = declared ? declared : instance()->typed->result;
  Type *known = TypeContext::resolve(result);
  Hint hint{isa<TypeVariable>(known) || isVoid ? nullptr : known, body_->lengths};
  auto infer = [&] {
    if (stmt->values.size() == 1)
      return inferValue(stmt->values.front(), hint);
    SourceRange range{stmt->values.front()->range.begin, stmt->values.back()->range.end};
    return inferElements(stmt->values, range, hint);
  };
  Expr *value = infer();
  if (isVoid) {
    error(Diag::ReturnType, value->range, name + " gives no value, so it cannot return one")
        .label(quoted(value->type));
    return;
  }
  SourceRange from = declared && function->result ? function->result.range : body_->knownAt;
  node->value = coerce(value, {result, body_->lengths, Diag::ReturnType, name, from});
  if (!declared && !body_->returnsValue) {
    body_->returnsValue = true;
    body_->knownAt = value->range;
  }
  if (!declared)
    body_->known = TypeContext::resolve(result);
  if (isa<TypeVariable>(TypeContext::resolve(result)))
    body_->known = nullptr;
}

} // namespace orus::sema
