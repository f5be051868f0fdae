#include "tests/unit/opt/IrInterpreter.h"

#include "llvm/ADT/StringExtras.h"

#include <bit>
#include <cmath>
#include <optional>

namespace orus::test {

using image::ScalarType;
using image::TypeId;
using ir::BlockId;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::ValueId;

namespace {

__extension__ typedef __int128 Wide;

ScalarType scalar(TypeId type) { return static_cast<ScalarType>(type); }
bool isFloat(TypeId type) { return scalar(type) == ScalarType::F64; }
bool isSigned(TypeId type) {
  return scalar(type) == ScalarType::I32 || scalar(type) == ScalarType::I64;
}

Wide number(TypeId type, uint64_t bits) {
  switch (scalar(type)) {
  case ScalarType::I32: return static_cast<int32_t>(bits);
  case ScalarType::I64: return static_cast<int64_t>(bits);
  default: return bits;
  }
}

Wide minimum(TypeId type) {
  switch (scalar(type)) {
  case ScalarType::I32: return -(Wide{1} << 31);
  case ScalarType::I64: return -(Wide{1} << 63);
  default: return 0;
  }
}
Wide maximum(TypeId type) {
  switch (scalar(type)) {
  case ScalarType::Bool: return 1;
  case ScalarType::I32: return (Wide{1} << 31) - 1;
  case ScalarType::U32: return (Wide{1} << 32) - 1;
  case ScalarType::I64: return (Wide{1} << 63) - 1;
  default: return (Wide{1} << 64) - 1;
  }
}

uint64_t bitsOf(TypeId type, Wide value) {
  auto bits = static_cast<uint64_t>(value);
  bool is32 = scalar(type) == ScalarType::I32 || scalar(type) == ScalarType::U32;
  return is32 ? static_cast<uint32_t>(bits) : bits;
}

/// A panic on its way to a handler.
struct Panic {
  std::string name;
};

class Machine {
public:
  Machine(const ir::Module &module, uint64_t steps) : module_(module), steps_(steps) {
    size_t scalars = 0, references = 0;
    for (const image::Module &layout : module.modules) {
      scalars = std::max(scalars, layout.scalarBase + layout.scalars.size());
      references = std::max(references, layout.referenceBase + layout.references.size());
    }
    scalars_.resize(scalars);
    references_.resize(references);
  }

  std::string run() {
    std::optional<Datum> result = call(module_.entry, {}, 0);
    if (outOfSteps_)
      return output_ + "out of steps\n";
    if (panic_)
      return output_ + "panic " + panic_->name + "\n";
    return output_ + "return " + llvm::utostr(result ? result->bits : 0) + "\n";
  }

private:
  struct Frame {
    const ir::Function &fn;
    std::vector<Datum> values, locals;
    unsigned depth;
  };

  /// Nothing if a panic leaves the function or the steps are used up.
  std::optional<Datum> call(image::FunctionId id, std::vector<Datum> arguments, unsigned depth);
  Datum execute(Frame &frame, InstId inst);
  /// Takes the terminator; the next block or kNone at a return.
  BlockId terminate(Frame &frame, InstId inst, Datum &result);
  BlockId follow(Frame &frame, InstId inst, size_t index, std::optional<Datum> implicit = {});
  BlockId forStep(Frame &frame, InstId inst);
  BlockId stepWhile(Frame &frame, InstId inst);

  Datum arithmetic(Op op, TypeId type, const Datum &left, const Datum &right, InstId at,
                   const ir::Function &fn);
  Datum floatArithmetic(Op op, double left, double right);
  Datum compare(Op op, TypeId type, const Datum &left, const Datum &right);
  Datum convert(TypeId from, TypeId to, uint64_t bits);
  Datum array(Op op, std::vector<Datum> &operands, TypeId indexType);
  std::string show(TypeId type, const Datum &value);

  void panic(const std::string &name) {
    if (!panic_)
      panic_ = Panic{name};
  }

