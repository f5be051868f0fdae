#include "compiler/sema/Resolver.h"

#include "format/image/Limits.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

void Resolver::resolve(ModuleInfo &module) {
  module_ = &module;
  current_.resize(state_.interner.size());
  ended_.resize(state_.interner.size());
  module.body = state_.declarations.make<FunctionInfo>(EntityKind::Function, {}, {}, module_);
  module.functions.push_back(module.body);
  function_ = module.body;
  statement_ = 0;
  enter(ScopeKind::Module, module.ast);
  imports_.resize(1);
  use_ = 0;
  hasUnknownNames_ = false;
  declareModuleNames();
  for (const syntax::Stmt *stmt : module.ast->statements) {
    ++statement_;
    resolve(stmt);
  }
  finishCaptures();
  findEarlyReads(module);
  reportUndeclaredAtEnd();
  reportUnknownTypesAtEnd();
  warnAboutImports();
  for (auto [name, entity] : module.names)
    if (entity->isPub)
      module.exports.push_back(entity);
  llvm::sort(module.exports,
             [](const Entity *a, const Entity *b) { return a->range.begin < b->range.begin; });
  leave();
  methods_.clear();
}

// ---- names of the whole module

void Resolver::declareType(Entity *entity) {
  if (!entity->name)
    return;
  if (state_.namedPrimitive(entity->name)) {
    error(Diag::Redefinition, entity->range,
          state_.quoted(entity->name) + " is already declared: it is a built-in type")
        .label("declared again");
    return;
  }
  if (declare(innermost(), entity))
    module_->types[entity->name] = entity;
}

void Resolver::declareModuleNames() {
  for (const syntax::Stmt *stmt : module_->ast->statements) {
    if (auto *decl = dyn_cast<syntax::FunctionDecl>(stmt)) {
      FunctionInfo *function = newFunction(decl, module_->body);
      function->isNested = false;
      declare(innermost(), function);
    } else if (auto *structure = dyn_cast<syntax::StructDecl>(stmt)) {
      auto *entity = state_.declarations.make<StructEntity>(
          EntityKind::Struct, structure->name.symbol, structure->name.range, module_);
      entity->decl = structure;
      entity->isPub = structure->isPub;
      structure->name.note = entity->id << 1;
      declareType(entity);
    } else if (auto *enumeration = dyn_cast<syntax::EnumDecl>(stmt)) {
      auto *entity = state_.declarations.make<EnumEntity>(
          EntityKind::Enum, enumeration->name.symbol, enumeration->name.range, module_);
      entity->decl = enumeration;
      entity->isPub = enumeration->isPub;
      enumeration->name.note = entity->id << 1;
      declareType(entity);
    }
  }
  for (const syntax::Stmt *stmt : module_->ast->statements)
    if (auto *impl = dyn_cast<syntax::ImplDecl>(stmt))
      declareMethods(impl);
}

void Resolver::declareMethods(const syntax::ImplDecl *impl) {
  auto *target = dyn_cast_or_null<StructEntity>(module_->types.lookup(impl->target.symbol));
  if (target && target->module != module_)
    target = nullptr;
  if (!target && impl->target.symbol)
    error(Diag::ImplTarget, impl->target.range,
          "there is no struct " + state_.quoted(impl->target.symbol) + " here to add methods to")
        .label("not a struct of this module");
  if (target)
    impl->target.note = target->id << 1;
  for (const syntax::FunctionDecl *decl : impl->methods) {
    FunctionInfo *method = newFunction(decl, module_->body);
    method->isNested = false;
    method->isPub = impl->isPub || decl->isPub;
    method->receiver = target;
    method->isInImpl = true;
    method->isMethod =
        !decl->parameters.empty() && decl->parameters.front().name.symbol == state_.self;
    method->isGeneric = false;
    for (size_t i = method->isMethod; i < decl->parameters.size(); ++i)
      method->isGeneric |= !decl->parameters[i].type || openEnum(decl->parameters[i].type);
    methods_[decl->name.symbol].push_back(method);
    if (!target || !decl->name.symbol)
      continue;
    auto [entry, isNew] = target->methods.try_emplace(decl->name.symbol, method);
    const syntax::StructField *field =
        llvm::find_if(target->decl->fields, [&](const syntax::StructField &f) {
          return f.name.symbol == decl->name.symbol;
        });
    if (isNew && field == target->decl->fields.end())
      continue;
    error(Diag::RepeatedMember, decl->name.range,
          state_.quoted(decl->name.symbol) + " is declared twice in " + state_.quoted(target->name))
        .label("declared again")
        .note("the first declaration is here", isNew ? field->name.range : entry->second->range);
  }
}

