#include "compiler/sema/Resolver.h"

#include "compiler/basic/Suggestions.h"
#include "format/image/Limits.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

bool Resolver::resolveStatements(llvm::ArrayRef<syntax::Stmt *> statements) {
  const syntax::Stmt *last = nullptr; // ends the path
  bool warned = false;
  for (const syntax::Stmt *stmt : statements) {
    if (last && !warned && stmt->kind != syntax::StmtKind::Function &&
        stmt->kind != syntax::StmtKind::Error) {
      state_.warn(Diag::UnreachableCode, stmt->range, "this can never run", function_);
      state_.warnings.back().label = "nothing goes on after this";
      state_.warnings.back().labelRange = last->range;
      warned = true;
    }
    if (!resolve(stmt) && !last)
      last = stmt;
  }
  return !last;
}

bool Resolver::resolveBlock(const syntax::Block &block, ScopeKind kind) {
  enter(kind, &block);
  bool continues = resolveStatements(block.statements);
  leave();
  return continues;
}

bool Resolver::resolve(const syntax::Stmt *stmt) {
  switch (stmt->kind) {
  case syntax::StmtKind::Assign: resolveAssign(cast<syntax::AssignStmt>(stmt)); return true;
  case syntax::StmtKind::CompoundAssign:
    resolveCompound(cast<syntax::CompoundAssignStmt>(stmt));
    return true;
  case syntax::StmtKind::Destructure: {
    auto *destructure = cast<syntax::DestructureStmt>(stmt);
    resolve(destructure->value);
    for (const syntax::Name &name : destructure->names)
      bindPlain(name.symbol, name.range, name.note, stmt);
    return true;
  }
  case syntax::StmtKind::Constant: resolveConstant(cast<syntax::ConstantDecl>(stmt)); return true;
  case syntax::StmtKind::Expr: resolve(cast<syntax::ExprStmt>(stmt)->expr); return true;
  case syntax::StmtKind::Print: {
    auto *print = cast<syntax::PrintStmt>(stmt);
    checkLimit({{}, print->printRange}, print->arguments.size(), image::kMaxParameters, "values");
    for (const syntax::Expr *argument : print->arguments)
      resolve(argument);
    return true;
  }
  case syntax::StmtKind::Return: {
    auto *result = cast<syntax::ReturnStmt>(stmt);
    if (function_->isModuleBody())
      error(Diag::ReturnOutsideFunction, result->returnRange, "there is no function to return from")
          .label("at the top level");
    for (const syntax::Expr *value : result->values)
      resolve(value);
    return false;
  }
  case syntax::StmtKind::Pass:
  case syntax::StmtKind::Error: return true;
  case syntax::StmtKind::Break:
    resolveJump(cast<syntax::BreakStmt>(stmt)->label, stmt->range, true);
    return false;
  case syntax::StmtKind::Continue:
    resolveJump(cast<syntax::ContinueStmt>(stmt)->label, stmt->range, false);
    return false;
  case syntax::StmtKind::If: return resolveIf(cast<syntax::IfStmt>(stmt));
  case syntax::StmtKind::While: return resolveWhile(cast<syntax::WhileStmt>(stmt));
  case syntax::StmtKind::ForRange: resolveForRange(cast<syntax::ForRangeStmt>(stmt)); return true;
  case syntax::StmtKind::ForIn: resolveForIn(cast<syntax::ForInStmt>(stmt)); return true;
  case syntax::StmtKind::Try: return resolveTry(cast<syntax::TryStmt>(stmt));
  case syntax::StmtKind::Match: return resolveMatch(cast<syntax::MatchStmt>(stmt));
  case syntax::StmtKind::Function:
    resolveFunctionStatement(cast<syntax::FunctionDecl>(stmt));
    return true;
  case syntax::StmtKind::Struct: resolveStruct(cast<syntax::StructDecl>(stmt)); return true;
  case syntax::StmtKind::Enum: resolveEnum(cast<syntax::EnumDecl>(stmt)); return true;
  case syntax::StmtKind::Impl: resolveImpl(cast<syntax::ImplDecl>(stmt)); return true;
  case syntax::StmtKind::Use: resolveUse(cast<syntax::UseDecl>(stmt)); return true;
  }
  return true;
}

