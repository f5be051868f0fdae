// Variables: module registers, locals in SSA form or as locals of the IR, cells, captures.
#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

using image::ScalarType;
using ir::kNone;

static constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);

FunctionLowering::Place &FunctionLowering::place(const sema::Variable *variable) {
  auto [it, isNew] = places_.try_emplace(variable);
  Place &place = it->second;
  if (!isNew)
    return place;
  place.form = context_.captures.formOf(variable);
  // A store into a cell does not change the variable that names the cell.
  bool isIrLocal = tryVariables_.contains(variable) && !place.form.isCell;
  place.home = isIrLocal ? Home::IrLocal : Home::Ssa;
  auto make = [&](TypeId type) {
    type = place.form.isCell ? context_.captures.cellOf(type) : type;
    type = context_.module.types.valueType(type);
    if (!isIrLocal)
      return ssa_.addVariable(type);
    fn_.locals.push_back(type);
    return static_cast<uint32_t>(fn_.locals.size() - 1);
  };
  place.id = make(place.form.stored);
  if (place.form.hasFlag)
    place.flag = make(kBool);
  return place;
}

void FunctionLowering::placeCaptures() {
  uint32_t next = 0;
  for (const sema::Capture &capture : instance_->captures) {
    Place &place = places_[capture.variable];
    place.home = Home::Capture;
    place.form = context_.captures.formOf(capture.variable);
    place.id = next++;
    if (place.form.hasFlag)
      place.flag = next++;
  }
}

ValueId FunctionLowering::readPlace(Home home, uint32_t id, TypeId type) {
  switch (home) {
  case Home::Ssa: return ssa_.read(id, block_);
  case Home::IrLocal: return emit(Op::LocalGet, type, {}, id);
  case Home::Capture: break;
  }
  return emit(Op::CaptureGet, type, {closure_}, id);
}

void FunctionLowering::writePlace(Home home, uint32_t id, ValueId value) {
  if (home == Home::IrLocal)
    emitVoid(Op::LocalSet, {value}, id);
  else
    ssa_.write(id, block_, value);
}

ValueId FunctionLowering::readStored(const Place &where, uint32_t id, TypeId type,
                                     SourceRange range) {
  if (!where.form.isCell)
    return readPlace(where.home, id, type);
  ValueId cell = readPlace(where.home, id, context_.captures.cellOf(type));
  return emit(Op::CellGet, type, {cell}, 0, range);
}

void FunctionLowering::writeStored(const Place &where, uint32_t id, ValueId value, bool isNew) {
  if (!where.form.isCell)
    return writePlace(where.home, id, value);
  TypeId cell = context_.captures.cellOf(id == where.flag ? kBool : where.form.stored);
  if (isNew)
    writePlace(where.home, id, emit(Op::CellNew, cell, {value}));
  else
    emitVoid(Op::CellSet, {readPlace(where.home, id, cell), value});
}

void FunctionLowering::clearVariable(const sema::Variable *variable) {
  if (variable->kind == sema::VariableKind::Module)
    return; // module registers start without a value
  const Place where = place(variable);
  ValueId no = constant(kBool, 0);
  writeStored(where, where.flag, no, /*isNew=*/true);
  ValueId none =
      where.form.isBoxed ? emit(Op::Box, image::kAny, {no}, kBool) : constant(where.form.type, 0);
  writeStored(where, where.id, none, /*isNew=*/true);
}

void FunctionLowering::checkInitialized(ValueId flag, const sema::Variable *variable,
                                        SourceRange range) {
  uint64_t name = context_.module.string(context_.names.text(variable->name));
  emitVoid(Op::ChkInit, {flag}, name, range);
}

ValueId FunctionLowering::readVariable(const sema::Variable *variable, bool check,
                                       SourceRange range) {
  if (variable->kind == sema::VariableKind::Module) {
    const ModuleRegister &where = context_.layout[variable];
    if (check && where.initFlag != kNone)
      checkInitialized(emit(Op::ModuleGet, kBool, {}, where.initFlag, range), variable, range);
    return emit(Op::ModuleGet, context_.types.map(variable->type), {}, where.slot, range);
  }
  if (closure_ != kNone && variable == instance_->selfVariable)
    return emit(Op::ClosureValue, fn_.signature, {closure_});
  const Place where = place(variable);
  if (check && where.flag != kNone)
    checkInitialized(readStored(where, where.flag, kBool, range), variable, range);
  ValueId value = readStored(where, where.id, where.form.stored, range);
  return where.form.isBoxed ? emit(Op::Unbox, where.form.type, {value}, where.form.type, range)
                            : value;
}

void FunctionLowering::writeVariable(const sema::Variable *variable, ValueId value,
                                     basic::SourceLoc loc, bool isNew) {
  if (variable->kind == sema::VariableKind::Module) {
    const ModuleRegister &where = context_.layout[variable];
    emitVoid(Op::ModuleSet, {value}, where.slot, {loc, loc});
    if (where.initFlag != kNone)
      emitVoid(Op::ModuleSet, {constant(kBool, 1)}, where.initFlag);
    return;
  }
  const Place where = place(variable);
  if (where.form.isBoxed)
    value = emit(Op::Box, image::kAny, {value}, where.form.type);
  // What may be read before its value comes has had its cells since its block was entered.
  isNew &= !where.form.hasFlag;
  writeStored(where, where.id, value, isNew);
  if (where.flag != kNone)
    writeStored(where, where.flag, constant(kBool, 1), isNew);
}

ValueId FunctionLowering::functionValue(const sema::FunctionInstance *function, SourceRange range) {
  const ir::Function &callee = *context_.module.functions[function->index];
  if (isRunning(function))
    return emit(Op::ClosureValue, fn_.signature, {closure_});
  if (!callee.closure)
    return emit(Op::Func, callee.signature, {}, function->index);
  llvm::SmallVector<ValueId, 4> captured;
  auto add = [&](const Place &where, uint32_t id, TypeId type) {
    TypeId held = where.form.isCell ? context_.captures.cellOf(type) : type;
    captured.push_back(readPlace(where.home, id, held));
  };
  for (const sema::Capture &capture : function->captures) {
    if (closure_ != kNone && capture.variable == instance_->selfVariable) {
      captured.push_back(emit(Op::ClosureValue, fn_.signature, {closure_}));
      continue;
    }
    const Place where = place(capture.variable);
    add(where, where.id, where.form.stored);
    if (where.flag != kNone)
      add(where, where.flag, kBool);
  }
  return emit(Op::ClosureNew, callee.signature, captured, function->index, range);
}

} // namespace orus::lower
