// Structs, enums, closures and cells.
#include "compiler/analysis/VerifierImpl.h"

namespace orus::analysis {

using image::TypeKind;

/// Operands from `first` on are values of these types.
void FunctionVerifier::checkFields(ArrayRef<TypeId> types, size_t first) {
  if (fn_.operands(inst_).size() != first + types.size()) {
    error("wrong number of operands");
    return;
  }
  for (size_t i = 0; i < types.size(); ++i)
    expectOperand(first + i, valueType(types_, types[i]));
}

void FunctionVerifier::checkObject() {
  const ir::Inst &inst = fn_.insts[inst_];
  TypeId type = inst.op == Op::ObjNew ? resultType() : operandType(0);
  const image::Type &row = types_[type];
  bool isStruct = row.kind == TypeKind::Struct;
  bool wantsStruct = inst.op == Op::FieldGet || inst.op == Op::FieldSet;
  bool wantsEnum = inst.op == Op::Tag || inst.op == Op::PayloadGet;
  if ((!isStruct && row.kind != TypeKind::Enum) || types_.isPlainEnum(type) ||
      (isStruct ? wantsEnum : wantsStruct)) {
    error("not defined for " + types_.spelling(type));
    return;
  }
  auto member = [&](uint64_t index) -> const image::Member * {
    if (index < row.members.size())
      return &row.members[index];
    error("no such member");
    return nullptr;
  };
  constexpr auto kU32 = static_cast<TypeId>(image::ScalarType::U32);
  switch (inst.op) {
  case Op::Tag: expectResult(kU32); return;
  case Op::FieldGet:
    if (const image::Member *field = member(inst.imm))
      expectResult(valueType(types_, field->types[0]));
    return;
  case Op::FieldSet:
    if (const image::Member *field = member(inst.imm))
      expectOperand(1, valueType(types_, field->types[0]));
    return;
  case Op::PayloadGet: {
    auto place = static_cast<uint32_t>(inst.imm);
    const image::Member *variant = member(inst.imm >> 32);
    if (variant && place >= variant->types.size())
      error("no such payload");
    else if (variant)
      expectResult(valueType(types_, variant->types[place]));
    return;
  }
  default: break;
  }
  if (!isStruct) {
    if (const image::Member *variant = member(inst.imm))
      checkFields(variant->types, 0);
    return;
  }
  std::vector<TypeId> fields;
  for (const image::Member &field : row.members)
    fields.push_back(field.types[0]);
  checkFields(fields, 0);
}

void FunctionVerifier::checkClosure() {
  const ir::Inst &inst = fn_.insts[inst_];
  if (inst.op == Op::ClosureNew) {
    TypeId closure = inst.imm < module_.functions.size() ? module_.functions[inst.imm]->closure : 0;
    if (!closure) {
      error("no function that captures");
      return;
    }
    expectResult(types_[closure].operands[0]);
    checkFields(ArrayRef(types_[closure].operands).drop_front(), 0);
    return;
  }
  if (!is(operandType(0), TypeKind::Closure)) {
    error("operand 0 must be a closure");
    return;
  }
  const std::vector<TypeId> &parts = types_[operandType(0)].operands;
  if (inst.op == Op::ClosureValue)
    expectResult(parts[0]);
  else if (inst.imm >= parts.size() - 1)
    error("no such capture");
  else
    expectResult(valueType(types_, parts[inst.imm + 1]));
}

void FunctionVerifier::checkCell() {
  const ir::Inst &inst = fn_.insts[inst_];
  TypeId cell = inst.op == Op::CellNew ? resultType() : operandType(0);
  if (!is(cell, TypeKind::Cell)) {
    error("not defined for " + types_.spelling(cell));
    return;
  }
  TypeId content = valueType(types_, types_[cell].operands[0]);
  switch (inst.op) {
  case Op::CellNew: expectOperand(0, content); return;
  case Op::CellGet: expectResult(content); return;
  default: expectOperand(1, content); return;
  }
}

} // namespace orus::analysis
