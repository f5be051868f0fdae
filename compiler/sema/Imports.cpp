// The names that `use` binds (manual 10.2 to 10.5).
#include "compiler/sema/Resolver.h"

#include "compiler/basic/Suggestions.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

static bool startsBefore(const SourceRange &a, const SourceRange &b) { return a.begin < b.begin; }

void Resolver::resolveUse(const syntax::UseDecl *use) {
  ModuleInfo *target = use_ < module_->uses.size() ? module_->uses[use_] : nullptr;
  ++use_;
  const syntax::Name &name = use->alias.symbol ? use->alias : use->path.back();
  if (!use->hasTargets || use->alias.symbol) {
    Entity *space;
    if (target) {
      auto *entity = state_.declarations.make<NamespaceEntity>(EntityKind::Module, name.symbol,
                                                               name.range, module_);
      entity->target = target;
      space = entity;
    } else {
      space = state_.declarations.make<Entity>(EntityKind::Error, name.symbol, name.range, module_);
    }
    import(space, name.symbol, name.range);
  }
  if (!use->hasTargets)
    return;
  if (!use->star)
    resolveTargets(use, target);
  else if (target)
    importAll(use, target);
  else
    hasUnknownNames_ = true;
}

void Resolver::resolveTargets(const syntax::UseDecl *use, ModuleInfo *target) {
  for (const syntax::UseItem &item : use->items) {
    const syntax::Name &name = item.alias.symbol ? item.alias : item.name;
    Entity *entity = target && item.name.symbol ? exportOf(target, item.name) : nullptr;
    if (!entity)
      entity =
          state_.declarations.make<Entity>(EntityKind::Error, name.symbol, name.range, module_);
    import(entity, name.symbol, name.range);
  }
}

void Resolver::importAll(const syntax::UseDecl *use, ModuleInfo *target) {
  if (target->exports.empty())
    error(Diag::NothingToImport, use->starRange,
          "`" + state_.text(target->name).str() + "` has no public names")
        .label("nothing to import");
  for (Entity *entity : target->exports)
    import(entity, entity->name, use->starRange, /*isStar=*/true);
}

/// Binds an imported entity to a name of the module.
void Resolver::import(Entity *entity, Symbol name, SourceRange range, bool isStar) {
  if (!name)
    return;
  uint32_t top = current_[name.id];
  if (top && bindings_[top].scope == innermost()) {
    if (bindings_[top].entity->kind == EntityKind::Error || entity->kind == EntityKind::Error)
      return;
    // Functions and types are declared before the walk begins, wherever they stand.
    SourceRange other = rangeOf(bindings_[top]);
    reportConflict(std::min(other, range, startsBefore), std::max(other, range, startsBefore),
                   name);
    return;
  }
  auto id = static_cast<uint32_t>(bindings_.size());
  bindings_.push_back({name,
                       innermost(),
                       top,
                       scopes_.back().bindings,
                       entity,
                       static_cast<uint32_t>(imports_.size()),
                       {}});
  imports_.push_back({name, range, entity, isStar});
  current_[name.id] = id;
  scopes_.back().bindings = id;
  if (isa<StructEntity>(entity) || isa<EnumEntity>(entity))
    module_->types[name] = entity;
}

void Resolver::reportConflict(SourceRange earlier, SourceRange later, Symbol name) {
  std::string text = state_.text(name).str();
  error(Diag::NameConflict, later, "`" + text + "` is bound already")
      .label("bound again")
      .help("import it as another name: `" + text + " as …`")
      .note("the other binding is here", earlier);
}

/// The declaration that a module gives out under a name; reports if there is none.
Entity *Resolver::exportOf(ModuleInfo *module, const syntax::Name &name) {
  Entity *entity = module->names.lookup(name.symbol);
  std::string text = "`" + state_.text(module->name).str() + "`";
  if (!entity) {
    auto &report = error(Diag::UnknownExport, name.range,
                         text + " has no public " + state_.quoted(name.symbol));
    report.label("not there");
    if (suggestions_++ < kMaxSuggestions) {
      llvm::SmallVector<StringRef> candidates;
      for (Entity *candidate : module->exports)
        candidates.push_back(state_.text(candidate->name));
      llvm::sort(candidates);
      if (auto best = basic::closestName(state_.text(name.symbol), candidates))
        report.help("did you mean `" + best->str() + "`?")
            .fix("replace it", name.range, best->str());
    }
    SourceRange file = state_.diags.sources().wholeFile(module->ast->file);
    report.note(text + " is this module", {file.begin, file.begin});
    return nullptr;
  }
  if (!entity->isPub && entity->kind != EntityKind::Error)
    error(Diag::PrivateName, name.range, state_.quoted(name.symbol) + " is private to " + text)
        .label("not public")
        .note("it is declared here", entity->range);
  return entity;
}

/// A `use` of everything counts as used if one of its names is.
void Resolver::warnAboutImports() {
  for (size_t i = 1; i < imports_.size();) {
    const Import &first = imports_[i];
    bool used = false;
    size_t end = i;
    do
      used |= imports_[end].used || imports_[end].entity->kind == EntityKind::Error;
    while (++end < imports_.size() && first.isStar && imports_[end].range == first.range);
    i = end;
    if (used)
      continue;
    std::string what =
        first.isStar ? "nothing of `" + state_.text(first.entity->module->name).str() + "` is used"
                     : state_.quoted(first.name) + " is imported but never used";
    state_.warn(Diag::UnusedImport, first.range, std::move(what), module_->body);
  }
}

} // namespace orus::sema
