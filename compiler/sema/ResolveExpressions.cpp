#include "compiler/sema/Resolver.h"

#include "compiler/basic/Suggestions.h"

#include "llvm/ADT/StringSwitch.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

void Resolver::resolve(const syntax::Expr *expr, Place place) {
  if (!expr)
    return;
  switch (expr->kind) {
  case syntax::ExprKind::Number:
  case syntax::ExprKind::String:
  case syntax::ExprKind::Bool:
  case syntax::ExprKind::Error: return;
  case syntax::ExprKind::Name: return resolveName(cast<syntax::NameExpr>(expr), place);
  case syntax::ExprKind::Paren: return resolve(cast<syntax::ParenExpr>(expr)->inner);
  case syntax::ExprKind::Array:
    for (const syntax::Expr *element : cast<syntax::ArrayExpr>(expr)->elements)
      resolve(element);
    return;
  case syntax::ExprKind::Unary: return resolve(cast<syntax::UnaryExpr>(expr)->operand);
  case syntax::ExprKind::Binary: return resolveBinary(cast<syntax::BinaryExpr>(expr));
  case syntax::ExprKind::Comparison:
    for (const syntax::Expr *operand : cast<syntax::ComparisonExpr>(expr)->operands)
      resolve(operand);
    return;
  case syntax::ExprKind::Cast:
    resolve(cast<syntax::CastExpr>(expr)->operand);
    return resolve(cast<syntax::CastExpr>(expr)->target);
  case syntax::ExprKind::Conditional: {
    // A chain of them groups to the right.
    const syntax::ConditionalExpr *conditional;
    while ((conditional = dyn_cast<syntax::ConditionalExpr>(expr))) {
      resolve(conditional->thenValue);
      resolve(conditional->condition);
      expr = conditional->elseValue;
    }
    return resolve(expr);
  }
  case syntax::ExprKind::Call: return resolveCall(cast<syntax::CallExpr>(expr));
  case syntax::ExprKind::Index:
    resolve(cast<syntax::IndexExpr>(expr)->base);
    return resolve(cast<syntax::IndexExpr>(expr)->index);
  case syntax::ExprKind::Slice:
    resolve(cast<syntax::SliceExpr>(expr)->base);
    resolve(cast<syntax::SliceExpr>(expr)->start);
    return resolve(cast<syntax::SliceExpr>(expr)->end);
  case syntax::ExprKind::Member: return resolveMember(cast<syntax::MemberExpr>(expr), place);
  case syntax::ExprKind::StructLiteral:
    return resolveStructLiteral(cast<syntax::StructLiteralExpr>(expr));
  case syntax::ExprKind::Function: {
    FunctionInfo *function = newFunction(cast<syntax::FunctionExpr>(expr)->function, function_);
    resolveFunction(function);
    return noteMention(function);
  }
  case syntax::ExprKind::Match: return resolveMatch(cast<syntax::MatchExpr>(expr));
  }
}

void Resolver::resolveBinary(const syntax::BinaryExpr *expr) {
  llvm::SmallVector<const syntax::BinaryExpr *, 8> spine;
  const syntax::Expr *leftmost = expr;
  while (auto *binary = dyn_cast<syntax::BinaryExpr>(leftmost)) {
    spine.push_back(binary);
    leftmost = binary->left;
  }
  resolve(leftmost);
  while (!spine.empty()) {
    const syntax::BinaryExpr *binary = spine.pop_back_val();
    if (binary->op == syntax::BinaryOp::Matches)
      resolveMatchesOperand(binary->right);
    else
      resolve(binary->right);
  }
}

/// `_` may stand for a payload on the right of `matches` (7.6).
void Resolver::resolveMatchesOperand(const syntax::Expr *expr) {
  auto *call = dyn_cast<syntax::CallExpr>(expr);
  if (!call || !isa<syntax::MemberExpr>(call->callee))
    return resolve(expr);
  resolve(call->callee, Place::Callee);
  for (const syntax::Expr *argument : call->arguments) {
    auto *name = dyn_cast<syntax::NameExpr>(argument);
    if (!name || name->symbol != state_.underscore)
      resolve(argument);
  }
}

