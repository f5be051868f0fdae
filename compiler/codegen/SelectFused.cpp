// Operations that one instruction does together. A value that is used once, further down in its
// block, is computed where it is used if nothing in between makes that visible.
#include "compiler/codegen/Selector.h"

#include "compiler/ir/Effects.h"

namespace orus::codegen {

using image::ScalarType;
using ir::Op;
using isa::Opcode;

namespace {

constexpr TypeId kI32 = static_cast<TypeId>(ScalarType::I32);
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
constexpr TypeId kF64 = static_cast<TypeId>(ScalarType::F64);

enum class Side : uint8_t { Left, Right, Either };

/// `outer` with the result of `inner` on one side.
struct ArithmeticPair {
  Op outer, inner;
  TypeId type;
  Side side;
  Opcode op;
};
constexpr ArithmeticPair kPairs[] = {
    {Op::Add, Op::Mul, kF64, Side::Either, Opcode::MulAddF},
    {Op::Sub, Op::Mul, kF64, Side::Left, Opcode::MulSubF},
    {Op::Sub, Op::Mul, kF64, Side::Right, Opcode::MulRsubF},
    {Op::Mul, Op::Mul, kF64, Side::Either, Opcode::MulMulF},
    {Op::Mul, Op::Add, kF64, Side::Either, Opcode::AddMulF},
    {Op::Mul, Op::Sub, kF64, Side::Either, Opcode::SubMulF},
    {Op::Add, Op::Add, kF64, Side::Either, Opcode::AddAddF},
    {Op::Add, Op::Sub, kF64, Side::Either, Opcode::SubAddF},
    {Op::Add, Op::Div, kF64, Side::Either, Opcode::DivAddF},
    {Op::Add, Op::Mul, kI32, Side::Either, Opcode::MulAddI32},
    {Op::Add, Op::Add, kI32, Side::Either, Opcode::AddAddI32},
    {Op::Mod, Op::Add, kI32, Side::Left, Opcode::AddModI32},
    {Op::Mod, Op::Mul, kI32, Side::Left, Opcode::MulModI32},
    {Op::Add, Op::Mul, kI64, Side::Either, Opcode::MulAddI64},
    {Op::Mod, Op::Add, kI64, Side::Left, Opcode::AddModI64},
    {Op::Mod, Op::Mul, kI64, Side::Left, Opcode::MulModI64},
};

/// Far-away definitions are left alone: looking for what lies between takes time.
constexpr unsigned kReach = 24;

unsigned elementSize(const image::TypeTable &types, TypeId array) {
  return image::elementSize(static_cast<ScalarType>(types.valueType(types.element(array))));
}

} // namespace

/// Whether the only use of the value is `to`, and computing it there, just before `to`, changes
/// nothing. `with` is another operation that becomes part of `to`, after the value.
bool Selector::canDelay(ValueId value, const ir::Inst &to, const ir::Inst *with) const {
  if (!isFusible(value, to.block))
    return false;
  ir::InstId first = fn_.values[value].inst;
  bool panics = ir::mayPanic(fn_, first), reads = ir::opInfo(fn_.insts[first].op).reads;
  unsigned distance = 0;
  for (ir::InstId id = fn_.insts[first].next; &fn_.insts[id] != &to; id = fn_.insts[id].next) {
    if (++distance > kReach)
      return false;
    if (&fn_.insts[id] == with)
      continue;
    bool hasEffect = ir::hasSideEffect(fn_, id);
    if (((panics || reads) && hasEffect) || (panics && ir::mayPanic(fn_, id)))
      return false;
  }
  return true;
}

bool Selector::isDelayed(ValueId value, Op op, const ir::Inst &to, const ir::Inst *with) const {
  const ir::Inst *inst = definition(value);
  return inst && inst->op == op && canDelay(value, to, with);
}

/// Whether the value is a constant that costs nothing as an immediate, and a register otherwise.
bool Selector::isImmediate(ValueId value, const ir::Inst &user) const {
  std::optional<int64_t> constant = type(value) == kF64 ? std::nullopt : constantOf(value);
  return constant && *constant == static_cast<int8_t>(*constant) &&
         definition(value)->block == user.block;
}

void Selector::emitFused(Opcode op, std::initializer_list<int64_t> operands, const ir::Inst &first,
                         const ir::Inst &second) {
  isFused_[first.result] = true;
  emit(op, operands, first.loc).secondLoc = second.loc;
}

bool Selector::fuse(const ir::Inst &inst) {
  switch (inst.op) {
  case Op::Add:
    return fuseLength(inst) || fuseSum(inst) || fuseArithmetic(inst) || fuseWithElement(inst);
  case Op::Mul: return fuseArithmetic(inst) || fuseWithElement(inst);
  case Op::Sub: return fuseLength(inst) || fuseArithmetic(inst);
  case Op::Mod: return fuseArithmetic(inst);
  case Op::ArrGet:
  case Op::FieldGet: return fuseLoad(inst);
  case Op::ArrSet:
  case Op::FieldSet: return fuseStore(inst);
  default: return false;
  }
}

bool Selector::fuseArithmetic(const ir::Inst &inst) {
  for (const ArithmeticPair &pair : kPairs) {
    if (pair.outer != inst.op || pair.type != type(inst.result))
      continue;
    for (Side side : {Side::Left, Side::Right}) {
      size_t index = side == Side::Right;
      ValueId value = operand(inst, index), other = operand(inst, 1 - index);
      if ((pair.side != Side::Either && pair.side != side) || !isDelayed(value, pair.inner, inst))
        continue;
      const ir::Inst &first = *definition(value);
      ValueId a = operand(first, 0), b = operand(first, 1);
      // An immediate would need a register.
      if (isImmediate(a, inst) || isImmediate(b, inst) || isImmediate(other, inst))
        continue;
      emitFused(pair.op, {inst.result, use(a), use(b), use(other)}, first, inst);
      return true;
    }
  }
  return false;
}

/// A length less a constant.
bool Selector::fuseLength(const ir::Inst &inst) {
  ValueId length = operand(inst, 0);
  std::optional<int64_t> constant = constantOf(operand(inst, 1));
  if (!constant || !isDelayed(length, Op::ArrLen, inst))
    return false;
  int64_t addend = inst.op == Op::Sub ? -*constant : *constant;
  if (addend >= 0 || addend < INT8_MIN)
    return false;
  isFused_[length] = true;
  emit(Opcode::LenAddI, {inst.result, use(operand(*definition(length), 0)), addend}, inst.loc);
  return true;
}

/// Sums with an operand of another kind: a product or remainder by a constant, a conversion.
bool Selector::fuseSum(const ir::Inst &inst) {
  for (size_t index : {0, 1}) {
    ValueId value = operand(inst, index), other = operand(inst, 1 - index);
    const ir::Inst *first = definition(value);
    bool isKnown = first && (first->op == Op::Cvt || first->op == Op::Mul || first->op == Op::Mod);
    if (!isKnown || !canDelay(value, inst))
      continue;
    ValueId of = operand(*first, 0);
    if (first->op == Op::Cvt && type(of) == kI32 && type(value) == kI64) {
      isFused_[value] = true;
      emit(Opcode::AddI64W, {inst.result, use(other), use(of)}, inst.loc);
      return true;
    }
    if (type(inst.result) != kI32 || first->op == Op::Cvt || isImmediate(other, inst))
      continue;
    std::optional<int64_t> factor = constantOf(operand(*first, 1));
    if (!factor || *factor != static_cast<int8_t>(*factor) || *factor == 0)
      continue;
    emitFused(first->op == Op::Mul ? Opcode::MulIAddI32 : Opcode::ModIAddI32,
              {inst.result, use(of), *factor, use(other)}, *first, inst);
    return true;
  }
  return false;
}

/// Sums and products of which one operand is an element of an array.
bool Selector::fuseWithElement(const ir::Inst &inst) {
  TypeId of = type(inst.result);
  Opcode op = inst.op == Op::Mul ? (of == kF64 ? Opcode::MulGetF : Opcode::Invalid)
              : of == kF64       ? Opcode::AddGetF
              : of == kI32       ? Opcode::AddGetI32
              : of == kI64       ? Opcode::AddGetI64
                                 : Opcode::Invalid;
  if (op == Opcode::Invalid)
    return false;
  for (size_t index : {0, 1}) {
    ValueId value = operand(inst, index), other = operand(inst, 1 - index);
    if (!isDelayed(value, Op::ArrGet, inst) || isImmediate(other, inst))
      continue;
    const ir::Inst &load = *definition(value);
    emitFused(op, {inst.result, use(operand(load, 0)), use(operand(load, 1)), use(other)}, load,
              inst);
    return true;
  }
  return false;
}

/// Elements of an array in an array, and fields of a struct in an array.
bool Selector::fuseLoad(const ir::Inst &inst) {
  if (!ir::isScalar(type(inst.result)) || !isDelayed(operand(inst, 0), Op::ArrGet, inst))
    return false;
  const ir::Inst &outer = *definition(operand(inst, 0));
  auto load = [&](Opcode op, int64_t last) {
    emitFused(op, {inst.result, use(operand(outer, 0)), use(operand(outer, 1)), last}, outer, inst);
    return true;
  };
  if (inst.op == Op::FieldGet) {
    return load(Opcode::GetEF, pools_.types.layout(type(operand(inst, 0))).slots[inst.imm].index);
  }
  unsigned size = elementSize(pools_.types, type(operand(inst, 0)));
  return load(size == 1   ? Opcode::Get2B
              : size == 4 ? Opcode::Get2W
                          : Opcode::Get2X,
              use(operand(inst, 1)));
}

/// Elements and fields to which something is added.
bool Selector::fuseStore(const ir::Inst &inst) {
  bool isField = inst.op == Op::FieldSet;
  ValueId result = operand(inst, isField ? 1 : 2);
  const ir::Inst *change = definition(result);
  if (!change || (change->op != Op::Add && change->op != Op::Sub) || !canDelay(result, inst))
    return false;
  TypeId of = type(result);
  bool isDifference = change->op == Op::Sub;
  Opcode op = isField      ? (of == kI32   ? Opcode::FAddI32
                              : of == kI64 ? Opcode::FAddI64
                              : of == kF64 ? Opcode::FAddF
                                           : Opcode::Invalid)
              : of == kI32 ? Opcode::ElAddI32
              : of == kI64 ? Opcode::ElAddI64
              : of == kF64 ? (isDifference ? Opcode::ElSubF : Opcode::ElAddF)
                           : Opcode::Invalid;
  if (op == Opcode::Invalid || (isDifference && op != Opcode::ElSubF))
    return false;
  for (size_t index : {0, 1}) {
    ValueId value = operand(*change, index), other = operand(*change, 1 - index);
    if ((isDifference && index == 1) ||
        !isDelayed(value, isField ? Op::FieldGet : Op::ArrGet, inst, change))
      continue;
    const ir::Inst &load = *definition(value);
    if (operand(load, 0) != operand(inst, 0))
      continue;
    if (isField) {
      uint32_t place = pools_.types.layout(type(operand(inst, 0))).slots[inst.imm].index;
      if (load.imm != inst.imm || place > UINT8_MAX)
        continue;
      isFused_[result] = isFused_[value] = true;
      emit(op, {use(operand(inst, 0)), use(other), place}, change->loc);
      return true;
    }
    if (operand(load, 1) != operand(inst, 1))
      continue;
    isFused_[result] = true;
    emitFused(op, {use(operand(inst, 0)), use(operand(inst, 1)), use(other)}, load, *change);
    return true;
  }
  return false;
}

/// A branch on an element of an array of bools.
bool Selector::fuseElementBranch(ValueId condition, bool negated, const ir::Inst &branch) {
  if (!isDelayed(condition, Op::ArrGet, branch))
    return false;
  const ir::Inst &load = *definition(condition);
  isFused_[condition] = true;
  emit(negated ? Opcode::JNotGetB : Opcode::JGetB,
       {use(operand(load, 0)), use(operand(load, 1)), 0}, load.loc);
  return true;
}

/// A branch on whether a remainder by a small constant is a small constant.
bool Selector::fuseRemainderBranch(const ir::Inst &compare, bool negated, ir::Position loc) {
  if (compare.op != Op::Eq && compare.op != Op::Ne)
    return false;
  ValueId remainder = operand(compare, 0);
  std::optional<int64_t> expected = constantOf(operand(compare, 1));
  const ir::Inst *mod = definition(remainder);
  if (type(remainder) != kI32 || !expected || *expected != static_cast<int8_t>(*expected) || !mod ||
      mod->op != Op::Mod || !canDelay(remainder, compare))
    return false;
  std::optional<int64_t> divisor = constantOf(operand(*mod, 1));
  if (!divisor || *divisor <= 0 || *divisor > UINT8_MAX)
    return false;
  isFused_[remainder] = true;
  bool equal = (compare.op == Op::Eq) != negated;
  emit(equal ? Opcode::JModEqI32 : Opcode::JModNeI32,
       {use(operand(*mod, 0)), *divisor, *expected, 0}, loc);
  return true;
}

} // namespace orus::codegen
