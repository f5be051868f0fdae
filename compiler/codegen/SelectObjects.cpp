// Calls, strings, arrays and dynamic values.
#include "compiler/codegen/Selector.h"

namespace orus::codegen {

using image::ScalarType;
using ir::Op;
using isa::Opcode;

void Selector::selectCall(const ir::Inst &inst) {
  llvm::ArrayRef<ValueId> values = operands(inst);
  auto imm = static_cast<int64_t>(inst.imm);
  LirInst call;
  TypeId signature = static_cast<TypeId>(inst.imm);
  switch (inst.op) {
  case Op::Call:
    call.op = Opcode::Call;
    call.operands = {0, 0, imm};
    signature = pools_.module.functions[inst.imm]->signature;
    break;
  case Op::CallValue:
    call.op = Opcode::CallC;
    call.operands = {0, 0, use(operand(inst, 0))};
    values = values.drop_front();
    signature = type(operand(inst, 0));
    break;
  case Op::CallNative: {
    uint32_t native = pools_.native(static_cast<isa::NativeId>(inst.imm));
    call.op = Opcode::CallN;
    call.operands = {native, 0};
    signature = pools_.nativeSignatures[native];
    break;
  }
  case Op::Print:
    call.op = Opcode::Print;
    call.operands = {imm, 0};
    break;
  default:
    call.op = Opcode::AssertEq;
    call.operands = {imm, 0};
    break;
  }
  if (std::optional<TypeId> returned = pools_.types.result(signature))
    call.resultType = pools_.types.valueType(*returned);
  call.loc = inst.loc;
  if (inst.result != ir::kNone && demand_.isNeeded(inst.result))
    call.result = inst.result;
  emitWithArgs(call, values);
}

void Selector::emitWithArgs(LirInst inst, llvm::ArrayRef<ValueId> values) {
  llvm::SmallVector<Source, 8> args;
  for (ValueId value : values)
    args.push_back(source(value));
  setArgs(inst, args);
  out_.insts.push_back(inst);
}

/// The form of an element access by what the array stores.
static Opcode byElement(TypeId element, Opcode one, Opcode four, Opcode eight, Opcode reference) {
  if (!ir::isScalar(element))
    return reference;
  switch (image::elementSize(static_cast<ScalarType>(element))) {
  case 1: return one;
  case 4: return four;
  default: return eight;
  }
}

void Selector::selectArray(const ir::Inst &inst) {
  auto in = [&](size_t i) { return use(operand(inst, i)); };
  auto elementOf = [&](size_t i) {
    return pools_.types.valueType(pools_.types.element(type(operand(inst, i))));
  };
  int64_t to = inst.result;
  ir::Position loc = inst.loc;
  switch (inst.op) {
  case Op::StrLen: emit(Opcode::SLen, {to, in(0)}, loc); return;
  case Op::StrGet: emit(Opcode::SGet, {to, in(0), in(1)}, loc); return;
  case Op::StrCat: emit(Opcode::SCat, {to, in(0), in(1)}, loc); return;
  case Op::ArrNew:
    emit(Opcode::ANew,
         {to, static_cast<int64_t>(std::min<uint64_t>(inst.imm, UINT16_MAX)), type(inst.result)},
         loc);
    return;
  case Op::ArrFill:
    emit(ir::isScalar(type(operand(inst, 0))) ? Opcode::AFill : Opcode::AFillR,
         {to, in(0), in(1), type(inst.result)}, loc);
    return;
  case Op::ArrLen: emit(Opcode::ALen, {to, in(0)}, loc); return;
  case Op::ArrGet:
    emit(byElement(type(inst.result), Opcode::AGetB, Opcode::AGetW, Opcode::AGetX, Opcode::AGetR),
         {to, in(0), in(1)}, loc);
    return;
  case Op::ArrSet:
    emit(byElement(elementOf(0), Opcode::ASetB, Opcode::ASetW, Opcode::ASetX, Opcode::ASetR),
         {in(0), in(1), in(2)}, loc);
    return;
  case Op::ArrPush:
    emit(ir::isScalar(elementOf(0)) ? Opcode::APush : Opcode::APushR, {in(0), in(1)}, loc);
    return;
  case Op::ArrPop:
    emit(ir::isScalar(type(inst.result)) ? Opcode::APop : Opcode::APopR, {to, in(0)}, loc);
    return;
  case Op::ArrSlice: emit(Opcode::ASlice, {to, in(0), in(1), in(2)}, loc); return;
  case Op::ArrRepeat: emit(Opcode::ARepeat, {to, in(0), in(1)}, loc); return;
  default: emit(Opcode::ASorted, {to, in(0)}, loc); return;
  }
}

void Selector::selectDynamic(const ir::Inst &inst) {
  auto imm = static_cast<int64_t>(inst.imm);
  int64_t to = inst.result;
  if (inst.op == Op::Func) {
    emit(Opcode::LdFn, {to, imm}, inst.loc);
    return;
  }
  ValueId value = operand(inst, 0);
  bool fromScalar = ir::isScalar(type(value)), toScalar = ir::isScalar(type(inst.result));
  switch (inst.op) {
  case Op::Box:
    emit(fromScalar ? Opcode::Box : Opcode::BoxR, {to, use(value), imm}, inst.loc);
    return;
  case Op::Unbox:
    emit(toScalar ? Opcode::Unbox : Opcode::UnboxR, {to, use(value), imm}, inst.loc);
    return;
  case Op::CastAny:
    emit(toScalar ? Opcode::CastAny : Opcode::CastAnyR, {to, use(value), imm}, inst.loc);
    return;
  default: emit(Opcode::EqVal, {to, use(value), use(operand(inst, 1))}, inst.loc);
  }
}

} // namespace orus::codegen
