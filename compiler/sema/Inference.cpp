#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

Inference::Inference(SemaState &state, size_t stackBudget)
    : state_(state), stackBudget_(stackBudget) {}

Inference::~Inference() = default;

// ---- variables

InferredVariable *Inference::variableOf(VariableDecl *decl) { return variableOf(decl, instance()); }

/// The variable as the body of an instance sees it: of that instance, or of one around it.
InferredVariable *Inference::variableOf(VariableDecl *decl, InstanceInfo *from) {
  if (decl->variableKind == VariableKind::Module)
    return moduleVariables_.find(decl->module)->second[decl->index];
  InstanceInfo *owner = from;
  while (owner->decl != decl->owner && owner->parent)
    owner = owner->parent;
  return owner->variables[decl->index];
}

/// A variable of the module that is needed before the walk has reached its declaration.
void Inference::needModuleVariable(VariableDecl *decl) {
  InferredVariable *variable = variableOf(decl);
  if (variable->type || !decl->declaration)
    return;
  if (decl->inferring) {
    error(Diag::CannotInfer, decl->range,
          "the type of " + state_.quoted(decl->name) + " is not clear: it depends on itself")
        .label("add an annotation");
    variable->type = unknown();
    return;
  }
  auto *trail = state_.types.trail();
  state_.types.setTrail(nullptr);
  Body *outer = std::exchange(body_, moduleBodies_.lookup(decl->module));
  llvm::SmallVector<Stmt *, 1> statements;
  inferStatement(decl->declaration, statements, false);
  early_[decl->declaration] = statements;
  body_ = outer;
  state_.types.setTrail(trail);
}

Inference::Inferring::Inferring(Inference &inference, const syntax::AssignStmt *assign) {
  for (const syntax::AssignTarget &target : assign->targets)
    if (auto *name = dyn_cast<syntax::NameExpr>(target.place))
      add(inference, name->note, name->range);
}

Inference::Inferring::Inferring(Inference &inference, const syntax::DestructureStmt *destructure) {
  for (const syntax::Name &name : destructure->names)
    add(inference, name.note, name.range);
}

void Inference::Inferring::add(Inference &inference, uint32_t note, SourceRange range) {
  auto *decl = dyn_cast_or_null<VariableDecl>(inference.state_.declarations.ofNote(note));
  if (!decl || decl->variableKind != VariableKind::Module || decl->range != range)
    return;
  decl->inferring = true;
  decls.push_back(decl);
}

Inference::Inferring::~Inferring() {
  for (VariableDecl *decl : decls)
    decl->inferring = false;
}

// ---- modules

void Inference::run() {
  stackBase_ = static_cast<const char *>(__builtin_frame_address(0));
  std::vector<std::unique_ptr<Body>> bodies;
  for (ModuleInfo &module : state_.modules) {
    state_.program.modules.push_back(std::make_unique<TypedModule>());
    TypedModule *typed = state_.program.modules.back().get();
    module.typed = typed;
    typed->name = module.name;
    typed->path = module.path;
    typed->file = module.ast->file;
    for (const ModuleInfo *used : module.uses)
      if (used && !llvm::is_contained(typed->dependencies, used->typed))
        typed->dependencies.push_back(used->typed);
    auto &variables = moduleVariables_[&module];
    for (VariableDecl *decl : module.variables)
      variables.push_back(newVariable(decl, nullptr, typed));
    module.body->signatureDone = true;
    module.body->result.type = state_.types.voidType();
    InstanceInfo *made = newInstance(module.body, nullptr, {}, {});
    typed->body = made->typed;
    bodies.push_back(std::make_unique<Body>(made, nullptr));
    bodies.back()->declared = state_.types.voidType();
    moduleBodies_[&module] = bodies.back().get();
  }
  for (ModuleInfo &module : state_.modules)
    inferModule(module);
  refuseEndlessEnums();
  if (!state_.diags.hasErrors())
    finish();
  warnAboutUnused();
  flushWarnings();
}

void Inference::inferModule(ModuleInfo &module) {
  body_ = moduleBodies_.lookup(&module);
  InstanceInfo *made = body_->instance;
  made->state = InstanceInfo::State::Running;
  llvm::SmallVector<Stmt *, 0> statements;
  inferStatements(module.ast->statements, statements, false);
  made->typed->body = finishBlock(module.ast, statements);
  checkNested(*body_);
  drainQueue();
  for (size_t i = 0; i < module.functions.size(); ++i) {
    FunctionInfo *function = module.functions[i];
    if (function->isNested || function->isModuleBody())
      continue;
    if (function->isGeneric) {
      checkDeclaration(function);
    } else {
      signature(function);
      InstanceInfo *instance = instanceOf(function, made, {}, function->range);
      if (instance->state == InstanceInfo::State::New ||
          instance->state == InstanceInfo::State::Queued)
        inferBody(instance);
    }
    drainQueue();
  }
  made->state = InstanceInfo::State::Done;
  body_ = nullptr;
}

