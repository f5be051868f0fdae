#include "compiler/basic/Suggestions.h"
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

/// Where errors about the callee itself are placed: the last name of it.
static SourceRange calleeRange(const syntax::Expr *callee) {
  while (auto *paren = dyn_cast<syntax::ParenExpr>(callee))
    callee = paren->inner;
  if (auto *member = dyn_cast<syntax::MemberExpr>(callee))
    return member->member.range;
  return callee->range;
}

Expr *Inference::inferCall(const syntax::CallExpr *call, Hint hint) {
  Entity *entity = nullptr;
  if (auto *name = dyn_cast<syntax::NameExpr>(call->callee))
    entity = state_.declarations.ofNote(name->note);
  else if (auto *member = dyn_cast<syntax::MemberExpr>(call->callee))
    entity = state_.declarations.ofNote(member->member.note);
  SourceRange name = calleeRange(call->callee);
  if (entity && entity->kind == EntityKind::Builtin)
    return callBuiltin(cast<BuiltinEntity>(entity)->builtin, call, hint);
  if (auto *function = dyn_cast_or_null<FunctionInfo>(entity))
    return callFunction(function, call, name);
  if (GenericType *generic = genericNamed(call->callee))
    return callGeneric(generic, call, name, nullptr);
  if (auto *member = dyn_cast<syntax::MemberExpr>(call->callee); member && !entity)
    return callMember(member, call, hint);
  Expr *callee = inferValue(call->callee);
  return callValue(callee, call, name);
}

void Inference::inferArguments(const syntax::CallExpr *call) {
  for (const syntax::Expr *argument : call->arguments)
    if (!genericNamed(argument))
      inferValue(argument);
}

bool Inference::checkArity(StringRef name, size_t wanted, const syntax::CallExpr *call,
                           SourceRange range, const FunctionInfo *declared) {
  size_t given = call->arguments.size();
  if (given == wanted)
    return true;
  auto &report = error(Diag::ArityMismatch, range,
                       (name + " takes " + llvm::Twine(wanted) +
                        (wanted == 1 ? " argument" : " arguments") + ", not " + llvm::Twine(given))
                           .str());
  report.label(std::to_string(given) + (given == 1 ? " argument" : " arguments"));
  if (declared) {
    if (given < wanted) {
      llvm::SmallVector<StringRef> missing;
      for (const syntax::Parameter &parameter :
           declared->decl->parameters.take_back(wanted - given))
        missing.push_back(state_.diags.sources().text(parameter.name.range));
      report.help((missing.size() == 1 ? "there is no value for " : "there are no values for ") +
                  basic::listNames(missing));
    }
    report.note("it is declared here", declared->range);
  }
  return false;
}

Expr *Inference::callMember(const syntax::MemberExpr *member, const syntax::CallExpr *call,
                            Hint hint) {
  Entity *named = typeNamed(member->base);
  if (auto *enumeration = dyn_cast_or_null<EnumEntity>(named))
    return variantValue(enumeration, member->member, call, call->range, hint);
  if (auto *structure = dyn_cast_or_null<StructEntity>(named))
    return callAssociated(structure, member, call);
  Expr *base = inferValue(member->base);
  Type *type = typeOf(base);
  if (StructEntity *entity = entityOf(type)) {
    needFields(entity);
    if (member->member.symbol && entity->fieldIndex.contains(member->member.symbol))
      return callValue(fieldOf(base, member->member, member->range), call, member->member.range);
    FunctionInfo *method = methodOf(entity, member->member);
    if (method && method->isMethod)
      return callFunction(method, call, member->member.range, base);
    if (method)
      error(Diag::MethodReceiver, member->member.range,
            state_.quoted(method->name) + " has no `self`: it is called on the type")
          .label("not a method")
          .help("`" + state_.text(entity->name).str() + "." + state_.text(method->name).str() +
                "(…)`")
          .note("it is declared here", method->range);
    inferArguments(call);
    return errorExpr(call->range);
  }
  inferArguments(call);
  if (isUnknown(type) || !member->member.symbol)
    return errorExpr(call->range);
  if (isa<TypeVariable>(type)) {
    error(Diag::CannotInfer, base->range, "the type of this is not clear from here");
    return errorExpr(call->range);
  }
  auto &report = error(Diag::UnknownMethod, member->member.range,
                       quoted(type) + " has no method " + state_.quoted(member->member.symbol));
  StringRef text = state_.text(member->member.symbol);
  if (text == "append" || text == "add" || text == "push")
    report.help("`push(…, value)` appends to an array");
  else if (text == "length" || text == "len" || text == "size")
    report.help("`len(…)` gives the length");
  return errorExpr(call->range);
}

