// The abstract syntax tree: what was written, with the byte range of every part. Nodes live in an
// Ast's arena and are immutable after parsing; no node owns memory outside of it. Meaning is
// computed by sema into a tree of its own; names alone have a slot for sema's use.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/basic/Source.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"

namespace orus::syntax {

using basic::SourceLoc;
using basic::SourceRange;
using basic::Symbol;
using llvm::ArrayRef;
using llvm::StringRef;

/// A name as written. `symbol` is empty where the parser recovered from a missing name.
struct Name {
  Symbol symbol;
  SourceRange range;
  mutable uint32_t note = 0; // a slot for sema: what the name declares or refers to
};

// ---- types

enum class TypeExprKind : uint8_t { Path, Array, Function, Error };

struct TypeExpr {
  TypeExprKind kind;
  SourceRange range;
};

/// `i32`, `geo.Point`, `Option[i32]`.
struct PathType : TypeExpr {
  ArrayRef<Name> path;
  ArrayRef<TypeExpr *> arguments;
  bool hasArguments; // `[` was written, even if recovery left the list empty
  static bool classof(const TypeExpr *t) { return t->kind == TypeExprKind::Path; }
};

/// `[T]`, `[T, 4]`, `[T, SIZE]`.
struct ArrayType : TypeExpr {
  TypeExpr *element;
  struct Expr *length; // NumberExpr or NameExpr, or any other expression (sema: E2023), or null
  static bool classof(const TypeExpr *t) { return t->kind == TypeExprKind::Array; }
};

/// `fn(A, B) -> R`.
struct FunctionType : TypeExpr {
  ArrayRef<TypeExpr *> parameters;
  TypeExpr *result; // null: void
  static bool classof(const TypeExpr *t) { return t->kind == TypeExprKind::Function; }
};

// ---- expressions

enum class ExprKind : uint8_t {
  Number,
  String,
  Bool,
  Name,
  Paren,
  Array,
  Unary,
  Binary,
  Comparison,
  Cast,
  Conditional,
  Call,
  Index,
  Slice,
  Member,
  StructLiteral,
  Function,
  Match,
  Error,
};

struct Expr {
  ExprKind kind;
  SourceRange range;
};

enum class NumberSuffix : uint8_t { None, I32, I64, U32, U64, F64 };

/// A numeric literal. For an integer spelling `integer` holds the magnitude and `overflow` tells
/// that it exceeds 64 bits; `real` is the correctly rounded f64 in every case.
struct NumberExpr : Expr {
  uint64_t integer;
  double real;
  NumberSuffix suffix;
  bool isFloat; // has a fraction or an exponent
  bool isHex;
  bool overflow;
  bool malformed; // reported by the lexer: a number of unknown type
  static bool classof(const Expr *e) { return e->kind == ExprKind::Number; }
};

/// `value` has its escapes replaced.
struct StringExpr : Expr {
  StringRef value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::String; }
};

struct BoolExpr : Expr {
  bool value;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Bool; }
};

struct NameExpr : Expr {
  Symbol symbol;
  mutable uint32_t note = 0; // a slot for sema, as in Name
  static bool classof(const Expr *e) { return e->kind == ExprKind::Name; }
};

struct ParenExpr : Expr {
  Expr *inner;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Paren; }
};

struct ArrayExpr : Expr {
  ArrayRef<Expr *> elements;
  bool trailingComma;
  bool insideCall; // inside the parentheses of a call, at any depth (manual 6.3)
  static bool classof(const Expr *e) { return e->kind == ExprKind::Array; }
};

enum class UnaryOp : uint8_t { Negate, Not };

struct UnaryExpr : Expr {
  UnaryOp op;
  SourceRange opRange;
  Expr *operand;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Unary; }
};

enum class BinaryOp : uint8_t { Add, Sub, Mul, Div, Mod, Equal, NotEqual, Matches, And, Or };

/// Left-associative, so a long sum is a deep left spine: walk it with a loop, not by recursion.
struct BinaryExpr : Expr {
  BinaryOp op;
  SourceRange opRange;
  Expr *left, *right;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Binary; }
};

enum class OrderOp : uint8_t { Less, LessEqual, Greater, GreaterEqual };

/// `a < b` and chains `a < b <= c`: operands.size() == ops.size() + 1.
struct ComparisonExpr : Expr {
  ArrayRef<Expr *> operands;
  ArrayRef<OrderOp> ops;
  ArrayRef<SourceRange> opRanges;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Comparison; }
};

