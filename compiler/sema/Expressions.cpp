#include "compiler/basic/Suggestions.h"
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

Expr *Inference::infer(const syntax::Expr *expr, Hint hint) {
  switch (expr->kind) {
  case syntax::ExprKind::Number:
    if (isAdaptive(expr))
      return inferAdaptive(expr, hint.type);
    return suffixed(cast<syntax::NumberExpr>(expr), expr->range, false);
  case syntax::ExprKind::String: {
    auto *node = makeExpr<StringExpr>(ExprKind::String, expr->range, stringType());
    StringRef text = cast<syntax::StringExpr>(expr)->value;
    node->value = text.copy(state_.program.arena);
    return node;
  }
  case syntax::ExprKind::Bool: {
    auto *node = makeExpr<BoolExpr>(ExprKind::Bool, expr->range, boolType());
    node->value = cast<syntax::BoolExpr>(expr)->value;
    return node;
  }
  case syntax::ExprKind::Name: {
    auto *name = cast<syntax::NameExpr>(expr);
    return inferEntity(state_.declarations.ofNote(name->note), name->note, name->range, hint);
  }
  case syntax::ExprKind::Paren: {
    if (isAdaptive(expr))
      return inferAdaptive(expr, hint.type);
    Expr *inner = infer(cast<syntax::ParenExpr>(expr)->inner, hint);
    return inner;
  }
  case syntax::ExprKind::Array: return inferArray(cast<syntax::ArrayExpr>(expr), hint);
  case syntax::ExprKind::Unary:
    if (isAdaptive(expr))
      return inferAdaptive(expr, hint.type);
    return inferUnary(cast<syntax::UnaryExpr>(expr));
  case syntax::ExprKind::Binary: return inferBinary(cast<syntax::BinaryExpr>(expr), hint);
  case syntax::ExprKind::Comparison: return inferComparison(cast<syntax::ComparisonExpr>(expr));
  case syntax::ExprKind::Cast: return inferCast(cast<syntax::CastExpr>(expr));
  case syntax::ExprKind::Conditional:
    if (isAdaptive(expr))
      return inferAdaptive(expr, hint.type);
    return inferConditional(cast<syntax::ConditionalExpr>(expr), hint);
  case syntax::ExprKind::Call: return inferCall(cast<syntax::CallExpr>(expr), hint);
  case syntax::ExprKind::Index: return inferIndex(cast<syntax::IndexExpr>(expr));
  case syntax::ExprKind::Slice: return inferSlice(cast<syntax::SliceExpr>(expr), hint);
  case syntax::ExprKind::Member: return inferMember(cast<syntax::MemberExpr>(expr), hint);
  case syntax::ExprKind::StructLiteral:
    return inferStructLiteral(cast<syntax::StructLiteralExpr>(expr));
  case syntax::ExprKind::Function: return inferFunction(cast<syntax::FunctionExpr>(expr), hint);
  case syntax::ExprKind::Match: return inferMatch(cast<syntax::MatchExpr>(expr), hint);
  case syntax::ExprKind::Error: break;
  }
  return errorExpr(expr->range);
}

// ---- names

Expr *Inference::inferEntity(Entity *entity, uint32_t note, SourceRange range, Hint hint) {
  if (!entity)
    return errorExpr(range);
  switch (entity->kind) {
  case EntityKind::Variable: {
    auto *decl = cast<VariableDecl>(entity);
    InferredVariable *variable = variableOf(decl);
    if (auto *generic = dyn_cast_or_null<GenericType>(variable ? variable->type : nullptr))
      return genericValue(generic, range, hint);
    return variableExpr(decl, note, range);
  }
  case EntityKind::Constant:
    return constantExpr(constantValue(cast<ConstantEntity>(entity)), range);
  case EntityKind::Function: return functionValue(cast<FunctionInfo>(entity), range, hint);
  default: return errorExpr(range);
  }
}