Expr *Inference::callFunction(FunctionInfo *function, const syntax::CallExpr *call,
                              SourceRange name, Expr *self) {
  signature(function);
  std::string text = state_.quoted(function->name);
  Type *declared = function->result ? function->result.type : unknown();
  size_t first = self ? 1 : 0;
  if (function->isGeneric)
    return callGeneric(genericOf(function), call, name, self);
  if (!checkArity(text, function->parameterTypes.size() - first, call, name, function)) {
    inferArguments(call);
    return errorCall(call, declared);
  }
  llvm::SmallVector<Expr *, 8> arguments;
  if (self)
    arguments.push_back(self);
  for (size_t i = 0; i < call->arguments.size(); ++i) {
    const DeclaredType &parameter = function->parameterTypes[i + first];
    arguments.push_back(
        check(call->arguments[i], {parameter.type, parameter.lengths, Diag::ArgumentType, text,
                                   function->decl->parameters[i + first].name.range}));
  }
  InstanceInfo *callee = instanceOf(function, parentOf(function), {}, name);
  return finishCall(callee, call, arguments);
}

Expr *Inference::errorCall(const syntax::CallExpr *call, Type *type) {
  Expr *node = errorExpr(call->range);
  node->type = type;
  return node;
}

/// An argument for a parameter without a type, or with an enum whose arguments are open.
Expr *Inference::genericArgument(FunctionInfo *function, size_t parameter,
                                 const syntax::Expr *argument) {
  EnumEntity *wanted = function->parameterEnums[parameter];
  if (!wanted)
    return inferValue(argument);
  return check(argument,
               {openInstance(wanted, argument->range), nullptr, Diag::ArgumentType,
                state_.quoted(function->name), function->decl->parameters[parameter].name.range});
}

Expr *Inference::callGeneric(GenericType *generic, const syntax::CallExpr *call, SourceRange name,
                             Expr *self) {
  FunctionInfo *function = generic->function;
  signature(function);
  llvm::SmallVector<Expr *, 8> arguments;
  llvm::SmallVector<Type *, 4> types;
  std::string text = state_.quoted(function->name);
  Type *declared = function->result ? function->result.type : unknown();
  size_t position = self ? 1 : 0;
  if (!checkArity(text, function->parameterTypes.size() - position, call, name, function)) {
    inferArguments(call);
    return errorCall(call, declared);
  }
  if (self)
    arguments.push_back(self);
  for (const syntax::Expr *argument : call->arguments) {
    const DeclaredType &parameter = function->parameterTypes[position];
    if (parameter) {
      arguments.push_back(check(argument, {parameter.type, parameter.lengths, Diag::ArgumentType,
                                           text, function->decl->parameters[position].name.range}));
    } else if (GenericType *named = genericNamed(argument);
               named && !function->parameterEnums[position]) {
      types.push_back(named); // stays generic inside; there is nothing to pass
    } else {
      arguments.push_back(genericArgument(function, position, argument));
      types.push_back(arguments.back()->type);
    }
    ++position;
  }
  InstanceInfo *callee = genericInstance(generic, types, name);
  if (!callee)
    return errorCall(call, declared);
  // Literals and arrays left open have their types now.
  return finishCall(callee, call, arguments);
}

