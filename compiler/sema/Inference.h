// Type inference: turns resolved functions into typed ones, statement by statement in textual order
// (manual 5.9.5). Bodies are inferred where they are first needed, generic ones once for each list
// of argument types.
#pragma once

#include "compiler/sema/Instances.h"
#include "compiler/sema/SemaState.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

#include <optional>

namespace orus::sema {

/// What is known about the type of an expression before it is inferred.
struct TypeHint {
  Type *type = nullptr;
  const Lengths *lengths = nullptr;
};

class Inference {
public:
  Inference(SemaState &state, size_t stackBudget);
  ~Inference();
  /// Infers everything, modules in order of initialisation, and fills the program.
  void run();

private:
  using Hint = TypeHint;
  using Statements = llvm::SmallVectorImpl<Stmt *>;
  /// The type an expression must have, and how to complain if it has another.
  struct Target {
    Type *type;
    const Lengths *lengths = nullptr;
    basic::Diag code = basic::Diag::TypeMismatch;
    StringRef who = "the annotation"; // what asks for it
    SourceRange from;                 // where it is asked for
  };
  /// A loop of the body being inferred.
  struct OpenLoop {
    Loop *loop;
    bool hasBreak = false;
  };
  /// How a block ends (5.3.2).
  enum class Ending : uint8_t {
    Value,  // every path that reaches the end does so with a value
    Leaves, // no path reaches the end
    Open,   // the end is reached without a value
  };
  /// Where a type is written, as far as it decides what may be left out.
  enum class TypePlace : uint8_t {
    Variable, // the arguments of a generic enum are left to inference
    Result,   // likewise; may be void
    Part,     // of another type, a field or a payload
  };
  /// An expression statement that may give the result of its function.
  struct Tail {
    ExprStmt *stmt;
    const syntax::Expr *expr;
  };
  /// What a target of an assignment means; no variable for `_`.
  struct Assigned {
    VariableDecl *decl;
    InferredVariable *variable;
    SourceRange range;
    bool isDeclaration;
  };
  struct NamedPlace {
    uint32_t note;
    SourceRange range;
  };
  /// Marks the module variables that a statement declares while it is inferred.
  struct Inferring {
    Inferring(Inference &inference, const syntax::AssignStmt *assign);
    Inferring(Inference &inference, const syntax::DestructureStmt *destructure);
    ~Inferring();
    void add(Inference &inference, uint32_t note, SourceRange range);
    llvm::SmallVector<VariableDecl *, 2> decls;
  };
  /// The body being inferred.
  struct Body {
    Body(InstanceInfo *made, Body *around) : instance(made), outer(around) {}
    InstanceInfo *instance;
    Body *outer;
    Type *declared = nullptr; // result type; null: to be inferred
    const Lengths *lengths = nullptr;
    Type *known = nullptr; // type of the results so far, for literals
    SourceRange knownAt;
    bool returnsValue = false;
    llvm::SmallVector<SourceRange, 2> bareReturns;
    llvm::SmallVector<Tail, 4> tails; // in textual order
    llvm::SmallVector<OpenLoop, 4> loops;
    llvm::SmallVector<FunctionInfo *, 2> nested; // declared in it
  };
  /// An operation on operands of a type not yet known; checked and completed at the end.
  struct Deferred {
    Expr *expr;
    InstanceInfo *instance;
  };