Expr *Inference::variableExpr(VariableDecl *decl, uint32_t note, SourceRange range) {
  InferredVariable *variable = variableOf(decl);
  if (!variable->type && decl->variableKind == VariableKind::Module)
    needModuleVariable(decl);
  if (!variable->type)
    return errorExpr(range);
  auto *node = makeExpr<VariableExpr>(ExprKind::Variable, range, variable->type);
  node->variable = variable;
  node->checkInitialized = note & 1;
  if (decl->readEarly && (!instance()->decl->isModuleBody() || isInDefault_))
    node->checkInitialized = true;
  return node;
}

// ---- arrays

/// The count of a fill expression `[v, N]` (6.3), none if it is not one.
std::optional<uint64_t> Inference::fillCount(const syntax::ArrayExpr *array) {
  if (array->elements.size() != 2 || array->trailingComma || array->insideCall)
    return std::nullopt;
  const syntax::Expr *count = array->elements[1];
  while (auto *paren = dyn_cast<syntax::ParenExpr>(count))
    count = paren->inner;
  if (auto *number = dyn_cast<syntax::NumberExpr>(count)) {
    bool isCount = !number->isFloat && number->suffix != syntax::NumberSuffix::F64;
    return isCount && !number->malformed ? std::optional(number->integer) : std::nullopt;
  }
  auto *name = dyn_cast<syntax::NameExpr>(count);
  auto *constant =
      name ? dyn_cast_or_null<ConstantEntity>(state_.declarations.ofNote(name->note)) : nullptr;
  if (!constant)
    return std::nullopt;
  const ConstantValue &value = constantValue(constant);
  if (!value.type || !value.type->isInteger())
    return std::nullopt;
  if (isNegative(value)) {
    error(Diag::ArrayLength, count->range, "an array cannot have a negative length")
        .label("negative");
    return 0;
  }
  return value.bits;
}

Expr *Inference::inferArray(const syntax::ArrayExpr *array, Hint hint) {
  if (std::optional<uint64_t> count = fillCount(array))
    return inferFill(array, *count, hint);
  return inferElements(array->elements, array->range, hint);
}

void Inference::checkLength(uint64_t length, SourceRange range, const Lengths *wanted) {
  if (!wanted || wanted->length < 0 || static_cast<uint64_t>(wanted->length) == length)
    return;
  error(Diag::ArrayLength, range,
        "this array has " + std::to_string(length) + (length == 1 ? " element" : " elements") +
            ", the annotation says " + std::to_string(wanted->length))
      .label(std::to_string(length) + (length == 1 ? " element" : " elements"));
}

Expr *Inference::inferFill(const syntax::ArrayExpr *array, uint64_t count, Hint hint) {
  auto *wanted = hint.type ? dyn_cast<ArrayType>(TypeContext::resolve(hint.type)) : nullptr;
  const Lengths *inner = hint.lengths ? hint.lengths->element : nullptr;
  Expr *value = wanted ? check(array->elements[0],
                               {wanted->element, inner, Diag::TypeMismatch, "the element type", {}})
                       : inferValue(array->elements[0]);
  // The count is checked like any literal with a suffix; its type does not matter.
  if (auto *number = dyn_cast<syntax::NumberExpr>(array->elements[1]))
    infer(number);
  auto *node =
      makeExpr<ArrayFillExpr>(ExprKind::ArrayFill, array->range, state_.types.array(value->type));
  node->value = value;
  node->count = count;
  checkLength(count, array->range, hint.lengths);
  return node;
}

