// Signatures, instances and bodies of functions (manual chapter 5).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

/// Instances of generic functions nested deeper than this do not end (5.9.3).
static constexpr unsigned kMaxInstanceDepth = 100;

void Inference::signature(FunctionInfo *function) {
  if (function->signatureDone || function->isModuleBody())
    return;
  function->signatureDone = true;
  Body *outer = std::exchange(body_, moduleBodies_.lookup(function->module));
  for (const syntax::Parameter &parameter : function->decl->parameters) {
    DeclaredType declared;
    EnumEntity *open = nullptr;
    if (parameter.type) {
      declared = declaredType(parameter.type, TypePlace::Variable);
      // Without arguments, an enum stands for its instances (7.5).
      if (declared.type->open) {
        open = enumOf(TypeContext::resolve(declared.type));
        declared = {};
      }
    }
    function->parameterTypes.push_back(declared);
    function->parameterEnums.push_back(open);
  }
  if (function->isMethod)
    function->parameterTypes.front().type =
        function->receiver ? static_cast<Type *>(structType(function->receiver)) : unknown();
  if (function->decl->result)
    function->result = declaredType(function->decl->result, TypePlace::Result);
  body_ = outer;
}

// ---- instances

InstanceInfo *Inference::newInstance(FunctionInfo *function, InstanceInfo *parent,
                                     ArrayRef<Type *> arguments, SourceRange callee) {
  instances_.push_back(std::make_unique<InstanceInfo>());
  InstanceInfo *made = instances_.back().get();
  made->decl = function;
  made->parent = parent;
  made->isLenient = parent && parent->isLenient;
  made->arguments.assign(arguments.begin(), arguments.end());
  made->maker = body_ ? instance() : nullptr;
  made->callee = callee;
  state_.program.functions.push_back(std::make_unique<FunctionInstance>());
  FunctionInstance *typed = state_.program.functions.back().get();
  made->typed = typed;
  byTyped_[typed] = made;
  typed->name = function->name;
  typed->range = function->range;
  if (function->receiver)
    typed->receiver = function->receiver->name;
  typed->isPub = function->isPub && !function->isNested;
  if (function->isGeneric)
    typed->madeAt = callee;
  typed->module = function->module->typed;
  typed->parent = parent && !parent->decl->isModuleBody() ? parent->typed : nullptr;
  typed->isModuleBody = function->isModuleBody();
  for (VariableDecl *decl : function->variables)
    made->variables.push_back(newVariable(decl, typed, function->module->typed));
  if (!function->isModuleBody()) {
    const syntax::Attributes &attributes = function->decl->attributes;
    typed->hot = attributes.hot;
    typed->cold = attributes.cold;
    typed->inlineHint = attributes.inlineHint;
    typed->noinline = attributes.noinline;
  }
  if (!function->result)
    typed->result = state_.types.fresh(VariableOrigin::Result, function->range);
  else
    typed->result = freshen(function->result.type, function->range);
  return made;
}

InferredVariable *Inference::newVariable(VariableDecl *decl, FunctionInstance *owner,
                                         TypedModule *module) {
  auto *variable = new (state_.program.arena.Allocate<InferredVariable>()) InferredVariable{};
  variable->name = decl->name;
  variable->range = decl->range;
  variable->kind = decl->variableKind;
  variable->owner = owner;
  variable->module = module;
  variable->declaredMut = decl->declaredMut;
  variable->isPub = decl->isPub;
  variable->reassigned = decl->reassigned;
  variable->captured = decl->captured;
  variable->maybeUninitialized =
      decl->unprovenRead || decl->readEarly || (decl->hoisted && decl->captured);
  variable->decl = decl;
  return variable;
}

/// Gives the parameters of a new instance their types.
void Inference::setParameters(InstanceInfo *made, ArrayRef<Type *> types) {
  FunctionInfo *function = made->decl;
  for (size_t i = 0; i < types.size(); ++i) {
    InferredVariable *variable = nullptr;
    if (VariableDecl *decl = function->parameters[i]) {
      variable = made->variables[decl->index];
    } else {
      variable = new (state_.program.arena.Allocate<InferredVariable>()) InferredVariable{};
      variable->range = function->decl->parameters[i].name.range;
      variable->kind = VariableKind::Parameter;
      variable->owner = made->typed;
      variable->module = made->typed->module;
    }
    variable->type = types[i];
    const Lengths *lengths = function->parameterTypes[i].lengths;
    variable->lengths = lengths;
    variable->fixed = lengths && lengths->length >= 0;
    // The one value of a generic function needs no place.
    if (!isa<GenericType>(types[i]))
      made->typed->parameters.push_back(variable);
  }
}