// ---- functions

FunctionInfo *Resolver::newFunction(const syntax::FunctionDecl *decl, FunctionInfo *parent) {
  auto *function = state_.declarations.make<FunctionInfo>(
      EntityKind::Function, decl->name.symbol, decl->name.symbol ? decl->name.range : decl->fnRange,
      module_);
  function->decl = decl;
  function->parent = parent;
  function->isPub = decl->isPub;
  function->isNested = true;
  for (const syntax::Parameter &parameter : decl->parameters)
    function->isGeneric |= !parameter.type || openEnum(parameter.type) != nullptr;
  decl->name.note = function->id << 1;
  module_->functions.push_back(function);
  return function;
}

/// The generic enum that an annotation names without arguments (7.5), or null.
const EnumEntity *Resolver::openEnum(const syntax::TypeExpr *type) {
  auto *path = dyn_cast<syntax::PathType>(type);
  if (!path || path->hasArguments || !path->path.front().symbol)
    return nullptr;
  Entity *entity = module_->types.lookup(path->path.front().symbol);
  if (path->path.size() > 1) {
    auto *space = dyn_cast_or_null<NamespaceEntity>(lookup(path->path.front().symbol));
    entity = space && space->target && path->path[1].symbol
                 ? space->target->names.lookup(path->path[1].symbol)
                 : nullptr;
  }
  auto *enumeration = dyn_cast_or_null<EnumEntity>(entity);
  bool isGeneric = enumeration && enumeration->decl && !enumeration->decl->typeParameters.empty();
  return isGeneric ? enumeration : nullptr;
}

/// Reports what the image cannot hold, at its declaration.
void Resolver::checkLimit(const syntax::Name &name, size_t count, size_t most, const char *what) {
  if (count <= most)
    return;
  std::string shown = name.symbol ? state_.quoted(name.symbol) : "this";
  error(Diag::LimitExceeded, name.range,
        shown + " is too large: " + std::to_string(count) + " " + what + ", at most " +
            std::to_string(most))
      .label("too large");
}

void Resolver::checkSelf(const FunctionInfo *function) {
  const syntax::FunctionDecl *decl = function->decl;
  const StructEntity *receiver = function->receiver;
  for (size_t i = 0; i < decl->parameters.size(); ++i) {
    const syntax::Parameter &parameter = decl->parameters[i];
    if (parameter.name.symbol != state_.self)
      continue;
    bool good = (receiver || function->isInImpl) && i == 0;
    if (good && receiver && parameter.type) {
      auto *path = dyn_cast<syntax::PathType>(parameter.type);
      good = path && path->path.size() == 1 && !path->hasArguments &&
             path->path.front().symbol == receiver->name;
    }
    if (!good)
      error(Diag::BadSelf, parameter.name.range,
            receiver && i == 0 ? "`self` has the type " + state_.quoted(receiver->name) + " here"
                               : "`self` must be the first parameter of a method")
          .label("not possible here");
  }
}

void Resolver::resolveFunction(FunctionInfo *function) {
  const syntax::FunctionDecl *decl = function->decl;
  FunctionInfo *outer = std::exchange(function_, function);
  size_t outerLoops = std::exchange(loopBase_, loops_.size());
  bool outerModuleFunction =
      std::exchange(inModuleFunction_, inModuleFunction_ || !function->isNested);
  size_t mark = initialization_.mark();
  bool isPub =
      !function->isNested && function->isPub && (!function->receiver || function->receiver->isPub);
  for (const syntax::Parameter &parameter : decl->parameters)
    resolveDeclared(parameter.type, isPub);
  resolveDeclared(decl->result, isPub);
  enter(ScopeKind::Function, &decl->body);
  checkSelf(function);
  checkLimit({decl->name.symbol, function->range}, decl->parameters.size(), image::kMaxParameters,
             "parameters");
  for (const syntax::Parameter &parameter : decl->parameters) {
    Symbol symbol = parameter.name.symbol;
    if (!symbol || symbol == state_.underscore) {
      function->parameters.push_back(nullptr);
      continue;
    }
    VariableDecl *variable = newVariable(symbol, parameter.name.range, VariableKind::Parameter);
    function->parameters.push_back(variable);
    parameter.name.note = variable->id << 1;
    uint32_t earlier = current_[symbol.id];
    if (earlier && bindings_[earlier].scope == innermost())
      error(Diag::RepeatedParameter, parameter.name.range,
            state_.quoted(symbol) + " is a parameter already")
          .label("declared again")
          .note("the first is here", bindings_[earlier].entity->range);
    else
      declare(innermost(), variable);
  }
  resolveStatements(decl->body.statements);
  leave();
  initialization_.undo(mark);
  inModuleFunction_ = outerModuleFunction;
  loopBase_ = outerLoops;
  function_ = outer;
}