struct CastExpr : Expr {
  Expr *operand;
  SourceRange asRange;
  TypeExpr *target; // a PathType unless in error
  static bool classof(const Expr *e) { return e->kind == ExprKind::Cast; }
};

/// `thenValue if condition else elseValue`.
struct ConditionalExpr : Expr {
  Expr *thenValue, *condition, *elseValue;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Conditional; }
};

struct CallExpr : Expr {
  Expr *callee;
  ArrayRef<Expr *> arguments;
  SourceRange parenRange; // the `(`
  static bool classof(const Expr *e) { return e->kind == ExprKind::Call; }
};

struct IndexExpr : Expr {
  Expr *base, *index;
  SourceRange bracketRange; // the `[`
  static bool classof(const Expr *e) { return e->kind == ExprKind::Index; }
};

struct SliceExpr : Expr {
  Expr *base;
  Expr *start, *end; // null where left out
  SourceRange bracketRange;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Slice; }
};

struct MemberExpr : Expr {
  Expr *base;
  Name member;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Member; }
};

struct FieldValue {
  Name name;
  Expr *value;
};

/// `Point{ x: 1 }`, `geo.Point{ … }`.
struct StructLiteralExpr : Expr {
  ArrayRef<Name> path; // one or two names
  ArrayRef<FieldValue> fields;
  static bool classof(const Expr *e) { return e->kind == ExprKind::StructLiteral; }
};

struct FunctionDecl;

/// A function expression; its declaration has no name. A one-line body is a block of one statement.
struct FunctionExpr : Expr {
  FunctionDecl *function;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Function; }
};

enum class PatternKind : uint8_t { Wildcard, Variant, Value };

struct Pattern {
  PatternKind kind;
  SourceRange range;
  ArrayRef<Name> path;     // Variant: `E.V` or `m.E.V`
  ArrayRef<Name> bindings; // Variant: payload names; the symbol of `_` ignores the value
  bool hasParens;          // Variant: `(` was written
  Expr *value;             // Value
};

struct MatchArm;

/// A match expression: every arm's body is an expression (MatchArm::value).
struct MatchExpr : Expr {
  SourceRange matchRange; // the word `match`
  Expr *subject;
  ArrayRef<MatchArm *> arms;
  static bool classof(const Expr *e) { return e->kind == ExprKind::Match; }
};

/// Stands where an expression could not be parsed; already reported.
struct ErrorExpr : Expr {
  static bool classof(const Expr *e) { return e->kind == ExprKind::Error; }
};

// ---- statements

enum class StmtKind : uint8_t {
  Assign,
  CompoundAssign,
  Destructure,
  Constant,
  Expr,
  Print,
  Return,
  Pass,
  Break,
  Continue,
  If,
  While,
  ForRange,
  ForIn,
  Try,
  Match,
  Function,
  Struct,
  Enum,
  Impl,
  Use,
  Error,
};

struct Stmt {
  StmtKind kind;
  SourceRange range;
};

struct Block {
  SourceRange range;
  ArrayRef<Stmt *> statements;
};

struct MatchArm {
  SourceRange range;
  Pattern *pattern;
  Block body;            // of a match statement
  Expr *value = nullptr; // of a match expression
};

/// One target of `a = b = e`. Only the first may carry `mut`, a type, or be an element or field.
struct AssignTarget {
  Expr *place; // NameExpr, IndexExpr or MemberExpr; anything else is E2205 (sema)
  bool isMut;
  SourceRange mutRange;
  TypeExpr *type; // null without annotation
};

/// Plain, typed and `mut` bindings, chains, and assignments to elements and fields. A list
/// `x = 1, mut y = 2` is parsed into one statement each. `value` is null after E1059.
struct AssignStmt : Stmt {
  ArrayRef<AssignTarget> targets; // in textual order
  SourceRange opRange;            // the last `=`
  Expr *value;
  bool isPub;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Assign; }
};

struct CompoundAssignStmt : Stmt {
  Expr *target;
  BinaryOp op; // Add … Mod
  SourceRange opRange;
  Expr *value;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::CompoundAssign; }
};

/// `a, b, c = e`.
struct DestructureStmt : Stmt {
  ArrayRef<Name> names;
  SourceRange opRange;
  Expr *value;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Destructure; }
};

/// `NAME: T := e`.
struct ConstantDecl : Stmt {
  Name name;
  TypeExpr *type; // may be null
  SourceRange opRange;
  Expr *value;
  bool isPub;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Constant; }
};

