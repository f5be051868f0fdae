#include "compiler/opt/Simplify.h"

#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"
#include "format/isa/Natives.h"

#include <bit>

namespace orus::opt {

namespace {

class Simplifier {
public:
  Simplifier(ir::Module &module, ir::Function &fn, InstId inst)
      : module_(module), fn_(fn), id_(inst) {}

  Simplified run() {
    switch (fn_.insts[id_].op) {
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Mod: return arithmetic();
    case Op::And:
    case Op::Or: return bitwise();
    case Op::Not: return negation();
    case Op::Eq:
    case Op::Ne:
    case Op::Lt:
    case Op::Le: return comparison();
    case Op::Cvt: return conversion();
    case Op::StrCat: return concatenation();
    case Op::Unbox:
    case Op::CastAny: return unboxing();
    case Op::EqVal: return dynamicEquality();
    case Op::CallNative: return native();
    default: return {};
    }
  }

private:
  ValueId operand(size_t i) const { return fn_.operands(id_)[i]; }
  TypeId resultType() const { return fn_.type(fn_.insts[id_].result); }
  /// The instruction that defines a value, if it is of this operation.
  InstId definedBy(ValueId value, Op op) const {
    InstId inst = fn_.values[value].inst;
    return inst != kNone && fn_.insts[inst].op == op ? inst : kNone;
  }
  Simplified constant(uint64_t bits) {
    return {insertConstant(fn_, id_, resultType(), bits), false};
  }
  Simplified rewrite(Op op, ArrayRef<ValueId> operands, uint64_t imm = 0) {
    ir::Inst &inst = fn_.insts[id_];
    llvm::SmallVector<ValueId, 2> copy(operands.begin(), operands.end());
    inst.op = op;
    inst.isProven = false;
    inst.imm = imm;
    inst.operandCount = static_cast<uint32_t>(copy.size()); // never more than before
    std::copy(copy.begin(), copy.end(), fn_.operands(id_).begin());
    return {kNone, true};
  }

  Simplified arithmetic();
  Simplified bitwise();
  Simplified negation();
  Simplified comparison();
  Simplified equalityWithBool(bool wanted, bool constantSide);
  Simplified conversion();
  Simplified concatenation();
  Simplified unboxing();
  Simplified dynamicEquality();
  Simplified native();
  std::string typeofName(TypeId type) const;