/// An array literal, or the values of a `return` with several.
Expr *Inference::inferElements(ArrayRef<syntax::Expr *> exprs, SourceRange range, Hint hint) {
  llvm::SmallVector<Expr *, 8> elements(exprs.size());
  auto *wanted = hint.type ? dyn_cast<ArrayType>(TypeContext::resolve(hint.type)) : nullptr;
  const Lengths *inner = hint.lengths ? hint.lengths->element : nullptr;
  Type *element = wanted ? wanted->element : nullptr;
  SourceRange agreed; // the first element that is known to have the type
  if (!element && !exprs.empty()) {
    // The first that is not a literal decides for all.
    auto *decisive = llvm::find_if_not(exprs, isAdaptive);
    if (decisive == exprs.end()) {
      llvm::SmallVector<const syntax::Expr *, 8> all(exprs.begin(), exprs.end());
      element = sharedType(all);
      if (!element)
        element = unknown();
    } else {
      Expr *&first = elements[static_cast<size_t>(decisive - exprs.begin())];
      first = inferValue(*decisive);
      element = first->type;
      agreed = first->range;
      // Literals in front that cannot have its type: it is the one that differs.
      Type *type = typeOf(first);
      ArrayRef<syntax::Expr *> before = exprs.take_front(decisive - exprs.begin());
      bool fits = isUnknown(type) || isa<TypeVariable>(type) || type->kind == TypeKind::Any ||
                  llvm::all_of(before, [&](const syntax::Expr *literal) {
                    return type->isNumeric() && representable(literal, type->kind);
                  });
      if (!fits) {
        llvm::SmallVector<const syntax::Expr *, 8> literals(before.begin(), before.end());
        Type *shared = sharedType(literals);
        element = shared ? shared : unknown();
        first = coerce(first,
                       {element, inner, Diag::ElementMismatch, "the array", before.front()->range});
      }
    }
  }
  if (!element)
    element = state_.types.fresh(VariableOrigin::Element, range);
  for (size_t i = 0; i < exprs.size(); ++i) {
    if (!elements[i])
      elements[i] = check(exprs[i], {element, inner,
                                     agreed.valid() ? Diag::ElementMismatch : Diag::TypeMismatch,
                                     "the element type", agreed});
    if (!agreed.valid() && !isUnknown(typeOf(elements[i])))
      agreed = exprs[i]->range;
  }
  auto *node =
      makeExpr<ArrayLiteralExpr>(ExprKind::ArrayLiteral, range, state_.types.array(element));
  node->elements = copy(elements);
  checkLength(exprs.size(), range, hint.lengths);
  return node;
}

const Lengths *Inference::resultLengths(const FunctionInstance *function) const {
  InstanceInfo *made = byTyped_.lookup(function);
  return made ? made->decl->result.lengths : nullptr;
}

/// Whether `push` refuses the array that an expression gives (6.1).
bool Inference::isFixed(const Expr *value) const {
  switch (value->kind) {
  case ExprKind::ArrayLiteral: return !cast<ArrayLiteralExpr>(value)->elements.empty();
  case ExprKind::ArrayFill: return true;
  case ExprKind::Variable:
    return static_cast<const InferredVariable *>(cast<VariableExpr>(value)->variable)->fixed;
  case ExprKind::Call: {
    const Lengths *lengths = resultLengths(cast<CallExpr>(value)->function);
    return lengths && lengths->length >= 0;
  }
  case ExprKind::Field: {
    auto *field = cast<FieldExpr>(value);
    StructEntity *entity = entityOf(typeOf(field->base));
    const Lengths *lengths = entity ? entity->fieldTypes[field->field].lengths : nullptr;
    return lengths && lengths->length >= 0;
  }
  default: return false;
  }
}

/// An index or bound: an integer of any type, i32 if it is open.
Expr *Inference::indexValue(const syntax::Expr *expr) {
  Expr *value = inferValue(expr);
  Type *type = typeOf(value);
  if (isa<TypeVariable>(type))
    state_.types.unify(type, simple(TypeKind::I32));
  else if (!isUnknown(type) && !type->isInteger()) {
    auto &report =
        error(Diag::IndexType, value->range, "an index must be an integer, not " + quoted(type));
    report.label(quoted(type));
    if (type->kind == TypeKind::Any)
      report.help("give it a type first: `n: i32 = …`");
    return errorExpr(value->range);
  }
  return value;
}