// ---- bindings

void Resolver::resolveAssign(const syntax::AssignStmt *assign) {
  if (declareGeneric(assign))
    return;
  resolve(assign->value);
  for (size_t i = assign->targets.size(); i-- > 0;)
    resolveTarget(assign->targets[i], assign);
}

void Resolver::resolveTarget(const syntax::AssignTarget &target, const syntax::AssignStmt *assign) {
  resolveDeclared(target.type, assign->isPub);
  auto *name = dyn_cast<syntax::NameExpr>(target.place);
  if (!name)
    return resolvePlace(target.place);
  if (!name->symbol || name->symbol == state_.underscore)
    return;
  if (!target.isMut && !target.type) {
    bindPlain(name->symbol, name->range, name->note, assign);
  } else {
    auto kind = isModuleLevel() ? VariableKind::Module : VariableKind::Local;
    VariableDecl *variable = newVariable(name->symbol, name->range, kind);
    variable->isMutable = variable->declaredMut = target.isMut;
    variable->mutRange = target.mutRange;
    variable->declaration = assign;
    name->note = variable->id << 1;
    declare(innermost(), variable);
  }
  if (assign->isPub && &target == &assign->targets.front())
    if (Entity *entity = state_.declarations.ofNote(name->note))
      entity->isPub = true;
}

/// An element, a field, or something that cannot be assigned to.
void Resolver::resolvePlace(const syntax::Expr *place) {
  if (auto *index = dyn_cast<syntax::IndexExpr>(place)) {
    resolve(index->base);
    return resolve(index->index);
  }
  auto *member = dyn_cast<syntax::MemberExpr>(place);
  if (!member) {
    resolve(place);
    if (!isa<syntax::ErrorExpr>(place))
      error(Diag::NotAssignable, place->range, "this cannot be assigned to")
          .label("neither a variable nor an element or field");
    return;
  }
  resolve(member->base, Place::MemberBase);
  auto *name = dyn_cast<syntax::NameExpr>(member->base);
  Entity *base = name ? state_.declarations.ofNote(name->note) : nullptr;
  if (auto *space = dyn_cast_or_null<NamespaceEntity>(base)) {
    Entity *entity = namespaceMember(space, member->member);
    if (!entity)
      return;
    member->member.note = entity->id << 1;
    if (!checkAssignable(entity, place->range))
      member->member.note = 0;
  } else if (base && (isa<StructEntity>(base) || isa<EnumEntity>(base))) {
    error(Diag::NotAssignable, place->range, "this cannot be assigned to")
        .label("neither a variable nor an element or field");
  }
}

/// Reports an assignment to something that cannot change.
bool Resolver::checkAssignable(Entity *entity, SourceRange range) {
  std::string name = state_.quoted(entity->name);
  switch (entity->kind) {
  case EntityKind::Error: return true;
  case EntityKind::Constant:
    error(Diag::AssignConstant, range, name + " is a constant")
        .label("cannot change")
        .note("it is declared here", entity->range);
    return false;
  case EntityKind::Function:
    error(Diag::ImmutableAssignment, range, name + " cannot change: it is a function")
        .label("a function")
        .note("it is declared here", entity->range);
    return false;
  case EntityKind::Struct:
  case EntityKind::Enum:
    error(Diag::NotAValue, range, name + " is a type and cannot be assigned to").label("a type");
    return false;
  case EntityKind::Module:
    error(Diag::NotAValue, range, name + " is a module and cannot be assigned to")
        .label("a module");
    return false;
  case EntityKind::Builtin:
    error(Diag::UndefinedName, range, "there is no variable called " + name + " here")
        .label("a builtin function");
    return false;
  case EntityKind::Variable: break;
  }
  auto *variable = cast<VariableDecl>(entity);
  bool isCaptured = variable->variableKind != VariableKind::Module && variable->owner != function_;
  if (variable->isMutable && (!isCaptured || variable->declaredMut)) {
    variable->reassigned = true;
    if (isCaptured)
      noteCapture(variable);
    return true;
  }
  std::string text = state_.text(entity->name).str();
  if (variable->variableKind == VariableKind::Parameter) {
    error(Diag::ImmutableAssignment, range, name + " cannot change: it is a parameter")
        .label("assigned here")
        .help("declare a variable of your own: `mut my_" + text + " = " + text + "`")
        .note("it is declared here", variable->range);
    return false;
  }
  auto &report = error(Diag::ImmutableAssignment, range,
                       name + " cannot change" + (isCaptured ? " in an inner function" : "") +
                           ": it was declared without `mut`");
  report.label("assigned here").note("it is declared here", variable->range);
  if (variable->declaration && variable->module == module_)
    report.help("write `mut " + text + " = …`")
        .fix("declare it with `mut`", {variable->range.begin, variable->range.begin}, "mut ");
  return false;
}

