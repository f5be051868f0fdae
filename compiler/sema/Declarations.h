// What names mean: the declarations of a program, made by name resolution and used by inference.
// One declaration of a generic function becomes many instances; what is said here holds for all.
#pragma once

#include "compiler/basic/Source.h"
#include "compiler/sema/Typed.h"
#include "compiler/syntax/Ast.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <deque>
#include <tuple>
#include <vector>

namespace orus::sema {

struct EnumEntity;
struct FunctionInfo;
struct ModuleInfo;

enum class EntityKind : uint8_t {
  Error, // declared, but nothing is known about it; fits everywhere
  Variable,
  Constant,
  Function,
  Struct,
  Enum,
  Module, // a namespace
  Builtin,
};

/// Index into DeclarationTable; 0 is no entity. Kept in the `note` of names, shifted by one bit:
/// the lowest bit of a note tells that the variable may be read there before it has a value.
using EntityId = uint32_t;

/// Something a name can stand for.
struct Entity {
  EntityKind kind = EntityKind::Error;
  bool isPub = false;
  bool used = false; // mentioned outside of itself
  EntityId id = 0;
  Symbol name;
  SourceRange range; // of the declaring name
  ModuleInfo *module = nullptr;
};

/// A variable, parameter, loop variable, caught error or name in a pattern.
struct VariableDecl : Entity {
  VariableKind variableKind{};
  bool isMutable = false;
  bool declaredMut = false;
  bool reassigned = false;
  bool captured = false;
  bool hoisted = false;      // a plain binding in a branch: lives further out (2.3)
  bool assigned = false;     // proven to have a value where resolution stands (hoisted ones)
  bool unprovenRead = false; // some read is not proven
  bool readEarly = false;    // a function may read it before its statement has run
  bool inferring = false;
  FunctionInfo *owner = nullptr;    // whose variable it is; the module body for module variables
  FunctionInfo *function = nullptr; // holds the value of this nested function
  uint32_t index = 0;               // among owner->variables or the module's variables
  uint32_t statement = 0;           // Module: number of the top-level statement that declares it
  const syntax::Stmt *declaration = nullptr; // the binding statement
  SourceRange mutRange;
  static bool classof(const Entity *e) { return e->kind == EntityKind::Variable; }
};

/// A primitive value known at compile time. Integers are canonical as IntegerExpr::bits.
struct ConstantValue {
  Type *type = nullptr; // null: none, or in error
  uint64_t bits = 0;    // integers, bool
  double real = 0;
  StringRef text;
};

struct ConstantEntity : Entity {
  const syntax::ConstantDecl *decl = nullptr;
  enum class State : uint8_t { New, Evaluating, Done } state = State::New;
  ConstantValue value;
  static bool classof(const Entity *e) { return e->kind == EntityKind::Constant; }
};

/// The lengths in a declared type, `[[T, 2], 3]`: no part of the type (4.2), but checked where a
/// literal is written (6.1).
struct Lengths {
  int64_t length = -1; // -1: none
  const Lengths *element = nullptr;
};

/// A type as an annotation gives it.
struct DeclaredType {
  Type *type = nullptr; // null: no annotation
  const Lengths *lengths = nullptr;
  SourceRange range;

  explicit operator bool() const { return type != nullptr; }
};

struct InstanceInfo;

/// A function as written: declared, an expression, a method, or the body of a module.
struct FunctionInfo : Entity {
  const syntax::FunctionDecl *decl = nullptr; // null: body of a module
  FunctionInfo *parent = nullptr;          // the function around it; the module body at top level
  struct StructEntity *receiver = nullptr; // methods and associated functions
  bool isMethod = false;                   // has `self`
  bool isInImpl = false;                   // of a struct that may not exist
  bool isGeneric = false;
  bool isNested = false;   // declared in a block or function, or an expression
  bool isDefaults = false; // stands for the defaults of a struct
  bool hasErrors = false;
  std::vector<VariableDecl *> parameters; // null for `_`
  std::vector<VariableDecl *> variables;  // parameters first, then in textual order
  llvm::SmallVector<VariableDecl *, 0> captures;
  llvm::SmallVector<FunctionInfo *, 0> mentions;
  llvm::SmallVector<VariableDecl *, 0> moduleReads;
  VariableDecl *value = nullptr; // nested declarations: the variable that holds the function
  // The signature, once needed.
  bool signatureDone = false;
  llvm::SmallVector<DeclaredType, 4> parameterTypes; // no type: generic
  /// Of parameters whose annotation leaves the arguments of a generic enum open, else null.
  llvm::SmallVector<EnumEntity *, 0> parameterEnums;
  DeclaredType result; // no type: inferred
  // Instances, by number of their first use.
  std::vector<InstanceInfo *> instances;
  enum class Check : uint8_t {
    New,
    Running,
    Done
  } check = Check::New; // of the declaration (5.9.2)
  bool checkFailed = false;
  bool reached = false; // scratch of the initialization analysis

