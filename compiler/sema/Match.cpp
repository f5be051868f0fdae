// Match statements and expressions (manual 7.7).
#include "compiler/sema/Inference.h"

#include <map>

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

// ---- patterns

void Inference::inferVariantPattern(Expr *subject, const syntax::Pattern *pattern, Arm *arm) {
  auto bind = [&](size_t i, Type *type) -> Variable * {
    const syntax::Name &name = pattern->bindings[i];
    auto *decl = dyn_cast_or_null<VariableDecl>(state_.declarations.ofNote(name.note));
    if (!decl || !name.symbol || name.symbol == state_.underscore)
      return nullptr;
    InferredVariable *variable = variableOf(decl);
    variable->type = type;
    if (type->open && decl->captured)
      openVariables_.push_back(variable);
    return variable;
  };
  llvm::SmallVector<Variable *, 4> bindings(pattern->bindings.size());
  auto giveUp = [&] {
    for (size_t i = 0; i < bindings.size(); ++i)
      bindings[i] = bind(i, unknown());
    arm->bindings = copy(bindings);
  };
  const syntax::Name &first = pattern->path.front();
  Entity *named = state_.declarations.ofNote(
      pattern->path.size() > 2 ? pattern->path[pattern->path.size() - 2].note : first.note);
  auto *entity = dyn_cast_or_null<EnumEntity>(named);
  if (!entity) {
    if (named && named->kind != EntityKind::Error)
      error(Diag::PatternType, first.range, state_.quoted(first.symbol) + " is not an enum")
          .label("not an enum")
          .help("to compare with a value, put it into parentheses");
    return giveUp();
  }
  std::optional<uint32_t> variant = variantNamed(entity, pattern->path.back());
  Type *type = typeOf(subject);
  if (isUnknown(type) || !variant)
    return giveUp();
  EnumType *instance = openInstance(entity, pattern->range);
  if (type->kind == TypeKind::Any || state_.types.unify(type, instance) != Unified::Yes) {
    auto [patternName, valueName] = quotedPair(instance, type);
    if (patternName.find('[') != std::string::npos)
      patternName = state_.quoted(entity->name); // the arguments say nothing here
    error(Diag::PatternType, pattern->range,
          "this is a variant of " + patternName + ", the value is " + valueName)
        .label("another type")
        .label(subject->range, valueName);
    return giveUp();
  }
  arm->variant = *variant;
  size_t wanted = entity->info->variants[*variant].payload.size();
  if (wanted != bindings.size()) {
    error(Diag::PatternValues, pattern->range,
          state_.quoted(pattern->path.back().symbol) + " carries " + std::to_string(wanted) +
              (wanted == 1 ? " value" : " values") + ", not " + std::to_string(bindings.size()))
        .label(std::to_string(bindings.size()) + (bindings.size() == 1 ? " name" : " names"))
        .help("`_` stands for a value that is not needed");
    return giveUp();
  }
  for (size_t i = 0; i < bindings.size(); ++i)
    bindings[i] = bind(i, payloadType(instance, *variant, i));
  arm->bindings = copy(bindings);
}

void Inference::inferValuePattern(Expr *subject, const syntax::Pattern *pattern, Arm *arm) {
  Type *type = typeOf(subject);
  arm->value = operand(pattern->value, subject);
  arm->value = requireValue(arm->value);
  Type *found = typeOf(arm->value);
  if (isUnknown(type) || isUnknown(found))
    return;
  if (isa<FunctionType>(type) || isa<FunctionType>(found)) {
    error(Diag::NotComparable, pattern->range, "functions cannot be compared").label(quoted(found));
    return;
  }
  if (type->kind == TypeKind::Any) {
    arm->value = toAny(arm->value);
    return;
  }
  if (found->kind != TypeKind::Any && state_.types.unify(type, found) == Unified::Yes)
    return;
  auto [patternName, valueName] = quotedPair(found, type);
  error(Diag::PatternType, pattern->range,
        "this pattern is " + patternName + ", the value is " + valueName)
      .label(patternName)
      .label(subject->range, valueName);
}