void Resolver::bindPlain(Symbol symbol, SourceRange range, uint32_t &note,
                         const syntax::Stmt *declaration) {
  if (!symbol || symbol == state_.underscore)
    return;
  if (Entity *entity = lookupDeclared(symbol)) {
    if (!checkAssignable(entity, range))
      return;
    note = entity->id << 1;
    if (auto *variable = dyn_cast<VariableDecl>(entity))
      initialization_.assign(variable);
    return;
  }
  uint32_t scope = plainBindingScope();
  bool isModule = scope == 1;
  VariableDecl *variable =
      newVariable(symbol, range, isModule ? VariableKind::Module : VariableKind::Local);
  variable->isMutable = !isModuleLevel();
  variable->declaration = declaration;
  if (scope != innermost()) {
    variable->hoisted = true;
    initialization_.assign(variable);
    module_->hoisted[scopes_[scope].block].push_back(variable);
  }
  note = variable->id << 1;
  declare(scope, variable);
}

void Resolver::resolveCompound(const syntax::CompoundAssignStmt *assign) {
  auto *name = dyn_cast<syntax::NameExpr>(assign->target);
  if (!name) {
    resolvePlace(assign->target);
    return resolve(assign->value);
  }
  if (name->symbol) {
    Entity *entity = name->symbol == state_.underscore ? nullptr : lookup(name->symbol);
    if (!entity) {
      reportUndeclared(name->symbol, name->range);
    } else if (checkAssignable(entity, name->range)) {
      name->note = entity->id << 1;
      if (auto *variable = dyn_cast<VariableDecl>(entity)) {
        bool used = variable->used; // to update a variable is not to use it
        name->note |= noteRead(variable);
        variable->used = used;
      }
    }
  }
  resolve(assign->value);
  if (auto *variable = dyn_cast_or_null<VariableDecl>(state_.declarations.ofNote(name->note)))
    initialization_.assign(variable);
}

void Resolver::resolveConstant(const syntax::ConstantDecl *decl) {
  resolveDeclared(decl->type, decl->isPub);
  resolve(decl->value);
  if (!decl->name.symbol)
    return;
  auto *constant = state_.declarations.make<ConstantEntity>(EntityKind::Constant, decl->name.symbol,
                                                            decl->name.range, module_);
  constant->decl = decl;
  constant->isPub = decl->isPub;
  decl->name.note = constant->id << 1;
  module_->constants.push_back(constant);
  declare(innermost(), constant);
}

// ---- control flow

static bool isTrue(const syntax::Expr *condition) {
  auto *literal = dyn_cast<syntax::BoolExpr>(condition);
  return literal && literal->value;
}

bool Resolver::resolveIf(const syntax::IfStmt *stmt) {
  auto branches = initialization_.begin();
  for (const syntax::IfBranch &branch : stmt->branches) {
    resolve(branch.condition);
    initialization_.endBranch(branches, resolveBlock(branch.body, ScopeKind::Branch));
  }
  bool elseContinues = true;
  if (stmt->hasElse)
    elseContinues = resolveBlock(stmt->elseBody, ScopeKind::Branch);
  initialization_.endBranch(branches, elseContinues);
  initialization_.finish(branches);
  return branches.continuing != 0;
}