/// The instance of the function around, as seen from the body being inferred.
InstanceInfo *Inference::parentOf(FunctionInfo *function) {
  for (InstanceInfo *i = instance(); i; i = i->parent)
    if (i->decl == function->parent)
      return i;
  return moduleBodies_.lookup(function->module)->instance;
}

static uint64_t instanceKey(const FunctionInfo *function, const InstanceInfo *parent,
                            ArrayRef<Type *> arguments) {
  return llvm::hash_combine(function, parent,
                            llvm::hash_combine_range(arguments.begin(), arguments.end())) >>
         1;
}

InstanceInfo *Inference::instanceOf(FunctionInfo *function, InstanceInfo *parent,
                                    ArrayRef<Type *> arguments, SourceRange callee) {
  auto &bucket = instanceTable_[instanceKey(function, parent, arguments)];
  for (InstanceInfo *candidate : bucket)
    if (candidate->decl == function && candidate->parent == parent &&
        ArrayRef<Type *>(candidate->arguments) == arguments)
      return candidate;
  InstanceInfo *made = newInstance(function, parent, arguments, callee);
  instanceTable_[instanceKey(function, parent, arguments)].push_back(made);
  llvm::SmallVector<Type *, 8> types;
  size_t next = 0;
  for (const DeclaredType &parameter : function->parameterTypes)
    types.push_back(parameter ? parameter.type : arguments[next++]);
  setParameters(made, types);
  return made;
}

/// The instance of a generic function for argument types; null if it cannot be made, or not without
/// knowing more (the result is then unknown).
InstanceInfo *Inference::genericInstance(GenericType *generic, ArrayRef<Type *> arguments,
                                         SourceRange name) {
  FunctionInfo *function = generic->function;
  llvm::SmallVector<Type *, 4> types;
  bool recursive = false, isUnclear = false;
  for (Type *type : arguments) {
    type = state_.types.canonical(type);
    state_.types.forEachOpen(type, [&](TypeVariable *variable) {
      // An array still undetermined is dynamic from here on.
      if (variable->origin == VariableOrigin::Element ||
          variable->origin == VariableOrigin::EnumArgument)
        state_.types.unify(variable, state_.types.any());
      else
        recursive |= variable->origin == VariableOrigin::Result;
    });
    types.push_back(state_.types.canonical(type));
    isUnclear |= types.back()->erroneous;
  }
  if (isUnclear)
    return nullptr;
  if (recursive) {
    for (Body *body = body_; body; body = body->outer) {
      InstanceInfo *running = body->instance;
      if (running->decl != function || running->isCheck)
        continue;
      bool fits = true;
      for (size_t i = 0; i < types.size(); ++i)
        fits &= state_.types.unify(types[i], running->arguments[i]) == Unified::Yes;
      if (fits)
        return running;
    }
    if (!isLenient())
      error(Diag::CannotInfer, name,
            "the type of an argument of " + state_.quoted(function->name) +
                " is not clear from here");
    return nullptr;
  }
  checkDeclaration(function);
  if (function->checkFailed)
    return nullptr;
  size_t before = instances_.size();
  InstanceInfo *callee = instanceOf(function, generic->parent, types, name);
  if (instances_.size() != before) {
    InstanceInfo *outer = instance()->genericInstance();
    callee->depth = outer ? outer->depth + 1 : 1;
    if (callee->depth > kMaxInstanceDepth) {
      state_.diags
          .report(Diag::InstantiationDepth, name,
                  state_.quoted(function->name) + " calls itself with ever new types")
          .label("this call never comes to an end");
      instance()->decl->hasErrors = true;
      callee->failed = true;
      callee->state = InstanceInfo::State::Done;
      state_.types.close(callee->typed->result);
    }
  } else if (callee->failed && callee->failure != Diag{}) {
    reportInstance(callee, name, instance());
  }
  return callee;
}

