// Conditional branches: the compare that feeds a branch becomes part of it.
#include "compiler/codegen/Selector.h"

namespace orus::codegen {

using image::ScalarType;
using ir::Op;
using isa::Opcode;

namespace {

bool isNarrow(ScalarType type) { return type <= ScalarType::U32; }
bool isUnsigned(ScalarType type) { return type == ScalarType::U32 || type == ScalarType::U64; }

/// Branches on `a < b`, `a <= b` and their opposites. Integers have none for the opposite: swapping
/// the operands gives it.
struct OrderBranches {
  Opcode less, lessEqual;
};
OrderBranches orderBranches(ScalarType type) {
  switch (type) {
  case ScalarType::I32: return {Opcode::JLtI32, Opcode::JLeI32};
  case ScalarType::I64: return {Opcode::JLtI64, Opcode::JLeI64};
  case ScalarType::F64: return {Opcode::JLtF, Opcode::JLeF};
  default: return {Opcode::JLtU, Opcode::JLeU};
  }
}

struct ImmediateBranches {
  Opcode less, greaterEqual;
};
ImmediateBranches immediateBranches(ScalarType type) {
  if (isUnsigned(type))
    return {Opcode::JLtUI, Opcode::JGeUI};
  if (type == ScalarType::I64)
    return {Opcode::JLtI64I, Opcode::JGeI64I};
  return {Opcode::JLtI32I, Opcode::JGeI32I};
}

} // namespace

bool Selector::isFusible(ValueId value, ir::BlockId block) const {
  const ir::Inst *inst = definition(value);
  return inst && inst->block == block && demand_.uses(value) == 1;
}

void Selector::selectBranch(const ir::Inst &inst) {
  ValueId condition = operand(inst, 0);
  bool negated = false;
  while (isFusible(condition, inst.block) && definition(condition)->op == Op::Not) {
    isFused_[condition] = true;
    negated = !negated;
    condition = operand(*definition(condition), 0);
  }
  if (fuse_ && fuseElementBranch(condition, negated, inst))
    return;
  if (isFusible(condition, inst.block) && fuseCompare(*definition(condition), negated, inst.loc)) {
    isFused_[condition] = true;
    return;
  }
  // Strings and references have no branch of their own; `!=` is `==` with the arms exchanged.
  if (isFusible(condition, inst.block) && definition(condition)->op == Op::Ne) {
    isInverted_[condition] = true;
    negated = !negated;
  }
  emit(negated ? Opcode::JF : Opcode::JT, {use(condition), 0}, inst.loc);
}

// Emits a branch that is taken if the compare holds, or if it does not when `negated`.
bool Selector::fuseCompare(const ir::Inst &compare, bool negated, ir::Position loc) {
  if (compare.op != Op::Eq && compare.op != Op::Ne && compare.op != Op::Lt && compare.op != Op::Le)
    return false;
  ValueId a = operand(compare, 0), b = operand(compare, 1);
  if (fuse_ && type(a) == image::kString && (compare.op == Op::Eq || compare.op == Op::Ne)) {
    bool equal = (compare.op == Op::Eq) != negated;
    emit(equal ? Opcode::JEqStr : Opcode::JNeStr, {use(a), use(b), 0}, loc);
    return true;
  }
  if (!ir::isScalar(type(a)))
    return false;
  if (fuse_ && fuseRemainderBranch(compare, negated, loc))
    return true;
  if (fuseImmediate(compare, negated, loc))
    return true;
  auto scalar = static_cast<ScalarType>(type(a));
  bool isFloat = scalar == ScalarType::F64;
  if (compare.op == Op::Eq || compare.op == Op::Ne) {
    bool equal = (compare.op == Op::Eq) != negated;
    Opcode op =
        isFloat ? (equal ? Opcode::JEqF : Opcode::JNeF) : (equal ? Opcode::JEqX : Opcode::JNeX);
    emit(op, {use(a), use(b), 0}, loc);
    return true;
  }
  bool orEqual = compare.op == Op::Le;
  OrderBranches ops = orderBranches(scalar);
  if (!negated) {
    emit(orEqual ? ops.lessEqual : ops.less, {use(a), use(b), 0}, loc);
  } else if (isFloat) { // false for a NaN, so the opposite is not the swapped compare
    emit(orEqual ? Opcode::JNleF : Opcode::JNltF, {use(a), use(b), 0}, loc);
  } else {
    emit(orEqual ? ops.less : ops.lessEqual, {use(b), use(a), 0}, loc);
  }
  return true;
}

bool Selector::fuseImmediate(const ir::Inst &compare, bool negated, ir::Position loc) {
  ValueId a = operand(compare, 0), b = operand(compare, 1);
  auto scalar = static_cast<ScalarType>(type(a));
  bool constantFirst = false;
  std::optional<int64_t> constant = constantOf(b);
  if (!constant) {
    constant = constantOf(a);
    constantFirst = true;
    std::swap(a, b);
  }
  if (!constant)
    return false;
  if (compare.op == Op::Eq || compare.op == Op::Ne) {
    if (*constant != static_cast<int16_t>(*constant))
      return false;
    bool equal = (compare.op == Op::Eq) != negated;
    Opcode op = isNarrow(scalar) ? (equal ? Opcode::JEqWI : Opcode::JNeWI)
                                 : (equal ? Opcode::JEqXI : Opcode::JNeXI);
    emit(op, {use(a), *constant, 0}, loc);
    return true;
  }
  // x < c and x <= c are x < d; c < x and c <= x are x >= d, with d = c or c + 1.
  if (scalar == ScalarType::U32)
    constant = static_cast<uint32_t>(*constant);
  int64_t low = isUnsigned(scalar) ? 0 : INT16_MIN;
  int64_t high = isUnsigned(scalar) ? UINT16_MAX : INT16_MAX;
  bool addOne = (compare.op == Op::Le) != constantFirst;
  if (*constant < low || *constant > high - addOne)
    return false;
  ImmediateBranches ops = immediateBranches(scalar);
  emit(constantFirst == negated ? ops.less : ops.greaterEqual, {use(a), *constant + addOne, 0},
       loc);
  return true;
}

} // namespace orus::codegen
