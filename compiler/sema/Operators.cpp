// Arithmetic, comparison, logic and casts (manual 4.5 to 4.9).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static const char *spelling(syntax::BinaryOp op) {
  static constexpr const char *texts[] = {"+",  "-",  "*",       "/",   "%",
                                          "==", "!=", "matches", "and", "or"};
  return texts[static_cast<size_t>(op)];
}

static bool isArithmetic(syntax::BinaryOp op) { return op <= syntax::BinaryOp::Mod; }

/// Has the operators + - * / %.
static bool hasArithmetic(const Type *type, syntax::BinaryOp op) {
  return type->isNumeric() || (type->kind == TypeKind::String && op == syntax::BinaryOp::Add);
}

/// What does work on values of a type for which an operator was refused; empty if nothing does.
static std::string operatorsOf(const Type *type) {
  switch (type->kind) {
  case TypeKind::Bool: return "`bool` has `and`, `or`, `not`, `==` and `!=`";
  case TypeKind::String: return "`string` has `+`, `==`, `!=`, `<`, `<=`, `>` and `>=`";
  case TypeKind::Array: return "arrays have `==` and `!=`, and `*` with a number of times";
  case TypeKind::Struct:
  case TypeKind::Enum: return "structs and enums have `==` and `!=`";
  default: return {};
  }
}

Expr *Inference::negate(const syntax::UnaryExpr *unary, Expr *operand) {
  operand = requireValue(operand);
  Type *type = typeOf(operand);
  if (isUnknown(type))
    return errorExpr(unary->range);
  auto *node = makeExpr<NegateExpr>(ExprKind::Negate, unary->range, operand->type);
  node->opRange = unary->opRange;
  node->operand = operand;
  if (isa<TypeVariable>(type)) {
    deferred_.push_back({node, instance()});
  } else if (!type->isNumeric() || (type->isInteger() && !type->isSigned())) {
    auto &report = error(Diag::BadOperand, unary->opRange, "`-` does not work on " + quoted(type));
    report.label(operand->range, quoted(type));
    if (type->isInteger())
      report.help("unsigned numbers have no negative values; convert to `i64` first");
    else if (std::string help = operatorsOf(type); !help.empty())
      report.help(std::move(help));
    return errorExpr(unary->range);
  }
  return node;
}

Expr *Inference::inferUnary(const syntax::UnaryExpr *unary) {
  if (unary->op == syntax::UnaryOp::Negate) {
    if (auto *literal = dyn_cast<syntax::NumberExpr>(unary->operand))
      return suffixed(literal, unary->range, true);
    return negate(unary, infer(unary->operand));
  }
  Expr *operand = inferValue(unary->operand);
  Type *type = typeOf(operand);
  if (type->kind == TypeKind::Any)
    operand = fromAny(operand, boolType());
  else if (isa<TypeVariable>(type))
    state_.types.unify(type, boolType());
  else if (!isUnknown(type) && type->kind != TypeKind::Bool && !type->isInteger()) {
    error(Diag::LogicOperand, operand->range,
          "`not` needs a `bool` or an integer; this is " + quoted(type))
        .label(quoted(type));
    operand = errorExpr(operand->range);
  }
  auto *node = makeExpr<NotExpr>(ExprKind::Not, unary->range, boolType());
  node->operand = operand;
  return node;
}

/// An operand whose literals take their type from the other one.
Expr *Inference::operand(const syntax::Expr *expr, Expr *other) {
  return isAdaptive(expr) ? inferAdaptive(expr, other->type) : inferValue(expr);
}

