// Warnings (manual 12.8): about code that is allowed but suspicious. Those that name resolution can
// see are made there; these need types, values, or the whole program.
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

/// Whether evaluating an expression can do anything else than give a value or panic.
static bool hasEffect(const syntax::Expr *expr) {
  while (expr) {
    switch (expr->kind) {
    case syntax::ExprKind::Call:
    case syntax::ExprKind::Error: return true;
    case syntax::ExprKind::Paren: expr = cast<syntax::ParenExpr>(expr)->inner; break;
    case syntax::ExprKind::Array:
      return llvm::any_of(cast<syntax::ArrayExpr>(expr)->elements, hasEffect);
    case syntax::ExprKind::Unary: expr = cast<syntax::UnaryExpr>(expr)->operand; break;
    case syntax::ExprKind::Binary:
      if (hasEffect(cast<syntax::BinaryExpr>(expr)->right))
        return true;
      expr = cast<syntax::BinaryExpr>(expr)->left;
      break;
    case syntax::ExprKind::Comparison:
      return llvm::any_of(cast<syntax::ComparisonExpr>(expr)->operands, hasEffect);
    case syntax::ExprKind::Cast: expr = cast<syntax::CastExpr>(expr)->operand; break;
    case syntax::ExprKind::Conditional: {
      auto *conditional = cast<syntax::ConditionalExpr>(expr);
      if (hasEffect(conditional->thenValue) || hasEffect(conditional->condition))
        return true;
      expr = conditional->elseValue;
      break;
    }
    case syntax::ExprKind::Index:
      if (hasEffect(cast<syntax::IndexExpr>(expr)->index))
        return true;
      expr = cast<syntax::IndexExpr>(expr)->base;
      break;
    case syntax::ExprKind::Slice: {
      auto *slice = cast<syntax::SliceExpr>(expr);
      if ((slice->start && hasEffect(slice->start)) || (slice->end && hasEffect(slice->end)))
        return true;
      expr = slice->base;
      break;
    }
    case syntax::ExprKind::Member: expr = cast<syntax::MemberExpr>(expr)->base; break;
    case syntax::ExprKind::StructLiteral:
      return llvm::any_of(cast<syntax::StructLiteralExpr>(expr)->fields,
                          [](const syntax::FieldValue &field) { return hasEffect(field.value); });
    case syntax::ExprKind::Match: {
      auto *match = cast<syntax::MatchExpr>(expr);
      for (const syntax::MatchArm *arm : match->arms)
        if (hasEffect(arm->value) || (arm->pattern->value && hasEffect(arm->pattern->value)))
          return true;
      expr = match->subject;
      break;
    }
    default: return false;
    }
  }
  return false;
}

void Inference::warnAboutDropped(const syntax::Expr *expr, const Expr *value) {
  if (!wantsWarnings() || isUnknown(typeOf(value)))
    return;
  if (!hasEffect(expr)) {
    warn(Diag::UnusedValue, expr->range, "this value is computed and dropped");
    return;
  }
  const auto *call = dyn_cast<CallExpr>(value);
  if (call && typeOf(value)->kind != TypeKind::Void)
    warn(Diag::UnusedResult, expr->range,
         (call->function->name ? "the result of " + state_.quoted(call->function->name)
                               : std::string("the result")) +
             " is dropped");
}

void Inference::warnAboutCondition(const Expr *value, bool isWhile) {
  if (!wantsWarnings())
    return;
  auto *literal = dyn_cast<BoolExpr>(value);
  if (isWhile && literal && literal->value)
    return;
  std::optional<ConstantValue> known = evaluate(value);
  if (known && known->type->kind == TypeKind::Bool)
    warn(Diag::ConstantCondition, value->range,
         known->bits ? "this is always true" : "this is always false");
}

static bool isNumber(const Expr *expr) {
  return expr->kind == ExprKind::Integer || expr->kind == ExprKind::Float;
}

/// An operation on constants that must panic.
void Inference::warnAboutArithmetic(const ArithmeticExpr *node) {
  if (!isNumber(node->right) || isUnknown(typeOf(node->right)) || !wantsWarnings())
    return;
  bool divides = node->op == ArithmeticOp::Div || node->op == ArithmeticOp::Mod;
  auto *whole = dyn_cast<IntegerExpr>(node->right);
  auto *real = dyn_cast<FloatExpr>(node->right);
  if (divides && (whole ? whole->bits == 0 : real->value == 0))
    warn(Diag::AlwaysPanics, node->opRange, "this always panics: Division by zero");
  else if (isNumber(node->left) && !isUnknown(typeOf(node->left)) && !evaluate(node))
    warn(Diag::AlwaysPanics, node->opRange, "this always panics: Integer overflow");
}

