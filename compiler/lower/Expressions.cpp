#include "compiler/lower/FunctionLowering.h"
#include "format/isa/Natives.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"

namespace orus::lower {

using image::ScalarType;
using ir::kNone;
using llvm::cast;

namespace {
constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kI32 = static_cast<TypeId>(ScalarType::I32);
constexpr TypeId kU64 = static_cast<TypeId>(ScalarType::U64);
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);

Op opOf(sema::ArithmeticOp op) {
  switch (op) {
  case sema::ArithmeticOp::Add: return Op::Add;
  case sema::ArithmeticOp::Sub: return Op::Sub;
  case sema::ArithmeticOp::Mul: return Op::Mul;
  case sema::ArithmeticOp::Div: return Op::Div;
  case sema::ArithmeticOp::Mod: return Op::Mod;
  case sema::ArithmeticOp::And: return Op::And;
  case sema::ArithmeticOp::Or: return Op::Or;
  }
  llvm_unreachable("unknown operator");
}
} // namespace

ValueId FunctionLowering::lowerExpr(const sema::Expr *expr) {
  switch (expr->kind) {
  case sema::ExprKind::Integer: return constant(typeOf(expr), cast<sema::IntegerExpr>(expr)->bits);
  case sema::ExprKind::Float:
    return constant(typeOf(expr), llvm::bit_cast<uint64_t>(cast<sema::FloatExpr>(expr)->value));
  case sema::ExprKind::Bool: return constant(kBool, cast<sema::BoolExpr>(expr)->value);
  case sema::ExprKind::String: return string(cast<sema::StringExpr>(expr)->value);
  case sema::ExprKind::Variable: {
    const auto *use = cast<sema::VariableExpr>(expr);
    return readVariable(use->variable, use->checkInitialized, use->range);
  }
  case sema::ExprKind::FunctionValue:
    return functionValue(cast<sema::FunctionValueExpr>(expr)->function, expr->range);
  case sema::ExprKind::Closure:
    return functionValue(cast<sema::ClosureExpr>(expr)->function, expr->range);
  case sema::ExprKind::Arithmetic:
  case sema::ExprKind::Concat: return lowerSpine(expr);
  case sema::ExprKind::Repeat: {
    const auto *repeat = cast<sema::RepeatExpr>(expr);
    ValueId first = lowerExpr(repeat->arrayFirst ? repeat->array : repeat->count);
    ValueId second = lowerExpr(repeat->arrayFirst ? repeat->count : repeat->array);
    ValueId array = repeat->arrayFirst ? first : second;
    ValueId count = widen(repeat->arrayFirst ? second : first);
    return emit(Op::ArrRepeat, typeOf(expr), {array, count}, 0, repeat->opRange);
  }
  case sema::ExprKind::Negate: {
    const auto *negate = cast<sema::NegateExpr>(expr);
    return emit(Op::Neg, typeOf(expr), {lowerExpr(negate->operand)}, 0, negate->opRange);
  }
  case sema::ExprKind::Not: {
    const sema::Expr *operand = cast<sema::NotExpr>(expr)->operand;
    ValueId value = lowerExpr(operand);
    if (operand->type->kind == sema::TypeKind::Bool)
      return emit(Op::Not, kBool, {value});
    return emit(Op::Eq, kBool, {value, constant(fn_.type(value), 0)});
  }
  case sema::ExprKind::Compare: {
    const auto *comparison = cast<sema::CompareExpr>(expr);
    ValueId left = lowerExpr(comparison->left);
    ValueId right = lowerExpr(comparison->right);
    return compare(comparison->op, left, right, comparison->opRange);
  }
  case sema::ExprKind::Chain:
  case sema::ExprKind::Logic:
  case sema::ExprKind::VariantTest: return lowerBoolean(expr);
  case sema::ExprKind::Cast: return lowerCast(cast<sema::CastExpr>(expr));
  case sema::ExprKind::ToAny: {
    const sema::Expr *operand = cast<sema::ToAnyExpr>(expr)->operand;
    return emit(Op::Box, image::kAny, {lowerExpr(operand)}, typeOf(operand), expr->range);
  }
  case sema::ExprKind::FromAny: {
    ValueId boxed = lowerExpr(cast<sema::FromAnyExpr>(expr)->operand);
    return emit(Op::Unbox, typeOf(expr), {boxed}, typeOf(expr), expr->range);
  }
  case sema::ExprKind::Conditional: return lowerConditional(cast<sema::ConditionalExpr>(expr));
  case sema::ExprKind::Sequence:
    lowerExpr(cast<sema::SequenceExpr>(expr)->first);
    return lowerExpr(cast<sema::SequenceExpr>(expr)->value);
  case sema::ExprKind::Call: return lowerCall(cast<sema::CallExpr>(expr));
  case sema::ExprKind::CallValue: return lowerCallValue(cast<sema::CallValueExpr>(expr));
  case sema::ExprKind::CallBuiltin: return lowerBuiltin(cast<sema::CallBuiltinExpr>(expr));
  case sema::ExprKind::Index: {
    const auto *index = cast<sema::IndexExpr>(expr);
    bool isString = index->base->type->kind == sema::TypeKind::String;
    ValueId base = lowerExpr(index->base);
    ValueId at = lowerExpr(index->index);
    return emit(isString ? Op::StrGet : Op::ArrGet, typeOf(expr), {base, at}, 0,
                index->bracketRange);
  }
  case sema::ExprKind::Slice: return lowerSlice(cast<sema::SliceExpr>(expr));
  case sema::ExprKind::ArrayLiteral: return lowerArrayLiteral(cast<sema::ArrayLiteralExpr>(expr));
  case sema::ExprKind::ArrayFill: {
    const auto *fill = cast<sema::ArrayFillExpr>(expr);
    ValueId value = lowerExpr(fill->value);
    ValueId count = constantI64(static_cast<int64_t>(fill->count));
    return emit(Op::ArrFill, typeOf(expr), {value, count}, 0, expr->range);
  }
  case sema::ExprKind::Match: return lowerMatchExpr(cast<sema::MatchExpr>(expr));
  case sema::ExprKind::StructNew: return lowerStructNew(cast<sema::StructNewExpr>(expr));
  case sema::ExprKind::Field: return lowerField(cast<sema::FieldExpr>(expr));
  case sema::ExprKind::VariantNew: return lowerVariantNew(cast<sema::VariantNewExpr>(expr));
  }
  llvm_unreachable("expression without a lowering");
}