void Resolver::resolveCall(const syntax::CallExpr *call) {
  // Calls, indexing and member access of calls form left spines too.
  resolve(call->callee, Place::Callee);
  for (const syntax::Expr *argument : call->arguments)
    resolve(argument);
}

void Resolver::resolveMember(const syntax::MemberExpr *member, Place place) {
  resolve(member->base, Place::MemberBase);
  NamespaceEntity *space = nullptr;
  if (auto *name = dyn_cast<syntax::NameExpr>(member->base))
    space = dyn_cast_or_null<NamespaceEntity>(state_.declarations.ofNote(name->note));
  if (space) {
    if (Entity *entity = namespaceMember(space, member->member)) {
      member->member.note = entity->id << 1;
      noteUse(entity, member->member.range, place, member->member.note);
    }
    return;
  }
  // Any method of this name may be meant.
  for (FunctionInfo *method : methods_.lookup(member->member.symbol))
    noteMention(method);
}

Entity *Resolver::namespaceMember(NamespaceEntity *space, const syntax::Name &member) {
  if (!space->target || !member.symbol)
    return nullptr;
  return exportOf(space->target, member);
}

void Resolver::resolveStructLiteral(const syntax::StructLiteralExpr *literal) {
  resolveTypePath(literal->path);
  if (auto *entity =
          dyn_cast_or_null<StructEntity>(state_.declarations.ofNote(literal->path.back().note));
      entity && entity->defaults)
    noteMention(entity->defaults);
  for (const syntax::FieldValue &field : literal->fields)
    resolve(field.value);
}

void Resolver::resolveMatch(const syntax::MatchExpr *match) {
  resolve(match->subject);
  for (const syntax::MatchArm *arm : match->arms) {
    enter(ScopeKind::Arm, nullptr);
    resolvePattern(arm->pattern);
    resolve(arm->value);
    leave();
  }
}

void Resolver::resolvePattern(const syntax::Pattern *pattern) {
  switch (pattern->kind) {
  case syntax::PatternKind::Wildcard: return;
  case syntax::PatternKind::Value: return resolve(pattern->value);
  case syntax::PatternKind::Variant: break;
  }
  // `E.V` or `module.E.V`: an enum, looked up like a name in an expression.
  const syntax::Name &first = pattern->path.front();
  Entity *entity = lookup(first.symbol);
  if (!entity) {
    reportUndeclared(first.symbol, first.range);
  } else {
    first.note = entity->id << 1;
    entity->used = true;
    auto *space = dyn_cast<NamespaceEntity>(entity);
    if (space && pattern->path.size() > 2) {
      if (Entity *member = namespaceMember(space, pattern->path[1]))
        pattern->path[1].note = member->id << 1;
    } else if (pattern->path.size() > 2 && entity->kind != EntityKind::Error)
      error(Diag::PatternType, first.range, state_.quoted(first.symbol) + " is not a module")
          .label("not a module");
  }
  for (const syntax::Name &name : pattern->bindings)
    declareLocal(name, nullptr);
}

// ---- types

void Resolver::resolve(const syntax::TypeExpr *type) {
  if (!type)
    return;
  switch (type->kind) {
  case syntax::TypeExprKind::Error: return;
  case syntax::TypeExprKind::Path: {
    auto *path = cast<syntax::PathType>(type);
    resolveTypePath(path->path);
    for (const syntax::TypeExpr *argument : path->arguments)
      resolve(argument);
    return;
  }
  case syntax::TypeExprKind::Array: {
    auto *array = cast<syntax::ArrayType>(type);
    resolve(array->element);
    return resolve(array->length);
  }
  case syntax::TypeExprKind::Function: {
    auto *function = cast<syntax::FunctionType>(type);
    for (const syntax::TypeExpr *parameter : function->parameters)
      resolve(parameter);
    return resolve(function->result);
  }
  }
}

void Resolver::resolveDeclared(const syntax::TypeExpr *type, bool isPub) {
  inPublicType_ = isPub;
  resolve(type);
  inPublicType_ = false;
}