/// What makes two literal patterns equal; nothing for other expressions.
static std::optional<std::pair<int, std::string>> literalKey(const syntax::Expr *written,
                                                             const Expr *value) {
  while (true) {
    if (auto *paren = dyn_cast<syntax::ParenExpr>(written))
      written = paren->inner;
    else if (auto *unary = dyn_cast<syntax::UnaryExpr>(written);
             unary && unary->op == syntax::UnaryOp::Negate)
      written = unary->operand;
    else
      break;
  }
  if (!isa<syntax::NumberExpr>(written) && !isa<syntax::StringExpr>(written) &&
      !isa<syntax::BoolExpr>(written))
    return std::nullopt;
  if (auto *any = dyn_cast<ToAnyExpr>(value))
    value = any->operand;
  auto kind = static_cast<int>(TypeContext::resolve(value->type)->kind);
  switch (value->kind) {
  case ExprKind::Integer: return {{kind, std::to_string(cast<IntegerExpr>(value)->bits)}};
  case ExprKind::Float: return {{kind, std::to_string(cast<FloatExpr>(value)->value)}};
  case ExprKind::Bool: return {{kind, cast<BoolExpr>(value)->value ? "true" : "false"}};
  case ExprKind::String: return {{kind, cast<StringExpr>(value)->value.str()}};
  default: return std::nullopt;
  }
}

bool Inference::inferPatterns(Expr *subject, ArrayRef<syntax::MatchArm *> arms, SourceRange keyword,
                              bool mustCover, llvm::SmallVectorImpl<Arm *> &out) {
  std::map<uint32_t, SourceRange> variants; // in arms so far
  std::map<std::pair<int, std::string>, SourceRange> literals;
  bool hasWildcard = false, isErroneous = false;
  auto repeated = [&](auto &seen, auto key, SourceRange range) {
    auto [first, isNew] = seen.try_emplace(std::move(key), range);
    if (!isNew)
      error(Diag::DuplicateArm, range, "an arm above takes this already")
          .label("never chosen")
          .note("it is here", first->second);
  };
  for (const syntax::MatchArm *source : arms) {
    auto *arm = new (state_.program.arena.Allocate<Arm>()) Arm{};
    const syntax::Pattern *pattern = source->pattern;
    arm->range = pattern->range;
    if (hasWildcard && wantsWarnings())
      warn(Diag::UnreachableArm, pattern->range, "`_` above takes everything");
    switch (pattern->kind) {
    case syntax::PatternKind::Wildcard:
      arm->pattern = PatternKind::Wildcard;
      hasWildcard = true;
      break;
    case syntax::PatternKind::Variant: {
      arm->pattern = PatternKind::Variant;
      arm->variant = ~0u;
      inferVariantPattern(subject, pattern, arm);
      isErroneous |= arm->variant == ~0u;
      if (arm->variant != ~0u)
        repeated(variants, arm->variant, pattern->range);
      break;
    }
    case syntax::PatternKind::Value:
      arm->pattern = PatternKind::Value;
      if (!pattern->value) {
        arm->value = errorExpr(pattern->range);
        break;
      }
      inferValuePattern(subject, pattern, arm);
      if (auto key = literalKey(pattern->value, arm->value))
        repeated(literals, *key, pattern->range);
      break;
    }
    out.push_back(arm);
  }
  Type *type = typeOf(subject);
  if (hasWildcard || isErroneous || isUnknown(type))
    return true;
  std::string missing;
  if (EnumEntity *entity = enumOf(type)) {
    needPayloads(entity);
    size_t count = 0;
    constexpr size_t kShown = 5;
    for (uint32_t i = 0; i < entity->info->variants.size(); ++i)
      if (!variants.contains(i) && ++count <= kShown)
        missing += (missing.empty() ? "`" : ", `") + state_.text(entity->name).str() + "." +
                   state_.text(entity->info->variants[i].name).str() + "`";
    if (count == 0)
      return true;
    if (count > kShown)
      missing += " and " + std::to_string(count - kShown) + " more";
    mustCover = true;
  } else if (type->kind == TypeKind::Bool) {
    constexpr int kBool = static_cast<int>(TypeKind::Bool);
    for (const char *value : {"true", "false"})
      if (!literals.contains({kBool, value}))
        missing += (missing.empty() ? "`" : ", `") + std::string(value) + "`";
    if (missing.empty())
      return true;
  } else {
    missing = "every other value";
  }
  if (mustCover)
    error(Diag::NonExhaustiveMatch, keyword, "no arm takes " + missing)
        .label("not all values are handled")
        .help("add the arms, or `_ -> …` for the rest");
  return false;
}