ValueId FunctionLowering::lowerSpine(const sema::Expr *expr) {
  // Collect the left spine, then evaluate from its far end: a sum of a million terms is one loop.
  llvm::SmallVector<const sema::Expr *, 8> spine;
  const sema::Expr *at = expr;
  while (at->kind == sema::ExprKind::Arithmetic || at->kind == sema::ExprKind::Concat) {
    spine.push_back(at);
    at = at->kind == sema::ExprKind::Arithmetic ? cast<sema::ArithmeticExpr>(at)->left
                                                : cast<sema::ConcatExpr>(at)->left;
  }
  ValueId value = lowerExpr(at);
  while (!spine.empty()) {
    const sema::Expr *node = spine.pop_back_val();
    if (const auto *concat = llvm::dyn_cast<sema::ConcatExpr>(node)) {
      ValueId right = lowerExpr(concat->right);
      value = emit(Op::StrCat, image::kString, {value, right}, 0, concat->opRange);
      continue;
    }
    const auto *binary = cast<sema::ArithmeticExpr>(node);
    ValueId right = lowerExpr(binary->right);
    value = arithmetic(binary->op, typeOf(binary), value, right, binary->opRange);
  }
  return value;
}

ValueId FunctionLowering::arithmetic(sema::ArithmeticOp op, TypeId type, ValueId left,
                                     ValueId right, SourceRange opRange) {
  if (type == image::kString)
    return emit(Op::StrCat, type, {left, right}, 0, opRange);
  return emit(opOf(op), type, {left, right}, 0, opRange);
}

ValueId FunctionLowering::compare(sema::CompareOp op, ValueId left, ValueId right,
                                  SourceRange opRange) {
  // Scalars compare as such, strings by their bytes, and all other references by identity.
  image::TypeKind kind = context_.module.types[fn_.type(left)].kind;
  if (kind == image::TypeKind::Any || kind == image::TypeKind::Enum) {
    ValueId equal = emit(Op::EqVal, kBool, {left, right}, 0, opRange);
    return op == sema::CompareOp::NotEqual ? emit(Op::Not, kBool, {equal}) : equal;
  }
  switch (op) {
  case sema::CompareOp::Equal: return emit(Op::Eq, kBool, {left, right});
  case sema::CompareOp::NotEqual: return emit(Op::Ne, kBool, {left, right});
  case sema::CompareOp::Less: return emit(Op::Lt, kBool, {left, right});
  case sema::CompareOp::LessEqual: return emit(Op::Le, kBool, {left, right});
  case sema::CompareOp::Greater: return emit(Op::Lt, kBool, {right, left});
  case sema::CompareOp::GreaterEqual: return emit(Op::Le, kBool, {right, left});
  }
  llvm_unreachable("unknown comparison");
}

ValueId FunctionLowering::lowerBoolean(const sema::Expr *expr) {
  BlockId yes = newBlock(), no = newBlock(), after = newBlock();
  ValueId result = fn_.addParam(after, kBool);
  lowerCondition(expr, yes, no);
  startBlock(yes, true);
  jump(after, {constant(kBool, 1)});
  startBlock(no, true);
  jump(after, {constant(kBool, 0)});
  startBlock(after, true);
  return result;
}