Expr *Inference::inferBinary(const syntax::BinaryExpr *expr, Hint hint) {
  llvm::SmallVector<const syntax::BinaryExpr *, 8> spine;
  const syntax::Expr *leftmost = expr;
  while (auto *binary = dyn_cast<syntax::BinaryExpr>(leftmost)) {
    spine.push_back(binary);
    leftmost = binary->left;
  }
  Expr *left = nullptr;
  if (isAdaptive(leftmost)) {
    // The longest beginning that is made of literals takes its type from the next operand.
    const syntax::BinaryExpr *next = nullptr;
    while (!spine.empty() && isArithmetic(spine.back()->op) && isAdaptive(spine.back()->right))
      spine.pop_back();
    if (spine.empty())
      return inferAdaptive(expr, hint.type);
    next = spine.pop_back_val();
    if (isAdaptive(next->right)) {
      auto [l, r] = adaptTogether(next->left, next->right);
      left = combine(next, l, r);
    } else {
      Expr *right = inferValue(next->right);
      left = combine(next, inferAdaptive(next->left, right->type), right);
    }
  } else {
    bool isArray = hint.type && isa<ArrayType>(TypeContext::resolve(hint.type));
    left = inferValue(leftmost, isArray ? hint : Hint{});
  }
  while (!spine.empty()) {
    const syntax::BinaryExpr *next = spine.pop_back_val();
    if (next->op == syntax::BinaryOp::Matches)
      if (Expr *test = variantTest(left, next)) {
        left = test;
        continue;
      }
    Expr *right = operand(next->right, left);
    left = combine(next, left, right);
  }
  return left;
}

/// Two adaptive expressions that have only each other share one type.
std::pair<Expr *, Expr *> Inference::adaptTogether(const syntax::Expr *a, const syntax::Expr *b) {
  Type *type = sharedType({a, b});
  if (!type)
    return {errorExpr(a->range), errorExpr(b->range)};
  Expr *left = adapt(a, type);
  return {left, adapt(b, type)};
}

/// f64 if any number is floating, else the largest of the default types; null after a malformed
/// one.
Type *Inference::sharedType(ArrayRef<const syntax::Expr *> exprs) {
  LiteralFacts all;
  for (const syntax::Expr *expr : exprs) {
    LiteralFacts facts = factsOf(expr);
    all.hasFloat |= facts.hasFloat;
    all.malformed |= facts.malformed;
    if (facts.largest == TypeKind::U64 ||
        (facts.largest == TypeKind::I64 && all.largest == TypeKind::I32))
      all.largest = facts.largest;
  }
  return all.malformed ? nullptr : simple(all.hasFloat ? TypeKind::F64 : all.largest);
}

Expr *Inference::combine(const syntax::BinaryExpr *op, Expr *left, Expr *right) {
  left = requireValue(left);
  right = requireValue(right);
  switch (op->op) {
  case syntax::BinaryOp::Equal:
  case syntax::BinaryOp::Matches:
    return combineEquality(CompareOp::Equal, op->range, op->opRange, left, right);
  case syntax::BinaryOp::NotEqual:
    return combineEquality(CompareOp::NotEqual, op->range, op->opRange, left, right);
  case syntax::BinaryOp::And:
  case syntax::BinaryOp::Or: return combineLogic(op, left, right);
  default: return combineArithmetic(op->op, op->range, op->opRange, left, right);
  }
}

/// Whether `as` after the text of an expression applies to the whole of it.
static bool bindsTightly(const Expr *value) {
  switch (value->kind) {
  case ExprKind::Integer:
  case ExprKind::Float:
  case ExprKind::Bool:
  case ExprKind::String:
  case ExprKind::Variable:
  case ExprKind::Call:
  case ExprKind::CallValue:
  case ExprKind::CallBuiltin:
  case ExprKind::Index:
  case ExprKind::Field: return true;
  default: return false;
  }
}

Expr *Inference::mixed(StringRef op, SourceRange opRange, SourceRange range, Expr *left,
                       Expr *right) {
  auto [leftName, rightName] = quotedPair(left->type, right->type);
  auto &report = error(Diag::MixedOperands, opRange,
                       ("`" + op + "` needs two values of one type; here are ").str() + leftName +
                           " and " + rightName);
  report.label("different types").label(left->range, leftName).label(right->range, rightName);
  Type *l = typeOf(left), *r = typeOf(right);
  auto convert = [&](const char *what, const Expr *value, Type *to) {
    std::string text = state_.diags.sources().text(value->range).str();
    std::string cast =
        (bindsTightly(value) ? text : "(" + text + ")") + " as " + state_.types.name(to);
    report.help(what + (": `" + cast) + "`").fix("convert it", value->range, "(" + cast + ")");
  };
  if (l->isNumeric() && r->isNumeric())
    // The kinds ascend with the ranges of the types.
    l->kind < r->kind ? convert("convert one", left, r) : convert("convert one", right, l);
  else if (op == "+" && l->kind == TypeKind::String &&
           (r->isNumeric() || r->kind == TypeKind::Bool))
    convert("turn it into text", right, l);
  else if (op == "+" && r->kind == TypeKind::String &&
           (l->isNumeric() || l->kind == TypeKind::Bool))
    convert("turn it into text", left, r);
  return errorExpr(range);
}

