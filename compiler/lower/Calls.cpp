#include "compiler/lower/FunctionLowering.h"
#include "format/isa/Natives.h"

#include "llvm/Support/ErrorHandling.h"

namespace orus::lower {

using image::ScalarType;
using isa::NativeId;

namespace {
constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kI32 = static_cast<TypeId>(ScalarType::I32);
constexpr TypeId kU64 = static_cast<TypeId>(ScalarType::U64);
constexpr TypeId kF64 = static_cast<TypeId>(ScalarType::F64);
} // namespace

TypeId FunctionLowering::argumentsType(llvm::ArrayRef<sema::Expr *> arguments) {
  std::vector<TypeId> types;
  for (const sema::Expr *argument : arguments)
    types.push_back(typeOf(argument));
  return context_.module.types.function(types, std::nullopt);
}

ValueId FunctionLowering::lowerCall(const sema::CallExpr *expr) {
  llvm::SmallVector<ValueId, 6> operands;
  bool captures = context_.module.functions[expr->function->index]->closure != 0;
  bool isDirect = !captures || isRunning(expr->function);
  if (!isDirect)
    operands.push_back(lowerExpr(expr->closure));
  for (const sema::Expr *argument : expr->arguments)
    operands.push_back(lowerExpr(argument));
  TypeId result = context_.types.mapResult(expr->type).value_or(ir::kNone);
  if (!isDirect)
    return emit(Op::CallValue, result, operands, 0, expr->parenRange);
  if (captures)
    operands.push_back(closure_);
  return emit(Op::Call, result, operands, expr->function->index, expr->parenRange);
}

ValueId FunctionLowering::lowerCallValue(const sema::CallValueExpr *expr) {
  llvm::SmallVector<ValueId, 6> operands{lowerExpr(expr->callee)};
  for (const sema::Expr *argument : expr->arguments)
    operands.push_back(lowerExpr(argument));
  TypeId result = context_.types.mapResult(expr->type).value_or(ir::kNone);
  return emit(Op::CallValue, result, operands, 0, expr->parenRange);
}

ValueId FunctionLowering::lowerBuiltin(const sema::CallBuiltinExpr *expr) {
  auto argument = [&](size_t i) { return lowerExpr(expr->arguments[i]); };
  auto native = [&](NativeId which, TypeId type, llvm::ArrayRef<ValueId> operands) {
    return emit(Op::CallNative, type, operands, static_cast<uint64_t>(which), expr->parenRange);
  };
  switch (expr->builtin) {
  case sema::Builtin::Len: {
    ValueId object = argument(0);
    return emit(fn_.type(object) == image::kString ? Op::StrLen : Op::ArrLen, kI32, {object});
  }
  case sema::Builtin::Push: {
    ValueId array = argument(0);
    ValueId value = argument(1);
    emitVoid(Op::ArrPush, {array, value}, 0, expr->parenRange);
    return array;
  }
  case sema::Builtin::Pop:
    return emit(Op::ArrPop, typeOf(expr), {argument(0)}, 0, expr->parenRange);
  case sema::Builtin::Sorted:
    return emit(Op::ArrSorted, typeOf(expr), {argument(0)}, 0, expr->parenRange);
  case sema::Builtin::Range: return lowerRangeCall(expr);
  case sema::Builtin::Input:
    if (expr->arguments.empty())
      return native(NativeId::Input, image::kString, {});
    return native(NativeId::InputPrompt, image::kString, {argument(0)});
  case sema::Builtin::Int:
  case sema::Builtin::Float: return lowerNumberCall(expr);
  case sema::Builtin::Typeof: {
    ValueId value = argument(0);
    bool isAny = fn_.type(value) == image::kAny;
    return native(isAny ? NativeId::TypeofAny : NativeId::TypeofError, image::kString, {value});
  }
  case sema::Builtin::Istype: break; // a comparison by now
  case sema::Builtin::Timestamp: return native(NativeId::Timestamp, kF64, {});
  case sema::Builtin::AssertEq: return lowerAssertEq(expr);
  }
  llvm_unreachable("unknown builtin");
}

ValueId FunctionLowering::lowerRangeCall(const sema::CallBuiltinExpr *expr) {
  llvm::SmallVector<ValueId, 3> values;
  for (const sema::Expr *argument : expr->arguments)
    values.push_back(lowerExpr(argument));
  for (ValueId &value : values) {
    constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
    if (fn_.type(value) == kU64)
      value = emit(Op::CallNative, kI64, {value}, static_cast<uint64_t>(NativeId::RangeBound),
                   expr->parenRange);
    else
      value = widen(value);
  }
  ValueId start = values.size() == 1 ? constantI64(0) : values[0];
  ValueId stop = values.size() == 1 ? values[0] : values[1];
  ValueId step = values.size() == 3 ? values[2] : constantI64(1);
  return emit(Op::CallNative, image::kRange, {start, stop, step},
              static_cast<uint64_t>(NativeId::MakeRange), expr->parenRange);
}

ValueId FunctionLowering::lowerNumberCall(const sema::CallBuiltinExpr *expr) {
  bool toInt = expr->builtin == sema::Builtin::Int;
  ValueId value = lowerExpr(expr->arguments[0]);
  TypeId from = fn_.type(value), to = toInt ? kI32 : kF64;
  if (from == to)
    return value;
  NativeId native{};
  if (from == image::kString)
    native = toInt ? NativeId::IntOfString : NativeId::FloatOfString;
  else if (from == image::kAny)
    native = toInt ? NativeId::IntOfAny : NativeId::FloatOfAny;
  else if (!toInt)
    return emit(Op::Cvt, kF64, {value});
  else
    switch (static_cast<ScalarType>(from)) {
    case ScalarType::I64: native = NativeId::IntOfI64; break;
    case ScalarType::U32: native = NativeId::IntOfU32; break;
    case ScalarType::U64: native = NativeId::IntOfU64; break;
    default: native = NativeId::IntOfF64; break;
    }
  return emit(Op::CallNative, to, {value}, static_cast<uint64_t>(native), expr->parenRange);
}

ValueId FunctionLowering::lowerAssertEq(const sema::CallBuiltinExpr *expr) {
  llvm::SmallVector<ValueId, 3> values;
  for (const sema::Expr *argument : expr->arguments)
    values.push_back(lowerExpr(argument));
  emitVoid(Op::AssertEq, values, argumentsType(expr->arguments), expr->parenRange);
  return constant(kBool, 1);
}

} // namespace orus::lower