// ---- statements

Inference::Ending Inference::inferMatch(const syntax::MatchStmt *stmt, Statements &out,
                                        bool isTail) {
  auto *node = makeStmt<MatchStmt>(StmtKind::Match, stmt->range);
  node->subject = inferValue(stmt->subject);
  llvm::SmallVector<Arm *, 8> arms;
  node->coversAll = inferPatterns(node->subject, stmt->arms, stmt->matchRange, false, arms);
  bool armTail = isTail && node->coversAll;
  bool allLeave = node->coversAll, allValues = node->coversAll;
  for (size_t i = 0; i < arms.size(); ++i) {
    Ending ending = inferBlock(stmt->arms[i]->body, arms[i]->body, armTail);
    allLeave &= ending == Ending::Leaves;
    allValues &= ending != Ending::Open;
  }
  node->arms = copy(arms);
  out.push_back(node);
  if (allLeave)
    return Ending::Leaves;
  return armTail && allValues ? Ending::Value : Ending::Open;
}

// ---- expressions

Expr *Inference::inferMatch(const syntax::MatchExpr *expr, Hint hint) {
  auto *node = makeExpr<MatchExpr>(ExprKind::Match, expr->range, unknown());
  node->subject = inferValue(expr->subject);
  llvm::SmallVector<Arm *, 8> arms;
  inferPatterns(node->subject, expr->arms, expr->matchRange, true, arms);
  // Arms of literals take their type from the first that is none, or from what is expected.
  auto isLiteral = [](const syntax::MatchArm *arm) {
    return !arm->value || isAdaptive(arm->value);
  };
  auto decisive = llvm::find_if_not(expr->arms, isLiteral);
  Type *type = nullptr;
  if (decisive != expr->arms.end()) {
    size_t index = static_cast<size_t>(decisive - expr->arms.begin());
    arms[index]->result = inferValue((*decisive)->value, hint);
    type = arms[index]->result->type;
  } else if (hint.type && TypeContext::resolve(hint.type)->isNumeric()) {
    type = hint.type;
  } else {
    llvm::SmallVector<const syntax::Expr *, 8> values;
    for (const syntax::MatchArm *arm : expr->arms)
      if (arm->value)
        values.push_back(arm->value);
    type = values.empty() ? nullptr : sharedType(values);
  }
  Hint inner{type ? type : unknown(), hint.lengths};
  for (size_t i = 0; i < arms.size(); ++i)
    if (!arms[i]->result)
      arms[i]->result = expr->arms[i]->value ? inferValue(expr->arms[i]->value, inner)
                                             : errorExpr(expr->arms[i]->range);
  // Of two that differ the one further down is at fault.
  type = unknown();
  SourceRange above;
  for (const Arm *arm : arms) {
    Expr *result = arm->result;
    if (isUnknown(TypeContext::resolve(type))) {
      type = result->type;
      above = result->range;
    } else if (state_.types.unify(type, result->type) != Unified::Yes) {
      mismatch(result, {type, nullptr, Diag::BranchMismatch, "", above});
    }
  }
  node->arms = copy(arms);
  node->type = type;
  if (type->open)
    open_.push_back(node);
  return node;
}

} // namespace orus::sema