/// In the check of a generic declaration: operands must have one type (5.9.2).
void Inference::requireOpposite(Expr *left, Expr *right) {
  if (!isLenient())
    return;
  if (isUnknown(typeOf(left)) && right->kind != ExprKind::Integer && right->kind != ExprKind::Float)
    require(left, right->type);
  if (isUnknown(typeOf(right)) && left->kind != ExprKind::Integer && left->kind != ExprKind::Float)
    require(right, left->type);
}

/// Makes two operands of one type out of at most one `any` and another, or two that agree.
bool Inference::sameOperands(Expr *&left, Expr *&right) {
  Type *l = typeOf(left), *r = typeOf(right);
  if (l->kind == TypeKind::Any && r->kind != TypeKind::Any && !isa<TypeVariable>(r))
    left = fromAny(left, r);
  else if (r->kind == TypeKind::Any && l->kind != TypeKind::Any && !isa<TypeVariable>(l))
    right = fromAny(right, l);
  return state_.types.unify(left->type, right->type) == Unified::Yes;
}

Expr *Inference::combineArithmetic(syntax::BinaryOp op, SourceRange range, SourceRange opRange,
                                   Expr *left, Expr *right) {
  Type *l = typeOf(left), *r = typeOf(right);
  if (isUnknown(l) || isUnknown(r)) {
    if (op != syntax::BinaryOp::Mul)
      requireOpposite(left, right);
    return errorExpr(range);
  }
  bool lArray = isa<ArrayType>(l), rArray = isa<ArrayType>(r);
  if (op == syntax::BinaryOp::Mul && (lArray ? r->isInteger() : rArray && l->isInteger())) {
    auto *node = makeExpr<RepeatExpr>(ExprKind::Repeat, range, lArray ? left->type : right->type);
    node->opRange = opRange;
    node->array = lArray ? left : right;
    node->count = lArray ? right : left;
    node->arrayFirst = lArray;
    return node;
  }
  auto bad = [&](Type *type) {
    auto &report = error(Diag::BadOperand, opRange,
                         std::string("`") + spelling(op) + "` does not work on " + quoted(type));
    report.label(left->range, quoted(left->type)).label(right->range, quoted(right->type));
    if (type->kind == TypeKind::Any)
      report.help("give one of them a type first: `n: i32 = …`");
    else if (isa<ArrayType>(type) && op == syntax::BinaryOp::Add)
      report.help("append the elements with `push`");
    else if (std::string help = operatorsOf(type); !help.empty())
      report.help(std::move(help));
    return errorExpr(range);
  };
  if (l->kind == TypeKind::Any && r->kind == TypeKind::Any)
    return bad(l);
  // Arrays have no operator but repetition by a count.
  if (lArray || rArray) {
    if ((lArray && (rArray || op != syntax::BinaryOp::Mul || r->isNumeric())) || !lArray)
      return bad(lArray ? l : r);
  }
  if (!sameOperands(left, right))
    return mixed(spelling(op), opRange, range, left, right);
  Type *type = TypeContext::resolve(left->type);
  bool isOpen = isa<TypeVariable>(type);
  if (!isOpen && !hasArithmetic(type, op))
    return bad(type);
  if (type->kind == TypeKind::String) {
    auto *node = makeExpr<ConcatExpr>(ExprKind::Concat, range, type);
    node->opRange = opRange;
    node->left = left;
    node->right = right;
    return node;
  }
  auto *node = makeExpr<ArithmeticExpr>(ExprKind::Arithmetic, range, left->type);
  node->op = static_cast<ArithmeticOp>(op);
  node->opRange = opRange;
  node->left = left;
  node->right = right;
  if (isOpen)
    deferred_.push_back({node, instance()});
  warnAboutArithmetic(node);
  return node;
}

static_assert(static_cast<int>(ArithmeticOp::Mod) == static_cast<int>(syntax::BinaryOp::Mod));

