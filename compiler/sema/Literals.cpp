// Numbers, and how they take their type from the context (manual 1.7, 4.3).
#include "compiler/sema/Inference.h"

#include <cmath>

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static bool isArithmetic(syntax::BinaryOp op) { return op <= syntax::BinaryOp::Mod; }

/// Whether every number in the expression takes its type from the context: a literal operand, or a
/// conditional expression whose branches are such.
bool Inference::isAdaptive(const syntax::Expr *expr) {
  while (true) {
    switch (expr->kind) {
    case syntax::ExprKind::Number:
      return cast<syntax::NumberExpr>(expr)->suffix == syntax::NumberSuffix::None;
    case syntax::ExprKind::Paren: expr = cast<syntax::ParenExpr>(expr)->inner; break;
    case syntax::ExprKind::Unary: {
      auto *unary = cast<syntax::UnaryExpr>(expr);
      if (unary->op != syntax::UnaryOp::Negate)
        return false;
      expr = unary->operand;
      break;
    }
    case syntax::ExprKind::Binary: {
      auto *binary = cast<syntax::BinaryExpr>(expr);
      if (!isArithmetic(binary->op) || !isAdaptive(binary->right))
        return false;
      expr = binary->left;
      break;
    }
    case syntax::ExprKind::Conditional: {
      auto *conditional = cast<syntax::ConditionalExpr>(expr);
      if (!isAdaptive(conditional->thenValue))
        return false;
      expr = conditional->elseValue;
      break;
    }
    case syntax::ExprKind::Match: {
      auto *match = cast<syntax::MatchExpr>(expr);
      for (const syntax::MatchArm *arm : match->arms)
        if (!arm->value || !isAdaptive(arm->value))
          return false;
      return !match->arms.empty();
    }
    default: return false;
    }
  }
}

/// The first of i32, i64, u64 that holds the number; Unknown if none does.
static TypeKind defaultType(const syntax::NumberExpr *literal, bool negative) {
  if (literal->isFloat)
    return TypeKind::F64;
  uint64_t value = literal->integer;
  if (literal->overflow)
    return TypeKind::Unknown;
  if (negative)
    return value <= uint64_t{1} << 31   ? TypeKind::I32
           : value <= uint64_t{1} << 63 ? TypeKind::I64
                                        : TypeKind::Unknown;
  if (value <= (literal->isHex ? 0xFFFFFFFFu : 0x7FFFFFFFu))
    return TypeKind::I32;
  return value <= 0x7FFFFFFFFFFFFFFFu ? TypeKind::I64 : TypeKind::U64;
}

static bool fits(const syntax::NumberExpr *literal, bool negative, TypeKind type) {
  uint64_t value = literal->integer;
  if (type == TypeKind::F64)
    return true;
  if (literal->isFloat || literal->overflow)
    return false;
  if (negative)
    return value == 0 || (type == TypeKind::I32   ? value <= uint64_t{1} << 31
                          : type == TypeKind::I64 ? value <= uint64_t{1} << 63
                                                  : false);
  switch (type) {
  case TypeKind::I32: // the bit pattern
    return value <= (literal->isHex && literal->suffix == syntax::NumberSuffix::None ? 0xFFFFFFFFu
                                                                                     : 0x7FFFFFFFu);
  case TypeKind::U32: return value <= 0xFFFFFFFFu;
  case TypeKind::I64: return value <= 0x7FFFFFFFFFFFFFFFu;
  default: return type == TypeKind::U64;
  }
}

static const syntax::NumberExpr *negatedLiteral(const syntax::UnaryExpr *unary) {
  return unary->op == syntax::UnaryOp::Negate ? dyn_cast<syntax::NumberExpr>(unary->operand)
                                              : nullptr;
}

/// Calls `visit(literal, range, negative)` for every number of an adaptive expression, and returns
/// whether all calls returned true.
template <typename Visit> static bool eachNumber(const syntax::Expr *expr, const Visit &visit) {
  while (true) {
    switch (expr->kind) {
    case syntax::ExprKind::Number: return visit(cast<syntax::NumberExpr>(expr), false);
    case syntax::ExprKind::Paren: expr = cast<syntax::ParenExpr>(expr)->inner; break;
    case syntax::ExprKind::Unary:
      if (auto *literal = negatedLiteral(cast<syntax::UnaryExpr>(expr)))
        return visit(literal, true);
      expr = cast<syntax::UnaryExpr>(expr)->operand;
      break;
    case syntax::ExprKind::Binary:
      if (!eachNumber(cast<syntax::BinaryExpr>(expr)->right, visit))
        return false;
      expr = cast<syntax::BinaryExpr>(expr)->left;
      break;
    case syntax::ExprKind::Conditional:
      if (!eachNumber(cast<syntax::ConditionalExpr>(expr)->thenValue, visit))
        return false;
      expr = cast<syntax::ConditionalExpr>(expr)->elseValue;
      break;
    case syntax::ExprKind::Match:
      for (const syntax::MatchArm *arm : cast<syntax::MatchExpr>(expr)->arms)
        if (!eachNumber(arm->value, visit))
          return false;
      return true;
    default: return true;
    }
  }
}

Inference::LiteralFacts Inference::factsOf(const syntax::Expr *expr) {
  LiteralFacts facts;
  eachNumber(expr, [&](const syntax::NumberExpr *literal, bool negative) {
    facts.malformed |= literal->malformed;
    TypeKind type = defaultType(literal, negative);
    facts.hasFloat |= type == TypeKind::F64;
    if (type == TypeKind::U64 || (type == TypeKind::I64 && facts.largest == TypeKind::I32))
      facts.largest = type;
    return true;
  });
  return facts;
}

