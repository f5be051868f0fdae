#include "compiler/sema/Resolver.h"

#include "compiler/basic/Suggestions.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

static constexpr uint32_t kBuiltinScope = 0, kModuleScope = 1;

Resolver::Resolver(SemaState &state) : state_(state) {
  bindings_.push_back({});
  imports_.resize(1);
  current_.resize(state.interner.size());
  ended_.resize(state.interner.size());
  scopes_.push_back({ScopeKind::Module, nullptr, 0});
  for (Entity *entity : state.predeclared)
    declare(kBuiltinScope, entity);
}

void Resolver::enter(ScopeKind kind, const void *block) { scopes_.push_back({kind, block, 0}); }

void Resolver::leave() {
  for (uint32_t id = scopes_.back().bindings; id;) {
    Binding &binding = bindings_[id];
    current_[binding.symbol.id] = binding.shadowed;
    ended_[binding.symbol.id] = id;
    binding.ended = scopes_.back().kind;
    id = binding.previous;
  }
  scopes_.pop_back();
}

Entity *Resolver::entityOf(uint32_t binding) {
  if (!binding)
    return nullptr;
  imports_[bindings_[binding].import].used = true;
  return bindings_[binding].entity;
}

Entity *Resolver::lookup(Symbol symbol) { return entityOf(current_[symbol.id]); }

Entity *Resolver::lookupDeclared(Symbol symbol) {
  uint32_t id = current_[symbol.id];
  return bindings_[id].scope != kBuiltinScope ? entityOf(id) : nullptr;
}

SourceRange Resolver::rangeOf(const Binding &binding) const {
  return binding.import ? imports_[binding.import].range : binding.entity->range;
}

uint32_t Resolver::plainBindingScope() const {
  uint32_t scope = innermost();
  while (scopes_[scope].kind == ScopeKind::Branch)
    --scope;
  return scope;
}

bool Resolver::declare(uint32_t scope, Entity *entity) {
  if (!entity->name)
    return true;
  uint32_t &top = current_[entity->name.id];
  if (top && bindings_[top].scope == scope) {
    Entity *first = bindings_[top].entity, *later = entity;
    if (bindings_[top].import && first->kind != EntityKind::Error) {
      reportConflict(rangeOf(bindings_[top]), entity->range, entity->name);
      return false;
    }
    if (first->kind == EntityKind::Error || entity->kind == EntityKind::Error)
      return false;
    if (later->range.begin < first->range.begin && later->module == first->module)
      std::swap(first, later);
    error(Diag::Redefinition, later->range,
          state_.quoted(entity->name) + " is already declared in this scope")
        .label("declared again")
        .help("assign with `" + state_.text(entity->name).str() + " = …`, or pick another name")
        .note("the first declaration is here", first->range);
    return false;
  }
  if (top && scope != kBuiltinScope)
    warnAboutHiding(entity, top);
  auto id = static_cast<uint32_t>(bindings_.size());
  bindings_.push_back({entity->name, scope, top, scopes_[scope].bindings, entity, 0, {}});
  top = id;
  scopes_[scope].bindings = id;
  if (scope == kModuleScope && entity->module == module_)
    module_->names[entity->name] = entity;
  return true;
}

void Resolver::warnAboutHiding(Entity *entity, uint32_t hidden) {
  Entity *outer = bindings_[hidden].entity;
  if (outer->kind == EntityKind::Builtin) {
    state_.warn(Diag::ShadowedBuiltin, entity->range,
                state_.quoted(entity->name) + " hides the builtin of that name", function_);
  } else if (SourceRange at = rangeOf(bindings_[hidden]);
             bindings_[hidden].scope != kBuiltinScope && at.valid()) {
    uint32_t line = state_.diags.sources().lineColumn(at.begin).line;
    state_.warn(Diag::ShadowedName, entity->range,
                "this hides the " + state_.quoted(entity->name) + " of line " +
                    std::to_string(line),
                function_);
  }
}

