// Constants (manual 2.8): their values, computed with the meaning the operators have at run time.
#include "compiler/sema/Inference.h"

#include <cmath>
#include <cstdio>

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

/// The first part that is not allowed in a constant expression, or null.
const syntax::Expr *Inference::nonConstantPart(const syntax::Expr *expr) {
  while (true) {
    switch (expr->kind) {
    case syntax::ExprKind::Number:
    case syntax::ExprKind::String:
    case syntax::ExprKind::Bool:
    case syntax::ExprKind::Error: return nullptr;
    case syntax::ExprKind::Name: {
      Entity *entity = state_.declarations.ofNote(cast<syntax::NameExpr>(expr)->note);
      return !entity || isa<ConstantEntity>(entity) || entity->kind == EntityKind::Error ? nullptr
                                                                                         : expr;
    }
    case syntax::ExprKind::Member: {
      auto *member = cast<syntax::MemberExpr>(expr);
      return llvm::isa_and_nonnull<ConstantEntity>(state_.declarations.ofNote(member->member.note))
                 ? nullptr
                 : expr;
    }
    case syntax::ExprKind::Paren: expr = cast<syntax::ParenExpr>(expr)->inner; break;
    case syntax::ExprKind::Unary: expr = cast<syntax::UnaryExpr>(expr)->operand; break;
    case syntax::ExprKind::Cast: expr = cast<syntax::CastExpr>(expr)->operand; break;
    case syntax::ExprKind::Binary: {
      auto *binary = cast<syntax::BinaryExpr>(expr);
      if (const syntax::Expr *part = nonConstantPart(binary->right))
        return part;
      expr = binary->left;
      break;
    }
    case syntax::ExprKind::Comparison:
      for (const syntax::Expr *operand : cast<syntax::ComparisonExpr>(expr)->operands)
        if (const syntax::Expr *part = nonConstantPart(operand))
          return part;
      return nullptr;
    case syntax::ExprKind::Conditional: {
      auto *conditional = cast<syntax::ConditionalExpr>(expr);
      for (const syntax::Expr *part : {conditional->thenValue, conditional->condition})
        if (const syntax::Expr *bad = nonConstantPart(part))
          return bad;
      expr = conditional->elseValue;
      break;
    }
    default: return expr;
    }
  }
}

const ConstantValue &Inference::constantValue(ConstantEntity *constant) {
  using State = ConstantEntity::State;
  if (constant->state != State::New)
    return constant->value;
  constant->state = State::Evaluating;
  Body *outer = std::exchange(body_, moduleBodies_.lookup(constant->module));
  const syntax::ConstantDecl *decl = constant->decl;
  DeclaredType annotation = decl->type ? declaredType(decl->type, TypePlace::Part) : DeclaredType{};
  size_t errorsBefore = state_.diags.errorCount();
  if (!decl->value) {
    // Reported by the parser.
  } else if (annotation && !isUnknown(annotation.type) && !annotation.type->isPrimitive()) {
    error(Diag::NotConstant, decl->value->range,
          "a constant holds a number, a `bool` or a `string`, not " + quoted(annotation.type))
        .label("not known before the program runs");
  } else if (const syntax::Expr *part = nonConstantPart(decl->value)) {
    StringRef text = state_.diags.sources().text(part->range);
    error(Diag::NotConstant, part->range,
          (text.size() <= 40 && !text.contains('\n') ? "`" + text.str() + "`" : "this value") +
              " is not known before the program runs")
        .label("not constant");
  } else {
    Expr *value = annotation ? check(decl->value, {annotation.type, nullptr, Diag::TypeMismatch,
                                                   "the annotation", annotation.range})
                             : inferValue(decl->value);
    if (state_.diags.errorCount() == errorsBefore && !isUnknown(typeOf(value))) {
      if (std::optional<ConstantValue> result = evaluate(value))
        constant->value = *result;
      else
        error(Diag::NotConstant, decl->value->range,
              "the value of " + state_.quoted(constant->name) +
                  " cannot be computed: the operation fails")
            .label("this would panic");
    }
  }
  constant->state = State::Done;
  body_ = outer;
  return constant->value;
}

