// Calls of builtin functions (manual chapter 11).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

namespace {
struct BuiltinInfo {
  const char *name;
  size_t least, most; // arguments
};
} // namespace

static constexpr BuiltinInfo kBuiltins[] = {
#define ORUS_BUILTIN(ident, name, least, most) {name, least, most},
#include "compiler/sema/Builtins.def"
};

Expr *Inference::builtinExpr(Builtin builtin, const syntax::CallExpr *call, Type *type,
                             ArrayRef<Expr *> arguments) {
  auto *node = makeExpr<CallBuiltinExpr>(ExprKind::CallBuiltin, call->range, type);
  node->builtin = builtin;
  node->arguments = copy(arguments);
  node->parenRange = call->parenRange;
  return node;
}

void Inference::argumentError(Builtin builtin, Expr *argument, const std::string &wanted) {
  Type *type = typeOf(argument);
  if (isUnknown(type))
    return;
  if (isa<TypeVariable>(type)) {
    error(Diag::CannotInfer, argument->range, "the type of this is not clear from here")
        .help("add an annotation where it is declared");
    return;
  }
  std::string name = kBuiltins[static_cast<size_t>(builtin)].name;
  auto &report = error(Diag::ArgumentType, argument->range,
                       "`" + name + "` takes " + wanted + " here, not " + quoted(type));
  report.label(quoted(type));
  if (type->kind == TypeKind::Any)
    report.help("give it a type first: `xs: [i32] = …`");
}

Expr *Inference::callBuiltin(Builtin builtin, const syntax::CallExpr *call, Hint hint) {
  const BuiltinInfo &info = kBuiltins[static_cast<size_t>(builtin)];
  size_t given = call->arguments.size();
  std::string name = std::string("`") + info.name + "`";
  if (given < info.least || given > info.most) {
    std::string wanted = std::to_string(info.least);
    if (info.most != info.least)
      wanted += (info.most == info.least + 1 ? " or " : " to ") + std::to_string(info.most);
    error(Diag::ArityMismatch, call->callee->range,
          name + " takes " + wanted + (wanted == "1" ? " argument" : " arguments") + ", not " +
              std::to_string(given))
        .label(std::to_string(given) + (given == 1 ? " argument" : " arguments"));
    inferArguments(call);
    return errorExpr(call->range);
  }
  auto text = [&](size_t i) {
    return check(call->arguments[i],
                 {stringType(), nullptr, Diag::ArgumentType, StringRef(name), {}});
  };
  switch (builtin) {
  case Builtin::Len: {
    Expr *value = inferValue(call->arguments[0]);
    if (Type *type = typeOf(value); !isa<ArrayType>(type) && type->kind != TypeKind::String)
      argumentError(builtin, value, "an array or a `string`");
    return builtinExpr(Builtin::Len, call, simple(TypeKind::I32), value);
  }
  case Builtin::Push:
  case Builtin::Pop:
  case Builtin::Sorted: return callArray(builtin, call, hint);
  case Builtin::Range: return callRange(call);
  case Builtin::Input: {
    llvm::SmallVector<Expr *, 1> arguments;
    if (given)
      arguments.push_back(text(0));
    return builtinExpr(Builtin::Input, call, stringType(), arguments);
  }
  case Builtin::Int:
  case Builtin::Float: {
    Expr *value = inferValue(call->arguments[0]);
    Type *type = typeOf(value);
    if (!type->isNumeric() && type->kind != TypeKind::String && type->kind != TypeKind::Any)
      argumentError(builtin, value, "a number or a `string`");
    bool isInt = builtin == Builtin::Int;
    return builtinExpr(isInt ? Builtin::Int : Builtin::Float, call,
                       simple(isInt ? TypeKind::I32 : TypeKind::F64), value);
  }
  case Builtin::Typeof: return typeofExpr(call, inferValue(call->arguments[0]));
  case Builtin::Istype: {
    auto *node = makeExpr<CompareExpr>(ExprKind::Compare, call->range, boolType());
    node->op = CompareOp::Equal;
    node->opRange = call->parenRange;
    node->left = typeofExpr(call, inferValue(call->arguments[0]));
    node->right = text(1);
    if (auto *literal = dyn_cast<syntax::StringExpr>(call->arguments[1]))
      warnAboutTypeName(literal);
    return node;
  }
  case Builtin::Timestamp: return builtinExpr(Builtin::Timestamp, call, simple(TypeKind::F64), {});
  case Builtin::AssertEq: {
    Expr *label = text(0);
    return callAssertEq(call, label);
  }
  }
  return errorExpr(call->range);
}

/// push, pop, sorted.
Expr *Inference::callArray(Builtin builtin, const syntax::CallExpr *call, Hint hint) {
  bool grows = builtin != Builtin::Sorted;
  Expr *base = inferValue(call->arguments[0], builtin == Builtin::Pop ? Hint{} : hint);
  Type *type = typeOf(base), *element = unknown();
  if (auto *variable = dyn_cast<TypeVariable>(type)) {
    element = state_.types.fresh(VariableOrigin::Element, base->range);
    if (state_.types.unify(variable, state_.types.array(element)) == Unified::Endless)
      element = unknown();
  } else if (auto *array = dyn_cast<ArrayType>(type)) {
    element = array->element;
  } else {
    argumentError(builtin, base, "an array");
  }
  if (grows && isFixed(base)) {
    StringRef text = state_.diags.sources().text(base->range);
    error(Diag::CannotGrow, base->range,
          (text.size() <= 40 ? ("`" + text + "`").str() : "this array") + " has a fixed length")
        .label("of fixed length")
        .help("declare it as `" + state_.types.name(state_.types.array(element)) + "`");
  }
  if (builtin == Builtin::Push) {
    Expr *value =
        check(call->arguments[1], {element, nullptr, Diag::ArgumentType, "`push`", base->range});
    return builtinExpr(Builtin::Push, call, base->type, {base, value});
  }
  if (builtin == Builtin::Pop)
    return builtinExpr(Builtin::Pop, call, element, base);
  Type *ordered = TypeContext::resolve(element);
  if (!ordered->isPrimitive() && ordered->kind != TypeKind::Any && !isUnknown(ordered) &&
      !isa<TypeVariable>(ordered))
    error(Diag::NotComparable, base->range, quoted(ordered) + " values have no order")
        .label(quoted(type));
  return builtinExpr(Builtin::Sorted, call, base->type, base);
}

