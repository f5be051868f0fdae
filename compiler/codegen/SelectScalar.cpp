// Arithmetic, comparison and conversion of scalars, and variables.
#include "compiler/codegen/Selector.h"

namespace orus::codegen {

using image::ScalarType;
using ir::Op;
using isa::Opcode;

namespace {

/// Rows Add…Neg, columns by ScalarType from I32 on.
constexpr Opcode kArithmetic[6][5] = {
    {Opcode::AddI32, Opcode::AddU32, Opcode::AddI64, Opcode::AddU64, Opcode::AddF},
    {Opcode::SubI32, Opcode::SubU32, Opcode::SubI64, Opcode::SubU64, Opcode::SubF},
    {Opcode::MulI32, Opcode::MulU32, Opcode::MulI64, Opcode::MulU64, Opcode::MulF},
    {Opcode::DivI32, Opcode::DivU, Opcode::DivI64, Opcode::DivU, Opcode::DivF},
    {Opcode::ModI32, Opcode::ModU, Opcode::ModI64, Opcode::ModU, Opcode::ModF},
    {Opcode::NegI32, Opcode::Invalid, Opcode::NegI64, Opcode::Invalid, Opcode::NegF},
};

/// The same with an immediate as second operand.
constexpr Opcode kImmediate[6][5] = {
    {Opcode::AddI32I, Opcode::AddU32I, Opcode::AddI64I, Opcode::AddU64I, Opcode::Invalid},
    {Opcode::AddI32I, Opcode::AddU32I, Opcode::AddI64I, Opcode::AddU64I, Opcode::Invalid},
    {Opcode::MulI32I, Opcode::Invalid, Opcode::MulI64I, Opcode::Invalid, Opcode::Invalid},
    {Opcode::DivI32I, Opcode::Invalid, Opcode::DivI64I, Opcode::Invalid, Opcode::Invalid},
    {Opcode::ModI32I, Opcode::Invalid, Opcode::ModI64I, Opcode::Invalid, Opcode::Invalid},
    {Opcode::Invalid, Opcode::Invalid, Opcode::Invalid, Opcode::Invalid, Opcode::Invalid},
};

/// By source type, then target type; Invalid where the value does not change.
constexpr Opcode kConvert[6][6] = {
    // from bool
    {Opcode::Invalid, Opcode::CvtBits, Opcode::CvtBits, Opcode::CvtBits, Opcode::CvtBits,
     Opcode::CvtUF},
    // from i32
    {Opcode::ToBoolX, Opcode::Invalid, Opcode::CvtBits, Opcode::CvtI32I64, Opcode::CvtI32U64,
     Opcode::CvtI32F},
    // from u32
    {Opcode::ToBoolX, Opcode::CvtBits, Opcode::Invalid, Opcode::CvtBits, Opcode::CvtBits,
     Opcode::CvtUF},
    // from i64
    {Opcode::ToBoolX, Opcode::CvtI64I32, Opcode::CvtI64U32, Opcode::Invalid, Opcode::CvtI64U64,
     Opcode::CvtI64F},
    // from u64
    {Opcode::ToBoolX, Opcode::CvtU64I32, Opcode::CvtU64U32, Opcode::CvtU64I64, Opcode::Invalid,
     Opcode::CvtUF},
    // from f64
    {Opcode::ToBoolF, Opcode::CvtFI32, Opcode::CvtFU32, Opcode::CvtFI64, Opcode::CvtFU64,
     Opcode::Invalid},
};

size_t row(Op op) { return static_cast<size_t>(op) - static_cast<size_t>(Op::Add); }
size_t column(TypeId type) { return type - static_cast<TypeId>(ScalarType::I32); }

} // namespace

void Selector::selectInst(const ir::Inst &inst) {
  if (fuse_ && fuse(inst))
    return;
  switch (inst.op) {
  case Op::Const:
  case Op::Str:
    if (inRegister_[inst.result])
      emitMove(inst.result, source(inst.result), inst.loc);
    return;
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Mod:
  case Op::Neg:
  case Op::And:
  case Op::Or:
  case Op::Not: return selectArithmetic(inst);
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le: return selectCompare(inst);
  case Op::Cvt:
  case Op::CvtSat: return selectConvert(inst);
  case Op::LocalGet:
  case Op::LocalSet:
  case Op::ModuleGet:
  case Op::ModuleSet:
  case Op::ChkInit: return selectAccess(inst);
  case Op::Call:
  case Op::CallValue:
  case Op::CallNative:
  case Op::Print:
  case Op::AssertEq: return selectCall(inst);
  case Op::ObjNew:
  case Op::ClosureNew: return selectNew(inst);
  case Op::FieldGet:
  case Op::FieldSet:
  case Op::Tag:
  case Op::PayloadGet:
  case Op::ClosureValue:
  case Op::CaptureGet:
  case Op::CellNew:
  case Op::CellGet:
  case Op::CellSet: return selectMember(inst);
  case Op::Box:
  case Op::Unbox:
  case Op::CastAny:
  case Op::EqVal:
  case Op::Func: return selectDynamic(inst);
  default: return selectArray(inst);
  }
}

void Selector::selectArithmetic(const ir::Inst &inst) {
  int64_t to = inst.result;
  switch (inst.op) {
  case Op::Not: emit(Opcode::Not, {to, use(operand(inst, 0))}, inst.loc); return;
  case Op::And:
  case Op::Or:
    emit(inst.op == Op::And ? Opcode::And : Opcode::Or,
         {to, use(operand(inst, 0)), use(operand(inst, 1))}, inst.loc);
    return;
  case Op::Neg:
    emit(kArithmetic[row(Op::Neg)][column(type(inst.result))], {to, use(operand(inst, 0))},
         inst.loc);
    return;
  default: break;
  }
  if (selectArithmeticImmediate(inst))
    return;
  emit(kArithmetic[row(inst.op)][column(type(inst.result))],
       {to, use(operand(inst, 0)), use(operand(inst, 1))}, inst.loc);
}

bool Selector::selectArithmeticImmediate(const ir::Inst &inst) {
  Opcode op = kImmediate[row(inst.op)][column(type(inst.result))];
  if (op == Opcode::Invalid)
    return false;
  ValueId a = operand(inst, 0), b = operand(inst, 1);
  std::optional<int64_t> constant = constantOf(b);
  if (!constant && (inst.op == Op::Add || inst.op == Op::Mul)) {
    constant = constantOf(a);
    std::swap(a, b);
  }
  // A difference is a sum: a - c overflows exactly if a + -c does, for every c whose negative
  // exists.
  if (!constant || *constant < -128 || *constant > 128)
    return false;
  int64_t immediate = inst.op == Op::Sub ? -*constant : *constant;
  bool isDivision = inst.op == Op::Div || inst.op == Op::Mod;
  if (immediate != static_cast<int8_t>(immediate) || (isDivision && immediate == 0))
    return false;
  emit(op, {inst.result, use(a), immediate}, inst.loc);
  return true;
}

void Selector::selectCompare(const ir::Inst &inst) {
  int64_t to = inst.result;
  ValueId a = operand(inst, 0), b = operand(inst, 1);
  bool isEquality = inst.op == Op::Eq || inst.op == Op::Ne;
  if (!ir::isScalar(type(a))) {
    bool isString = type(a) == image::kString;
    Opcode op = inst.op == Op::Lt   ? Opcode::LtStr
                : inst.op == Op::Le ? Opcode::LeStr
                : isString          ? Opcode::EqStr
                                    : Opcode::EqR;
    if (inst.op == Op::Ne && !isInverted_[inst.result]) {
      VReg equal = out_.addVReg(static_cast<TypeId>(ScalarType::Bool));
      emit(Opcode::Not, {to, equal}, inst.loc);
      to = equal;
    }
    emit(op, {to, use(a), use(b)}, inst.loc);
    return;
  }
  auto scalar = static_cast<ScalarType>(type(a));
  Opcode op;
  if (scalar == ScalarType::F64)
    op = inst.op == Op::Eq   ? Opcode::EqF
         : inst.op == Op::Ne ? Opcode::NeF
         : inst.op == Op::Lt ? Opcode::LtF
                             : Opcode::LeF;
  else if (isEquality)
    op = inst.op == Op::Eq ? Opcode::EqX : Opcode::NeX;
  else if (scalar == ScalarType::I32)
    op = inst.op == Op::Lt ? Opcode::LtI32 : Opcode::LeI32;
  else if (scalar == ScalarType::I64)
    op = inst.op == Op::Lt ? Opcode::LtI64 : Opcode::LeI64;
  else
    op = inst.op == Op::Lt ? Opcode::LtU : Opcode::LeU;
  emit(op, {to, use(a), use(b)}, inst.loc);
}

void Selector::selectConvert(const ir::Inst &inst) {
  ValueId value = operand(inst, 0);
  Opcode op = inst.op == Op::CvtSat ? Opcode::CvtU64Sat : kConvert[type(value)][type(inst.result)];
  if (op == Opcode::Invalid)
    emitMove(inst.result, source(value), inst.loc);
  else
    emit(op, {inst.result, use(value)}, inst.loc);
}

void Selector::selectAccess(const ir::Inst &inst) {
  switch (inst.op) {
  case Op::LocalGet: emitMove(inst.result, Source::vreg(locals_[inst.imm]), inst.loc); return;
  case Op::LocalSet: emitMove(locals_[inst.imm], source(operand(inst, 0)), inst.loc); return;
  case Op::ModuleGet:
    emit(ir::isScalar(type(inst.result)) ? Opcode::Ldm : Opcode::LdmR,
         {inst.result, static_cast<int64_t>(inst.imm)}, inst.loc);
    return;
  case Op::ModuleSet: {
    ValueId value = operand(inst, 0);
    emit(ir::isScalar(type(value)) ? Opcode::Stm : Opcode::StmR,
         {use(value), static_cast<int64_t>(inst.imm)}, inst.loc);
    return;
  }
  default: emit(Opcode::ChkInit, {use(operand(inst, 0)), static_cast<int64_t>(inst.imm)}, inst.loc);
  }
}

} // namespace orus::codegen
