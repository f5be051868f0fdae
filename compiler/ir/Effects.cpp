#include "compiler/ir/Effects.h"

#include "format/isa/Natives.h"

namespace orus::ir {

using image::ScalarType;

namespace {

constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kI32 = static_cast<TypeId>(ScalarType::I32);
constexpr TypeId kU32 = static_cast<TypeId>(ScalarType::U32);
constexpr TypeId kI64 = static_cast<TypeId>(ScalarType::I64);
constexpr TypeId kU64 = static_cast<TypeId>(ScalarType::U64);
constexpr TypeId kF64 = static_cast<TypeId>(ScalarType::F64);

bool isSigned(TypeId type) { return type == kI32 || type == kI64; }

/// Div and Mod by a constant that is not zero only panic on overflow: a quotient by -1.
bool divisionMayPanic(const Function &fn, InstId inst) {
  ValueId divisor = fn.operands(inst)[1];
  TypeId type = fn.type(divisor);
  std::optional<uint64_t> bits = constantOf(fn, divisor);
  if (!bits)
    return true;
  if (type == kF64)
    return *bits << 1 == 0; // either zero
  uint64_t minusOne = type == kI32 ? 0xFFFFFFFF : ~uint64_t{0};
  return *bits == 0 || (fn.insts[inst].op == Op::Div && isSigned(type) && *bits == minusOne);
}

/// Manual 4.8, the rows with `p` and `t`.
bool conversionMayPanic(TypeId from, TypeId to) {
  if (to == kBool || to == kF64 || from == kBool)
    return false;
  switch (from) {
  case kI32: return to == kU64;
  case kI64: return to != kI32;
  case kU32: return false;
  case kU64: return true;
  default: return true; // f64
  }
}

const isa::NativeInfo &nativeOf(const Inst &inst) { return isa::kNatives[inst.imm]; }

} // namespace

bool mayPanic(const Function &fn, InstId id) {
  return !fn.insts[id].isProven && mayPanicElsewhere(fn, id);
}

bool mayPanicElsewhere(const Function &fn, InstId id) {
  const Inst &inst = fn.insts[id];
  if (!opInfo(inst.op).mayPanic)
    return false;
  switch (inst.op) {
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Neg: return isSigned(fn.type(inst.result));
  case Op::Div:
  case Op::Mod: return divisionMayPanic(fn, id);
  case Op::Cvt: return conversionMayPanic(fn.type(fn.operands(id)[0]), fn.type(inst.result));
  case Op::ModuleGet: return !isScalar(fn.type(inst.result)); // may have no value yet
  case Op::ChkInit: return constantOf(fn, fn.operands(id)[0]) != uint64_t{1};
  case Op::CallNative: return nativeOf(inst).mayPanic;
  case Op::StrCat:
  case Op::ArrNew:
  case Op::ArrPush:
  case Op::Box: return false; // only out of memory
  default: return true;
  }
}

bool hasSideEffect(const Function &fn, InstId id) {
  const Inst &inst = fn.insts[id];
  const OpInfo &info = opInfo(inst.op);
  if (inst.op == Op::CallNative)
    return nativeOf(inst).hasInputOutput;
  return info.writes || info.io || info.calls;
}

bool isRemovable(const Function &fn, InstId id) {
  // In a program from source the test of the variant has always been made.
  bool canPanic = mayPanic(fn, id) && fn.insts[id].op != Op::PayloadGet;
  return !opInfo(fn.insts[id].op).terminates && !canPanic && !hasSideEffect(fn, id);
}

bool isPure(const Function &fn, InstId id) {
  const Inst &inst = fn.insts[id];
  const OpInfo &info = opInfo(inst.op);
  if (info.terminates || !info.hasResult || inst.result == kNone || hasSideEffect(fn, id))
    return false;
  switch (inst.op) {
  case Op::ArrNew:
  case Op::ArrFill:
  case Op::ObjNew:
  case Op::ClosureNew:
  case Op::CellNew: return false;
  case Op::CallNative: return fn.type(inst.result) != image::kRange;
  default: return !info.reads;
  }
}

} // namespace orus::ir