  const ir::Module &module_;
  uint64_t steps_;
  std::vector<Datum> scalars_, references_;
  std::string output_;
  std::optional<Panic> panic_;
  bool outOfSteps_ = false;
};

Datum text(std::string content) {
  Datum value;
  value.object = std::make_shared<Object>();
  value.object->text = std::move(content);
  return value;
}

std::optional<Datum> Machine::call(image::FunctionId id, std::vector<Datum> arguments,
                                   unsigned depth) {
  const ir::Function &fn = *module_.functions[id];
  if (depth > 20) {
    panic("StackOverflow");
    return std::nullopt;
  }
  Frame frame{fn, std::vector<Datum>(fn.values.size()), std::vector<Datum>(fn.locals.size()),
              depth};
  for (size_t i = 0; i < arguments.size(); ++i)
    frame.values[fn.blocks[0].params[i]] = arguments[i];
  BlockId block = 0;
  Datum result;
  while (block != kNone) {
    BlockId next = kNone;
    for (InstId inst = fn.blocks[block].first; inst != kNone; inst = fn.insts[inst].next) {
      if (steps_ == 0) {
        outOfSteps_ = true;
        return std::nullopt;
      }
      --steps_;
      if (opInfo(fn.insts[inst].op).terminates) {
        next = terminate(frame, inst, result);
      } else {
        Datum value = execute(frame, inst);
        if (!panic_ && fn.insts[inst].result != kNone)
          frame.values[fn.insts[inst].result] = value;
      }
      if (outOfSteps_)
        return std::nullopt;
      if (!panic_)
        continue;
      if (panic_->name.find(" at ") == std::string::npos)
        panic_->name += " at " + llvm::utostr(fn.insts[inst].loc.offset);
      BlockId handler = fn.blocks[block].handler;
      if (handler == kNone)
        return std::nullopt;
      frame.values[fn.blocks[handler].params[0]] = text(panic_->name);
      panic_.reset();
      next = handler;
      break;
    }
    block = next;
  }
  return result;
}

BlockId Machine::follow(Frame &frame, InstId inst, size_t index, std::optional<Datum> implicit) {
  const ir::Target &target = frame.fn.targets(inst)[index];
  std::vector<Datum> args;
  if (implicit)
    args.push_back(*implicit);
  for (ValueId arg : frame.fn.args(target))
    args.push_back(frame.values[arg]);
  for (size_t i = 0; i < args.size(); ++i)
    frame.values[frame.fn.blocks[target.block].params[i]] = args[i];
  return target.block;
}

BlockId Machine::forStep(Frame &frame, InstId inst) {
  ir::ForStepForm form = ir::ForStepForm::unpack(frame.fn.insts[inst].imm);
  auto operands = frame.fn.operands(inst);
  TypeId type = frame.fn.type(operands[0]);
  auto value = [&](size_t i) { return number(type, frame.values[operands[i]].bits); };
  Wide step = form.step == 0 ? value(2) : form.down ? -Wide{form.step} : Wide{form.step};
  Wide next = value(0) + step, limit = value(1);
  bool goesOn = step < 0 ? next > limit : next < limit;
  goesOn |= form.inclusive && next == limit;
  if (!goesOn || next < minimum(type) || next > maximum(type))
    return follow(frame, inst, 1);
  Datum counter;
  counter.bits = bitsOf(type, next);
  return follow(frame, inst, 0, counter);
}

BlockId Machine::stepWhile(Frame &frame, InstId inst) {
  auto operands = frame.fn.operands(inst);
  auto value = [&](size_t i) {
    return number(frame.fn.type(operands[i]), frame.values[operands[i]].bits);
  };
  Wide next = value(0) + value(2), limit = value(1);
  TypeId type = frame.fn.type(operands[0]);
  if (next < minimum(type) || next > maximum(type)) {
    panic("IntegerOverflow");
    return kNone;
  }
  bool isBefore[] = {next<limit, next <= limit, next> limit, next >= limit};
  Datum counter;
  counter.bits = bitsOf(type, next);
  return isBefore[frame.fn.insts[inst].imm] ? follow(frame, inst, 0, counter)
                                            : follow(frame, inst, 1);
}

BlockId Machine::terminate(Frame &frame, InstId id, Datum &result) {
  const ir::Inst &inst = frame.fn.insts[id];
  auto operand = [&](size_t i) -> Datum & { return frame.values[frame.fn.operands(id)[i]]; };
  switch (inst.op) {
  case Op::Jump:
  case Op::TryEnter: return follow(frame, id, 0);
  case Op::Branch: return follow(frame, id, operand(0).bits ? 0 : 1);
  case Op::Switch:
    return follow(frame, id, std::min<uint64_t>(operand(0).bits, inst.targetCount - 1));
  case Op::ForStep: return forStep(frame, id);
  case Op::StepWhile: return stepWhile(frame, id);
  case Op::Return:
    if (inst.operandCount)
      result = operand(0);
    return kNone;
  default: panic("Raise" + llvm::utostr(inst.imm)); return kNone;
  }
}

Datum Machine::floatArithmetic(Op op, double left, double right) {
  double value = 0;
  switch (op) {
  case Op::Add: value = left + right; break;
  case Op::Sub: value = left - right; break;
  case Op::Mul: value = left * right; break;
  case Op::Neg: value = -left; break;
  default:
    if (right == 0)
      panic("DivisionByZero");
    value = op == Op::Div ? left / right : std::fmod(left, right);
  }
  Datum result;
  // Which NaN it is does not show.
  result.bits = std::bit_cast<uint64_t>(std::isnan(value) ? std::nan("") : value);
  return result;
}

Datum Machine::arithmetic(Op op, TypeId type, const Datum &left, const Datum &right, InstId,
                          const ir::Function &) {
  if (isFloat(type))
    return floatArithmetic(op, std::bit_cast<double>(left.bits), std::bit_cast<double>(right.bits));
  Wide a = number(type, left.bits), b = number(type, right.bits), value = 0;
  switch (op) {
  case Op::Add: value = a + b; break;
  case Op::Sub: value = a - b; break;
  case Op::Mul: value = a * b; break;
  case Op::Neg: value = -a; break;
  case Op::Div:
  case Op::Mod:
    if (b == 0) {
      panic("DivisionByZero");
      return {};
    }
    value = op == Op::Div ? a / b : a % b;
    break;
  case Op::And: value = a & b; break;
  default: value = a | b; break;
  }
  if (isSigned(type) && (value < minimum(type) || value > maximum(type)))
    panic("IntegerOverflow");
  Datum result;
  result.bits = bitsOf(type, value);
  return result;
}

template <class T> bool holds(Op op, const T &left, const T &right) {
  switch (op) {
  case Op::Eq: return left == right;
  case Op::Ne: return left != right;
  case Op::Lt: return left < right;
  default: return left <= right;
  }
}

Datum Machine::compare(Op op, TypeId type, const Datum &left, const Datum &right) {
  Datum result;
  if (type == image::kString)
    result.bits = holds(op, left.object->text, right.object->text);
  else if (!ir::isScalar(type))
    result.bits = holds(op, left.object.get(), right.object.get());
  else if (isFloat(type))
    result.bits = holds(op, std::bit_cast<double>(left.bits), std::bit_cast<double>(right.bits));
  else
    result.bits = holds(op, number(type, left.bits), number(type, right.bits));
  return result;
}

Datum Machine::convert(TypeId from, TypeId to, uint64_t bits) {
  Datum result;
  double real = std::bit_cast<double>(bits);
  if (scalar(to) == ScalarType::Bool) {
    result.bits = isFloat(from) ? !(real == 0) : bits != 0;
    return result;
  }
  if (isFloat(to)) {
    result.bits = std::bit_cast<uint64_t>(static_cast<double>(number(from, bits)));
    return result;
  }
  Wide value = 0;
  if (isFloat(from)) {
    if (!(std::abs(real) < 1e30)) {
      panic("CastOutOfRange");
      return {};
    }
    value = static_cast<Wide>(real);
  } else {
    value = number(from, bits);
  }
  bool wraps = (scalar(from) == ScalarType::I32 && scalar(to) == ScalarType::U32) ||
               (scalar(from) == ScalarType::U32 && scalar(to) == ScalarType::I32) ||
               (scalar(from) == ScalarType::I64 && scalar(to) == ScalarType::I32);
  if (!wraps && (value < minimum(to) || value > maximum(to)))
    panic("CastOutOfRange");
  result.bits = bitsOf(to, value);
  return result;
}

Datum Machine::array(Op op, std::vector<Datum> &operands, TypeId indexType) {
  Datum result;
  std::vector<Datum> &elements = operands[0].object->elements;
  switch (op) {
  case Op::ArrLen: result.bits = elements.size(); return result;
  case Op::ArrPush: elements.push_back(operands[1]); return result;
  case Op::ArrPop:
    if (elements.empty())
      return panic("PopEmptyArray"), result;
    result = elements.back();
    elements.pop_back();
    return result;
  default: break;
  }
  Wide index = number(indexType, operands[1].bits);
  if (index < 0)
    return panic("ArrayIndexNegative"), result;
  if (index >= static_cast<Wide>(elements.size()))
    return panic("ArrayIndexOutOfBounds"), result;
  Datum &element = elements[static_cast<size_t>(index)];
  if (op == Op::ArrSet)
    element = operands[2];
  return element;
}

std::string Machine::show(TypeId type, const Datum &value) {
  if (ir::isScalar(type))
    return llvm::utostr(value.bits);
  if (type == image::kAny)
    return "any " + show(value.object->heldType, value.object->elements[0]);
  std::string all = value.object->text;
  for (const Datum &element : value.object->elements)
    all += "[" + show(module_.types.element(type), element) + "]";
  return all;
}

Datum Machine::execute(Frame &frame, InstId id) {
  const ir::Function &fn = frame.fn;
  const ir::Inst &inst = fn.insts[id];
  std::vector<Datum> operands;
  for (ValueId operand : fn.operands(id))
    operands.push_back(frame.values[operand]);
  auto type = [&](size_t i) { return fn.type(fn.operands(id)[i]); };
  Datum result;
  switch (inst.op) {
  case Op::Const: result.bits = inst.imm; return result;
  case Op::Str: return text(module_.strings[inst.imm]);
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Div:
  case Op::Mod:
  case Op::And:
  case Op::Or: return arithmetic(inst.op, type(0), operands[0], operands[1], id, fn);
  case Op::Neg: return arithmetic(inst.op, type(0), operands[0], {}, id, fn);
  case Op::Not: result.bits = !operands[0].bits; return result;
  case Op::Eq:
  case Op::Ne:
  case Op::Lt:
  case Op::Le: return compare(inst.op, type(0), operands[0], operands[1]);
  case Op::EqVal: {
    Object &left = *operands[0].object, &right = *operands[1].object;
    if (left.heldType == right.heldType)
      return compare(Op::Eq, left.heldType, left.elements[0], right.elements[0]);
    return result;
  }
  case Op::Cvt: return convert(type(0), fn.type(inst.result), operands[0].bits);
  case Op::CvtSat: result.bits = std::min<uint64_t>(operands[0].bits, INT64_MAX); return result;
  case Op::LocalGet: return frame.locals[inst.imm];
  case Op::LocalSet: return frame.locals[inst.imm] = operands[0];
  case Op::ModuleGet:
    if (ir::isScalar(fn.type(inst.result)))
      return scalars_[inst.imm];
    if (!references_[inst.imm].object)
      panic("Uninitialized");
    return references_[inst.imm];
  case Op::ModuleSet:
    return (ir::isScalar(type(0)) ? scalars_ : references_)[inst.imm] = operands[0];
  case Op::ChkInit:
    if (!operands[0].bits)
      panic("Uninitialized");
    return result;
  case Op::Call: {
    std::optional<Datum> value =
        call(static_cast<image::FunctionId>(inst.imm), operands, frame.depth + 1);
    return value.value_or(Datum{});
  }
  case Op::StrLen: result.bits = operands[0].object->text.size(); return result;
  case Op::StrCat: return text(operands[0].object->text + operands[1].object->text);
  case Op::ArrNew: return text("");
  case Op::ArrLen:
  case Op::ArrPush:
  case Op::ArrPop: return array(inst.op, operands, 0);
  case Op::ArrGet:
  case Op::ArrSet: return array(inst.op, operands, type(1));
  case Op::Box:
    result = text("");
    result.object->heldType = static_cast<TypeId>(inst.imm);
    result.object->elements = operands;
    return result;
  case Op::Unbox:
    if (operands[0].object->heldType != inst.imm)
      return panic("WrongType"), result;
    return operands[0].object->elements[0];
  case Op::Print:
    for (size_t i = 0; i < operands.size(); ++i)
      output_ += show(type(i), operands[i]) + " ";
    output_ += "\n";
    return result;
  default: panic("operation unknown to the interpreter of the tests"); return result;
  }
}

} // namespace

std::string runEntry(const ir::Module &module, uint64_t maxSteps) {
  return Machine(module, maxSteps).run();
}

} // namespace orus::test
