// Types, immediates and shapes of single instructions, by what Ops.def says of them.
#include "compiler/analysis/VerifierImpl.h"
#include "format/base/Panics.h"
#include "format/isa/Natives.h"

namespace orus::analysis {

using image::ScalarType;
using image::TypeKind;
using image::TypeTable;

namespace {

constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kI32 = static_cast<TypeId>(ScalarType::I32);
constexpr TypeId kU32 = static_cast<TypeId>(ScalarType::U32);
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
constexpr TypeId kU64 = static_cast<TypeId>(ScalarType::U64);
constexpr TypeId kF64 = static_cast<TypeId>(ScalarType::F64);

bool isNumber(TypeId type) { return ir::isScalar(type) && type != kBool; }
bool isInteger(TypeId type) { return isNumber(type) && type != kF64; }

} // namespace

bool FunctionVerifier::expectOperand(size_t index, TypeId type) {
  return operandType(index) == type ||
         error("operand " + llvm::Twine(index) + " must be " + types_.spelling(type));
}
bool FunctionVerifier::expectInteger(size_t index) {
  return isInteger(operandType(index)) ||
         error("operand " + llvm::Twine(index) + " must be an integer");
}
bool FunctionVerifier::expectArray(size_t index) {
  return is(operandType(index), TypeKind::Array) ||
         error("operand " + llvm::Twine(index) + " must be an array");
}
bool FunctionVerifier::expectResult(TypeId type) {
  if (resultType() == type)
    return true;
  return error(type == kNone ? "there must be no result"
                             : "the result must be " + types_.spelling(type));
}

void FunctionVerifier::checkInst(InstId inst) {
  inst_ = inst;
  Op op = fn_.insts[inst].op;
  if (opInfo(op).hasResult && resultType() == kNone && op != Op::Call && op != Op::CallValue &&
      op != Op::CallNative) {
    error("no result");
    return;
  }
  switch (op) {
  case Op::Const: return checkConstant();
  case Op::Str:
  case Op::Func: return checkImmediate();
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Mod:
  case Op::Neg:
  case Op::And:
  case Op::Or:
  case Op::Not: return checkArithmetic();
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le:
  case Op::EqVal: return checkComparison();
  case Op::Cvt:
  case Op::CvtSat: return checkConversion();
  case Op::LocalGet:
  case Op::LocalSet:
  case Op::ModuleGet:
  case Op::ModuleSet:
  case Op::ChkInit: return checkVariable();
  case Op::Call:
  case Op::CallValue: return checkCall();
  case Op::CallNative: return checkNative();
  case Op::StrLen:
  case Op::StrGet:
  case Op::StrCat: return checkString();
  case Op::ArrNew:
  case Op::ArrFill:
  case Op::ArrLen:
  case Op::ArrGet:
  case Op::ArrSet:
  case Op::ArrPush:
  case Op::ArrPop:
  case Op::ArrSlice:
  case Op::ArrRepeat:
  case Op::ArrSorted: return checkArray();
  case Op::ObjNew:
  case Op::FieldGet:
  case Op::FieldSet:
  case Op::Tag:
  case Op::PayloadGet: return checkObject();
  case Op::ClosureNew:
  case Op::ClosureValue:
  case Op::CaptureGet: return checkClosure();
  case Op::CellNew:
  case Op::CellGet:
  case Op::CellSet: return checkCell();
  case Op::Box:
  case Op::Unbox:
  case Op::CastAny: return checkDynamic();
  case Op::Print:
  case Op::AssertEq: return checkOutput();
  case Op::Jump:
  case Op::Branch:
  case Op::Switch:
  case Op::ForStep:
  case Op::StepWhile:
  case Op::RangeNext:
  case Op::TryEnter:
  case Op::Return:
  case Op::Raise: return checkTerminator();
  }
}

void FunctionVerifier::checkConstant() {
  uint64_t bits = fn_.insts[inst_].imm;
  TypeId type = resultType();
  if (!ir::isScalar(type))
    error("a constant must have a scalar type");
  else if ((type == kBool && bits > 1) || ((type == kI32 || type == kU32) && bits >> 32 != 0))
    error("the bits are not canonical");
}

void FunctionVerifier::checkImmediate() {
  const ir::Inst &inst = fn_.insts[inst_];
  if (inst.op == Op::Str) {
    expectResult(image::kString);
    if (inst.imm >= module_.strings.size())
      error("no such string");
    return;
  }
  if (inst.imm >= module_.functions.size())
    error("no such function");
  else if (expectResult(module_.functions[inst.imm]->signature) &&
           module_.functions[inst.imm]->closure)
    error("the function captures");
}

void FunctionVerifier::checkArithmetic() {
  TypeId type = operandType(0);
  for (size_t i = 1; i < fn_.operands(inst_).size(); ++i)
    expectOperand(i, type);
  expectResult(type);
  bool valid = false;
  switch (fn_.insts[inst_].op) {
  case Op::Neg: valid = type == kI32 || type == kI64 || type == kF64; break;
  case Op::And:
  case Op::Or: valid = type == kBool || isInteger(type); break;
  case Op::Not: valid = type == kBool; break;
  default: valid = isNumber(type); break;
  }
  if (!valid)
    error("not defined for " + types_.spelling(type));
}

void FunctionVerifier::checkComparison() {
  TypeId type = operandType(0);
  expectOperand(1, type);
  expectResult(kBool);
  Op op = fn_.insts[inst_].op;
  bool valid = true;
  if (op == Op::Lt || op == Op::Le)
    valid = isNumber(type) || type == image::kString;
  else if (op == Op::EqVal)
    valid = !ir::isScalar(type) && type != image::kString;
  else
    valid = type != image::kAny;
  if (!valid)
    error("not defined for " + types_.spelling(type));
}

void FunctionVerifier::checkConversion() {
  TypeId from = operandType(0), to = resultType();
  bool valid = fn_.insts[inst_].op == Op::CvtSat
                   ? from == kU64 && to == kI64
                   : ir::isScalar(from) && ir::isScalar(to) && from != to;
  if (!valid)
    error("no such conversion");
}

void FunctionVerifier::checkVariable() {
  const ir::Inst &inst = fn_.insts[inst_];
  TypeId type = inst.op == Op::LocalGet || inst.op == Op::ModuleGet ? resultType() : operandType(0);
  switch (inst.op) {
  case Op::ChkInit:
    expectOperand(0, kBool);
    if (inst.imm >= module_.strings.size())
      error("no such string");
    return;
  case Op::LocalGet:
  case Op::LocalSet:
    if (inst.imm >= fn_.locals.size())
      error("no such local");
    else if (type != valueType(types_, fn_.locals[inst.imm]))
      error("the local has another type");
    return;
  default: break;
  }
  for (const image::Module &layout : module_.modules) {
    bool scalar = ir::isScalar(type);
    const auto &slots = scalar ? layout.scalars : layout.references;
    uint64_t index = inst.imm - (scalar ? layout.scalarBase : layout.referenceBase);
    if (index >= slots.size())
      continue;
    if (type != valueType(types_, slots[index].type))
      error("the module register has another type");
    return;
  }
  error("no such module register");
}

void FunctionVerifier::checkArguments(TypeId signature, ArrayRef<ValueId> arguments) {
  if (arguments.size() != types_.parameterCount(signature)) {
    error("wrong number of arguments");
    return;
  }
  for (size_t i = 0; i < arguments.size(); ++i)
    if (fn_.type(arguments[i]) != valueType(types_, types_.parameter(signature, i)))
      error("argument " + llvm::Twine(i) + " must be " +
            types_.spelling(types_.parameter(signature, i)));
}

void FunctionVerifier::checkCall() {
  const ir::Inst &inst = fn_.insts[inst_];
  ArrayRef<ValueId> arguments = fn_.operands(inst_);
  TypeId signature = kNone;
  if (inst.op == Op::Call && inst.imm < module_.functions.size()) {
    signature = module_.functions[inst.imm]->signature;
    if (TypeId closure = module_.functions[inst.imm]->closure) {
      if (arguments.empty() || fn_.type(arguments.back()) != closure) {
        error("the last operand must be the closure of the function");
        return;
      }
      arguments = arguments.drop_back();
    }
  } else if (inst.op == Op::CallValue && !arguments.empty()) {
    signature = operandType(0);
    arguments = arguments.drop_front();
  }
  if (signature >= types_.size() || !is(signature, TypeKind::Function)) {
    error("calls no function");
    return;
  }
  checkArguments(signature, arguments);
  auto result = types_.result(signature);
  expectResult(result ? valueType(types_, *result) : kNone);
}

void FunctionVerifier::checkNative() {
  const ir::Inst &inst = fn_.insts[inst_];
  if (inst.imm >= isa::kNatives.size()) {
    error("no such native function");
    return;
  }
  auto typeOf = [](isa::RegisterType type) -> TypeId {
    switch (type) {
    case isa::RegisterType::Bool: return kBool;
    case isa::RegisterType::I32: return kI32;
    case isa::RegisterType::U32: return kU32;
    case isa::RegisterType::I64: return kI64;
    case isa::RegisterType::U64: return kU64;
    case isa::RegisterType::F64: return kF64;
    case isa::RegisterType::Str: return image::kString;
    case isa::RegisterType::Any: return image::kAny;
    case isa::RegisterType::Range: return image::kRange;
    case isa::RegisterType::Error: return image::kError;
    default: return kNone;
    }
  };
  const isa::NativeInfo &native = isa::kNatives[inst.imm];
  if (inst.operandCount != native.parameterCount) {
    error("wrong number of arguments");
    return;
  }
  for (size_t i = 0; i < inst.operandCount; ++i)
    expectOperand(i, typeOf(native.parameters()[i]));
  expectResult(typeOf(native.result));
}

void FunctionVerifier::checkString() {
  expectOperand(0, image::kString);
  switch (fn_.insts[inst_].op) {
  case Op::StrLen: expectResult(kI32); return;
  case Op::StrGet: expectInteger(1); break;
  default: expectOperand(1, image::kString); break;
  }
  expectResult(image::kString);
}

void FunctionVerifier::checkArray() {
  Op op = fn_.insts[inst_].op;
  bool makesArray = op == Op::ArrNew || op == Op::ArrFill;
  if (!makesArray && !expectArray(0))
    return;
  TypeId array = makesArray ? resultType() : operandType(0);
  if (!is(array, TypeKind::Array)) {
    error("the result must be an array");
    return;
  }
  TypeId element = valueType(types_, types_.element(array));
  switch (op) {
  case Op::ArrFill:
    expectOperand(0, element);
    expectOperand(1, kI64);
    return;
  case Op::ArrLen: expectResult(kI32); return;
  case Op::ArrGet:
    expectInteger(1);
    expectResult(element);
    return;
  case Op::ArrSet:
    expectInteger(1);
    expectOperand(2, element);
    return;
  case Op::ArrPush: expectOperand(1, element); return;
  case Op::ArrPop: expectResult(element); return;
  case Op::ArrSlice: expectOperand(2, kI64); [[fallthrough]];
  case Op::ArrRepeat: expectOperand(1, kI64); [[fallthrough]];
  default: expectResult(array); return;
  }
}

void FunctionVerifier::checkDynamic() {
  const ir::Inst &inst = fn_.insts[inst_];
  if (inst.imm >= types_.size() || inst.imm == image::kAny) {
    error("not a type that a dynamic value can hold");
    return;
  }
  auto held = static_cast<TypeId>(inst.imm);
  if (inst.op == Op::Box) {
    expectOperand(0, valueType(types_, held));
    expectResult(image::kAny);
    return;
  }
  expectOperand(0, image::kAny);
  expectResult(valueType(types_, held));
  if (inst.op == Op::CastAny && held > image::kString)
    error("casts only to a primitive type");
}

void FunctionVerifier::checkOutput() {
  const ir::Inst &inst = fn_.insts[inst_];
  auto signature = static_cast<TypeId>(inst.imm);
  if (inst.imm >= types_.size() || !is(signature, TypeKind::Function) || types_.result(signature)) {
    error("the immediate is not a function type without result");
    return;
  }
  checkArguments(signature, fn_.operands(inst_));
  if (inst.op == Op::AssertEq && expectOperand(0, image::kString))
    expectOperand(2, operandType(1));
}

void FunctionVerifier::checkTerminator() {
  const ir::Inst &inst = fn_.insts[inst_];
  auto expectCounts = [&](bool operandsOk, bool targetsOk) {
    if (!operandsOk)
      return error("wrong number of operands");
    return targetsOk || error("wrong number of targets");
  };
  uint32_t operands = inst.operandCount, targets = inst.targetCount;
  switch (inst.op) {
  case Op::Jump: expectCounts(true, targets == 1); return;
  case Op::Branch:
    expectCounts(true, targets == 2);
    expectOperand(0, kBool);
    return;
  case Op::Switch:
    expectCounts(true, targets >= 1);
    expectOperand(0, kU32);
    return;
  case Op::ForStep: {
    ir::ForStepForm form = ir::ForStepForm::unpack(inst.imm);
    if (!expectCounts(operands == (form.step == 0 ? 3u : 2u), targets == 2))
      return;
    if (form.step == 0 && form.down)
      error("only a constant step can go down");
    expectInteger(0);
    if (form.down && (operandType(0) == kU32 || operandType(0) == kU64))
      error("an unsigned counter can only go up");
    for (size_t i = 1; i < operands; ++i)
      expectOperand(i, operandType(0));
    return;
  }
  case Op::StepWhile:
    if (!expectCounts(true, targets == 2))
      return;
    if (inst.imm >= ir::kStepTestCount)
      error("not a test of a step");
    for (size_t i = 0; i < operands; ++i)
      expectOperand(i, kI32);
    return;
  case Op::RangeNext:
    expectCounts(true, targets == 2);
    expectOperand(0, image::kRange);
    return;
  case Op::TryEnter: expectCounts(true, targets == 2); return;
  case Op::Return: {
    auto result = types_.result(fn_.signature);
    if (expectCounts(operands == (result ? 1u : 0u), targets == 0) && result)
      expectOperand(0, valueType(types_, *result));
    return;
  }
  case Op::Raise:
    expectCounts(true, targets == 0);
    if (inst.imm >= base::kPanicCount || !base::hasFixedText(static_cast<base::Panic>(inst.imm)))
      error("not a panic of a fixed text");
    return;
  default: return;
  }
}

} // namespace orus::analysis