Expr *Inference::finishCall(InstanceInfo *callee, const syntax::CallExpr *call,
                            ArrayRef<Expr *> arguments) {
  needResult(callee);
  instance()->uses.push_back(callee);
  auto *node = makeExpr<CallExpr>(ExprKind::Call, call->range, callee->typed->result);
  node->function = callee->typed;
  node->closure = closureOf(callee, call->callee->range);
  node->arguments = copy(arguments);
  node->parenRange = call->parenRange;
  return node;
}

/// The function value that a call of a function with captures needs; null without captures.
Expr *Inference::closureOf(InstanceInfo *callee, SourceRange range) {
  FunctionInfo *function = callee->decl;
  if (capturesOf(callee).empty())
    return nullptr;
  bool inside = false;
  for (InstanceInfo *i = instance(); i; i = i->parent)
    inside |= i == callee;
  if (function->value && !inside)
    return variableExpr(function->value, 0, range);
  auto *node = makeExpr<ClosureExpr>(ExprKind::Closure, range, unknown());
  node->function = callee->typed;
  closures_.push_back({node, callee});
  return node;
}

Expr *Inference::callValue(Expr *callee, const syntax::CallExpr *call, SourceRange name) {
  Type *type = typeOf(callee);
  StringRef shown = state_.diags.sources().text(name);
  std::string text = shown.size() <= 40 ? ("`" + shown + "`").str() : "this function";
  if (isa<TypeVariable>(type)) {
    // The first call fixes the type.
    llvm::SmallVector<Expr *, 8> arguments;
    llvm::SmallVector<Type *, 8> types;
    for (const syntax::Expr *argument : call->arguments) {
      arguments.push_back(inferValue(argument));
      types.push_back(arguments.back()->type);
    }
    Type *result = state_.types.fresh(VariableOrigin::Result, name);
    if (state_.types.unify(type, state_.types.function(types, result)) == Unified::Endless)
      error(Diag::EndlessType, callee->range, "the type of " + text + " would contain itself");
    return valueCall(callee, call, arguments, result);
  }
  auto *function = dyn_cast<FunctionType>(type);
  if (!function) {
    inferArguments(call);
    if (!isUnknown(type))
      reportNotCallable(call, type, text);
    return errorExpr(call->range);
  }
  if (!checkArity(text, function->parameters.size(), call, name, nullptr)) {
    inferArguments(call);
    return errorCall(call, function->result);
  }
  llvm::SmallVector<Expr *, 8> arguments;
  for (size_t i = 0; i < call->arguments.size(); ++i)
    arguments.push_back(check(call->arguments[i],
                              {function->parameters[i], nullptr, Diag::ArgumentType, text, {}}));
  return valueCall(callee, call, arguments, function->result);
}

Expr *Inference::valueCall(Expr *callee, const syntax::CallExpr *call, ArrayRef<Expr *> arguments,
                           Type *result) {
  auto *node = makeExpr<CallValueExpr>(ExprKind::CallValue, call->range, result);
  node->callee = callee;
  node->arguments = copy(arguments);
  node->parenRange = call->parenRange;
  return node;
}

void Inference::reportNotCallable(const syntax::CallExpr *call, Type *type,
                                  const std::string &text) {
  auto &report = error(Diag::NotCallable, calleeRange(call->callee),
                       text + " is " + quoted(type) + ", not a function");
  report.label(quoted(type));
  auto *name = dyn_cast<syntax::NameExpr>(call->callee);
  Entity *hiding = name ? state_.declarations.ofNote(name->note) : nullptr;
  if (!hiding)
    return;
  for (Entity *entity : state_.predeclared)
    if (entity->kind == EntityKind::Builtin && entity->name == hiding->name)
      report.note("the builtin of this name is hidden by this declaration", hiding->range);
}

} // namespace orus::sema