  bool isModuleBody() const { return decl == nullptr; }
  static bool classof(const Entity *e) { return e->kind == EntityKind::Function; }
};

struct StructEntity : Entity {
  const syntax::StructDecl *decl = nullptr;
  FunctionInfo *defaults = nullptr; // stands for the default values: what they mention
  llvm::DenseMap<Symbol, FunctionInfo *> methods;
  StructInfo *info = nullptr; // once needed
  // Once the fields are needed; all in order of declaration.
  bool fieldsDone = false;
  std::vector<DeclaredType> fieldTypes;
  llvm::DenseMap<Symbol, uint32_t> fieldIndex;
  enum class Default : uint8_t { New, Inferring, Done };
  std::vector<Default> defaultStates;
  std::vector<Expr *> defaultValues; // shared by all literals that leave the field out
  static bool classof(const Entity *e) { return e->kind == EntityKind::Struct; }
};

struct EnumEntity : Entity {
  const syntax::EnumDecl *decl = nullptr; // null: the predeclared Result
  EnumInfo *info = nullptr;               // once needed
  bool payloadsDone = false;              // the types of the payloads are in it
  static bool classof(const Entity *e) { return e->kind == EntityKind::Enum; }
};

/// A name bound by `use`, naming a whole module.
struct NamespaceEntity : Entity {
  ModuleInfo *target = nullptr; // null: the import failed
  static bool classof(const Entity *e) { return e->kind == EntityKind::Module; }
};

/// A predeclared function of chapter 11.
struct BuiltinEntity : Entity {
  Builtin builtin{};
  static bool classof(const Entity *e) { return e->kind == EntityKind::Builtin; }
};

/// Numbers the statements of a module that mention functions (2.7).
struct FunctionMention {
  uint32_t statement;
  FunctionInfo *function;
};

/// Variables that live in a block further out than where they are bound (2.3), by that block: a
/// syntax::Block, or the Ast of a module.
using HoistedVariables = llvm::DenseMap<const void *, llvm::SmallVector<VariableDecl *, 2>>;

struct ModuleInfo {
  const syntax::Ast *ast = nullptr;
  Symbol name, path;
  FunctionInfo *body = nullptr;
  llvm::DenseMap<Symbol, Entity *> names; // declared at module level, not imported
  HoistedVariables hoisted;
  std::vector<VariableDecl *> variables;
  std::vector<FunctionInfo *> functions; // every function in it, outer before inner
  std::vector<ConstantEntity *> constants;
  llvm::DenseMap<Symbol, Entity *> types; // structs and enums, imported ones included
  std::vector<FunctionMention> mentions;
  std::vector<Entity *> exports;  // the public ones of `names`, in textual order
  std::vector<ModuleInfo *> uses; // by number of the `use` declaration; null: failed
  TypedModule *typed = nullptr;
};

/// Owns every declaration of a program.
class DeclarationTable {
public:
  DeclarationTable() { entities_.push_back(nullptr); }
  DeclarationTable(const DeclarationTable &) = delete;
  DeclarationTable &operator=(const DeclarationTable &) = delete;

  template <typename T>
  T *make(EntityKind kind, Symbol name, SourceRange range, ModuleInfo *module) {
    T *entity = &std::get<std::deque<T>>(owned_).emplace_back();
    entity->kind = kind;
    entity->name = name;
    entity->range = range;
    entity->module = module;
    entity->id = static_cast<EntityId>(entities_.size());
    entities_.push_back(entity);
    return entity;
  }
  Entity *operator[](EntityId id) const { return entities_[id]; }
  /// What a note refers to, null if nothing.
  Entity *ofNote(uint32_t note) const { return entities_[note >> 1]; }
  llvm::ArrayRef<Entity *> all() const { return llvm::ArrayRef(entities_).drop_front(); }

private:
  std::vector<Entity *> entities_;
  std::tuple<std::deque<Entity>, std::deque<VariableDecl>, std::deque<ConstantEntity>,
             std::deque<FunctionInfo>, std::deque<StructEntity>, std::deque<EnumEntity>,
             std::deque<NamespaceEntity>, std::deque<BuiltinEntity>>
      owned_;
};

} // namespace orus::sema
