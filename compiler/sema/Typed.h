// The typed program: what sema hands to lowering. Every name is resolved, every implicit conversion
// is a node, every literal has its final value and type, every generic function is a set of
// instances. Nothing here refers back to the AST except by source range. Types may be bound type
// variables while inference runs; once a program is complete every type is canonical.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/basic/Source.h"
#include "compiler/sema/Types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"

#include <deque>
#include <memory>
#include <vector>

namespace orus::sema {

using basic::SourceRange;
using basic::Symbol;
using llvm::ArrayRef;
using llvm::StringRef;

class TypeContext;
struct FunctionInstance;
struct TypedModule;

// ---- variables

enum class VariableKind : uint8_t { Local, Parameter, Module };

struct Variable {
  Symbol name;
  SourceRange range; // of the declaring name
  Type *type = nullptr;
  VariableKind kind{};
  FunctionInstance *owner = nullptr; // Local, Parameter: the instance (a module body included)
  TypedModule *module = nullptr;     // Module: whose register it is
  bool declaredMut = false;          // with the word `mut`
  bool isPub = false;                // others may name it
  bool reassigned = false;           // stored to after its first value, by anyone
  bool captured = false;             // used by an inner function
  /// Some path may read it before it has a value (2.7): reads that sema could not prove carry
  /// VariableExpr::checkInitialized. For a module variable: some function may read it early. Also
  /// set for a captured variable that gets its first value in a branch (Block::uninitialized).
  bool maybeUninitialized = false;
  uint32_t index = 0; // among TypedModule::variables or FunctionInstance::variables
};

// ---- expressions

enum class ExprKind : uint8_t {
  Integer,
  Float,
  Bool,
  String,
  Variable,
  FunctionValue,
  Closure,
  Arithmetic,
  Concat,
  Repeat,
  Negate,
  Not,
  Compare,
  Chain,
  Logic,
  Cast,
  ToAny,
  FromAny,
  Conditional,
  Sequence,
  Call,
  CallValue,
  CallBuiltin,
  Index,
  Slice,
  ArrayLiteral,
  ArrayFill,
  StructNew,
  Field,
  VariantNew,
  VariantTest,
  Match,
};

struct Expr {
  ExprKind kind;
  Type *type;
  SourceRange range; // the whole expression; also where a conversion from `any` panics (8.3)
};

/// An integer constant, canonical for its type as format/isa describes: i32/u32 zero-extended.
struct IntegerExpr : Expr {
  uint64_t bits;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Integer; }
};
struct FloatExpr : Expr {
  double value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Float; }
};
struct BoolExpr : Expr {
  bool value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Bool; }
};
struct StringExpr : Expr {
  StringRef value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::String; }
};
struct VariableExpr : Expr {
  Variable *variable;
  bool checkInitialized; // this read may come before the variable has a value
  static bool classof(const Expr *e) { return e->kind == ExprKind::Variable; }
};
/// A function without captures as a value.
struct FunctionValueExpr : Expr {
  FunctionInstance *function;
  static bool classof(const Expr *e) { return e->kind == ExprKind::FunctionValue; }
};
/// A new function value that captures FunctionInstance::captures from where it stands; inside that
/// function itself, its own value.
struct ClosureExpr : Expr {
  FunctionInstance *function;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Closure; }
};

enum class ArithmeticOp : uint8_t { Add, Sub, Mul, Div, Mod, And, Or }; // And, Or: bitwise

/// Both operands and the result have one numeric type. Left spines may be long.
struct ArithmeticExpr : Expr {
  ArithmeticOp op;
  SourceRange opRange; // where it panics
  Expr *left, *right;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Arithmetic; }
};
/// string + string. Left spines may be long.
struct ConcatExpr : Expr {
  SourceRange opRange;
  Expr *left, *right;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Concat; }
};
/// array * integer; `arrayFirst` gives the order of evaluation.
struct RepeatExpr : Expr {
  SourceRange opRange;
  Expr *array, *count;
  bool arrayFirst;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Repeat; }
};
struct NegateExpr : Expr {
  SourceRange opRange;
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Negate; }
};
/// `not` on a bool; on an integer it compares with 0.
struct NotExpr : Expr {
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Not; }
};

enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

/// Operands of one type, with manual 4.6's meaning for that type (identity for arrays, structs,
/// ranges and errors; by value for `any` and enums).
struct CompareExpr : Expr {
  CompareOp op;
  SourceRange opRange;
  Expr *left, *right;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Compare; }
};
/// a < b <= c: operands one more than ops; each evaluated at most once, left to right, the rest
/// skipped as soon as one comparison is false.
struct ChainExpr : Expr {
  ArrayRef<Expr *> operands;
  ArrayRef<CompareOp> ops;
  ArrayRef<SourceRange> opRanges;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Chain; }
};
/// Short-circuit `and` / `or` on bools. Left spines may be long.
struct LogicExpr : Expr {
  bool isAnd;
  Expr *left, *right;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Logic; }
};
/// `as` between primitive types, or from `any` by 4.9 (operand type Any). A cast that changes
/// nothing is not represented.
struct CastExpr : Expr {
  SourceRange asRange; // where it panics
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Cast; }
};
struct ToAnyExpr : Expr {
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::ToAny; }
};
/// Panics at `range` unless the operand holds exactly `type`.
struct FromAnyExpr : Expr {
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::FromAny; }
};
struct ConditionalExpr : Expr {
  Expr *condition, *thenValue, *elseValue;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Conditional; }
};
/// Evaluates `first` for its effects, then gives `value` (typeof of a static type, for example).
struct SequenceExpr : Expr {
  Expr *first, *value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Sequence; }
};
/// A call of a known function. A method's receiver is the first argument.
struct CallExpr : Expr {
  FunctionInstance *function;
  /// The function value when the callee is a nested function with captures, else null.
  Expr *closure;
  ArrayRef<Expr *> arguments;
  SourceRange parenRange; // where a panic of the call itself is placed
  static bool classof(const Expr *e) { return e->kind == ExprKind::Call; }
};
struct CallValueExpr : Expr {
  Expr *callee;
  ArrayRef<Expr *> arguments;
  SourceRange parenRange;
  static bool classof(const Expr *e) { return e->kind == ExprKind::CallValue; }
};

/// The predeclared functions. What sema can decide is no call any more: typeof of a static type is
/// a constant, istype a comparison of strings.
enum class Builtin : uint8_t {
#define ORUS_BUILTIN(ident, name, least, most) ident,
#include "compiler/sema/Builtins.def"
};
struct CallBuiltinExpr : Expr {
  Builtin builtin;
  ArrayRef<Expr *> arguments;
  SourceRange parenRange;
  static bool classof(const Expr *e) { return e->kind == ExprKind::CallBuiltin; }
};
/// base[index] of an array or a string; the index has any integer type.
struct IndexExpr : Expr {
  Expr *base, *index;
  SourceRange bracketRange;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Index; }
};
/// base[start..end]; bounds of any integer type, null where left out.
struct SliceExpr : Expr {
  Expr *base, *start, *end;
  SourceRange bracketRange;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Slice; }
};
struct ArrayLiteralExpr : Expr {
  ArrayRef<Expr *> elements;
  static bool classof(const Expr *e) { return e->kind == ExprKind::ArrayLiteral; }
};
struct ArrayFillExpr : Expr {
  Expr *value;
  uint64_t count;
  static bool classof(const Expr *e) { return e->kind == ExprKind::ArrayFill; }
};
/// Values in declaration order, defaults filled in.
struct StructNewExpr : Expr {
  ArrayRef<Expr *> fields;
  static bool classof(const Expr *e) { return e->kind == ExprKind::StructNew; }
};
struct FieldExpr : Expr {
  Expr *base;
  uint32_t field;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Field; }
};
struct VariantNewExpr : Expr {
  uint32_t variant;
  ArrayRef<Expr *> payload;
  static bool classof(const Expr *e) { return e->kind == ExprKind::VariantNew; }
};
/// `subject matches E.V(x, _)`: the variant, then payloads equal where a value is given (null:
/// `_`).
struct VariantTestExpr : Expr {
  Expr *subject;
  uint32_t variant;
  ArrayRef<Expr *> payload;
  static bool classof(const Expr *e) { return e->kind == ExprKind::VariantTest; }
};

