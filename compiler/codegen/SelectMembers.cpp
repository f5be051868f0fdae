// Structs, enums, closures and cells.
#include "compiler/codegen/Selector.h"

namespace orus::codegen {

using ir::Op;
using isa::Opcode;

void Selector::selectNew(const ir::Inst &inst) {
  auto imm = static_cast<int64_t>(inst.imm);
  LirInst made;
  made.loc = inst.loc;
  if (inst.op == Op::ObjNew) {
    made.op = Opcode::NewObj;
    made.operands = {inst.result, imm, type(inst.result), 0};
  } else {
    made.op = Opcode::NewFn;
    made.operands = {inst.result, imm, 0};
  }
  emitWithArgs(made, operands(inst));
}

/// The forms of an access: narrow and wide, scalar and reference.
struct AccessForms {
  Opcode scalar, reference, scalarWide, referenceWide;

  Opcode of(image::ObjectSlot slot) const {
    if (slot.index <= UINT8_MAX)
      return slot.isScalar ? scalar : reference;
    return slot.isScalar ? scalarWide : referenceWide;
  }
};

void Selector::selectField(const ir::Inst &inst, image::ObjectSlot slot) {
  constexpr AccessForms kGet{Opcode::FGet, Opcode::FGetR, Opcode::FGetW, Opcode::FGetRW};
  constexpr AccessForms kSet{Opcode::FSet, Opcode::FSetR, Opcode::FSetW, Opcode::FSetRW};
  constexpr AccessForms kCapture{Opcode::CGet, Opcode::CGetR, Opcode::CGetW, Opcode::CGetRW};
  int64_t object = use(operand(inst, 0));
  if (inst.op == Op::FieldSet)
    emit(kSet.of(slot), {object, use(operand(inst, 1)), slot.index}, inst.loc);
  else
    emit((inst.op == Op::FieldGet ? kGet : kCapture).of(slot), {inst.result, object, slot.index},
         inst.loc);
}

void Selector::selectMember(const ir::Inst &inst) {
  const image::TypeTable &types = pools_.types;
  int64_t to = inst.result;
  TypeId object = type(operand(inst, 0));
  bool isScalar = inst.result != ir::kNone && ir::isScalar(type(inst.result));
  switch (inst.op) {
  case Op::FieldGet:
  case Op::FieldSet:
  case Op::CaptureGet: return selectField(inst, types.layout(object).slots[inst.imm]);
  case Op::Tag: emit(Opcode::Tag, {to, use(operand(inst, 0))}, inst.loc); return;
  case Op::PayloadGet: {
    auto variant = static_cast<uint32_t>(inst.imm >> 32);
    uint32_t slot = types.layout(object, variant).slots[static_cast<uint32_t>(inst.imm)].index;
    emit(isScalar ? Opcode::PGet : Opcode::PGetR, {to, use(operand(inst, 0)), slot, variant},
         inst.loc);
    return;
  }
  case Op::ClosureValue: emit(Opcode::FnOf, {to, use(operand(inst, 0))}, inst.loc); return;
  case Op::CellNew:
    emit(ir::isScalar(object) ? Opcode::NewCell : Opcode::NewCellR,
         {to, use(operand(inst, 0)), type(inst.result)}, inst.loc);
    return;
  case Op::CellGet:
    emit(isScalar ? Opcode::CellGet : Opcode::CellGetR, {to, use(operand(inst, 0))}, inst.loc);
    return;
  default: {
    ValueId value = operand(inst, 1);
    emit(ir::isScalar(type(value)) ? Opcode::CellSet : Opcode::CellSetR,
         {use(operand(inst, 0)), use(value)}, inst.loc);
  }
  }
}

} // namespace orus::codegen
