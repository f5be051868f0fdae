// What instructions of the slow verifier need and leave in slots.
#include "tests/verify-slow/SlowFunction.h"

#include "format/base/Panics.h"

#include <algorithm>

namespace orus::verify::slow {

using image::TypeId;
using image::TypeKind;
using isa::Opcode;
using isa::RegisterType;

namespace {

constexpr TypeId kBool = 0, kI32 = 1, kU32 = 2, kI64 = 3, kU64 = 4, kF64 = 5;

Types common(const Types &a, const Types &b) {
  Types both;
  std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
  return both;
}

} // namespace

bool SlowFunction::isAcceptable(TypeId type, RegisterType wanted) const {
  switch (wanted) {
  case RegisterType::Bool: return type == kBool;
  case RegisterType::I32: return type == kI32;
  case RegisterType::U32: return type == kU32;
  case RegisterType::I64: return type == kI64;
  case RegisterType::U64: return type == kU64;
  case RegisterType::F64: return type == kF64;
  case RegisterType::Int: return type >= kI32 && type <= kU64;
  case RegisterType::U: return type == kU32 || type == kU64;
  case RegisterType::W: return type <= kU32;
  case RegisterType::X: return type == kI64 || type == kU64;
  case RegisterType::S: return type <= kF64;
  case RegisterType::Str: return type == image::kString;
  case RegisterType::Any: return type == image::kAny;
  case RegisterType::Range: return type == image::kRange;
  case RegisterType::Error: return type == image::kError;
  case RegisterType::Arr: return image_.types[type].kind == TypeKind::Array;
  case RegisterType::Fn: return image_.types[type].kind == TypeKind::Function;
  case RegisterType::R: return type > kF64 && held(type) == type;
  case RegisterType::Obj:
    return image_.types[type].kind == TypeKind::Struct ||
           (image_.types[type].kind == TypeKind::Enum && held(type) == type);
  case RegisterType::Clo: return image_.types[type].kind == TypeKind::Closure;
  case RegisterType::Cell: return image_.types[type].kind == TypeKind::Cell;
  }
  return false;
}

// What a register holds for a value of a declared type: an enum that has no payloads is a number.
TypeId SlowFunction::held(TypeId type) const {
  if (image_.types[type].kind != TypeKind::Enum)
    return type;
  for (const image::Member &variant : image_.types[type].members)
    if (!variant.types.empty())
      return type;
  return kU32;
}

// Fields in the order of their places, references first, with their declared types.
std::vector<TypeId> SlowFunction::placesOf(TypeId type, size_t variant) const {
  const image::Type &row = image_.types[type];
  std::vector<TypeId> declared, places;
  if (row.kind == TypeKind::Closure)
    declared.assign(row.operands.begin() + 1, row.operands.end());
  else if (row.kind == TypeKind::Enum)
    declared = row.members[variant].types;
  else
    for (const image::Member &field : row.members)
      declared.push_back(field.types.front());
  for (bool scalars : {false, true})
    for (TypeId each : declared)
      if ((held(each) <= kF64) == scalars)
        places.push_back(held(each));
  return places;
}

Types SlowFunction::allOf(RegisterType wanted) const {
  Types types;
  for (TypeId type = 0; type < image_.types.size(); ++type)
    if (isAcceptable(type, wanted))
      types.insert(type);
  return types;
}

const image::Bank &SlowFunction::recordOf(bool isScalar) const {
  return isScalar ? function_.scalars : function_.references;
}

Types SlowFunction::readSlot(State &state, bool isScalar, int64_t slot, bool isFar) {
  const image::Bank &bank = recordOf(isScalar);
  std::vector<Types> &slots = isScalar ? state.scalars : state.references;
  need(slot < static_cast<int64_t>(slots.size()), "slot outside of the window");
  bool isOutgoing = slot >= bank.outgoingBase(), isRegister = slot < bank.registers;
  need(isOutgoing || isRegister || isFar, "slot of another kind");
  need(!slots[static_cast<size_t>(slot)].empty(), "slot without a value");
  return slots[static_cast<size_t>(slot)];
}

void SlowFunction::writeSlot(State &state, bool isScalar, int64_t slot, bool isFar,
                             const Types &produced) {
  const image::Bank &bank = recordOf(isScalar);
  std::vector<Types> &slots = isScalar ? state.scalars : state.references;
  need(slot < static_cast<int64_t>(slots.size()), "slot outside of the window");
  need(!produced.empty(), "operands without a common type");
  auto index = static_cast<size_t>(slot);
  if (slot >= bank.outgoingBase()) {
    slots[index] = produced;
    return;
  }
  need((slot < bank.registers) != isFar, "slot of another kind");
  need(produced.contains(bank.slotTypes[index]), "slot of another type");
  slots[index] = {bank.slotTypes[index]};
}

Types SlowFunction::read(State &state, unsigned operand) {
  const isa::Operand &shape = isa::info(step_->instruction.op).operandArray[operand];
  Types types = readSlot(state, shape.isScalar(), step_->instruction.operands[operand], false);
  std::erase_if(types, [&](TypeId type) { return !isAcceptable(type, shape.type); });
  need(!types.empty(), "operand of another type");
  return types;
}

void SlowFunction::write(State &state, unsigned operand, const Types &produced) {
  const isa::Operand &shape = isa::info(step_->instruction.op).operandArray[operand];
  writeSlot(state, shape.isScalar(), step_->instruction.operands[operand], false, produced);
}

void SlowFunction::checkIds(const Step &step) {
  const isa::OpInfo &op = isa::info(step.instruction.op);
  for (unsigned i = 0; i < op.operandCount; ++i) {
    if (op.operandArray[i].role != isa::Role::Immediate)
      continue;
    int64_t id = step.instruction.operands[i];
    auto below = [&](size_t size) { need(id < static_cast<int64_t>(size), "no such id"); };
    switch (op.operandArray[i].immediate) {
    case isa::ImmediateKind::Type: below(image_.types.size()); break;
    case isa::ImmediateKind::Func: below(image_.functions.size()); break;
    case isa::ImmediateKind::Const: below(image_.constantBits.size()); break;
    case isa::ImmediateKind::String: below(image_.strings.size()); break;
    case isa::ImmediateKind::Native: below(image_.natives.size()); break;
    case isa::ImmediateKind::Panic:
      below(base::kPanicCount);
      need(base::hasFixedText(static_cast<base::Panic>(id)), "panic with a varying text");
      break;
    default: break;
    }
  }
}

// Arguments are taken from the outgoing slots; from the bases on, and `record` below the scalar
// base, these lose what they held, except for the result.
void SlowFunction::takeArguments(State &state, TypeId signature, int64_t scalarBase,
                                 int64_t referenceBase, int64_t record) {
  const image::Type &type = image_.types[signature];
  bool usesScalars = record > 0, usesReferences = record > 0;
  int64_t scalar = scalarBase, reference = referenceBase;
  for (size_t i = 0; i < type.operands.size() - type.hasResult; ++i) {
    TypeId parameter = held(type.operands[i]);
    bool isScalar = parameter <= kF64;
    (isScalar ? usesScalars : usesReferences) = true;
    int64_t slot = isScalar ? scalar++ : reference++;
    need(slot >= recordOf(isScalar).outgoingBase(), "argument in a declared slot");
    need(readSlot(state, isScalar, slot, true).contains(parameter), "argument of another type");
  }
  bool isScalarResult = type.hasResult && held(type.operands.back()) <= kF64;
  usesScalars |= isScalarResult;
  usesReferences |= type.hasResult && !isScalarResult;
  if (usesScalars)
    for (size_t i = static_cast<size_t>(scalarBase - record); i < state.scalars.size(); ++i)
      state.scalars[i].clear();
  if (usesReferences)
    for (size_t i = static_cast<size_t>(referenceBase); i < state.references.size(); ++i)
      state.references[i].clear();
  if (!type.hasResult)
    return;
  int64_t slot = isScalarResult ? scalarBase : referenceBase;
  need(slot >= recordOf(isScalarResult).outgoingBase(), "result in a declared slot");
  writeSlot(state, isScalarResult, slot, true, {held(type.operands.back())});
}

void SlowFunction::call(State &state, TypeId signature, int64_t scalarBase, int64_t referenceBase) {
  need(scalarBase - 3 >= function_.scalars.outgoingBase(), "no room for the frame record");
  need(scalarBase <= static_cast<int64_t>(state.scalars.size()), "base outside of the window");
  need(referenceBase >= function_.references.outgoingBase(), "base in declared slots");
  need(referenceBase <= static_cast<int64_t>(state.references.size()),
       "base outside of the window");
  need(referenceBase <= scalarBase, "reference base above the scalar base");
  takeArguments(state, signature, scalarBase, referenceBase, 3);
}

void SlowFunction::directCall(State &state, const image::Function &callee, int64_t scalarBase,
                              int64_t referenceBase) {
  if (callee.closure) {
    const image::Type &type = image_.types[callee.signature];
    int64_t slot = referenceBase;
    for (size_t i = 0; i < type.operands.size() - type.hasResult; ++i)
      slot += held(type.operands[i]) > kF64;
    need(slot >= function_.references.outgoingBase(), "closure in a declared slot");
    need(readSlot(state, false, slot, true).contains(callee.closure), "another closure");
  }
  call(state, callee.signature, scalarBase, referenceBase);
}

void SlowFunction::inPlace(State &state, TypeId signature, int64_t bases) {
  int64_t scalarBase = bases & 0xFFFF, referenceBase = bases >> 16;
  need(scalarBase <= static_cast<int64_t>(state.scalars.size()) &&
           referenceBase <= static_cast<int64_t>(state.references.size()),
       "base outside of the window");
  takeArguments(state, signature, scalarBase, referenceBase, 0);
}

void SlowFunction::arrayLoad(State &state, bool isReference, unsigned size) {
  TypeId element = held(image_.types.element(*read(state, 1).begin()));
  need((element > kF64) == isReference, "element in the other bank");
  need(size == 0 || image::elementSize(static_cast<image::ScalarType>(element)) == size,
       "element of another size");
  write(state, 0, {element});
}

// An element of an array in an array.
void SlowFunction::nestedLoad(State &state, unsigned size) {
  TypeId row = held(image_.types.element(*read(state, 1).begin()));
  need(row > kF64 && image_.types[row].kind == TypeKind::Array, "elements no arrays");
  TypeId element = held(image_.types.element(row));
  need(element <= kF64 && image::elementSize(static_cast<image::ScalarType>(element)) == size,
       "element of another size");
  write(state, 0, {element});
}

void SlowFunction::arrayStore(State &state, unsigned value, bool isReference, unsigned size) {
  TypeId element = held(image_.types.element(*read(state, 0).begin()));
  need((element > kF64) == isReference, "element in the other bank");
  need(size == 0 || image::elementSize(static_cast<image::ScalarType>(element)) == size,
       "element of another size");
  need(read(state, value).contains(element), "value of another type than the element");
}

void SlowFunction::execute(uint32_t pc, const Step &step, State &state) {
  pc_ = pc;
  checkIds(step);
  const isa::OpInfo &op = isa::info(step.instruction.op);
  for (unsigned i = 0; i < op.operandCount; ++i)
    if (op.operandArray[i].isRegister() && op.operandArray[i].isRead())
      read(state, i);
  const auto &operands = step.instruction.operands;
  auto typeId = [&](unsigned i) { return static_cast<TypeId>(operands[i]); };
  TypeId signature = function_.signature;
  const image::Type &own = image_.types[signature];
  switch (step.instruction.op) {
  case Opcode::Lds:
  case Opcode::LdsR: {
    bool isScalar = step.instruction.op == Opcode::Lds;
    return write(state, 0, readSlot(state, isScalar, operands[1], true));
  }
  case Opcode::Sts:
  case Opcode::StsR: {
    bool isScalar = step.instruction.op == Opcode::Sts;
    return writeSlot(state, isScalar, operands[1], true, read(state, 0));
  }
  case Opcode::Ldm:
  case Opcode::LdmR:
  case Opcode::Stm:
  case Opcode::StmR: {
    bool isScalar = step.instruction.op == Opcode::Ldm || step.instruction.op == Opcode::Stm;
    std::vector<TypeId> types;
    for (const image::Module &module : image_.modules)
      for (const image::ModuleSlot &slot : isScalar ? module.scalars : module.references)
        types.push_back(held(slot.type));
    need(operands[1] < static_cast<int64_t>(types.size()), "no such module slot");
    TypeId type = types[static_cast<size_t>(operands[1])];
    if (op.operandArray[0].isWritten())
      return write(state, 0, {type});
    return need(read(state, 0).contains(type), "module slot of another type");
  }
  case Opcode::Call:
  case Opcode::CallW:
    return directCall(state, image_.functions[static_cast<size_t>(operands[2])], operands[0],
                      operands[1]);
  case Opcode::CallC: return call(state, *read(state, 2).begin(), operands[0], operands[1]);
  case Opcode::CallCW: return call(state, *read(state, 0).begin(), operands[1], operands[2]);
  case Opcode::CallN:
    return inPlace(state, image_.natives[static_cast<size_t>(operands[0])].signature, operands[1]);
  case Opcode::Print:
  case Opcode::AssertEq: {
    const image::Type &type = image_.types[typeId(0)];
    need(type.kind == TypeKind::Function && !type.hasResult, "no description of arguments");
    if (step.instruction.op == Opcode::AssertEq) {
      size_t count = type.operands.size();
      need(count == 2 || (count == 3 && type.operands[0] == image::kString), "bad arguments");
      need(type.operands[count - 1] == type.operands[count - 2], "values of two types");
    }
    return inPlace(state, typeId(0), operands[1]);
  }
  case Opcode::Ret: return need(!own.hasResult, "return without a value");
  case Opcode::RetS:
  case Opcode::RetR:
    return need(own.hasResult && read(state, 0).contains(held(own.operands.back())),
                "return of another type");
  case Opcode::LdFn:
    need(!image_.functions[static_cast<size_t>(operands[1])].closure, "a function with captures");
    return write(state, 0, {image_.functions[static_cast<size_t>(operands[1])].signature});
  case Opcode::AGetB: return arrayLoad(state, false, 1);
  case Opcode::AGetW: return arrayLoad(state, false, 4);
  case Opcode::AGetX: return arrayLoad(state, false, 8);
  case Opcode::AGetR: return arrayLoad(state, true, 0);
  case Opcode::APop: return arrayLoad(state, false, 0);
  case Opcode::APopR: return arrayLoad(state, true, 0);
  case Opcode::ASetB: return arrayStore(state, 2, false, 1);
  case Opcode::ASetW: return arrayStore(state, 2, false, 4);
  case Opcode::ASetX: return arrayStore(state, 2, false, 8);
  case Opcode::ASetR: return arrayStore(state, 2, true, 0);
  case Opcode::APush: return arrayStore(state, 1, false, 0);
  case Opcode::APushR: return arrayStore(state, 1, true, 0);
  case Opcode::Mov2:
  case Opcode::MovR2:
  case Opcode::MovSR: {
    Types first = read(state, 1), second = read(state, 3);
    write(state, 0, first);
    return write(state, 2, second);
  }
  case Opcode::ElAddI32:
  case Opcode::ElAddI64:
  case Opcode::ElAddF:
  case Opcode::ElSubF: return arrayStore(state, 2, false, 0);
  case Opcode::JGetB:
  case Opcode::JNotGetB:
    return need(held(image_.types.element(*read(state, 0).begin())) == kBool, "elements no bools");
  case Opcode::JModEqI32:
  case Opcode::JModNeI32: return need(operands[1] != 0, "division by 0");
  case Opcode::Get2B: return nestedLoad(state, 1);
  case Opcode::Get2W: return nestedLoad(state, 4);
  case Opcode::Get2X: return nestedLoad(state, 8);
  case Opcode::AddGetI32:
  case Opcode::AddGetI64:
  case Opcode::AddGetF:
  case Opcode::MulGetF: {
    Types result = allOf(op.operandArray[0].type);
    need(result.contains(held(image_.types.element(*read(state, 1).begin()))),
         "elements of another type");
    return write(state, 0, result);
  }
  default: break;
  }
  bool isObject = step.instruction.op >= Opcode::NewObj && step.instruction.op <= Opcode::CellSetR;
  bool isFused = step.instruction.op == Opcode::GetEF || step.instruction.op == Opcode::FAddI32 ||
                 step.instruction.op == Opcode::FAddI64 || step.instruction.op == Opcode::FAddF;
  if (isObject || isFused)
    return executeObject(step, state);
  executeOther(step, state);
}

// Instructions whose result is a matter of types alone.
void SlowFunction::executeOther(const Step &step, State &state) {
  const isa::OpInfo &op = isa::info(step.instruction.op);
  const auto &operands = step.instruction.operands;
  auto typeId = [&](unsigned i) { return static_cast<TypeId>(operands[i]); };
  bool hasOutput = op.operandCount > 0 && op.operandArray[0].isWritten();
  Types produced = hasOutput ? allOf(op.operandArray[0].type) : Types{};
  Types sources; // what all registers read have in common
  bool isFirst = true, isScalar = false;
  for (unsigned i = 0; i < op.operandCount; ++i)
    if (op.operandArray[i].isRegister() && op.operandArray[i].isRead()) {
      isScalar = op.operandArray[i].isScalar();
      sources = isFirst ? read(state, i) : common(sources, read(state, i));
      isFirst = false;
    }
  auto isArray = [&](TypeId type) { return image_.types[type].kind == TypeKind::Array; };
  switch (step.instruction.op) {
  case Opcode::LdiW:
    if (operands[1] != 0 && operands[1] != 1)
      produced.erase(kBool);
    break;
  case Opcode::Ldk:
    produced = {static_cast<TypeId>(image_.constantTypes[static_cast<size_t>(operands[1])])};
    break;
  case Opcode::Mov:
  case Opcode::MovR:
  case Opcode::DivU:
  case Opcode::ModU:
  case Opcode::And:
  case Opcode::Or:
  case Opcode::ForUpU:
  case Opcode::ForUpEqU:
  case Opcode::ForVarU:
  case Opcode::ForVarEqU: produced = sources; break;
  case Opcode::EqX:
  case Opcode::NeX:
  case Opcode::JEqX:
  case Opcode::JNeX:
  case Opcode::EqR:
  case Opcode::EqVal:
  case Opcode::LtU:
  case Opcode::LeU:
  case Opcode::JLtU:
  case Opcode::JLeU:
    if (isScalar)
      sources.erase(kF64);
    need(!sources.empty(), "operands of different types");
    break;
  case Opcode::CvtBits: {
    produced.clear();
    for (TypeId type : sources) {
      if (type == kBool)
        produced.insert({kI32, kU32, kI64, kU64});
      if (type == kI32)
        produced.insert(kU32);
      if (type == kU32)
        produced.insert({kI32, kI64, kU64});
    }
    break;
  }
  case Opcode::CvtUF:
    need(sources.contains(kBool) || sources.contains(kU32) || sources.contains(kU64),
         "neither unsigned nor bool");
    break;
  case Opcode::ANew:
    need(isArray(typeId(2)), "no array type");
    produced = {typeId(2)};
    break;
  case Opcode::AFill:
  case Opcode::AFillR:
    need(isArray(typeId(3)), "no array type");
    need(read(state, 1).contains(held(image_.types.element(typeId(3)))), "element of another type");
    produced = {typeId(3)};
    break;
  case Opcode::ASlice:
  case Opcode::ARepeat:
  case Opcode::ASorted: {
    produced = read(state, 1);
    TypeId element = image_.types.element(*produced.begin());
    need(step.instruction.op != Opcode::ASorted || element <= kF64 || element == image::kString ||
             element == image::kAny,
         "elements without an order");
    break;
  }
  case Opcode::Box:
  case Opcode::BoxR:
    need(typeId(2) != image::kAny && read(state, 1).contains(held(typeId(2))),
         "boxed as another type");
    break;
  case Opcode::Unbox:
  case Opcode::UnboxR:
    need(typeId(2) != image::kAny && produced.contains(held(typeId(2))),
         "unboxed to the other bank");
    produced = {held(typeId(2))};
    break;
  case Opcode::CastAny:
    need(typeId(2) <= kF64, "cast to no scalar type");
    produced = {typeId(2)};
    break;
  case Opcode::CastAnyR:
    need(typeId(2) == image::kString, "cast to another type than string");
    break;
  default: break;
  }
  if (hasOutput)
    write(state, 0, produced);
}

} // namespace orus::verify::slow
