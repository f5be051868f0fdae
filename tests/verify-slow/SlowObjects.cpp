// Structs, enums, closures and cells in the slow verifier.
#include "tests/verify-slow/SlowFunction.h"

namespace orus::verify::slow {

using image::TypeId;
using image::TypeKind;
using isa::Opcode;

static constexpr TypeId kLastScalar = 5, kU32 = 2;

// Fields are read from the outgoing slots, which keep them.
void SlowFunction::takeFields(State &state, const std::vector<TypeId> &places, int64_t bases) {
  int64_t scalar = bases & 0xFFFF, reference = bases >> 16;
  need(scalar <= static_cast<int64_t>(state.scalars.size()) &&
           reference <= static_cast<int64_t>(state.references.size()),
       "base outside of the window");
  for (TypeId type : places) {
    bool isScalar = type <= kLastScalar;
    int64_t slot = isScalar ? scalar++ : reference++;
    need(slot >= recordOf(isScalar).outgoingBase(), "field in a declared slot");
    need(readSlot(state, isScalar, slot, true).contains(type), "field of another type");
  }
}

void SlowFunction::executeObject(const Step &step, State &state) {
  const isa::OpInfo &op = isa::info(step.instruction.op);
  const auto &operands = step.instruction.operands;
  auto index = [&](unsigned i) { return static_cast<size_t>(operands[i]); };
  auto kindOf = [&](TypeId type) { return image_.types[type].kind; };
  // The one type of what an operand reads.
  auto typeOf = [&](unsigned i) { return *read(state, i).begin(); };
  auto placed = [&](const std::vector<TypeId> &places, size_t place, bool isScalar) {
    need(place < places.size(), "no such place");
    need((places[place] <= kLastScalar) == isScalar, "place of the other bank");
    return places[place];
  };
  bool isFirstScalar = op.operandArray[0].isScalar(),
       isSecondScalar = op.operandArray[1].isScalar();
  switch (step.instruction.op) {
  case Opcode::NewObj: {
    TypeId type = static_cast<TypeId>(operands[2]);
    need(isAcceptable(type, isa::RegisterType::Obj), "no type of objects");
    bool isEnum = kindOf(type) == TypeKind::Enum;
    need(index(1) < (isEnum ? image_.types[type].members.size() : 1), "no such variant");
    takeFields(state, placesOf(type, index(1)), operands[3]);
    return write(state, 0, {type});
  }
  case Opcode::NewFn: {
    const image::Function &callee = image_.functions[index(1)];
    need(callee.closure != 0, "a function without captures");
    takeFields(state, placesOf(callee.closure, 0), operands[2]);
    return write(state, 0, {callee.signature});
  }
  case Opcode::FGet:
  case Opcode::FGetR:
  case Opcode::FGetW:
  case Opcode::FGetRW:
    need(kindOf(typeOf(1)) == TypeKind::Struct, "no struct");
    return write(state, 0, {placed(placesOf(typeOf(1), 0), index(2), isFirstScalar)});
  case Opcode::GetEF: {
    TypeId element = held(image_.types.element(typeOf(1)));
    need(element > kLastScalar && kindOf(element) == TypeKind::Struct, "elements no structs");
    return write(state, 0, {placed(placesOf(element, 0), index(3), true)});
  }
  case Opcode::FAddI32:
  case Opcode::FAddI64:
  case Opcode::FAddF:
  case Opcode::FSet:
  case Opcode::FSetR:
  case Opcode::FSetW:
  case Opcode::FSetRW: {
    need(kindOf(typeOf(0)) == TypeKind::Struct, "no struct");
    TypeId field = placed(placesOf(typeOf(0), 0), index(2), isSecondScalar);
    return need(read(state, 1).contains(field), "field of another type");
  }
  case Opcode::Tag:
    need(kindOf(typeOf(1)) == TypeKind::Enum, "no enum");
    return write(state, 0, {kU32});
  case Opcode::PGet:
  case Opcode::PGetR:
    need(kindOf(typeOf(1)) == TypeKind::Enum, "no enum");
    need(index(3) < image_.types[typeOf(1)].members.size(), "no such variant");
    return write(state, 0, {placed(placesOf(typeOf(1), index(3)), index(2), isFirstScalar)});
  case Opcode::CGet:
  case Opcode::CGetR:
  case Opcode::CGetW:
  case Opcode::CGetRW:
    return write(state, 0, {placed(placesOf(typeOf(1), 0), index(2), isFirstScalar)});
  case Opcode::FnOf: return write(state, 0, {image_.types[typeOf(1)].operands[0]});
  case Opcode::NewCell:
  case Opcode::NewCellR: {
    auto type = static_cast<TypeId>(operands[2]);
    need(kindOf(type) == TypeKind::Cell, "no cell type");
    need(read(state, 1).contains(held(image_.types[type].operands[0])), "content of another type");
    return write(state, 0, {type});
  }
  case Opcode::CellGet:
  case Opcode::CellGetR: {
    TypeId content = held(image_.types[typeOf(1)].operands[0]);
    need((content <= kLastScalar) == isFirstScalar, "content of the other bank");
    return write(state, 0, {content});
  }
  default: {
    TypeId content = held(image_.types[typeOf(0)].operands[0]);
    need((content <= kLastScalar) == isSecondScalar, "content of the other bank");
    return need(read(state, 1).contains(content), "content of another type");
  }
  }
}

} // namespace orus::verify::slow