Expr *Inference::constantExpr(const ConstantValue &value, SourceRange range) {
  if (!value.type)
    return errorExpr(range);
  switch (value.type->kind) {
  case TypeKind::Bool: {
    auto *node = makeExpr<BoolExpr>(ExprKind::Bool, range, value.type);
    node->value = value.bits != 0;
    return node;
  }
  case TypeKind::F64: {
    auto *node = makeExpr<FloatExpr>(ExprKind::Float, range, value.type);
    node->value = value.real;
    return node;
  }
  case TypeKind::String: {
    auto *node = makeExpr<StringExpr>(ExprKind::String, range, value.type);
    node->value = value.text;
    return node;
  }
  default: return integer(range, value.type, value.bits);
  }
}

// ---- evaluation

/// The number as a signed or unsigned 64-bit integer, sign-extended from its type.
static int64_t asSigned(const ConstantValue &value) {
  return value.type->kind == TypeKind::I32 ? static_cast<int32_t>(value.bits)
                                           : static_cast<int64_t>(value.bits);
}

bool Inference::isNegative(const ConstantValue &value) {
  return value.type->isSigned() && asSigned(value) < 0;
}

static ConstantValue ofBits(Type *type, uint64_t bits) {
  if (type->kind == TypeKind::I32 || type->kind == TypeKind::U32)
    bits &= 0xFFFFFFFFu;
  return {type, bits, 0, {}};
}

static std::optional<ConstantValue> floatArithmetic(ArithmeticOp op, Type *type, double a,
                                                    double b) {
  ConstantValue result{type, 0, 0, {}};
  switch (op) {
  case ArithmeticOp::Add: result.real = a + b; return result;
  case ArithmeticOp::Sub: result.real = a - b; return result;
  case ArithmeticOp::Mul: result.real = a * b; return result;
  case ArithmeticOp::Div:
    if (b == 0)
      return std::nullopt;
    result.real = a / b;
    return result;
  default:
    if (b == 0)
      return std::nullopt;
    result.real = std::fmod(a, b);
    return result;
  }
}

static std::optional<ConstantValue> signedArithmetic(ArithmeticOp op, Type *type, int64_t a,
                                                     int64_t b) {
  int64_t result = 0;
  bool overflow = false;
  switch (op) {
  case ArithmeticOp::Add: overflow = __builtin_add_overflow(a, b, &result); break;
  case ArithmeticOp::Sub: overflow = __builtin_sub_overflow(a, b, &result); break;
  case ArithmeticOp::Mul: overflow = __builtin_mul_overflow(a, b, &result); break;
  case ArithmeticOp::Div:
    if (b == 0)
      return std::nullopt;
    overflow = a == INT64_MIN && b == -1;
    result = overflow ? 0 : a / b;
    break;
  case ArithmeticOp::Mod:
    if (b == 0)
      return std::nullopt;
    result = b == -1 ? 0 : a % b;
    break;
  case ArithmeticOp::And: result = a & b; break;
  case ArithmeticOp::Or: result = a | b; break;
  }
  if (overflow || (type->kind == TypeKind::I32 && result != static_cast<int32_t>(result)))
    return std::nullopt;
  return ofBits(type, static_cast<uint64_t>(result));
}

static std::optional<ConstantValue> unsignedArithmetic(ArithmeticOp op, Type *type, uint64_t a,
                                                       uint64_t b) {
  switch (op) {
  case ArithmeticOp::Add: return ofBits(type, a + b);
  case ArithmeticOp::Sub: return ofBits(type, a - b);
  case ArithmeticOp::Mul: return ofBits(type, a * b);
  case ArithmeticOp::Div: return b ? std::optional(ofBits(type, a / b)) : std::nullopt;
  case ArithmeticOp::Mod: return b ? std::optional(ofBits(type, a % b)) : std::nullopt;
  case ArithmeticOp::And: return ofBits(type, a & b);
  case ArithmeticOp::Or: return ofBits(type, a | b);
  }
  return std::nullopt;
}

static std::optional<ConstantValue> arithmetic(ArithmeticOp op, const ConstantValue &a,
                                               const ConstantValue &b) {
  if (a.type->kind == TypeKind::F64)
    return floatArithmetic(op, a.type, a.real, b.real);
  if (a.type->isSigned())
    return signedArithmetic(op, a.type, asSigned(a), asSigned(b));
  return unsignedArithmetic(op, a.type, a.bits, b.bits);
}