/// The integer of a comparison with a `bool` counts as true unless it is 0.
static Expr *asBool(Expr *value, CastExpr *node, SourceRange opRange) {
  node->asRange = opRange;
  node->operand = value;
  return node;
}

Expr *Inference::combineEquality(CompareOp op, SourceRange range, SourceRange opRange, Expr *left,
                                 Expr *right) {
  Type *l = typeOf(left), *r = typeOf(right);
  const char *text = op == CompareOp::Equal ? "==" : "!=";
  auto *node = makeExpr<CompareExpr>(ExprKind::Compare, range, boolType());
  node->op = op;
  node->opRange = opRange;
  node->left = left;
  node->right = right;
  if (isa<FunctionType>(l) || isa<FunctionType>(r)) {
    error(Diag::NotComparable, opRange, "functions cannot be compared")
        .label(left->range, quoted(l))
        .label(right->range, quoted(r));
    return node;
  }
  if (!isUnknown(l) && !isUnknown(r)) {
    auto toBool = [&](Expr *value) {
      return asBool(value, makeExpr<CastExpr>(ExprKind::Cast, value->range, boolType()), opRange);
    };
    if (l->kind == TypeKind::Any || r->kind == TypeKind::Any) {
      if (isa<TypeVariable>(l) || isa<TypeVariable>(r))
        state_.types.unify(l, r);
      left = toAny(left);
      right = toAny(right);
    } else if (l->kind == TypeKind::Bool && r->isInteger()) {
      right = toBool(right);
    } else if (r->kind == TypeKind::Bool && l->isInteger()) {
      left = toBool(left);
    } else if (state_.types.unify(l, r) != Unified::Yes) {
      mixed(text, opRange, range, left, right);
      return node;
    } else if (TypeContext::resolve(l)->kind == TypeKind::F64) {
      warn(Diag::FloatEquality, opRange, "rounding makes exact comparison of `f64` fragile");
    }
  }
  node->left = left;
  node->right = right;
  if (isa<TypeVariable>(TypeContext::resolve(l)))
    deferred_.push_back({node, instance()});
  return node;
}

Expr *Inference::combineLogic(const syntax::BinaryExpr *op, Expr *left, Expr *right) {
  Type *l = typeOf(left), *r = typeOf(right);
  std::string text = std::string("`") + spelling(op->op) + "`";
  bool isAnd = op->op == syntax::BinaryOp::And;
  auto bad = [&](Expr *value, const std::string &wanted) {
    auto &report = error(Diag::LogicOperand, value->range,
                         text + " needs " + wanted + "; this is " + quoted(value->type));
    report.label(quoted(value->type));
    return errorExpr(op->range);
  };
  auto allowed = [](Type *type) { return type->kind == TypeKind::Bool || type->isInteger(); };
  if (isUnknown(l) || isUnknown(r)) {
    requireOpposite(left, right);
    for (Expr *value : {left, right})
      if (Type *type = typeOf(value); !isUnknown(type) && !allowed(type) &&
                                      type->kind != TypeKind::Any && !isa<TypeVariable>(type))
        return bad(value, "`bool` on both sides");
    Expr *known = isUnknown(l) ? right : left;
    Expr *node = errorExpr(op->range);
    if (typeOf(known)->kind == TypeKind::Bool)
      node->type = boolType();
    return node;
  }
  if (l->kind == TypeKind::Any && r->kind == TypeKind::Any)
    return bad(left, "`bool` on both sides");
  if (l->kind == TypeKind::Any)
    l = (left = fromAny(left, boolType()))->type;
  if (r->kind == TypeKind::Any)
    r = (right = fromAny(right, boolType()))->type;
  if (isa<TypeVariable>(l) && isa<TypeVariable>(r))
    state_.types.unify(l, boolType());
  if (isa<TypeVariable>(l) || isa<TypeVariable>(r))
    state_.types.unify(l, r);
  l = TypeContext::resolve(l);
  r = TypeContext::resolve(r);
  if (!allowed(l))
    return bad(left, "`bool` on both sides");
  if (l != r)
    return bad(right, quoted(l) + " on both sides");
  if (l->isInteger()) {
    auto *node = makeExpr<ArithmeticExpr>(ExprKind::Arithmetic, op->range, l);
    node->op = isAnd ? ArithmeticOp::And : ArithmeticOp::Or;
    node->opRange = op->opRange;
    node->left = left;
    node->right = right;
    return node;
  }
  auto *node = makeExpr<LogicExpr>(ExprKind::Logic, op->range, boolType());
  node->isAnd = isAnd;
  node->left = left;
  node->right = right;
  return node;
}