VariableDecl *Resolver::newVariable(Symbol symbol, SourceRange range, VariableKind kind) {
  auto *variable =
      state_.declarations.make<VariableDecl>(EntityKind::Variable, symbol, range, module_);
  variable->variableKind = kind;
  variable->owner = function_;
  variable->statement = statement_;
  auto &list = kind == VariableKind::Module ? module_->variables : function_->variables;
  variable->index = static_cast<uint32_t>(list.size());
  list.push_back(variable);
  return variable;
}

VariableDecl *Resolver::declareLocal(const syntax::Name &name, const syntax::Stmt *declaration) {
  if (!name.symbol || name.symbol == state_.underscore)
    return nullptr;
  VariableDecl *variable = newVariable(name.symbol, name.range, VariableKind::Local);
  variable->declaration = declaration;
  name.note = variable->id << 1;
  declare(innermost(), variable);
  return variable;
}

basic::Diagnostic &Resolver::error(Diag id, SourceRange range, std::string message) {
  function_->hasErrors = true;
  return state_.diags.report(id, range, std::move(message));
}

// ---- uses

void Resolver::noteCapture(VariableDecl *variable) {
  variable->captured = true;
  for (FunctionInfo *f = function_; f != variable->owner; f = f->parent)
    if (captured_.insert({f, variable}).second)
      f->captures.push_back(variable);
}

void Resolver::noteMention(FunctionInfo *function) {
  if (function_->isModuleBody())
    module_->mentions.push_back({statement_, function});
  else if (function_->mentions.empty() || function_->mentions.back() != function)
    function_->mentions.push_back(function);
  bool inside = false;
  for (FunctionInfo *f = function_; f; f = f->parent)
    inside |= f == function;
  function->used |= !inside;
  if (!function->isNested || function_ == function->parent)
    return;
  if (function->value && !inside)
    noteCapture(function->value);
  else
    nestedMentions_.push_back({function_, function});
}

bool Resolver::noteRead(VariableDecl *variable) {
  variable->used = true;
  bool unproven = variable->hoisted && !variable->assigned;
  if (variable->variableKind == VariableKind::Module) {
    if (variable->module != module_)
      return false; // imported: its module has run
    if (!function_->isModuleBody())
      function_->moduleReads.push_back(variable);
    // A function of the module can be called before the walk has reached it.
    unproven |= variable->hoisted && inModuleFunction_;
  } else if (variable->owner != function_) {
    noteCapture(variable);
  }
  variable->unprovenRead |= unproven;
  return unproven;
}

void Resolver::resolveName(const syntax::NameExpr *name, Place place) {
  if (!name->symbol)
    return;
  Entity *entity = name->symbol == state_.underscore ? nullptr : lookup(name->symbol);
  if (!entity) {
    reportUndeclared(name->symbol, name->range);
    return;
  }
  name->note = entity->id << 1;
  noteUse(entity, name->range, place, name->note);
}

void Resolver::noteUse(Entity *entity, SourceRange range, Place place, uint32_t &note) {
  if (auto *variable = dyn_cast<VariableDecl>(entity)) {
    note |= noteRead(variable);
    return;
  }
  if (auto *function = dyn_cast<FunctionInfo>(entity)) {
    noteMention(function);
    return;
  }
  entity->used = true;
  std::string name = state_.quoted(entity->name);
  if (entity->kind == EntityKind::Builtin && place != Place::Callee) {
    error(Diag::BuiltinAsValue, range, name + " is built in and can only be called")
        .label("not a value");
  } else if ((isa<StructEntity>(entity) || isa<EnumEntity>(entity)) && place != Place::MemberBase) {
    std::string text = state_.text(entity->name).str();
    error(Diag::NotAValue, range, name + " is a type, not a value")
        .label("a type")
        .help(isa<StructEntity>(entity) ? "`" + text + "{ … }` makes a value of it"
                                        : "`" + text + ".name` picks a variant");
    note = 0;
  } else if (isa<NamespaceEntity>(entity) && place != Place::MemberBase) {
    error(Diag::NotAValue, range, name + " is a module, not a value")
        .label("a module")
        .help("`" + state_.text(entity->name).str() + ".name` picks a member");
    note = 0;
  }
}