struct ExprStmt : Stmt {
  Expr *expr;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Expr; }
};

struct PrintStmt : Stmt {
  SourceRange printRange;
  ArrayRef<Expr *> arguments;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Print; }
};

struct ReturnStmt : Stmt {
  SourceRange returnRange;
  ArrayRef<Expr *> values; // two or more: an array of them
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Return; }
};

struct PassStmt : Stmt {
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Pass; }
};

struct BreakStmt : Stmt {
  Name label; // symbol empty without label; range includes the quote
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Break; }
};

struct ContinueStmt : Stmt {
  Name label;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Continue; }
};

struct IfBranch {
  SourceRange keyword; // `if` or `elif`
  Expr *condition;
  Block body;
};

struct IfStmt : Stmt {
  ArrayRef<IfBranch> branches; // at least one
  bool hasElse;
  Block elseBody;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::If; }
};

/// Attributes of chapter 13, as a set, with where each was written.
struct Attributes {
  bool hot = false, cold = false, inlineHint = false, noinline = false;
  SourceRange hotRange;
};

struct WhileStmt : Stmt {
  SourceRange keyword;
  Attributes attributes;
  Name label;
  Expr *condition;
  Block body;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::While; }
};

struct ForRangeStmt : Stmt {
  SourceRange keyword;
  Attributes attributes;
  Name label;
  Name variable;
  Expr *start, *end;
  Expr *step; // null: 1
  bool inclusive;
  SourceRange rangeRange; // from the start expression to the last bound
  Block body;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::ForRange; }
};

struct ForInStmt : Stmt {
  SourceRange keyword;
  Attributes attributes;
  Name label;
  Name variable;
  Expr *iterable;
  Block body;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::ForIn; }
};

struct TryStmt : Stmt {
  SourceRange keyword;
  Block body;
  Name catchName; // symbol empty: `catch:`
  Block handler;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Try; }
};

struct MatchStmt : Stmt {
  SourceRange matchRange;
  Expr *subject;
  ArrayRef<MatchArm *> arms; // bodies are blocks
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Match; }
};

// ---- declarations

struct Parameter {
  Name name;
  TypeExpr *type; // null: none written
};

struct FunctionDecl : Stmt {
  SourceRange fnRange; // the word `fn`
  Attributes attributes;
  Name name; // symbol empty for a function expression
  ArrayRef<Parameter> parameters;
  TypeExpr *result; // null without `->`
  Block body;
  bool isPub;
  bool inlineBody; // the body stands on the header's line
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Function; }
};

struct StructField {
  Name name;
  TypeExpr *type;
  Expr *defaultValue; // null without default
};

struct StructDecl : Stmt {
  Name name;
  ArrayRef<StructField> fields;
  bool isPub;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Struct; }
};

struct VariantPayload {
  Name name; // symbol empty without name
  TypeExpr *type;
};

struct EnumVariant {
  Name name;
  ArrayRef<VariantPayload> payload;
};

struct EnumDecl : Stmt {
  Name name;
  ArrayRef<Name> typeParameters;
  ArrayRef<EnumVariant> variants;
  bool isPub;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Enum; }
};

struct ImplDecl : Stmt {
  Name target;
  ArrayRef<FunctionDecl *> methods;
  bool isPub;
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Impl; }
};

struct UseItem {
  Name name;
  Name alias; // symbol empty without `as`
};

struct UseDecl : Stmt {
  ArrayRef<Name> path;
  SourceRange pathRange;
  Name alias;
  bool star;
  SourceRange starRange;
  ArrayRef<UseItem> items;
  bool hasTargets; // `:` was written
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Use; }
};

/// Stands where a statement could not be parsed; already reported.
struct ErrorStmt : Stmt {
  static bool classof(const Stmt *s) { return s->kind == StmtKind::Error; }
};

/// One parsed file. Owns every node reachable from `statements`.
class Ast {
public:
  llvm::BumpPtrAllocator arena;
  basic::FileId file = 0;
  ArrayRef<Stmt *> statements;
  bool hasErrors = false; // some E1xxx was reported in this file

  template <typename T> T *make() { return new (arena.Allocate<T>()) T{}; }
  template <typename T> ArrayRef<T> copy(ArrayRef<T> items) {
    if (items.empty())
      return {};
    T *data = arena.Allocate<T>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), data);
    return {data, items.size()};
  }
};

} // namespace orus::syntax