// ---- order

/// The operands of a chain, each with its type; literals take theirs from the others.
void Inference::inferOperands(ArrayRef<syntax::Expr *> exprs, llvm::SmallVectorImpl<Expr *> &out) {
  out.assign(exprs.size(), nullptr);
  Type *type = nullptr;
  for (size_t i = 0; i < exprs.size(); ++i)
    if (!isAdaptive(exprs[i])) {
      out[i] = inferValue(exprs[i]);
      if (Type *found = typeOf(out[i]); !type || type->kind == TypeKind::Any || isUnknown(type))
        type = found;
    }
  if (!type) {
    llvm::SmallVector<const syntax::Expr *, 4> all(exprs.begin(), exprs.end());
    type = sharedType(all);
  }
  for (size_t i = 0; i < exprs.size(); ++i)
    if (!out[i])
      out[i] = type ? inferAdaptive(exprs[i], type) : errorExpr(exprs[i]->range);
}

static const char *spelling(syntax::OrderOp op) {
  static constexpr const char *texts[] = {"<", "<=", ">", ">="};
  return texts[static_cast<size_t>(op)];
}

static CompareOp compareOp(syntax::OrderOp op) {
  return static_cast<CompareOp>(static_cast<int>(CompareOp::Less) + static_cast<int>(op));
}

Expr *Inference::inferComparison(const syntax::ComparisonExpr *comparison) {
  llvm::SmallVector<Expr *, 4> operands;
  inferOperands(comparison->operands, operands);
  Expr *failed = errorExpr(comparison->range);
  failed->type = boolType();
  for (size_t i = 0; i + 1 < operands.size(); ++i) {
    Expr *&left = operands[i], *&right = operands[i + 1];
    SourceRange opRange = comparison->opRanges[i];
    const char *text = spelling(comparison->ops[i]);
    Type *l = typeOf(left), *r = typeOf(right);
    if (isUnknown(l) || isUnknown(r)) {
      requireOpposite(left, right);
      continue;
    }
    if (l->kind == TypeKind::Any && r->kind == TypeKind::Any) {
      error(Diag::BadOperand, opRange, std::string("`") + text + "` does not work on two `any`")
          .help("give one of them a type first: `n: i32 = …`");
      return failed;
    }
    if (!sameOperands(left, right)) {
      mixed(text, opRange, comparison->range, left, right);
      return failed;
    }
    Type *type = TypeContext::resolve(left->type);
    if (isa<TypeVariable>(type))
      continue;
    if (!type->isNumeric() && type->kind != TypeKind::String) {
      error(Diag::NotComparable, opRange, quoted(type) + " values have no order")
          .label(left->range, quoted(type));
      return failed;
    }
  }
  if (operands.size() == 2) {
    auto *node = makeExpr<CompareExpr>(ExprKind::Compare, comparison->range, boolType());
    node->op = compareOp(comparison->ops.front());
    node->opRange = comparison->opRanges.front();
    node->left = operands[0];
    node->right = operands[1];
    if (isa<TypeVariable>(typeOf(node->left)))
      deferred_.push_back({node, instance()});
    return node;
  }
  auto *node = makeExpr<ChainExpr>(ExprKind::Chain, comparison->range, boolType());
  node->operands = copy(operands);
  llvm::SmallVector<CompareOp, 4> ops;
  for (syntax::OrderOp op : comparison->ops)
    ops.push_back(compareOp(op));
  node->ops = copy(ops);
  node->opRanges = copy(comparison->opRanges);
  if (isa<TypeVariable>(typeOf(operands[0])))
    deferred_.push_back({node, instance()});
  return node;
}