void Inference::warnAboutIndex(const IndexExpr *node) {
  auto *index = dyn_cast<IntegerExpr>(node->index);
  if (!index || isUnknown(typeOf(index)) || !wantsWarnings())
    return;
  std::optional<uint64_t> length;
  if (auto *literal = dyn_cast<ArrayLiteralExpr>(node->base))
    length = literal->elements.size();
  else if (auto *fill = dyn_cast<ArrayFillExpr>(node->base))
    length = fill->count;
  else if (auto *text = dyn_cast<StringExpr>(node->base))
    length = text->value.size();
  if (!length)
    return;
  ConstantValue value{typeOf(index), index->bits, 0, {}};
  std::string kind = isa<StringExpr>(node->base) ? "String" : "Array";
  if (isNegative(value))
    warn(Diag::AlwaysPanics, node->bracketRange,
         "this always panics: " + kind + " index must be a non-negative integer");
  else if (index->bits >= *length)
    warn(Diag::AlwaysPanics, node->bracketRange,
         "this always panics: " + kind + " index out of bounds");
}

void Inference::warnAboutRange(const ForRangeStmt *node, const syntax::ForRangeStmt *stmt) {
  if (!wantsWarnings() || !isNumber(node->start) || !isNumber(node->end) ||
      (node->step && !isNumber(node->step)))
    return;
  auto start = evaluate(node->start), end = evaluate(node->end);
  std::optional<ConstantValue> step = node->step ? evaluate(node->step) : std::nullopt;
  if (!start || !end || (node->step && !step))
    return;
  bool down = step && isNegative(*step);
  // Canonical bits of one sign are in the order of the numbers.
  bool isLess =
      isNegative(*start) != isNegative(*end) ? isNegative(*start) : start->bits < end->bits;
  bool isEqual = start->bits == end->bits;
  bool runs = isEqual ? node->inclusive : down ? !isLess : isLess;
  if (!runs)
    warn(Diag::EmptyRange, stmt->rangeRange, "this loop never runs");
}

void Inference::warnAboutSelfAssignment(const syntax::Expr *value, const Assigned &to) {
  while (auto *paren = dyn_cast<syntax::ParenExpr>(value))
    value = paren->inner;
  auto *name = dyn_cast<syntax::NameExpr>(value);
  if (name && to.decl && state_.declarations.ofNote(name->note) == to.decl)
    warn(Diag::SelfAssignment, to.range, "this changes nothing");
}

void Inference::warnAboutTypeName(const syntax::StringExpr *literal) {
  StringRef name = literal->value;
  for (const char *known :
       {"bool", "i32", "i64", "u32", "u64", "f64", "string", "array", "range_iterator", "function"})
    if (name == known)
      return;
  if (name.contains(' ')) // the name of an error
    return;
  // Of any module: values of a type whose name is not imported come along too.
  if (typeNames_.empty())
    for (const Entity *entity : state_.declarations.all())
      if (isa<StructEntity>(entity) || isa<EnumEntity>(entity))
        typeNames_.insert(state_.text(entity->name));
  if (typeNames_.contains(name))
    return;
  warn(Diag::UnknownTypeName, literal->range, ("no type is called `\"" + name + "\"`").str());
}

// ---- what is never used

static bool isExempt(const SemaState &state, Symbol name) {
  return !name || state.text(name).starts_with("_");
}

void Inference::warnAboutUnused() {
  for (Entity *entity : state_.declarations.all()) {
    if (isExempt(state_, entity->name) || !entity->module)
      continue;
    std::string name = state_.quoted(entity->name);
    FunctionInfo *body = entity->module->body;
    if (auto *variable = dyn_cast<VariableDecl>(entity)) {
      bool isModule = variable->variableKind == VariableKind::Module;
      if (variable->declaredMut && !variable->reassigned && !variable->isPub)
        state_.warn(Diag::UnneededMut, variable->mutRange,
                    name + " never changes; `mut` is not needed", variable->owner);
      if (variable->used || isModule || variable->function || entity->name == state_.self)
        continue;
      if (variable->variableKind == VariableKind::Parameter)
        state_.warn(Diag::UnusedParameter, variable->range, name + " is never used",
                    variable->owner);
      else
        state_.warn(Diag::UnusedVariable, variable->range, name + " is never used",
                    variable->owner);
      continue;
    }
    bool isDeclared = isa<FunctionInfo>(entity) || isa<StructEntity>(entity) ||
                      isa<EnumEntity>(entity) || isa<ConstantEntity>(entity);
    if (isDeclared && !entity->used && !entity->isPub)
      state_.warn(Diag::UnusedFunction, entity->range, "nothing uses " + name, body);
  }
}

void Inference::flushWarnings() {
  for (PendingWarning &warning : state_.warnings) {
    if (warning.function && warning.function->hasErrors)
      continue;
    auto &report = state_.diags.report(warning.id, warning.range, std::move(warning.message));
    if (warning.labelRange.valid())
      report.label(warning.labelRange, std::move(warning.label));
  }
}

} // namespace orus::sema