  // ---- nodes (Inference.cpp)
  template <typename T> T *make(SourceRange range, Type *type) {
    T *node = new (state_.program.arena.Allocate<T>()) T{};
    node->range = range;
    node->type = type;
    if (type->open)
      open_.push_back(node);
    return node;
  }
  template <typename T> T *makeExpr(ExprKind kind, SourceRange range, Type *type) {
    T *node = make<T>(range, type);
    node->kind = kind;
    return node;
  }
  template <typename T> T *makeStmt(StmtKind kind, SourceRange range) {
    T *node = new (state_.program.arena.Allocate<T>()) T{};
    node->kind = kind;
    node->range = range;
    return node;
  }
  template <typename T> ArrayRef<T> copy(ArrayRef<T> items) {
    if (items.empty())
      return {};
    T *data = state_.program.arena.Allocate<T>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), data);
    return ArrayRef<T>(data, items.size());
  }
  template <typename T, unsigned N> ArrayRef<T> copy(const llvm::SmallVector<T, N> &items) {
    return copy(ArrayRef<T>(items));
  }
  Expr *errorExpr(SourceRange range);
  Type *simple(TypeKind kind) { return state_.types.primitive(kind); }
  Type *boolType() { return simple(TypeKind::Bool); }
  Type *stringType() { return simple(TypeKind::String); }
  Type *unknown() { return state_.types.unknown(); }
  std::string quoted(Type *type) { return state_.quoted(type); }
  /// Two types for one message: with their modules where they would look alike (12.5).
  std::pair<std::string, std::string> quotedPair(Type *a, Type *b);
  static bool isUnknown(const Type *type) { return type->kind == TypeKind::Unknown; }
  static Type *typeOf(const Expr *expr) { return TypeContext::resolve(expr->type); }

  // ---- reports (Reports.cpp)
  basic::Diagnostic &error(basic::Diag id, SourceRange range, std::string message);
  void reportInstance(InstanceInfo *generic, SourceRange callee, InstanceInfo *maker);
  void warn(basic::Diag id, SourceRange range, std::string message);
  bool wantsWarnings() const;
  basic::Diagnostic &mismatch(const Expr *value, const Target &target);
  InstanceInfo *instance() const { return body_->instance; }
  bool isLenient() const { return body_->instance->isLenient; }

  // ---- conversions (Conversions.cpp)
  Expr *infer(const syntax::Expr *expr, Hint hint = {});
  Expr *inferValue(const syntax::Expr *expr, Hint hint = {});
  Expr *check(const syntax::Expr *expr, const Target &target);
  Expr *coerce(Expr *value, const Target &target);
  Expr *requireValue(Expr *value);
  Expr *toAny(Expr *value);
  Expr *fromAny(Expr *value, Type *type);
  Expr *condition(const syntax::Expr *expr);
  void require(Expr *value, Type *type);

  // ---- literals (Literals.cpp)
  struct LiteralFacts {
    bool hasFloat = false;
    bool malformed = false;
    TypeKind largest = TypeKind::I32; // of the default types
  };
  static bool isAdaptive(const syntax::Expr *expr);
  static LiteralFacts factsOf(const syntax::Expr *expr);
  static bool representable(const syntax::Expr *expr, TypeKind type);
  Expr *inferAdaptive(const syntax::Expr *expr, Type *context);
  Expr *adapt(const syntax::Expr *expr, Type *type);
  Expr *number(const syntax::NumberExpr *literal, SourceRange range, bool negative, Type *type);
  Expr *suffixed(const syntax::NumberExpr *literal, SourceRange range, bool negative);
  Expr *integer(SourceRange range, Type *type, uint64_t bits);
  void warnInexact(const syntax::NumberExpr *literal, SourceRange range);

  // ---- expressions (Expressions.cpp, Operators.cpp)
  Expr *inferEntity(Entity *entity, uint32_t note, SourceRange range, Hint hint);
  Expr *variableExpr(VariableDecl *decl, uint32_t note, SourceRange range);
  std::optional<uint64_t> fillCount(const syntax::ArrayExpr *array);
  Expr *inferArray(const syntax::ArrayExpr *array, Hint hint);
  Expr *inferFill(const syntax::ArrayExpr *array, uint64_t count, Hint hint);
  Expr *inferElements(ArrayRef<syntax::Expr *> exprs, SourceRange range, Hint hint);
  void checkLength(uint64_t length, SourceRange range, const Lengths *wanted);
  Expr *inferUnary(const syntax::UnaryExpr *unary);
  Expr *negate(const syntax::UnaryExpr *unary, Expr *operand);
  Expr *inferBinary(const syntax::BinaryExpr *binary, Hint hint);
  Expr *operand(const syntax::Expr *expr, Expr *other);
  std::pair<Expr *, Expr *> adaptTogether(const syntax::Expr *a, const syntax::Expr *b);
  Type *sharedType(ArrayRef<const syntax::Expr *> exprs);
  void inferOperands(ArrayRef<syntax::Expr *> exprs, llvm::SmallVectorImpl<Expr *> &out);
  Expr *combine(const syntax::BinaryExpr *op, Expr *left, Expr *right);
  Expr *combineArithmetic(syntax::BinaryOp op, SourceRange range, SourceRange opRange, Expr *left,
                          Expr *right);
  Expr *combineEquality(CompareOp op, SourceRange range, SourceRange opRange, Expr *left,
                        Expr *right);
  Expr *combineLogic(const syntax::BinaryExpr *op, Expr *left, Expr *right);
  bool sameOperands(Expr *&left, Expr *&right);
  void requireOpposite(Expr *left, Expr *right);
  Expr *mixed(StringRef op, SourceRange opRange, SourceRange range, Expr *left, Expr *right);
  Expr *inferComparison(const syntax::ComparisonExpr *comparison);
  Expr *inferCast(const syntax::CastExpr *cast);
  Expr *inferConditional(const syntax::ConditionalExpr *conditional, Hint hint);
  Expr *inferIndex(const syntax::IndexExpr *index);
  Expr *inferSlice(const syntax::SliceExpr *slice, Hint hint);
  Expr *indexValue(const syntax::Expr *expr);
  Expr *inferMember(const syntax::MemberExpr *member, Hint hint);
  Expr *inferFunction(const syntax::FunctionExpr *function, Hint hint);
  void reportUnknownField(Type *type, const syntax::Name &member);
  void finishDeferred(const Deferred &deferred);
  bool isFixed(const Expr *value) const;
  const Lengths *resultLengths(const FunctionInstance *function) const;

  // ---- calls (Calls.cpp, Builtins.cpp)
  Expr *inferCall(const syntax::CallExpr *call, Hint hint);
  /// `self` is the receiver of a method, else null.
  Expr *callFunction(FunctionInfo *function, const syntax::CallExpr *call, SourceRange name,
                     Expr *self = nullptr);
  Expr *callGeneric(GenericType *generic, const syntax::CallExpr *call, SourceRange name,
                    Expr *self);
  Expr *genericArgument(FunctionInfo *function, size_t parameter, const syntax::Expr *argument);
  Expr *callMember(const syntax::MemberExpr *member, const syntax::CallExpr *call, Hint hint);
  Expr *callValue(Expr *callee, const syntax::CallExpr *call, SourceRange name);
  Expr *valueCall(Expr *callee, const syntax::CallExpr *call, ArrayRef<Expr *> arguments,
                  Type *result);
  Expr *finishCall(InstanceInfo *callee, const syntax::CallExpr *call, ArrayRef<Expr *> arguments);
  Expr *errorCall(const syntax::CallExpr *call, Type *type);
  Expr *closureOf(InstanceInfo *callee, SourceRange range);
  /// `declared` is null for a function that is known by its type only.
  bool checkArity(StringRef name, size_t wanted, const syntax::CallExpr *call, SourceRange range,
                  const FunctionInfo *declared);
  void reportNotCallable(const syntax::CallExpr *call, Type *type, const std::string &text);
  void inferArguments(const syntax::CallExpr *call);
  Expr *callBuiltin(Builtin builtin, const syntax::CallExpr *call, Hint hint);
  Expr *callArray(Builtin builtin, const syntax::CallExpr *call, Hint hint);
  Expr *callRange(const syntax::CallExpr *call);
  Expr *callAssertEq(const syntax::CallExpr *call, Expr *label);
  Expr *typeofExpr(const syntax::CallExpr *call, Expr *value);
  void finishTypeof(CallBuiltinExpr *call);
  Expr *builtinExpr(Builtin builtin, const syntax::CallExpr *call, Type *type,
                    ArrayRef<Expr *> arguments);
  void argumentError(Builtin builtin, Expr *argument, const std::string &wanted);

  // ---- functions and instances (Functions.cpp)
  void signature(FunctionInfo *function);
  InstanceInfo *newInstance(FunctionInfo *function, InstanceInfo *parent,
                            ArrayRef<Type *> arguments, SourceRange callee);
  InferredVariable *newVariable(VariableDecl *decl, FunctionInstance *owner, TypedModule *module);
  void setParameters(InstanceInfo *made, ArrayRef<Type *> types);
  InstanceInfo *parentOf(FunctionInfo *function);
  InstanceInfo *instanceOf(FunctionInfo *function, InstanceInfo *parent, ArrayRef<Type *> arguments,
                           SourceRange callee);
  InstanceInfo *genericInstance(GenericType *generic, ArrayRef<Type *> arguments, SourceRange name);
  void needResult(InstanceInfo *callee);
  void drainQueue();
  bool stackIsLow() const;
  void inferBody(InstanceInfo *made);
  void finishBody(Body &body, Ending ending);
  void settleVoid(Body &body);
  void settleResult(InstanceInfo *made, const std::string &name);
  void checkDeclaration(FunctionInfo *function);
  void checkNested(Body &body);
  Expr *functionValue(FunctionInfo *function, SourceRange range, Hint hint);
  Expr *genericValue(GenericType *generic, SourceRange range, Hint hint);
  Expr *valueOf(InstanceInfo *callee, SourceRange range);
  Type *functionType(InstanceInfo *made);

  // ---- generic functions as arguments, captures (Generics.cpp)
  GenericType *genericNamed(const syntax::Expr *expr);
  GenericType *genericOf(FunctionInfo *function);
  llvm::SmallVector<InferredVariable *, 4> capturesOf(InstanceInfo *made);

  // ---- structs (Structs.cpp)
  StructType *structType(StructEntity *entity);
  void needFields(StructEntity *entity);
  void checkStruct(StructEntity *entity);
  bool containsItself(StructEntity *entity, uint32_t field);
  Expr *defaultValue(StructEntity *entity, uint32_t field);
  Expr *inferStructLiteral(const syntax::StructLiteralExpr *literal);
  Entity *typeNamed(const syntax::Expr *expr) const;
  Expr *fieldOf(Expr *base, const syntax::Name &member, SourceRange range);
  Expr *callAssociated(StructEntity *entity, const syntax::MemberExpr *member,
                       const syntax::CallExpr *call);
  FunctionInfo *methodOf(StructEntity *entity, const syntax::Name &name);
  StructEntity *entityOf(const Type *type) const;
  void assignField(const syntax::MemberExpr *place, const syntax::Expr *source, Expr *known,
                   Statements &out);
  void updateField(const syntax::CompoundAssignStmt *assign, const syntax::MemberExpr *place,
                   Statements &out);

  // ---- enums (Enums.cpp)
  EnumInfo *enumInfo(EnumEntity *entity);
  void needPayloads(EnumEntity *entity);
  void checkEnum(EnumEntity *entity);
  void refuseEndlessEnums();
  Type *enumType(EnumEntity *entity, const syntax::PathType *path, TypePlace place);
  EnumType *openInstance(EnumEntity *entity, SourceRange range);
  Type *payloadType(const EnumType *type, uint32_t variant, size_t index);
  std::optional<uint32_t> variantNamed(EnumEntity *entity, const syntax::Name &name);
  Expr *variantValue(EnumEntity *entity, const syntax::Name &name, const syntax::CallExpr *call,
                     SourceRange range, Hint hint);
  Expr *variantTest(Expr *subject, const syntax::BinaryExpr *test);
  Type *freshen(Type *type, SourceRange range);

  // ---- match (Match.cpp)
  Ending inferMatch(const syntax::MatchStmt *stmt, Statements &out, bool isTail);
  Expr *inferMatch(const syntax::MatchExpr *expr, Hint hint);
  /// Types the patterns; whether one of them always fits.
  bool inferPatterns(Expr *subject, ArrayRef<syntax::MatchArm *> arms, SourceRange keyword,
                     bool mustCover, llvm::SmallVectorImpl<Arm *> &out);
  void inferVariantPattern(Expr *subject, const syntax::Pattern *pattern, Arm *arm);
  void inferValuePattern(Expr *subject, const syntax::Pattern *pattern, Arm *arm);
  EnumEntity *enumOf(const Type *type) const;

  // ---- declared types and constants (TypeExpressions.cpp, Constants.cpp)
  DeclaredType declaredType(const syntax::TypeExpr *type, TypePlace place);
  Type *namedType(const syntax::PathType *path, TypePlace place);
  bool isVoid(const syntax::TypeExpr *type) const;
  const Lengths *lengthsOf(const syntax::ArrayType *array, const Lengths *element);
  const ConstantValue &constantValue(ConstantEntity *constant);
  const syntax::Expr *nonConstantPart(const syntax::Expr *expr);
  std::optional<ConstantValue> evaluate(const Expr *expr);
  std::optional<ConstantValue> evaluateSpine(const Expr *expr);
  static bool isNegative(const ConstantValue &value);
  Expr *constantExpr(const ConstantValue &value, SourceRange range);

  // ---- statements (Statements.cpp, Loops.cpp)
  Ending inferBlock(const syntax::Block &block, Block *&out, bool isTail);
  Ending inferStatements(ArrayRef<syntax::Stmt *> statements, Statements &out, bool isTail);
  Ending inferStatement(const syntax::Stmt *stmt, Statements &out, bool isTail);
  Block *finishBlock(const void *key, const Statements &statements);
  void inferAssign(const syntax::AssignStmt *assign, Statements &out);
  std::optional<NamedPlace> namedPlace(const syntax::Expr *place) const;
  Assigned assigned(uint32_t note, SourceRange name, SourceRange range);
  Target targetOf(const Assigned &to, const DeclaredType &annotation);
  Expr *initializer(const syntax::Expr *expr, const Assigned &to, const DeclaredType &annotation);
  void settleVariable(const Assigned &target, Expr *value, bool fixed);
  void assignVariable(const Assigned &target, Expr *value, Statements &out);
  InferredVariable *temporary(Type *type, SourceRange range);
  Expr *intoTemporary(Expr *value, Statements &out);
  Expr *readVariable(InferredVariable *variable, SourceRange range);
  void inferPlaceAssign(const syntax::Expr *place, const syntax::Expr *source, Expr *known,
                        Statements &out);
  Type *elementOf(Expr *base, const syntax::IndexExpr *index);
  void inferCompound(const syntax::CompoundAssignStmt *assign, Statements &out);
  void updateElement(const syntax::CompoundAssignStmt *assign, const syntax::IndexExpr *place,
                     Statements &out);
  void inferDestructure(const syntax::DestructureStmt *destructure, Statements &out);
  void inferReturn(const syntax::ReturnStmt *stmt, Statements &out);
  Ending inferExprStatement(const syntax::ExprStmt *stmt, Statements &out, bool isTail);
  Ending inferIf(const syntax::IfStmt *stmt, Statements &out, bool isTail);
  Ending inferWhile(const syntax::WhileStmt *stmt, Statements &out);
  void inferForRange(const syntax::ForRangeStmt *stmt, Statements &out);
  void inferForIn(const syntax::ForInStmt *stmt, Statements &out);
  InferredVariable *loopVariable(const syntax::Name &name, Type *type);
  static bool isZeroLiteral(const syntax::Expr *expr);
  Loop *openLoop(SourceRange keyword, const syntax::Attributes &attributes);
  Ending inferTry(const syntax::TryStmt *stmt, Statements &out);
  void inferPrint(const syntax::PrintStmt *stmt, Statements &out);
  Stmt *jump(StmtKind kind, SourceRange range, const syntax::Name &label);
  void inferNestedFunction(FunctionInfo *function, Statements &out);

  // ---- warnings (Warnings.cpp)
  void warnAboutDropped(const syntax::Expr *expr, const Expr *value);
  void warnAboutCondition(const Expr *value, bool isWhile);
  void warnAboutArithmetic(const ArithmeticExpr *node);
  void warnAboutIndex(const IndexExpr *node);
  void warnAboutRange(const ForRangeStmt *node, const syntax::ForRangeStmt *stmt);
  void warnAboutSelfAssignment(const syntax::Expr *value, const Assigned &to);
  void warnAboutTypeName(const syntax::StringExpr *literal);
  void warnAboutUnused();
  void flushWarnings();

  // ---- modules and the end (Inference.cpp)
  InferredVariable *variableOf(VariableDecl *decl);
  InferredVariable *variableOf(VariableDecl *decl, InstanceInfo *from);
  void needModuleVariable(VariableDecl *decl);
  void inferModule(ModuleInfo &module);
  void markReached();
  void reportUnclear(InstanceInfo *made, InferredVariable *variable);
  void finish();
  void finishVariables();

  SemaState &state_;
  Body *body_ = nullptr;
  std::vector<std::unique_ptr<InstanceInfo>> instances_;
  llvm::DenseMap<uint64_t, llvm::SmallVector<InstanceInfo *, 1>> instanceTable_;
  llvm::DenseMap<const FunctionInstance *, InstanceInfo *> byTyped_;
  llvm::DenseMap<ModuleInfo *, Body *> moduleBodies_;
  llvm::DenseMap<ModuleInfo *, std::vector<InferredVariable *>> moduleVariables_;
  std::vector<InstanceInfo *> queue_; // bodies that can wait
  size_t queueNext_ = 0;
  // What was made while a type was open, to be completed at the end.
  std::vector<Expr *> open_;
  std::vector<Deferred> deferred_;
  std::vector<std::pair<ClosureExpr *, InstanceInfo *>> closures_;
  std::vector<std::pair<InstanceInfo *, InferredVariable *>> unnamed_; // variables without a name
  llvm::StringSet<> typeNames_;                   // of structs and enums, for warnings
  std::vector<InferredVariable *> openVariables_; // visible to several functions
  llvm::DenseMap<const syntax::Stmt *, llvm::SmallVector<Stmt *, 1>> early_;
  llvm::DenseMap<const StructInfo *, StructEntity *> structs_;
  llvm::DenseMap<const EnumInfo *, EnumEntity *> enums_;
  const EnumEntity *openEnum_ = nullptr; // whose payloads are being read
  bool isInDefault_ = false;             // of a field: it is used by functions, too
  basic::Diagnostic discarded_;
  const char *stackBase_ = nullptr;
  size_t stackBudget_;
};

} // namespace orus::sema
