// Name resolution (manual 2.12): one walk over a module in textual order that decides what every
// name declares or refers to, and notes it in the AST. Types play no part in it, so it is done once
// however many instances a function has. Reports the errors E21xx, E22xx and E26xx.
#pragma once

#include "compiler/sema/Initialization.h"
#include "compiler/sema/SemaState.h"

namespace orus::sema {

class Resolver {
  /// Suggestions look at every visible name: a file full of errors gets them at its beginning only.
  static constexpr size_t kMaxSuggestions = 50;

public:
  explicit Resolver(SemaState &state);
  /// Resolves a module; those it uses must have been resolved.
  void resolve(ModuleInfo &module);

private:
  enum class ScopeKind : uint8_t {
    Module,
    Function,
    Loop,
    LoopHeader,
    Branch,
    Try,
    Catch,
    Arm,
  };
  struct Scope {
    ScopeKind kind;
    const void *block; // as in HoistedVariables
    uint32_t bindings; // the last one made in it, 0 if none
  };
  /// A name put into a scope. The bindings of one name form a chain, the visible one first.
  struct Binding {
    Symbol symbol;
    uint32_t scope;    // depth
    uint32_t shadowed; // the binding this one hides, 0 if none
    uint32_t previous; // the one made before in the same scope
    Entity *entity;
    uint32_t import; // index into imports_, 0 for declarations of this module
    ScopeKind ended; // the kind of its scope, for messages
  };
  /// A name that a `use` binds.
  struct Import {
    Symbol name;
    SourceRange range; // where it is bound
    Entity *entity;
    bool isStar;
    bool used = false;
  };
  struct LoopInfo {
    syntax::Name label;
    bool labelUsed = false;
    bool hasBreak = false;
  };
  /// Where an expression stands, as far as it matters which names may stand there.
  enum class Place : uint8_t { Value, Callee, MemberBase };
  /// An undeclared name; what is wrong with it is known at the end of the module (E2104).
  struct Undeclared {
    Symbol symbol;
    SourceRange range;
    FunctionInfo *function;
    uint32_t endedBinding; // a local one whose scope has ended, 0 if none
    std::string suggestion;
  };

  // Scopes.
  void enter(ScopeKind kind, const void *block);
  void leave();
  const EnumEntity *openEnum(const syntax::TypeExpr *type);
  /// What a name stands for, null if nothing; an import counts as used from then on.
  Entity *lookup(Symbol symbol);
  Entity *lookupDeclared(Symbol symbol); // builtin names do not count
  Entity *entityOf(uint32_t binding);
  /// Where a name was bound: the declaration, or the `use` in this module.
  SourceRange rangeOf(const Binding &binding) const;
  void reportConflict(SourceRange earlier, SourceRange later, Symbol name);
  uint32_t plainBindingScope() const;
  /// Puts a name into the scope of the given depth; reports E2103 and returns false if it is taken.
  bool declare(uint32_t scope, Entity *entity);
  uint32_t innermost() const { return static_cast<uint32_t>(scopes_.size() - 1); }
  void warnAboutHiding(Entity *entity, uint32_t hidden);
  VariableDecl *newVariable(Symbol symbol, SourceRange range, VariableKind kind);
  VariableDecl *declareLocal(const syntax::Name &name, const syntax::Stmt *declaration);

  // Uses of names.
  bool noteRead(VariableDecl *variable); // whether it may come before the variable has a value
  void noteUse(Entity *entity, SourceRange range, Place place, uint32_t &note);
  void noteCapture(VariableDecl *variable);
  void noteMention(FunctionInfo *function);
  void resolveName(const syntax::NameExpr *name, Place place);
  void reportUndeclared(Symbol symbol, SourceRange range);
  void reportUndeclaredAtEnd();
  static const char *scopeText(ScopeKind kind);
  std::string suggestionFor(Symbol symbol) const;
  bool isModuleLevel() const { return scopes_.size() == 2; }
  /// Reports an error inside the current function.
  basic::Diagnostic &error(basic::Diag id, SourceRange range, std::string message);

  // Expressions.
  void resolve(const syntax::Expr *expr, Place place = Place::Value);
  void resolveBinary(const syntax::BinaryExpr *expr);
  void resolveMatchesOperand(const syntax::Expr *expr);
  void resolveCall(const syntax::CallExpr *call);
  void resolveMember(const syntax::MemberExpr *member, Place place);
  void resolveMatch(const syntax::MatchExpr *match);
  void resolvePattern(const syntax::Pattern *pattern);
  Entity *exportOf(ModuleInfo *module, const syntax::Name &name);
  Entity *namespaceMember(NamespaceEntity *space, const syntax::Name &member);
  void resolveStructLiteral(const syntax::StructLiteralExpr *literal);