Expr *Inference::callRange(const syntax::CallExpr *call) {
  llvm::SmallVector<Expr *, 3> arguments;
  for (const syntax::Expr *argument : call->arguments) {
    Expr *value = inferValue(argument);
    if (isa<TypeVariable>(typeOf(value)))
      state_.types.unify(value->type, simple(TypeKind::I32));
    if (!typeOf(value)->isInteger())
      argumentError(Builtin::Range, value, "an integer");
    arguments.push_back(value);
  }
  if (arguments.size() == 3)
    if (auto *step = dyn_cast<IntegerExpr>(arguments[2]);
        step && step->bits == 0 && step->type->isInteger())
      warn(Diag::AlwaysPanics, step->range,
           "this always panics: Invalid arguments provided to range()");
  return builtinExpr(Builtin::Range, call, simple(TypeKind::Range), arguments);
}

Expr *Inference::callAssertEq(const syntax::CallExpr *call, Expr *label) {
  const syntax::Expr *actual = call->arguments[1], *expected = call->arguments[2];
  Expr *left = nullptr, *right = nullptr;
  if (!isAdaptive(actual)) {
    left = inferValue(actual);
    right = isAdaptive(expected) ? inferAdaptive(expected, left->type)
                                 : inferValue(expected, {left->type, nullptr});
  } else if (!isAdaptive(expected)) {
    right = inferValue(expected);
    left = inferAdaptive(actual, right->type);
  } else {
    std::tie(left, right) = adaptTogether(actual, expected);
  }
  Type *l = typeOf(left), *r = typeOf(right);
  if (isa<FunctionType>(l) || isa<FunctionType>(r)) {
    error(Diag::NotComparable, (isa<FunctionType>(l) ? left : right)->range,
          "functions cannot be compared")
        .label("a function");
  } else if (l->kind == TypeKind::Any || r->kind == TypeKind::Any) {
    left = toAny(left);
    right = toAny(right);
  } else if (state_.types.unify(l, r) != Unified::Yes) {
    error(Diag::ArgumentType, right->range,
          "`assert_eq` compares two values of one type; here are " + quoted(l) + " and " +
              quoted(r))
        .label(quoted(r))
        .label(left->range, quoted(l));
  }
  return builtinExpr(Builtin::AssertEq, call, boolType(), {label, left, right});
}

// ---- typeof

/// The name that `typeof` gives for every value of a type; none if it depends on the value.
static std::optional<StringRef> staticTypeName(const SemaState &state, Type *type) {
  switch (type->kind) {
  case TypeKind::Bool: return "bool";
  case TypeKind::I32: return "i32";
  case TypeKind::U32: return "u32";
  case TypeKind::I64: return "i64";
  case TypeKind::U64: return "u64";
  case TypeKind::F64: return "f64";
  case TypeKind::String: return "string";
  case TypeKind::Range: return "range_iterator";
  case TypeKind::Array: return "array";
  case TypeKind::Function: return "function";
  case TypeKind::Struct: return state.text(cast<StructType>(type)->info->name);
  case TypeKind::Enum: return state.text(cast<EnumType>(type)->info->name);
  default: return std::nullopt;
  }
}

/// Evaluating it does nothing but give a value.
static bool isPure(const Expr *value) {
  switch (value->kind) {
  case ExprKind::Integer:
  case ExprKind::Float:
  case ExprKind::Bool:
  case ExprKind::String:
  case ExprKind::FunctionValue: return true;
  case ExprKind::Variable: return !cast<VariableExpr>(value)->checkInitialized;
  default: return false;
  }
}

Expr *Inference::typeofExpr(const syntax::CallExpr *call, Expr *value) {
  Type *type = typeOf(value);
  std::optional<StringRef> name = staticTypeName(state_, type);
  if (!name) {
    Expr *node = builtinExpr(Builtin::Typeof, call, stringType(), value);
    if (type->open)
      deferred_.push_back({node, instance()});
    return node;
  }
  auto *text = makeExpr<StringExpr>(ExprKind::String, call->range, stringType());
  text->value = name->copy(state_.program.arena);
  if (isPure(value))
    return text;
  auto *node = makeExpr<SequenceExpr>(ExprKind::Sequence, call->range, stringType());
  node->first = value;
  node->value = text;
  return node;
}

/// A `typeof` of a type that was not known yet.
void Inference::finishTypeof(CallBuiltinExpr *call) {
  CallBuiltinExpr old = *call;
  Expr *value = old.arguments.front();
  std::optional<StringRef> name = staticTypeName(state_, state_.types.close(value->type));
  if (!name)
    return;
  auto *text = makeExpr<StringExpr>(ExprKind::String, old.range, stringType());
  text->value = name->copy(state_.program.arena);
  static_assert(sizeof(SequenceExpr) <= sizeof(CallBuiltinExpr));
  auto *node = new (static_cast<void *>(call)) SequenceExpr{};
  static_cast<Expr &>(*node) = old;
  node->kind = ExprKind::Sequence;
  node->first = value;
  node->value = text;
}

} // namespace orus::sema