/// Infers the body of an instance if its result, or anything else that is open, depends on it.
void Inference::needResult(InstanceInfo *callee) {
  if (callee->state != InstanceInfo::State::New)
    return;
  llvm::erase_if(openVariables_, [](InferredVariable *variable) {
    return !TypeContext::resolve(variable->type)->open;
  });
  if (callee->decl->result && !callee->decl->result.type->open && openVariables_.empty() &&
      !callee->isLenient) {
    callee->state = InstanceInfo::State::Queued;
    queue_.push_back(callee);
    return;
  }
  inferBody(callee);
}

void Inference::drainQueue() {
  for (; queueNext_ < queue_.size(); ++queueNext_)
    if (queue_[queueNext_]->state == InstanceInfo::State::Queued)
      inferBody(queue_[queueNext_]);
}

// ---- bodies

bool Inference::stackIsLow() const {
  // Not the address of a variable, which the address sanitizer keeps elsewhere.
  auto *here = static_cast<const char *>(__builtin_frame_address(0));
  auto used = stackBase_ > here ? stackBase_ - here : here - stackBase_;
  return static_cast<size_t>(used) > stackBudget_;
}

void Inference::inferBody(InstanceInfo *made) {
  FunctionInfo *function = made->decl;
  if (stackIsLow()) {
    made->state = InstanceInfo::State::Done;
    state_.types.unify(made->typed->result, unknown());
    function->hasErrors = true;
    state_.diags
        .report(Diag::CannotInfer, function->range,
                "the calls that decide the type of this function are nested too deeply")
        .help("declare the results of the functions: `-> i32`");
    return;
  }
  made->state = InstanceInfo::State::Running;
  auto *trail = state_.types.trail();
  if (!made->isLenient)
    state_.types.setTrail(nullptr);
  Body body(made, body_);
  if (function->result) {
    body.declared = made->typed->result;
    body.lengths = function->result.lengths;
  } else if (made->expected && !isa<TypeVariable>(TypeContext::resolve(made->expected))) {
    body.declared = made->expected;
    state_.types.unify(made->typed->result, made->expected);
  }
  body_ = &body;
  bool isVoid = body.declared && TypeContext::resolve(body.declared)->kind == TypeKind::Void;
  Ending ending = inferBlock(function->decl->body, made->typed->body, !isVoid);
  finishBody(body, ending);
  checkNested(body);
  body_ = body.outer;
  made->state = InstanceInfo::State::Done;
  if (made->expected)
    state_.types.unify(made->typed->result, made->expected);
  state_.types.setTrail(trail);
}

static void becomeReturn(ExprStmt *stmt) {
  ExprStmt old = *stmt;
  static_assert(sizeof(ReturnStmt) == sizeof(ExprStmt));
  auto *result = new (static_cast<void *>(stmt)) ReturnStmt{};
  static_cast<Stmt &>(*result) = old;
  result->kind = StmtKind::Return;
  result->value = old.expr;
}

/// Turns the expressions that end the body into its result, and settles the type of it.
void Inference::finishBody(Body &body, Ending ending) {
  InstanceInfo *made = body.instance;
  FunctionInfo *function = made->decl;
  std::string name = function->name ? state_.quoted(function->name) : "this function";
  Type *result = made->typed->result;
  bool isResult = ending == Ending::Value;
  if (!body.declared && !body.returnsValue) {
    // Only the last statement can give a result, and only if all its values have one type.
    isResult = isResult && body.bareReturns.empty();
    for (Tail &tail : body.tails)
      isResult = isResult && state_.types.unify(body.tails.front().stmt->expr->type,
                                                tail.stmt->expr->type) == Unified::Yes;
    if (!isResult) {
      settleVoid(body);
    } else if (state_.types.unify(result, body.tails.front().stmt->expr->type) ==
               Unified::Endless) {
      error(Diag::EndlessType, function->range, "the type of " + name + " would contain itself");
    }
  } else if (isResult) {
    Type *wanted = body.declared ? body.declared : result;
    SourceRange from = body.declared && function->result ? function->result.range : body.knownAt;
    for (Tail &tail : body.tails)
      tail.stmt->expr =
          coerce(tail.stmt->expr, {wanted, body.lengths, Diag::ReturnType, name, from});
  }
  bool isVoid = TypeContext::resolve(result)->kind == TypeKind::Void;
  for (Tail &tail : body.tails) {
    if (isResult && !isVoid)
      becomeReturn(tail.stmt);
    else
      warnAboutDropped(tail.expr, tail.stmt->expr);
  }
  if (!isVoid && ending == Ending::Open) {
    auto &report = error(Diag::MissingReturn, function->range,
                         "not every path through " + name + " returns a " + quoted(result))
                       .label("can end without a value");
    if (function->decl && !function->decl->body.statements.empty())
      report.label(function->decl->body.statements.back()->range,
                   "after this there is no `return`");
  }
  if (body.returnsValue && !body.declared && !body.bareReturns.empty())
    error(Diag::ReturnType, body.bareReturns.front(),
          name + " returns a value elsewhere, so this `return` needs one")
        .label("without a value");
  if (!body.declared || body.declared->open)
    settleResult(made, name);
}