  ir::Module &module_;
  ir::Function &fn_;
  InstId id_;
};

Simplified Simplifier::arithmetic() {
  TypeId type = resultType();
  bool isFloat = type == kF64Type;
  Op op = fn_.insts[id_].op;
  auto right = constantOf(fn_, operand(1));
  uint64_t one = isFloat ? std::bit_cast<uint64_t>(1.0) : 1;
  // x + 0.0 is not x for -0.0, but x - 0.0 is; constants of Add and Mul are on the right.
  if (right == uint64_t{0} && (op == Op::Sub || (op == Op::Add && !isFloat)))
    return {operand(0), false};
  if (right == one && (op == Op::Mul || op == Op::Div))
    return {operand(0), false};
  if (isFloat)
    return {};
  if ((op == Op::Sub && operand(0) == operand(1)) || (op == Op::Mod && right == one))
    return constant(0);
  return {};
}

Simplified Simplifier::bitwise() {
  TypeId type = resultType();
  bool isAnd = fn_.insts[id_].op == Op::And;
  if (operand(0) == operand(1))
    return {operand(0), false};
  uint64_t allOnes = type == kBoolType                      ? 1
                     : type == kI32Type || type == kU32Type ? 0xFFFFFFFF
                                                            : ~uint64_t{0};
  if (auto right = constantOf(fn_, operand(1))) {
    if (*right == (isAnd ? allOnes : 0))
      return {operand(0), false};
    if (*right == (isAnd ? 0 : allOnes))
      return {operand(1), false};
  }
  return {};
}

Simplified Simplifier::negation() {
  InstId inner = fn_.values[operand(0)].inst;
  if (inner == kNone)
    return {};
  ArrayRef<ValueId> of = std::as_const(fn_).operands(inner);
  switch (fn_.insts[inner].op) {
  case Op::Not: return {of[0], false};
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le: break;
  default: return {};
  }
  // The operand slot of the negation is too small for two.
  Op op = fn_.insts[inner].op;
  bool isOrder = op == Op::Lt || op == Op::Le;
  if (isOrder && fn_.type(of[0]) == kF64Type)
    return {}; // both are false for NaN
  static constexpr Op kInverse[] = {Op::Ne, Op::Eq, Op::Le, Op::Lt};
  Op inverse = kInverse[static_cast<size_t>(op) - static_cast<size_t>(Op::Eq)];
  ValueId left = isOrder ? of[1] : of[0], right = isOrder ? of[0] : of[1];
  InstId made = fn_.make(inverse, kBoolType, {left, right}, 0, fn_.insts[inner].loc);
  fn_.insertBefore(id_, made);
  return {fn_.insts[made].result, false};
}

/// x == true, x != false are x; the others its negation.
Simplified Simplifier::equalityWithBool(bool wanted, bool constantSide) {
  if (wanted == constantSide)
    return {operand(0), false};
  return rewrite(Op::Not, {operand(0)});
}

Simplified Simplifier::comparison() {
  Op op = fn_.insts[id_].op;
  TypeId type = fn_.type(operand(0));
  if (operand(0) == operand(1) && (type != kF64Type || op == Op::Lt))
    return constant(op == Op::Eq || op == Op::Le);
  if (type == kBoolType && (op == Op::Eq || op == Op::Ne))
    if (auto right = constantOf(fn_, operand(1)))
      return equalityWithBool(op == Op::Eq, *right != 0);
  return {};
}

/// Conversions there and back, and two in a row of which the first changes no number.
Simplified Simplifier::conversion() {
  InstId inner = definedBy(operand(0), Op::Cvt);
  if (inner == kNone)
    return {};
  ValueId source = fn_.operands(inner)[0];
  TypeId from = fn_.type(source), middle = fn_.type(operand(0)), to = resultType();
  bool isLossless = from == kBoolType ||
                    (from == kI32Type && (middle == kI64Type || middle == kF64Type)) ||
                    (from == kU32Type && middle != kI32Type && middle != kBoolType);
  bool isSameBits =
      (from == kI32Type && middle == kU32Type) || (from == kU32Type && middle == kI32Type);
  if (to == from && (isLossless || isSameBits))
    return {source, false};
  if (isLossless && middle != kBoolType && (to == kF64Type || to == kBoolType))
    return rewrite(Op::Cvt, {source});
  return {};
}

Simplified Simplifier::concatenation() {
  auto isEmpty = [&](ValueId value) {
    InstId inst = definedBy(value, Op::Str);
    return inst != kNone && module_.strings[fn_.insts[inst].imm].empty();
  };
  if (isEmpty(operand(0)))
    return {operand(1), false};
  if (isEmpty(operand(1)))
    return {operand(0), false};
  return {};
}

/// A dynamic value that was made here: what it holds is known.
Simplified Simplifier::unboxing() {
  InstId box = definedBy(operand(0), Op::Box);
  if (box == kNone)
    return {};
  ValueId held = fn_.operands(box)[0];
  auto heldType = static_cast<TypeId>(fn_.insts[box].imm);
  auto wanted = static_cast<TypeId>(fn_.insts[id_].imm);
  if (heldType == wanted)
    return {held, false};
  if (fn_.insts[id_].op == Op::CastAny && ir::isScalar(heldType) && ir::isScalar(wanted))
    return rewrite(Op::Cvt, {held});
  return {};
}

Simplified Simplifier::dynamicEquality() {
  InstId left = definedBy(operand(0), Op::Box), right = definedBy(operand(1), Op::Box);
  if (left == kNone || right == kNone)
    return {};
  auto type = static_cast<TypeId>(fn_.insts[left].imm);
  if (type != fn_.insts[right].imm)
    return constant(0);
  image::TypeKind kind = module_.types[type].kind;
  bool isPlain = kind == image::TypeKind::Scalar || kind == image::TypeKind::String ||
                 kind == image::TypeKind::Array;
  if (!isPlain)
    return {};
  return rewrite(Op::Eq, {fn_.operands(left)[0], fn_.operands(right)[0]});
}

Simplified Simplifier::native() {
  if (fn_.insts[id_].imm != static_cast<uint64_t>(isa::NativeId::TypeofAny))
    return {};
  InstId box = definedBy(operand(0), Op::Box);
  if (box == kNone || fn_.insts[box].imm == image::kError)
    return {};
  return rewrite(Op::Str, {}, module_.string(typeofName(static_cast<TypeId>(fn_.insts[box].imm))));
}

// What typeof() gives for a value of the type (manual 11.9). Errors are not asked for: their names
// tell what happened.
std::string Simplifier::typeofName(TypeId type) const {
  switch (module_.types[type].kind) {
  case image::TypeKind::Array: return "array";
  case image::TypeKind::Function: return "function";
  case image::TypeKind::Range: return "range_iterator";
  default: return module_.types.spelling(type);
  }
}

bool isCommutative(Op op) {
  return op == Op::Add || op == Op::Mul || op == Op::And || op == Op::Or || op == Op::Eq ||
         op == Op::Ne || op == Op::EqVal;
}

} // namespace

bool canonicalizeOperands(ir::Function &fn, InstId inst) {
  if (!isCommutative(fn.insts[inst].op))
    return false;
  llvm::MutableArrayRef<ValueId> operands = fn.operands(inst);
  bool leftIsConstant = constantOf(fn, operands[0]).has_value();
  bool rightIsConstant = constantOf(fn, operands[1]).has_value();
  if (rightIsConstant || !leftIsConstant)
    return false;
  std::swap(operands[0], operands[1]);
  return true;
}

Simplified simplify(ir::Module &module, ir::Function &fn, InstId inst) {
  return Simplifier(module, fn, inst).run();
}

} // namespace orus::opt