void Resolver::resolveFunctionStatement(const syntax::FunctionDecl *decl) {
  if (isModuleLevel())
    return resolveFunction(cast<FunctionInfo>(state_.declarations.ofNote(decl->name.note)));
  FunctionInfo *function = newFunction(decl, function_);
  if (decl->name.symbol && !function->isGeneric) {
    function->value = newVariable(decl->name.symbol, decl->name.range, VariableKind::Local);
    function->value->function = function;
  }
  declare(innermost(), function);
  resolveFunction(function);
}

/// `name = fn(x) …` with a parameter that has no type, where it declares a name (5.6).
bool Resolver::declareGeneric(const syntax::AssignStmt *assign) {
  if (assign->targets.size() != 1 || !assign->value)
    return false;
  const syntax::AssignTarget &target = assign->targets.front();
  auto *name = dyn_cast<syntax::NameExpr>(target.place);
  auto *value = dyn_cast<syntax::FunctionExpr>(assign->value);
  if (!name || !value || target.isMut || target.type || !name->symbol ||
      name->symbol == state_.underscore || lookupDeclared(name->symbol))
    return false;
  if (llvm::all_of(value->function->parameters,
                   [](const syntax::Parameter &p) { return p.type != nullptr; }))
    return false;
  FunctionInfo *function = newFunction(value->function, function_);
  function->isPub = assign->isPub;
  resolveFunction(function);
  function->name = name->symbol;
  function->range = name->range;
  name->note = function->id << 1;
  declare(plainBindingScope(), function);
  return true;
}

/// A function that mentions a nested function makes its value in place, so it needs the variables
/// which that one captures. The values of functions without captures are not needed.
void Resolver::finishCaptures() {
  for (bool changed = true; changed;) {
    changed = false;
    for (auto [user, used] : nestedMentions_)
      for (size_t i = 0; i < used->captures.size(); ++i) {
        VariableDecl *variable = used->captures[i];
        for (FunctionInfo *f = user; f && f != variable->owner; f = f->parent)
          if (captured_.insert({f, variable}).second) {
            f->captures.push_back(variable);
            changed = true;
          }
      }
  }
  for (FunctionInfo *function : module_->functions)
    llvm::erase_if(function->captures, [&](VariableDecl *variable) {
      // A function reaches its own value without capturing it.
      return variable == function->value ||
             (variable->function && variable->function->captures.empty());
    });
  for (FunctionInfo *function : module_->functions)
    checkLimit({function->name, function->range}, function->captures.size(), image::kMaxCaptures,
               "captured variables");
  nestedMentions_.clear();
  captured_.clear();
}

// ---- types

void Resolver::resolveStruct(const syntax::StructDecl *decl) {
  checkLimit(decl->name, decl->fields.size(), image::kMaxFields, "fields");
  for (const syntax::StructField &field : decl->fields)
    resolveDeclared(field.type, decl->isPub);
  auto *entity = dyn_cast_or_null<StructEntity>(state_.declarations.ofNote(decl->name.note));
  if (!entity)
    return;
  auto *defaults =
      state_.declarations.make<FunctionInfo>(EntityKind::Function, {}, decl->name.range, module_);
  defaults->parent = module_->body;
  defaults->isDefaults = true;
  entity->defaults = defaults;
  FunctionInfo *outer = std::exchange(function_, defaults);
  bool outerModuleFunction = std::exchange(inModuleFunction_, true);
  for (const syntax::StructField &field : decl->fields)
    resolve(field.defaultValue);
  inModuleFunction_ = outerModuleFunction;
  function_ = outer;
}

void Resolver::resolveEnum(const syntax::EnumDecl *decl) {
  typeParameters_ = decl->typeParameters;
  checkLimit(decl->name, decl->variants.size(), image::kMaxVariants, "variants");
  for (const syntax::EnumVariant &variant : decl->variants)
    checkLimit(variant.name, variant.payload.size(), image::kMaxPayload, "values");
  for (const syntax::EnumVariant &variant : decl->variants)
    for (const syntax::VariantPayload &payload : variant.payload)
      resolveDeclared(payload.type, decl->isPub);
  typeParameters_ = {};
}

void Resolver::resolveImpl(const syntax::ImplDecl *decl) {
  for (const syntax::FunctionDecl *method : decl->methods)
    resolveFunction(cast<FunctionInfo>(state_.declarations.ofNote(method->name.note)));
}

} // namespace orus::sema