struct Block;

enum class PatternKind : uint8_t { Wildcard, Variant, Value };

struct Arm {
  PatternKind pattern;
  SourceRange range;
  uint32_t variant;              // Variant
  ArrayRef<Variable *> bindings; // Variant: null where `_`
  Expr *value;                   // Value: compared with the subject by CompareOp::Equal
  Block *body;                   // of a statement
  Expr *result;                  // of an expression
};
struct MatchExpr : Expr {
  Expr *subject;
  ArrayRef<Arm *> arms; // cover all values
  static bool classof(const Expr *e) { return e->kind == ExprKind::Match; }
};

// ---- statements

enum class StmtKind : uint8_t {
  Expr,
  AssignVariable,
  AssignElement,
  UpdateElement,
  AssignField,
  UpdateField,
  Destructure,
  Print,
  Return,
  Break,
  Continue,
  If,
  While,
  ForRange,
  ForArray,
  ForString,
  ForRangeValue,
  Try,
  Match,
};

struct Stmt {
  StmtKind kind;
  SourceRange range;
};

struct Block {
  ArrayRef<Stmt *> statements;
  /// Variables whose scope this block opens and which come into being without a value each time it
  /// is entered: those with maybeUninitialized, and captured ones that get their first value in a
  /// branch. No assignment to these is a declaration.
  ArrayRef<Variable *> uninitialized;
};

struct ExprStmt : Stmt {
  Expr *expr;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Expr; }
};
/// Gives a variable its first or a further value. `variable` null: the discard `_`.
/// `isDeclaration` starts a new variable (a new cell, if captured).
struct AssignVariableStmt : Stmt {
  Variable *variable;
  Expr *value;
  bool isDeclaration;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::AssignVariable; }
};
struct AssignElementStmt : Stmt {
  Expr *base, *index, *value; // evaluated in this order, then the index is checked
  SourceRange bracketRange;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::AssignElement; }
};
/// base[index] op= value (6.5): base, index, check and read, value, operate, check, store.
struct UpdateElementStmt : Stmt {
  Expr *base, *index, *value;
  ArithmeticOp op; // on strings Add is concatenation
  SourceRange bracketRange, opRange;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::UpdateElement; }
};
struct AssignFieldStmt : Stmt {
  Expr *base;
  uint32_t field;
  Expr *value;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::AssignField; }
};
struct UpdateFieldStmt : Stmt {
  Expr *base;
  uint32_t field;
  Expr *value;
  ArithmeticOp op;
  SourceRange opRange;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::UpdateField; }
};
/// a, b = array. A null target is `_`. Element k is read (panicking at opRange if missing) before
/// target k is bound.
struct DestructureStmt : Stmt {
  Expr *value;
  ArrayRef<Variable *> targets;
  ArrayRef<bool> isDeclaration;
  SourceRange opRange;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Destructure; }
};
struct PrintStmt : Stmt {
  ArrayRef<Expr *> arguments;
  SourceRange printRange;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Print; }
};
struct ReturnStmt : Stmt {
  Expr *value; // null without; the implicit result of 5.3.2 is one of these too
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Return; }
};