/// An operation that was met before the type of its operands was known.
void Inference::finishDeferred(const Deferred &deferred) {
  Body body(deferred.instance, nullptr);
  Body *outer = std::exchange(body_, &body);
  Expr *expr = deferred.expr;
  auto typeIs = [&](Expr *operand) { return state_.types.close(operand->type); };
  if (auto *arithmetic = dyn_cast<ArithmeticExpr>(expr)) {
    Type *type = typeIs(arithmetic->left);
    if (type->kind == TypeKind::String && arithmetic->op == ArithmeticOp::Add) {
      ArithmeticExpr old = *arithmetic;
      auto *concat = new (static_cast<void *>(expr)) ConcatExpr{};
      static_assert(sizeof(ConcatExpr) <= sizeof(ArithmeticExpr));
      static_cast<Expr &>(*concat) = old;
      concat->kind = ExprKind::Concat;
      concat->opRange = old.opRange;
      concat->left = old.left;
      concat->right = old.right;
    } else if (!isUnknown(type) && !type->isNumeric()) {
      error(Diag::BadOperand, arithmetic->opRange,
            std::string("`") + spelling(static_cast<syntax::BinaryOp>(arithmetic->op)) +
                "` does not work on " + quoted(type));
    }
  } else if (auto *negation = dyn_cast<NegateExpr>(expr)) {
    Type *type = typeIs(negation->operand);
    if (!isUnknown(type) && type->kind != TypeKind::F64 && !type->isSigned())
      error(Diag::BadOperand, negation->opRange, "`-` does not work on " + quoted(type));
  } else if (auto *compare = dyn_cast<CompareExpr>(expr)) {
    Type *type = typeIs(compare->left);
    bool isOrder = compare->op >= CompareOp::Less;
    if (isOrder ? !isUnknown(type) && !type->isNumeric() && type->kind != TypeKind::String
                : isa<FunctionType>(type))
      error(Diag::NotComparable, compare->opRange,
            quoted(type) + (isOrder ? " values have no order" : " values cannot be compared"));
  } else if (auto *chain = dyn_cast<ChainExpr>(expr)) {
    Type *type = typeIs(chain->operands.front());
    if (!isUnknown(type) && !type->isNumeric() && type->kind != TypeKind::String)
      error(Diag::NotComparable, chain->opRanges.front(), quoted(type) + " values have no order");
  } else if (auto *call = dyn_cast<CallBuiltinExpr>(expr)) {
    finishTypeof(call);
  }
  body_ = outer;
}

// ---- casts

/// 4.8: which casts there are between primitive types.
static bool castExists(const Type *from, const Type *to) {
  if (from->kind == TypeKind::String)
    return to->kind == TypeKind::String;
  return from->isNumeric() || from->kind == TypeKind::Bool;
}

Expr *Inference::inferCast(const syntax::CastExpr *expr) {
  DeclaredType target = declaredType(expr->target, TypePlace::Part);
  Type *to = target.type;
  if (!isUnknown(to) && !to->isPrimitive()) {
    inferValue(expr->operand);
    error(Diag::InvalidCast, expr->range, "nothing can be cast to " + quoted(to))
        .label("only to a primitive type");
    return errorExpr(expr->range);
  }
  Expr *operand = nullptr;
  if (isAdaptive(expr->operand) && to->isNumeric() && representable(expr->operand, to->kind)) {
    operand = inferAdaptive(expr->operand, to);
    if (typeOf(operand) == to)
      operand->range = expr->range;
  } else {
    operand = inferValue(expr->operand);
  }
  Type *from = typeOf(operand);
  if (from == to)
    return operand;
  if (isUnknown(to))
    return errorExpr(expr->range);
  if (!isUnknown(from)) {
    if (isa<TypeVariable>(from)) {
      error(Diag::CannotInfer, operand->range, "the type of this is not clear from here");
      return errorExpr(expr->range);
    }
    if (from->kind != TypeKind::Any && (!from->isPrimitive() || !castExists(from, to))) {
      auto [fromName, toName] = quotedPair(from, to);
      error(Diag::InvalidCast, expr->range, fromName + " cannot be cast to " + toName)
          .label(operand->range, fromName);
      return errorExpr(expr->range);
    }
  }
  auto *node = makeExpr<CastExpr>(ExprKind::Cast, expr->range, to);
  node->asRange = expr->asRange;
  node->operand = operand;
  return node;
}

} // namespace orus::sema