bool Resolver::resolveLoopBody(const syntax::Block &body, const syntax::Name &label) {
  loops_.push_back({label, false, false});
  size_t mark = initialization_.mark();
  resolveBlock(body, ScopeKind::Loop);
  initialization_.undo(mark);
  LoopInfo loop = loops_.pop_back_val();
  if (label.symbol && !loop.labelUsed && !state_.text(label.symbol).starts_with("_"))
    state_.warn(Diag::UnusedLabel, label.range,
                "nothing jumps to `'" + state_.text(label.symbol).str() + "`", function_);
  return loop.hasBreak;
}

bool Resolver::resolveWhile(const syntax::WhileStmt *stmt) {
  resolve(stmt->condition);
  bool hasBreak = resolveLoopBody(stmt->body, stmt->label);
  return hasBreak || !isTrue(stmt->condition);
}

void Resolver::resolveForRange(const syntax::ForRangeStmt *stmt) {
  resolve(stmt->start);
  resolve(stmt->end);
  resolve(stmt->step);
  enter(ScopeKind::LoopHeader, nullptr);
  if (VariableDecl *variable = declareLocal(stmt->variable, nullptr))
    variable->isMutable = true;
  resolveLoopBody(stmt->body, stmt->label);
  leave();
}

void Resolver::resolveForIn(const syntax::ForInStmt *stmt) {
  resolve(stmt->iterable);
  enter(ScopeKind::LoopHeader, nullptr);
  if (VariableDecl *variable = declareLocal(stmt->variable, nullptr))
    variable->isMutable = true;
  resolveLoopBody(stmt->body, stmt->label);
  leave();
}

bool Resolver::resolveTry(const syntax::TryStmt *stmt) {
  auto branches = initialization_.begin();
  initialization_.endBranch(branches, resolveBlock(stmt->body, ScopeKind::Try));
  enter(ScopeKind::Catch, &stmt->handler);
  declareLocal(stmt->catchName, nullptr);
  bool continues = resolveStatements(stmt->handler.statements);
  leave();
  initialization_.endBranch(branches, continues);
  initialization_.finish(branches);
  return branches.continuing != 0;
}

bool Resolver::resolveMatch(const syntax::MatchStmt *stmt) {
  resolve(stmt->subject);
  auto branches = initialization_.begin();
  bool hasWildcard = false;
  for (const syntax::MatchArm *arm : stmt->arms) {
    hasWildcard |= arm->pattern->kind == syntax::PatternKind::Wildcard;
    enter(ScopeKind::Arm, &arm->body);
    resolvePattern(arm->pattern);
    bool continues = resolveStatements(arm->body.statements);
    leave();
    initialization_.endBranch(branches, continues);
  }
  if (!hasWildcard) // perhaps no arm fits
    initialization_.endBranch(branches, true);
  initialization_.finish(branches);
  return branches.continuing != 0;
}

/// Notes in the label how many loops further out the one meant is, plus one.
void Resolver::resolveJump(const syntax::Name &label, SourceRange range, bool isBreak) {
  if (loops_.size() == loopBase_) {
    if (isBreak)
      error(Diag::BreakOutsideLoop, range, "there is no loop to break out of")
          .label("not in a loop");
    else
      error(Diag::ContinueOutsideLoop, range, "there is no loop to continue")
          .label("not in a loop");
    return;
  }
  size_t loop = loops_.size() - 1;
  if (label.symbol) {
    while (loops_[loop].label.symbol != label.symbol) {
      if (loop == loopBase_) {
        reportUnknownLabel(label);
        return;
      }
      --loop;
    }
    loops_[loop].labelUsed = true;
  }
  loops_[loop].hasBreak |= isBreak;
  label.note = static_cast<uint32_t>(loops_.size() - loop);
}

void Resolver::reportUnknownLabel(const syntax::Name &label) {
  auto &report =
      error(Diag::UnknownLabel, label.range,
            "no loop around this one is called `'" + state_.text(label.symbol).str() + "`");
  llvm::SmallVector<StringRef> candidates;
  for (size_t i = loops_.size(); i-- > loopBase_;)
    candidates.push_back(state_.text(loops_[i].label.symbol));
  if (auto best = basic::closestName(state_.text(label.symbol), candidates))
    report.help("did you mean `'" + best->str() + "`?")
        .fix("replace it", label.range, "'" + best->str());
}

} // namespace orus::sema
