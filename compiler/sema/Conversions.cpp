#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

Expr *Inference::errorExpr(SourceRange range) {
  return makeExpr<IntegerExpr>(ExprKind::Integer, range, unknown());
}

/// An expression whose value is used must have one (5.3.5).
Expr *Inference::requireValue(Expr *value) {
  Type *type = typeOf(value);
  if (type->kind == TypeKind::Void) {
    StringRef text = state_.diags.sources().text(value->range);
    StringRef callee = text.take_until([](char c) { return c == '('; }).trim();
    error(Diag::VoidValue, value->range, ("`" + callee + "` gives no value").str())
        .label("used as a value")
        .help("call it as a statement of its own");
    return errorExpr(value->range);
  }
  // The result of a function being inferred: it may turn out to have none.
  if (auto *variable = dyn_cast<TypeVariable>(type);
      variable && variable->origin == VariableOrigin::Result && isa<CallExpr>(value))
    for (Body *body = body_; body; body = body->outer)
      if (TypeContext::resolve(body->instance->typed->result) == variable)
        body->instance->valueUses.push_back(value->range);
  return value;
}

Expr *Inference::inferValue(const syntax::Expr *expr, Hint hint) {
  return requireValue(infer(expr, hint));
}

Expr *Inference::check(const syntax::Expr *expr, const Target &target) {
  return coerce(inferValue(expr, {target.type, target.lengths}), target);
}

Expr *Inference::toAny(Expr *value) {
  if (typeOf(value)->kind == TypeKind::Any || isUnknown(typeOf(value)))
    return value;
  auto *node = makeExpr<ToAnyExpr>(ExprKind::ToAny, value->range, state_.types.any());
  node->operand = value;
  return node;
}

Expr *Inference::fromAny(Expr *value, Type *type) {
  auto *node = makeExpr<FromAnyExpr>(ExprKind::FromAny, value->range, type);
  node->operand = value;
  return node;
}

/// In the check of a generic declaration: the body asks for a parameter of this type (5.9.2).
void Inference::require(Expr *value, Type *type) {
  auto *read = dyn_cast<VariableExpr>(value);
  type = TypeContext::resolve(type);
  if (!read || type->open || type->kind == TypeKind::Any || isUnknown(type) ||
      read->variable->kind != VariableKind::Parameter)
    return;
  auto *parameter = static_cast<InferredVariable *>(read->variable);
  if (!parameter->required) {
    parameter->required = type;
    parameter->requiredAt = value->range;
  } else if (!state_.types.same(parameter->required, type)) {
    auto [before, here] = quotedPair(parameter->required, type);
    error(Diag::TypeMismatch, value->range,
          state_.quoted(parameter->name) + " is used as " + before + " above, and as " + here +
              " here")
        .label(here + " is asked for here")
        .label(parameter->requiredAt, before + " is asked for here");
  }
}

Expr *Inference::coerce(Expr *value, const Target &target) {
  Type *from = typeOf(value), *to = TypeContext::resolve(target.type);
  if (from == to)
    return value;
  if (isUnknown(from)) {
    if (isLenient())
      require(value, to);
    return value;
  }
  if (isUnknown(to))
    return value;
  bool fromOpen = isa<TypeVariable>(from), toOpen = isa<TypeVariable>(to);
  if (to->kind == TypeKind::Any && !fromOpen)
    return toAny(value);
  if (from->kind == TypeKind::Any && !toOpen)
    return fromAny(value, to);
  switch (state_.types.unify(from, to)) {
  case Unified::Yes: return value;
  case Unified::No: mismatch(value, target); break;
  case Unified::Endless:
    error(Diag::EndlessType, value->range, "the type of this would contain itself")
        .label("contains itself");
    break;
  }
  return errorExpr(value->range);
}

Expr *Inference::condition(const syntax::Expr *expr) {
  Expr *value = inferValue(expr);
  Type *type = typeOf(value);
  if (type->kind == TypeKind::Bool)
    return value;
  if (isUnknown(type)) {
    if (isLenient())
      require(value, boolType());
    return value;
  }
  if (type->kind == TypeKind::Any)
    return fromAny(value, boolType());
  if (isa<TypeVariable>(type) && state_.types.unify(type, boolType()) == Unified::Yes)
    return value;
  auto &report = error(Diag::ConditionNotBool, value->range,
                       "a condition must be `bool`; this is " + quoted(type));
  report.label(quoted(type));
  if (type->isInteger())
    report.help(("compare it: `" + state_.diags.sources().text(value->range) + " != 0`").str());
  return errorExpr(value->range);
}

} // namespace orus::sema