void FunctionLowering::lowerCondition(const sema::Expr *expr, BlockId thenBlock,
                                      BlockId elseBlock) {
  while (const auto *negation = llvm::dyn_cast<sema::NotExpr>(expr)) {
    if (negation->operand->type->kind != sema::TypeKind::Bool)
      break;
    std::swap(thenBlock, elseBlock);
    expr = negation->operand;
  }
  if (const auto *logic = llvm::dyn_cast<sema::LogicExpr>(expr))
    return lowerLogicCondition(logic, thenBlock, elseBlock);
  if (const auto *chain = llvm::dyn_cast<sema::ChainExpr>(expr))
    return lowerChainCondition(chain, thenBlock, elseBlock);
  if (const auto *test = llvm::dyn_cast<sema::VariantTestExpr>(expr))
    return lowerVariantTest(test, thenBlock, elseBlock);
  branch(lowerExpr(expr), thenBlock, elseBlock);
}

void FunctionLowering::lowerLogicCondition(const sema::LogicExpr *expr, BlockId thenBlock,
                                           BlockId elseBlock) {
  llvm::SmallVector<const sema::Expr *, 4> terms;
  const sema::Expr *at = expr;
  const sema::LogicExpr *logic = nullptr;
  while ((logic = llvm::dyn_cast<sema::LogicExpr>(at)) && logic->isAnd == expr->isAnd) {
    terms.push_back(logic->right);
    at = logic->left;
  }
  terms.push_back(at);
  while (!terms.empty()) {
    const sema::Expr *term = terms.pop_back_val();
    if (terms.empty())
      return lowerCondition(term, thenBlock, elseBlock);
    BlockId next = newBlock();
    if (expr->isAnd)
      lowerCondition(term, next, elseBlock);
    else
      lowerCondition(term, thenBlock, next);
    startBlock(next, true);
  }
}

void FunctionLowering::lowerChainCondition(const sema::ChainExpr *expr, BlockId thenBlock,
                                           BlockId elseBlock) {
  ValueId left = lowerExpr(expr->operands[0]);
  for (size_t i = 0; i < expr->ops.size(); ++i) {
    ValueId right = lowerExpr(expr->operands[i + 1]);
    ValueId holds = compare(expr->ops[i], left, right, expr->opRanges[i]);
    bool isLast = i + 1 == expr->ops.size();
    BlockId next = isLast ? thenBlock : newBlock();
    branch(holds, next, elseBlock);
    if (!isLast)
      startBlock(next, true);
    left = right;
  }
}

ValueId FunctionLowering::widen(ValueId value) {
  TypeId type = fn_.type(value);
  if (type == kI64)
    return value;
  return emit(type == kU64 ? Op::CvtSat : Op::Cvt, kI64, {value});
}

ValueId FunctionLowering::lowerCast(const sema::CastExpr *expr) {
  ValueId value = lowerExpr(expr->operand);
  TypeId from = fn_.type(value), to = typeOf(expr);
  if (from == image::kAny)
    return emit(Op::CastAny, to, {value}, to, expr->asRange);
  if (from == to)
    return value;
  if (to != image::kString)
    return emit(Op::Cvt, to, {value}, 0, expr->asRange);
  static constexpr isa::NativeId kTextOf[] = {
      isa::NativeId::StringOfBool, isa::NativeId::StringOfI32, isa::NativeId::StringOfU32,
      isa::NativeId::StringOfI64,  isa::NativeId::StringOfU64, isa::NativeId::StringOfF64};
  return emit(Op::CallNative, to, {value}, static_cast<uint64_t>(kTextOf[from]), expr->asRange);
}

ValueId FunctionLowering::lowerConditional(const sema::ConditionalExpr *expr) {
  BlockId yes = newBlock(), no = newBlock(), after = newBlock();
  ValueId result = addParam(after, typeOf(expr));
  lowerCondition(expr->condition, yes, no);
  startBlock(yes, true);
  jump(after, {lowerExpr(expr->thenValue)});
  startBlock(no, true);
  jump(after, {lowerExpr(expr->elseValue)});
  startBlock(after, true);
  return result;
}

ValueId FunctionLowering::lowerSlice(const sema::SliceExpr *expr) {
  ValueId base = lowerExpr(expr->base);
  ValueId start = expr->start ? lowerExpr(expr->start) : kNone;
  ValueId end = expr->end ? lowerExpr(expr->end) : kNone;
  start = start == kNone ? constantI64(0) : widen(start);
  end = end == kNone ? emit(Op::Cvt, kI64, {emit(Op::ArrLen, kI32, {base})}) : widen(end);
  return emit(Op::ArrSlice, typeOf(expr), {base, start, end}, 0, expr->bracketRange);
}

ValueId FunctionLowering::lowerArrayLiteral(const sema::ArrayLiteralExpr *expr) {
  ValueId array = emit(Op::ArrNew, typeOf(expr), {}, expr->elements.size(), expr->range);
  for (const sema::Expr *element : expr->elements) {
    ValueId value = lowerExpr(element);
    emitVoid(Op::ArrPush, {array, value}, 0, element->range);
  }
  return array;
}

} // namespace orus::lower