/// Whether the type can hold every number of an adaptive expression.
bool Inference::representable(const syntax::Expr *expr, TypeKind type) {
  return eachNumber(expr, [&](const syntax::NumberExpr *literal, bool negative) {
    return fits(literal, negative, type);
  });
}

/// An adaptive expression in a context that gives the type `context` (null: none).
Expr *Inference::inferAdaptive(const syntax::Expr *expr, Type *context) {
  LiteralFacts facts = factsOf(expr);
  if (facts.malformed)
    return errorExpr(expr->range);
  Type *type = context ? TypeContext::resolve(context) : nullptr;
  if (!type || !type->isNumeric() || (facts.hasFloat && type->isInteger()))
    type = simple(facts.hasFloat ? TypeKind::F64 : facts.largest);
  return adapt(expr, type);
}

/// Gives an adaptive expression a numeric type.
Expr *Inference::adapt(const syntax::Expr *expr, Type *type) {
  switch (expr->kind) {
  case syntax::ExprKind::Number:
    return number(cast<syntax::NumberExpr>(expr), expr->range, false, type);
  case syntax::ExprKind::Paren: {
    Expr *inner = adapt(cast<syntax::ParenExpr>(expr)->inner, type);
    inner->range = expr->range;
    return inner;
  }
  case syntax::ExprKind::Unary: {
    auto *unary = cast<syntax::UnaryExpr>(expr);
    if (auto *literal = negatedLiteral(unary))
      return number(literal, expr->range, true, type);
    return negate(unary, adapt(unary->operand, type));
  }
  case syntax::ExprKind::Binary: {
    llvm::SmallVector<const syntax::BinaryExpr *, 8> spine;
    while (auto *binary = dyn_cast<syntax::BinaryExpr>(expr)) {
      spine.push_back(binary);
      expr = binary->left;
    }
    Expr *left = adapt(expr, type);
    while (!spine.empty()) {
      const syntax::BinaryExpr *binary = spine.pop_back_val();
      left = combineArithmetic(binary->op, binary->range, binary->opRange, left,
                               adapt(binary->right, type));
    }
    return left;
  }
  case syntax::ExprKind::Conditional: {
    auto *conditional = cast<syntax::ConditionalExpr>(expr);
    auto *node = makeExpr<ConditionalExpr>(ExprKind::Conditional, expr->range, type);
    node->thenValue = adapt(conditional->thenValue, type);
    node->condition = condition(conditional->condition);
    node->elseValue = adapt(conditional->elseValue, type);
    return node;
  }
  case syntax::ExprKind::Match: return infer(expr, {type, nullptr});
  default: return errorExpr(expr->range);
  }
}

static const char *rangeText(TypeKind type) {
  switch (type) {
  case TypeKind::I32: return "-2147483648 to 2147483647";
  case TypeKind::U32: return "0 to 4294967295";
  case TypeKind::I64: return "-9223372036854775808 to 9223372036854775807";
  default: return "0 to 18446744073709551615";
  }
}

Expr *Inference::number(const syntax::NumberExpr *literal, SourceRange range, bool negative,
                        Type *type) {
  if (type->kind == TypeKind::F64) {
    auto *node = makeExpr<FloatExpr>(ExprKind::Float, range, type);
    node->value = negative ? -literal->real : literal->real;
    if (!literal->isFloat && !literal->overflow && wantsWarnings()) {
      // Exact if converting back gives the number; 2^64 itself does not come back.
      bool exact = literal->real < 18446744073709551616.0 &&
                   static_cast<uint64_t>(literal->real) == literal->integer;
      if (!exact)
        warnInexact(literal, range);
    }
    return node;
  }
  if (!fits(literal, negative, type->kind)) {
    StringRef text = state_.diags.sources().text(range);
    auto &report = error(Diag::LiteralOutOfRange, range,
                         ("`" + text + "` does not fit in ").str() + quoted(type));
    report.label("too " + std::string(negative && !type->isSigned() ? "small" : "large"));
    TypeKind other = defaultType(literal, negative);
    if (other != TypeKind::Unknown && other != type->kind)
      report.help("it fits in " + quoted(simple(other)) + "; the range of " + quoted(type) +
                  " is " + rangeText(type->kind));
    else
      report.help("the range of " + quoted(type) + " is " + rangeText(type->kind));
    return errorExpr(range);
  }
  uint64_t bits = negative ? 0 - literal->integer : literal->integer;
  if (type->kind == TypeKind::I32 || type->kind == TypeKind::U32)
    bits &= 0xFFFFFFFFu;
  return integer(range, type, bits);
}

Expr *Inference::integer(SourceRange range, Type *type, uint64_t bits) {
  auto *node = makeExpr<IntegerExpr>(ExprKind::Integer, range, type);
  node->bits = bits;
  return node;
}

/// A number with a suffix.
Expr *Inference::suffixed(const syntax::NumberExpr *literal, SourceRange range, bool negative) {
  if (literal->malformed)
    return errorExpr(range);
  static constexpr TypeKind kinds[] = {TypeKind::Unknown, TypeKind::I32, TypeKind::I64,
                                       TypeKind::U32,     TypeKind::U64, TypeKind::F64};
  Type *type = simple(kinds[static_cast<size_t>(literal->suffix)]);
  if (literal->isFloat && type->isInteger()) {
    error(Diag::TypeMismatch, range,
          "this number has a fraction or an exponent, but its suffix asks for " + quoted(type))
        .label("`f64`");
    return errorExpr(range);
  }
  return number(literal, range, negative, type);
}

void Inference::warnInexact(const syntax::NumberExpr *literal, SourceRange range) {
  char text[512];
  snprintf(text, sizeof text, "%.0f", literal->real);
  warn(Diag::InexactLiteral, range, std::string("this becomes ") + text);
}

} // namespace orus::sema