/// Identity of a loop for break and continue.
struct Loop {
  SourceRange keyword;
  bool hot = false;
};
struct BreakStmt : Stmt {
  Loop *loop;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Break; }
};
struct ContinueStmt : Stmt {
  Loop *loop;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Continue; }
};
struct IfBranch {
  Expr *condition;
  Block *body;
};
struct IfStmt : Stmt {
  ArrayRef<IfBranch> branches;
  Block *elseBody; // null without
  static bool classof(const Stmt *s) { return s->kind == StmtKind::If; }
};
struct WhileStmt : Stmt {
  Loop *loop;
  Expr *condition;
  Block *body;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::While; }
};
/// start, end, step of the variable's type; step null: 1. A step of 0 panics at loop->keyword.
/// `for x in n` over an integer is one too, from 0 to n, with `isCount`: a negative n panics there.
struct ForRangeStmt : Stmt {
  Loop *loop;
  Variable *variable; // never null: a discarded name gets an unnamed variable
  Expr *start, *end, *step;
  bool inclusive;
  bool isCount;
  Block *body;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::ForRange; }
};
/// ForArray, ForString, ForRangeValue.
struct ForInStmt : Stmt {
  Loop *loop;
  Variable *variable;
  Expr *iterable;
  Block *body;
  static bool classof(const Stmt *s) {
    return s->kind >= StmtKind::ForArray && s->kind <= StmtKind::ForRangeValue;
  }
};
struct TryStmt : Stmt {
  Block *body;
  Variable *error; // null: `catch:`
  Block *handler;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Try; }
};
struct MatchStmt : Stmt {
  Expr *subject;
  ArrayRef<Arm *> arms;
  bool coversAll; // one of the arms is always taken
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Match; }
};

// ---- declarations

struct Field {
  Symbol name;
  Type *type;
};
struct StructInfo {
  Symbol name;
  bool isPub = false;
  TypedModule *module;
  SourceRange range;
  std::vector<Field> fields;
};
struct Variant {
  Symbol name;
  std::vector<Type *> payload; // may mention the enum's type parameters
};
struct EnumInfo {
  Symbol name;
  bool isPub = false;
  TypedModule *module;
  SourceRange range;
  std::vector<TypeVariable *> parameters;
  std::vector<Variant> variants;
};

/// A captured variable as the inner function sees it.
struct Capture {
  Variable *variable;
};

/// One function to be compiled: a plain function, an instance of a generic one, a function
/// expression, or the body of a module.
struct FunctionInstance {
  Symbol name;        // empty: function expression or module body
  Symbol receiver;    // of methods and associated functions: the struct
  SourceRange range;  // of the name, or of the word `fn`
  SourceRange madeAt; // of a generic function: the callee of the call that made the instance
  TypedModule *module = nullptr;
  FunctionInstance *parent = nullptr; // the function around a nested one
  std::vector<Variable *> parameters;
  std::vector<Variable *> variables; // locals in order of declaration, parameters first
  std::vector<Capture> captures;     // in order of first mention
  /// Of a nested function with captures: the variable of the function around it that holds its
  /// value, else null. Inside, reading it gives the running function's own value, so it is not
  /// among the captures; functions further in capture it like any other variable.
  Variable *selfVariable = nullptr;
  Type *result = nullptr; // void type for none
  FunctionType *type = nullptr;
  Block *body = nullptr;
  bool isPub = false; // others may name it
  bool isModuleBody = false, hot = false, cold = false, inlineHint = false, noinline = false;
  uint32_t index = 0; // among TypedProgram::functions
};

struct TypedModule {
  Symbol name; // last path component; the main module's file stem
  Symbol path; // dotted, distinct for each module
  basic::FileId file = 0;
  std::vector<Variable *> variables;
  std::vector<TypedModule *> dependencies; // in order of `use`
  FunctionInstance *body = nullptr;
};

/// Owns every node. Modules are in initialisation order, the main module last; functions in the
/// order in which they were first needed, module bodies included.
struct TypedProgram {
  llvm::BumpPtrAllocator arena;
  std::shared_ptr<TypeContext> types; // owns the types
  std::vector<std::unique_ptr<TypedModule>> modules;
  std::vector<std::unique_ptr<FunctionInstance>> functions;
  std::deque<StructInfo> structs;
  std::deque<EnumInfo> enums;
};

} // namespace orus::sema