// ---- the end

/// Marks the functions that the program needs: the bodies of the modules, the functions that are
/// not generic, and what they use.
void Inference::markReached() {
  llvm::SmallVector<InstanceInfo *> work;
  auto reach = [&](InstanceInfo *made) {
    if (!made->isReached && !made->isLenient) {
      made->isReached = true;
      work.push_back(made);
    }
  };
  for (auto &made : instances_)
    if (!made->decl->isNested && !made->decl->isGeneric)
      reach(made.get());
  while (!work.empty())
    for (InstanceInfo *used : work.pop_back_val()->uses)
      reach(used);
}

/// A variable whose type nothing has determined (5.9.5).
void Inference::reportUnclear(InstanceInfo *made, InferredVariable *variable) {
  bool unclear = false;
  state_.types.forEachOpen(variable->type, [&](TypeVariable *open) {
    unclear |= open->origin == VariableOrigin::Result || open->origin == VariableOrigin::Parameter;
  });
  if (!unclear)
    return;
  Body body(made, nullptr);
  body_ = &body;
  error(Diag::CannotInfer, variable->range,
        "the type of " + (variable->name ? state_.quoted(variable->name) : std::string("this")) +
            " is not clear from here")
      .label("nothing determines it")
      .help("add an annotation");
  body_ = nullptr;
}

/// Gives everything its final type and hands the functions over.
void Inference::finish() {
  markReached();
  for (ModuleInfo &module : state_.modules)
    for (InferredVariable *variable : moduleVariables_[&module])
      if (variable->type)
        reportUnclear(moduleBodies_.lookup(&module)->instance, variable);
  for (auto &made : instances_) {
    if (!made->isReached)
      continue;
    for (Variable *variable : made->typed->parameters)
      reportUnclear(made.get(), static_cast<InferredVariable *>(variable));
    for (InferredVariable *variable : made->variables)
      if (variable->type)
        reportUnclear(made.get(), variable);
  }
  if (state_.diags.hasErrors())
    return;
  for (const Deferred &deferred : deferred_)
    if (!deferred.instance->isLenient)
      finishDeferred(deferred);
  if (state_.diags.hasErrors())
    return;
  finishVariables();
  for (auto [closure, made] : closures_)
    if (!made->isLenient)
      closure->type = functionType(made);
  for (Expr *expr : open_)
    expr->type = state_.types.close(expr->type);
  auto &functions = state_.program.functions;
  llvm::DenseSet<const FunctionInstance *> kept;
  for (auto &made : instances_)
    if (made->isReached)
      kept.insert(made->typed);
  llvm::erase_if(functions, [&](auto &function) { return !kept.contains(function.get()); });
  for (size_t i = 0; i < functions.size(); ++i)
    functions[i]->index = static_cast<uint32_t>(i);
}

void Inference::finishVariables() {
  auto close = [&](Variable *variable) { variable->type = state_.types.close(variable->type); };
  for (ModuleInfo &module : state_.modules)
    for (InferredVariable *variable : moduleVariables_[&module]) {
      if (!variable->type)
        continue;
      close(variable);
      variable->index = static_cast<uint32_t>(module.typed->variables.size());
      module.typed->variables.push_back(variable);
    }
  auto add = [&](FunctionInstance *function, Variable *variable) {
    close(variable);
    variable->index = static_cast<uint32_t>(function->variables.size());
    function->variables.push_back(variable);
  };
  for (auto &made : instances_) {
    FunctionInstance *typed = made->typed;
    if (!made->isReached)
      continue;
    for (Variable *parameter : typed->parameters)
      add(typed, parameter);
    for (InferredVariable *variable : made->variables)
      if (variable->type && variable->kind != VariableKind::Parameter)
        add(typed, variable);
    typed->result = state_.types.close(typed->result);
    typed->type = cast<FunctionType>(functionType(made.get()));
    for (InferredVariable *variable : capturesOf(made.get()))
      typed->captures.push_back({variable});
    if (made->decl->value && !typed->captures.empty())
      typed->selfVariable = variableOf(made->decl->value, made.get());
  }
  for (auto [made, variable] : unnamed_)
    if (made->isReached)
      add(made->typed, variable);
}

} // namespace orus::sema