Expr *Inference::inferIndex(const syntax::IndexExpr *index) {
  Expr *base = inferValue(index->base);
  Expr *position = indexValue(index->index);
  Type *type = typeOf(base);
  auto *array = dyn_cast<ArrayType>(type);
  if (!array && type->kind != TypeKind::String) {
    if (isUnknown(type))
      return errorExpr(index->range);
    if (isa<TypeVariable>(type))
      error(Diag::CannotInfer, base->range, "the type of this is not clear from here")
          .label("indexed below its declaration, but of what type?");
    else
      error(Diag::NotIndexable, base->range, quoted(type) + " cannot be indexed")
          .label(quoted(type));
    return errorExpr(index->range);
  }
  auto *node =
      makeExpr<IndexExpr>(ExprKind::Index, index->range, array ? array->element : stringType());
  node->base = base;
  node->index = position;
  node->bracketRange = index->bracketRange;
  warnAboutIndex(node);
  return node;
}

Expr *Inference::inferSlice(const syntax::SliceExpr *slice, Hint hint) {
  (void)hint;
  Expr *base = inferValue(slice->base);
  auto *node = makeExpr<SliceExpr>(ExprKind::Slice, slice->range, base->type);
  node->base = base;
  node->start = slice->start ? indexValue(slice->start) : nullptr;
  node->end = slice->end ? indexValue(slice->end) : nullptr;
  node->bracketRange = slice->bracketRange;
  Type *type = typeOf(base);
  if (isa<ArrayType>(type) || isUnknown(type))
    return node;
  auto &report =
      error(isa<TypeVariable>(type) ? Diag::CannotInfer : Diag::NotIndexable, base->range,
            isa<TypeVariable>(type) ? "the type of this is not clear from here"
                                    : quoted(type) + " has no slices");
  report.label(quoted(type));
  return errorExpr(slice->range);
}

// ---- others

Expr *Inference::inferConditional(const syntax::ConditionalExpr *expr, Hint hint) {
  auto *node = makeExpr<ConditionalExpr>(ExprKind::Conditional, expr->range, unknown());
  const syntax::Expr *first = expr->thenValue, *second = expr->elseValue;
  node->condition = condition(expr->condition);
  // A branch of literals takes its type from the other one.
  bool elseFirst = isAdaptive(first);
  if (elseFirst)
    std::swap(first, second);
  Expr *decisive = inferValue(first, hint);
  Hint inner{decisive->type, hint.lengths};
  Expr *other = inferValue(second, inner);
  // The branch that differs is the one further down.
  Expr *above = elseFirst ? other : decisive, *below = elseFirst ? decisive : other;
  Type *type = decisive->type;
  if (state_.types.unify(above->type, below->type) != Unified::Yes)
    mismatch(below, {above->type, nullptr, Diag::BranchMismatch, "", above->range});
  else if (isUnknown(typeOf(decisive)))
    type = other->type;
  node->thenValue = above;
  node->elseValue = below;
  node->type = type;
  if (type->open)
    open_.push_back(node);
  warnAboutCondition(node->condition, false);
  return node;
}

Expr *Inference::inferMember(const syntax::MemberExpr *member, Hint hint) {
  if (member->member.note)
    return inferEntity(state_.declarations.ofNote(member->member.note), member->member.note,
                       member->range, hint);
  Entity *named = typeNamed(member->base);
  if (auto *enumeration = dyn_cast_or_null<EnumEntity>(named))
    return variantValue(enumeration, member->member, nullptr, member->range, hint);
  if (auto *structure = dyn_cast_or_null<StructEntity>(named)) {
    if (methodOf(structure, member->member))
      error(Diag::NotAValue, member->member.range,
            state_.quoted(member->member.symbol) + " can only be called")
          .label("not a value")
          .help("call it: `" + state_.text(member->member.symbol).str() + "(…)`");
    return errorExpr(member->range);
  }
  return fieldOf(inferValue(member->base), member->member, member->range);
}