void Inference::settleVoid(Body &body) {
  InstanceInfo *made = body.instance;
  Type *result = TypeContext::resolve(made->typed->result);
  if (auto *variable = dyn_cast<TypeVariable>(result))
    state_.types.unify(variable, state_.types.voidType());
  made->typed->result = state_.types.voidType();
  for (SourceRange use : made->valueUses)
    error(Diag::VoidValue, use,
          (made->decl->name ? state_.quoted(made->decl->name) : "this function") +
              " gives no value")
        .label("used as a value");
}

/// What is left open in the result: an undetermined array becomes one of `any`; nothing to go by at
/// all is an error, unless a function further out that is being inferred can still decide it.
void Inference::settleResult(InstanceInfo *made, const std::string &name) {
  Type *result = made->typed->result;
  bool unclear = false;
  state_.types.forEachOpen(result, [&](TypeVariable *variable) {
    if (variable->origin == VariableOrigin::Element ||
        variable->origin == VariableOrigin::EnumArgument) {
      state_.types.unify(variable, state_.types.any());
      return;
    }
    if (variable->origin != VariableOrigin::Result)
      return;
    for (Body *outer = body_->outer; outer; outer = outer->outer)
      if (TypeContext::resolve(outer->instance->typed->result) == variable)
        return;
    unclear = true;
    state_.types.close(variable);
  });
  made->typed->result = state_.types.canonical(result);
  if (unclear && !made->isLenient && !made->decl->hasErrors)
    error(Diag::CannotInfer, made->decl->range, "the result type of " + name + " is not clear")
        .label("no `return` determines it")
        .help("declare it: `-> i32`");
}

/// Functions declared in a body that nothing in it has used.
void Inference::checkNested(Body &body) {
  for (FunctionInfo *function : body.nested) {
    if (function->isGeneric) {
      checkDeclaration(function);
      continue;
    }
    signature(function);
    InstanceInfo *made = instanceOf(function, body.instance, {}, function->range);
    if (made->state == InstanceInfo::State::New)
      inferBody(made);
  }
}

/// Checks the body of a generic function once with parameters of unknown type (5.9.2).
void Inference::checkDeclaration(FunctionInfo *function) {
  if (function->check != FunctionInfo::Check::New)
    return;
  function->check = FunctionInfo::Check::Running;
  signature(function);
  llvm::SmallVector<TypeVariable *> bound;
  auto *trail = state_.types.trail();
  state_.types.setTrail(&bound);
  InstanceInfo *made = newInstance(function, parentOf(function), {}, function->range);
  made->isCheck = made->isLenient = true;
  llvm::SmallVector<Type *, 8> types;
  for (const DeclaredType &parameter : function->parameterTypes)
    types.push_back(parameter ? parameter.type : unknown());
  setParameters(made, types);
  inferBody(made);
  for (TypeVariable *variable : bound)
    variable->bound = nullptr;
  state_.types.setTrail(trail);
  function->check = FunctionInfo::Check::Done;
  function->checkFailed = function->hasErrors;
}

Type *Inference::functionType(InstanceInfo *made) {
  llvm::SmallVector<Type *, 8> parameters;
  for (Variable *parameter : made->typed->parameters)
    parameters.push_back(parameter->type);
  return state_.types.function(parameters, made->typed->result);
}

} // namespace orus::sema