  // Types.
  void resolve(const syntax::TypeExpr *type);
  /// Resolves a type in a declaration that is perhaps public.
  void resolveDeclared(const syntax::TypeExpr *type, bool isPub);
  void resolveTypePath(llvm::ArrayRef<syntax::Name> path);
  void reportUnknownType(const syntax::Name &name);
  void reportUnknownTypesAtEnd();

  // Functions.
  FunctionInfo *newFunction(const syntax::FunctionDecl *decl, FunctionInfo *parent);
  void resolveFunction(FunctionInfo *function);
  void resolveFunctionStatement(const syntax::FunctionDecl *decl);
  void finishCaptures();
  bool declareGeneric(const syntax::AssignStmt *assign);

  // Statements. They return whether control can go on after the statement.
  bool resolveStatements(llvm::ArrayRef<syntax::Stmt *> statements);
  bool resolve(const syntax::Stmt *stmt);
  bool resolveBlock(const syntax::Block &block, ScopeKind kind);
  void resolveAssign(const syntax::AssignStmt *assign);
  void resolveTarget(const syntax::AssignTarget &target, const syntax::AssignStmt *assign);
  void resolvePlace(const syntax::Expr *place);
  void bindPlain(Symbol symbol, SourceRange range, uint32_t &note, const syntax::Stmt *declaration);
  bool checkAssignable(Entity *entity, SourceRange range);
  void resolveCompound(const syntax::CompoundAssignStmt *assign);
  bool resolveIf(const syntax::IfStmt *stmt);
  bool resolveWhile(const syntax::WhileStmt *stmt);
  void resolveForRange(const syntax::ForRangeStmt *stmt);
  void resolveForIn(const syntax::ForInStmt *stmt);
  bool resolveTry(const syntax::TryStmt *stmt);
  bool resolveMatch(const syntax::MatchStmt *stmt);
  void resolveJump(const syntax::Name &label, SourceRange range, bool isBreak);
  void reportUnknownLabel(const syntax::Name &label);
  /// Whether some `break` leaves the loop.
  bool resolveLoopBody(const syntax::Block &body, const syntax::Name &label);
  void resolveConstant(const syntax::ConstantDecl *decl);

  // Module level.
  void declareModuleNames();
  void declareType(Entity *entity);
  void declareMethods(const syntax::ImplDecl *impl);
  void checkLimit(const syntax::Name &name, size_t count, size_t most, const char *what);
  void checkSelf(const FunctionInfo *function);
  void resolveStruct(const syntax::StructDecl *decl);
  void resolveEnum(const syntax::EnumDecl *decl);
  void resolveImpl(const syntax::ImplDecl *decl);

  // Imports.
  void resolveUse(const syntax::UseDecl *use);
  void resolveTargets(const syntax::UseDecl *use, ModuleInfo *target);
  void importAll(const syntax::UseDecl *use, ModuleInfo *target);
  void import(Entity *entity, Symbol name, SourceRange range, bool isStar = false);
  void warnAboutImports();

  SemaState &state_;
  ModuleInfo *module_ = nullptr;
  FunctionInfo *function_ = nullptr;
  std::vector<Scope> scopes_;
  std::vector<Binding> bindings_;
  std::vector<Import> imports_;   // of the module; the first is none
  uint32_t use_ = 0;              // number of the next `use`
  bool hasUnknownNames_ = false;  // a `use` of everything has failed: any name may come from it
  std::vector<uint32_t> current_; // by symbol: the visible binding
  std::vector<uint32_t> ended_;   // by symbol: the binding that ended last
  llvm::SmallVector<LoopInfo, 8> loops_;
  size_t loopBase_ = 0; // loops of the functions around are out of reach
  InitializationTracker initialization_;
  bool inPublicType_ = false;     // in the type of a public declaration
  bool inModuleFunction_ = false; // inside a function that is visible in the whole module
  llvm::ArrayRef<syntax::Name> typeParameters_; // of the enum being resolved
  llvm::DenseMap<Symbol, llvm::SmallVector<FunctionInfo *, 1>> methods_; // of the module, by name
  llvm::DenseSet<std::pair<FunctionInfo *, VariableDecl *>> captured_;
  size_t suggestions_ = 0;
  uint32_t statement_ = 0;
  std::vector<Undeclared> undeclared_;
  std::vector<syntax::Name> unknownTypes_;
  llvm::DenseSet<std::pair<FunctionInfo *, uint32_t>> reported_;
  std::vector<std::pair<FunctionInfo *, FunctionInfo *>> nestedMentions_; // who mentions whom
};

} // namespace orus::sema