/// -1, 0, 1, or 2 if not ordered.
static int order(const ConstantValue &a, const ConstantValue &b) {
  auto compare = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2; };
  if (a.type->kind == TypeKind::F64)
    return compare(a.real, b.real);
  if (a.type->kind == TypeKind::String)
    return compare(a.text.compare(b.text), 0);
  if (a.type->isSigned())
    return compare(asSigned(a), asSigned(b));
  return compare(a.bits, b.bits);
}

static bool holds(CompareOp op, int order) {
  switch (op) {
  case CompareOp::Equal: return order == 0;
  case CompareOp::NotEqual: return order != 0;
  case CompareOp::Less: return order == -1;
  case CompareOp::LessEqual: return order == -1 || order == 0;
  case CompareOp::Greater: return order == 1;
  case CompareOp::GreaterEqual: return order == 1 || order == 0;
  }
  return false;
}

static StringRef textOf(const ConstantValue &value, llvm::BumpPtrAllocator &arena) {
  char buffer[32];
  int size = 0;
  switch (value.type->kind) {
  case TypeKind::String: return value.text;
  case TypeKind::Bool: return value.bits ? "true" : "false";
  case TypeKind::F64: size = snprintf(buffer, sizeof buffer, "%g", value.real); break;
  case TypeKind::I32:
  case TypeKind::I64:
    size = snprintf(buffer, sizeof buffer, "%lld", static_cast<long long>(asSigned(value)));
    break;
  default:
    size = snprintf(buffer, sizeof buffer, "%llu", static_cast<unsigned long long>(value.bits));
    break;
  }
  return StringRef(buffer, static_cast<size_t>(size)).copy(arena);
}

/// An f64 truncated to an integer type, if that can hold it (4.8).
static std::optional<ConstantValue> truncated(double real, Type *to) {
  double whole = std::trunc(real);
  auto inside = [&](double low, double high) { return whole >= low && whole < high; };
  switch (to->kind) {
  case TypeKind::I32:
    if (!inside(-0x1p31, 0x1p31))
      return std::nullopt;
    return ofBits(to, static_cast<uint64_t>(static_cast<int64_t>(whole)));
  case TypeKind::I64:
    if (!inside(-0x1p63, 0x1p63))
      return std::nullopt;
    return ofBits(to, static_cast<uint64_t>(static_cast<int64_t>(whole)));
  case TypeKind::U32:
    if (!inside(0, 0x1p32))
      return std::nullopt;
    return ofBits(to, static_cast<uint64_t>(whole));
  default:
    if (!inside(0, 0x1p64))
      return std::nullopt;
    return ofBits(to, static_cast<uint64_t>(whole));
  }
}

static std::optional<ConstantValue> castTo(const ConstantValue &value, Type *to,
                                           llvm::BumpPtrAllocator &arena) {
  TypeKind from = value.type->kind;
  if (to->kind == TypeKind::String)
    return ConstantValue{to, 0, 0, textOf(value, arena)};
  if (to->kind == TypeKind::Bool)
    return ConstantValue{to, from == TypeKind::F64 ? value.real != 0 : value.bits != 0, 0, {}};
  bool isSigned = value.type->isSigned();
  if (to->kind == TypeKind::F64) {
    double real = from == TypeKind::F64 ? value.real
                  : isSigned            ? static_cast<double>(asSigned(value))
                                        : static_cast<double>(value.bits);
    return ConstantValue{to, 0, real, {}};
  }
  if (from == TypeKind::F64)
    return truncated(value.real, to);
  if (from == TypeKind::Bool)
    return ofBits(to, value.bits);
  bool wraps = (from == TypeKind::I32 && to->kind == TypeKind::U32) ||
               (from == TypeKind::U32 && to->kind == TypeKind::I32) ||
               (from == TypeKind::I64 && to->kind == TypeKind::I32);
  uint64_t wide = static_cast<uint64_t>(asSigned(value));
  if (wraps)
    return ofBits(to, wide);
  bool negative = isSigned && asSigned(value) < 0;
  bool fits = true;
  switch (to->kind) {
  case TypeKind::I32: fits = negative || wide <= INT32_MAX; break;
  case TypeKind::I64: fits = negative || wide <= INT64_MAX; break;
  case TypeKind::U32: fits = !negative && wide <= UINT32_MAX; break;
  default: fits = !negative; break;
  }
  return fits ? std::optional(ofBits(to, wide)) : std::nullopt;
}