// ---- undeclared names

void Resolver::reportUndeclared(Symbol symbol, SourceRange range) {
  function_->hasErrors = true;
  if (hasUnknownNames_)
    return;
  if (!reported_.insert({function_, symbol.id}).second)
    return;
  uint32_t ended = ended_[symbol.id];
  if (ended) {
    // Only a variable of the functions around this place has a scope that ended here.
    auto *variable = dyn_cast<VariableDecl>(bindings_[ended].entity);
    bool isHere = false;
    for (FunctionInfo *f = function_; variable && f; f = f->parent)
      isHere |= f == variable->owner;
    if (!isHere)
      ended = 0;
  }
  std::string suggestion;
  if (!ended && suggestions_++ < kMaxSuggestions)
    suggestion = suggestionFor(symbol);
  undeclared_.push_back({symbol, range, function_, ended, std::move(suggestion)});
}

std::string Resolver::suggestionFor(Symbol symbol) const {
  llvm::SmallVector<StringRef> candidates;
  for (size_t scope = scopes_.size(); scope-- > 0;)
    for (uint32_t id = scopes_[scope].bindings; id; id = bindings_[id].previous)
      candidates.push_back(state_.text(bindings_[id].symbol));
  return basic::closestName(state_.text(symbol), candidates).value_or("").str();
}

void Resolver::reportUndeclaredAtEnd() {
  for (Undeclared &use : undeclared_) {
    std::string name = state_.quoted(use.symbol);
    uint32_t id = current_[use.symbol.id];
    Entity *later = id && bindings_[id].scope == kModuleScope ? bindings_[id].entity : nullptr;
    bool isLocal = use.endedBinding && !use.function->isModuleBody();
    SourceRange declared = later ? rangeOf(bindings_[id]) : SourceRange();
    if (later && !isLocal && declared.begin > use.range.begin) {
      if (later->kind == EntityKind::Error)
        continue;
      uint32_t line = state_.diags.sources().lineColumn(declared.begin).line;
      state_.diags
          .report(Diag::UsedTooEarly, use.range,
                  name + " is only declared further down, on line " + std::to_string(line))
          .label("used here")
          .note("it is declared here", declared);
    } else if (use.endedBinding) {
      const Binding &binding = bindings_[use.endedBinding];
      std::string place = scopeText(binding.ended);
      state_.diags
          .report(Diag::OutOfScope, use.range, name + " only exists inside the " + place + " above")
          .label("out of reach here")
          .help("declare it before the " + place)
          .note("it is declared here", binding.entity->range);
    } else if (use.symbol == state_.self) {
      state_.diags.report(Diag::SelfOutsideMethod, use.range, "there is no `self` here");
    } else {
      auto &report = state_.diags.report(Diag::UndefinedName, use.range,
                                         "there is nothing called " + name + " here");
      report.label("not declared");
      StringRef text = state_.text(use.symbol);
      if (text == "null" || text == "nil" || text == "None")
        report.help("there is no such value in Orus; an enum can say that something is missing");
      else if (text.equals_insensitive("true") || text.equals_insensitive("false"))
        report.help("did you mean `" + text.lower() + "`?")
            .fix("write it in small letters", use.range, text.lower());
      else if (!use.suggestion.empty())
        report.help("did you mean `" + use.suggestion + "`?")
            .fix("replace it", use.range, use.suggestion);
    }
  }
  undeclared_.clear();
}

const char *Resolver::scopeText(ScopeKind kind) {
  switch (kind) {
  case ScopeKind::Loop:
  case ScopeKind::LoopHeader: return "loop";
  case ScopeKind::Branch: return "branch";
  case ScopeKind::Try: return "`try`";
  case ScopeKind::Catch: return "`catch`";
  case ScopeKind::Arm: return "arm";
  default: return "function";
  }
}

} // namespace orus::sema