void Resolver::resolveTypePath(llvm::ArrayRef<syntax::Name> path) {
  const syntax::Name &first = path.front();
  if (!first.symbol)
    return;
  if (path.size() > 1) {
    Entity *entity = lookup(first.symbol);
    auto *space = dyn_cast_or_null<NamespaceEntity>(entity);
    if (space) {
      space->used = true;
      first.note = space->id << 1;
      if (Entity *member = namespaceMember(space, path[1])) {
        path[1].note = member->id << 1;
        member->used = true;
      }
    } else if (!entity) {
      reportUndeclared(first.symbol, first.range);
    } else if (entity->kind != EntityKind::Error) {
      error(Diag::NotAType, first.range, state_.quoted(first.symbol) + " is not a module")
          .label("not a module");
    }
    return;
  }
  for (const syntax::Name &parameter : typeParameters_)
    if (parameter.symbol == first.symbol)
      return;
  if (state_.namedPrimitive(first.symbol))
    return;
  if (Entity *type = module_->types.lookup(first.symbol)) {
    lookup(first.symbol); // an import is used
    type->used = true;
    first.note = type->id << 1;
    if (inPublicType_ && type->module == module_ && !type->isPub) {
      state_.warn(Diag::PrivateInPublic, first.range,
                  state_.quoted(first.symbol) + " is private, so importers cannot name it",
                  function_);
      state_.warnings.back().label = "declared here without `pub`";
      state_.warnings.back().labelRange = type->range;
    }
    return;
  }
  Entity *entity = lookup(first.symbol);
  if (entity && entity->kind == EntityKind::Error)
    return;
  if (entity && isa<EnumEntity>(entity)) { // the predeclared one
    first.note = entity->id << 1;
    return;
  }
  if (entity && entity->kind != EntityKind::Builtin) {
    if (auto *variable = dyn_cast<VariableDecl>(entity))
      variable->used = true;
    error(Diag::NotAType, first.range, state_.quoted(first.symbol) + " is not a type")
        .label("not a type")
        .note("it is declared here", entity->range);
    return;
  }
  reportUnknownType(first);
}

void Resolver::reportUnknownType(const syntax::Name &name) {
  function_->hasErrors = true;
  if (hasUnknownNames_)
    return;
  unknownTypes_.push_back({name.symbol, name.range});
}

void Resolver::reportUnknownTypesAtEnd() {
  for (const syntax::Name &name : unknownTypes_) {
    // An imported type that comes into scope further down.
    uint32_t id = current_[name.symbol.id];
    if (id && module_->types.contains(name.symbol)) {
      SourceRange declared = rangeOf(bindings_[id]);
      uint32_t line = state_.diags.sources().lineColumn(declared.begin).line;
      state_.diags
          .report(Diag::UsedTooEarly, name.range,
                  state_.quoted(name.symbol) + " is only declared further down, on line " +
                      std::to_string(line))
          .label("used here")
          .note("it is declared here", declared);
      continue;
    }
    auto &report = state_.diags.report(Diag::UnknownType, name.range,
                                       "there is no type called " + state_.quoted(name.symbol));
    report.label("not a type");
    StringRef text = state_.text(name.symbol);
    StringRef known = llvm::StringSwitch<StringRef>(text)
                          .Case("int", "i32")
                          .Cases("float", "double", "f64")
                          .Case("String", "string")
                          .Default("");
    if (known.empty() && suggestions_++ < kMaxSuggestions) {
      llvm::SmallVector<StringRef> candidates;
      for (Entity *type : state_.declarations.all())
        if (type->module == module_ && (isa<StructEntity>(type) || isa<EnumEntity>(type)))
          candidates.push_back(state_.text(type->name));
      for (const auto &[builtin, kind] : kTypeNames)
        candidates.push_back(builtin);
      known = basic::closestName(text, candidates).value_or("");
    }
    if (!known.empty())
      report.help("did you mean `" + known.str() + "`?").fix("replace it", name.range, known.str());
    else
      report.help("the built-in types are `i32` `i64` `u32` `u64` `f64` `bool` `string` `any`");
  }
  unknownTypes_.clear();
}

} // namespace orus::sema