std::optional<ConstantValue> Inference::evaluateSpine(const Expr *expr) {
  // Left spines may be long.
  llvm::SmallVector<const Expr *, 8> spine;
  while (true) {
    const Expr *left = nullptr;
    if (auto *a = dyn_cast<ArithmeticExpr>(expr))
      left = a->left;
    else if (auto *c = dyn_cast<ConcatExpr>(expr))
      left = c->left;
    if (!left)
      break;
    spine.push_back(expr);
    expr = left;
  }
  std::optional<ConstantValue> value = evaluate(expr);
  while (value && !spine.empty()) {
    const Expr *next = spine.pop_back_val();
    auto *a = dyn_cast<ArithmeticExpr>(next);
    std::optional<ConstantValue> right = evaluate(a ? a->right : cast<ConcatExpr>(next)->right);
    if (!right)
      return std::nullopt;
    if (a)
      value = arithmetic(a->op, *value, *right);
    else
      value->text = StringRef((value->text + right->text).str()).copy(state_.program.arena);
  }
  return value;
}

std::optional<ConstantValue> Inference::evaluate(const Expr *expr) {
  Type *type = typeOf(expr);
  switch (expr->kind) {
  case ExprKind::Integer:
    if (isUnknown(type))
      return std::nullopt;
    return ConstantValue{type, cast<IntegerExpr>(expr)->bits, 0, {}};
  case ExprKind::Float: return ConstantValue{type, 0, cast<FloatExpr>(expr)->value, {}};
  case ExprKind::Bool: return ConstantValue{type, cast<BoolExpr>(expr)->value, 0, {}};
  case ExprKind::String: return ConstantValue{type, 0, 0, cast<StringExpr>(expr)->value};
  case ExprKind::Arithmetic:
  case ExprKind::Concat: return evaluateSpine(expr);
  case ExprKind::Negate: {
    auto value = evaluate(cast<NegateExpr>(expr)->operand);
    if (value && type->kind == TypeKind::F64)
      value->real = -value->real;
    else if (value)
      value = signedArithmetic(ArithmeticOp::Sub, type, 0, asSigned(*value));
    return value;
  }
  case ExprKind::Not: {
    auto value = evaluate(cast<NotExpr>(expr)->operand);
    return value ? std::optional(ConstantValue{type, value->bits == 0, 0, {}}) : std::nullopt;
  }
  case ExprKind::Cast: {
    auto value = evaluate(cast<CastExpr>(expr)->operand);
    return value ? castTo(*value, type, state_.program.arena) : std::nullopt;
  }
  case ExprKind::Compare: {
    auto *compare = cast<CompareExpr>(expr);
    auto left = evaluate(compare->left), right = evaluate(compare->right);
    if (!left || !right)
      return std::nullopt;
    return ConstantValue{type, holds(compare->op, order(*left, *right)), 0, {}};
  }
  case ExprKind::Chain: {
    auto *chain = cast<ChainExpr>(expr);
    auto left = evaluate(chain->operands[0]);
    for (size_t i = 0; i < chain->ops.size(); ++i) {
      auto right = evaluate(chain->operands[i + 1]);
      if (!left || !right)
        return std::nullopt;
      if (!holds(chain->ops[i], order(*left, *right)))
        return ConstantValue{type, 0, 0, {}};
      left = right;
    }
    return ConstantValue{type, 1, 0, {}};
  }
  case ExprKind::Logic: {
    auto *logic = cast<LogicExpr>(expr);
    auto left = evaluate(logic->left);
    if (!left || (left->bits != 0) != logic->isAnd)
      return left;
    return evaluate(logic->right);
  }
  case ExprKind::Conditional: {
    auto *conditional = cast<ConditionalExpr>(expr);
    auto condition = evaluate(conditional->condition);
    if (!condition)
      return std::nullopt;
    return evaluate(condition->bits ? conditional->thenValue : conditional->elseValue);
  }
  default: return std::nullopt;
  }
}

} // namespace orus::sema