void Inference::reportUnknownField(Type *type, const syntax::Name &member) {
  auto &report = error(Diag::UnknownField, member.range,
                       quoted(type) + " has no field " + state_.quoted(member.symbol));
  if (StructEntity *entity = entityOf(type)) {
    llvm::SmallVector<StringRef> candidates;
    for (const syntax::StructField &field : entity->decl->fields)
      candidates.push_back(state_.text(field.name.symbol));
    if (auto best = basic::closestName(state_.text(member.symbol), candidates))
      report.help("did you mean `" + best->str() + "`?")
          .fix("replace it", member.range, best->str());
    else if (!candidates.empty())
      report.help("its fields are " + basic::listNames(candidates));
    return;
  }
  StringRef text = state_.text(member.symbol);
  if (text == "length" || text == "len" || text == "size")
    report.help("`len(…)` gives the length");
}

// ---- functions as values

Expr *Inference::inferFunction(const syntax::FunctionExpr *expr, Hint hint) {
  auto *function = cast<FunctionInfo>(state_.declarations.ofNote(expr->function->name.note));
  auto *wanted = hint.type ? dyn_cast<FunctionType>(TypeContext::resolve(hint.type)) : nullptr;
  if (wanted && wanted->parameters.size() != expr->function->parameters.size())
    wanted = nullptr;
  signature(function);
  InstanceInfo *made = newInstance(function, instance(), {}, expr->range);
  llvm::SmallVector<Type *, 4> parameters;
  for (size_t i = 0; i < function->parameterTypes.size(); ++i) {
    Type *type = function->parameterTypes[i].type;
    if (!type)
      type = wanted ? wanted->parameters[i]
                    : state_.types.fresh(VariableOrigin::Parameter,
                                         expr->function->parameters[i].name.range);
    parameters.push_back(type);
  }
  setParameters(made, parameters);
  if (wanted && !function->result)
    made->expected = wanted->result;
  inferBody(made);
  return valueOf(made, expr->range);
}

/// A function named without being called.
Expr *Inference::functionValue(FunctionInfo *function, SourceRange range, Hint hint) {
  if (function->isGeneric)
    return genericValue(genericOf(function), range, hint);
  signature(function);
  InstanceInfo *callee = instanceOf(function, parentOf(function), {}, range);
  needResult(callee);
  return valueOf(callee, range);
}

/// A generic function where a value is needed: the instance for the function type expected there.
Expr *Inference::genericValue(GenericType *generic, SourceRange range, Hint hint) {
  FunctionInfo *function = generic->function;
  auto *wanted = hint.type ? dyn_cast<FunctionType>(TypeContext::resolve(hint.type)) : nullptr;
  signature(function);
  if (!wanted || wanted->parameters.size() != function->parameterTypes.size()) {
    if (isLenient() && hint.type && isUnknown(TypeContext::resolve(hint.type)))
      return errorExpr(range);
    error(Diag::CannotInfer, range,
          "it is not clear for which types " + state_.quoted(function->name) + " is meant here")
        .label("a function for any types")
        .help("pass it where a function type is asked for");
    return errorExpr(range);
  }
  llvm::SmallVector<Type *, 4> arguments;
  for (size_t i = 0; i < wanted->parameters.size(); ++i)
    if (!function->parameterTypes[i])
      arguments.push_back(wanted->parameters[i]);
  InstanceInfo *callee = genericInstance(generic, arguments, range);
  if (!callee)
    return errorExpr(range);
  needResult(callee);
  return valueOf(callee, range);
}

Expr *Inference::valueOf(InstanceInfo *callee, SourceRange range) {
  instance()->uses.push_back(callee);
  Type *type = functionType(callee);
  if (Expr *closure = closureOf(callee, range)) {
    closure->type = type;
    if (type->open)
      open_.push_back(closure);
    return closure;
  }
  auto *node = makeExpr<FunctionValueExpr>(ExprKind::FunctionValue, range, type);
  node->function = callee->typed;
  return node;
}

} // namespace orus::sema
