#include "vm/interp/Paranoid.h"

#include "format/isa/Isa.h"
#include "format/verify/Shape.h"

#include <bit>

namespace orus::vm {

namespace {

using image::TypeId;
using isa::Opcode;

Opcode opcodeAt(const uint32_t *pc) { return static_cast<Opcode>(pc[0] & 0xff); }

bool isReturn(Opcode op) { return op == Opcode::Ret || op == Opcode::RetS || op == Opcode::RetR; }

bool isCanonical(uint64_t value, unsigned type) {
  switch (static_cast<image::ScalarType>(type)) {
  case image::ScalarType::Bool: return value <= 1;
  case image::ScalarType::I32:
  case image::ScalarType::U32: return value <= UINT32_MAX;
  default: return true;
  }
}

bool isOfClass(const Object *object, uint32_t typeClass) {
  switch (typeClass) {
  case verify::kAnyArray: return object->kind == Kind::Array;
  case verify::kAnyFunction:
  case verify::kAnyClosure: return object->kind == Kind::Function;
  case verify::kAnyObject: return object->kind == Kind::Record;
  case verify::kAnyCell: return object->kind == Kind::ScalarCell || object->kind == Kind::RefCell;
  default: return true;
  }
}

} // namespace

Paranoid::Paranoid(const Program &program, const Windows &windows)
    : program_(program), windows_(windows) {
  const image::LoadedImage &image = program.image();
  starts_.resize(image.code.size());
  for (const image::Function &function : image.functions)
    for (uint32_t pc = 0; pc < function.codeLength;) {
      uint32_t word = function.codeOffset + pc;
      starts_[word] = true;
      pc += isa::kOpTable[isa::opcodeByte(image.code[word])].words;
    }
}

bool Paranoid::fail(const std::string &what) {
  const image::Function &function = program_.function(here_.function);
  defect_ = "function " + std::to_string(here_.function) + " at " +
            std::to_string(here_.word - function.codeOffset) + ", " +
            std::string(isa::info(opcodeAt(here_.pc)).mnemonic) + ": " + what;
  return false;
}

const image::Bank &Paranoid::bank(bool isScalar, uint32_t function) const {
  const image::Function &f = program_.function(function);
  return isScalar ? f.scalars : f.references;
}

uint8_t &Paranoid::tag(bool isScalar, size_t slot) {
  std::vector<uint8_t> &tags = isScalar ? scalarTags_ : referenceTags_;
  if (slot >= tags.size())
    tags.resize(2 * slot + 64);
  return tags[slot];
}

bool Paranoid::before(const uint32_t *pc, const uint64_t *scalars, const Ref *references) {
  here_.pc = pc;
  here_.word = program_.wordOf(pc);
  if (here_.word >= starts_.size() || !starts_[here_.word]) {
    here_ = last_;
    return fail("control went to where no instruction begins");
  }
  here_.function = program_.functionAt(here_.word);
  bool holds = arrive(static_cast<size_t>(scalars - windows_.scalars()),
                      static_cast<size_t>(references - windows_.references())) &&
               checkOperands();
  last_ = here_;
  return holds;
}

bool Paranoid::arrive(size_t scalars, size_t references) {
  if (frames_.empty())
    return enter(scalars, references);
  if (isUnwound_)
    return enterHandler(scalars, references);
  Opcode op = opcodeAt(last_.pc);
  const Frame &frame = frames_.back();
  // After a poll, or when the stack has grown, an instruction is begun anew.
  if (here_.pc == last_.pc && frame.scalars == scalars && frame.references == references &&
      (isa::info(op).has(isa::kCalls) || !isSuccessor()))
    return true;
  if (isReturn(op))
    return leave(scalars, references);
  if (isa::info(op).has(isa::kCalls)) {
    const isa::OpInfo &info = isa::info(op);
    frames_.back().resume = last_.word + info.words;
    if (scalars <= frames_.back().scalars || references < frames_.back().references)
      return fail("the callee's window does not lie above the caller's");
    return enter(scalars, references);
  }
  return follow(scalars, references);
}

bool Paranoid::follow(size_t scalars, size_t references) {
  const Frame &frame = frames_.back();
  if (frame.scalars != scalars || frame.references != references ||
      frame.function != here_.function)
    return fail("another window without a call");
  if (!isSuccessor())
    return fail("control came from " + std::to_string(last_.word) + ", which does not lead here");
  applyOutputs();
  return true;
}

bool Paranoid::isSuccessor() const {
  const isa::OpInfo &op = isa::info(opcodeAt(last_.pc));
  if (here_.word == last_.word + op.words)
    return !op.has(isa::kTerminates) || op.rule == isa::Rule::SwitchTable || op.has(isa::kBranches);
  if (op.rule == isa::Rule::SwitchTable)
    return here_.word > last_.word && here_.word - last_.word - op.words <= last_.pc[1];
  for (const isa::Operand &operand : op.operands())
    if (operand.role == isa::Role::Displacement &&
        here_.word == last_.word + static_cast<uint32_t>(isa::extract(last_.pc, operand)))
      return true;
  return false;
}

// Arguments are the callee's first slots; of the others none has a value yet.
bool Paranoid::enter(size_t scalars, size_t references) {
  const image::Function &function = program_.function(here_.function);
  if (here_.word != function.codeOffset)
    return fail("a call that does not arrive at the start of a function");
  if (!frames_.empty() &&
      (opcodeAt(last_.pc) == Opcode::Call || opcodeAt(last_.pc) == Opcode::CallW)) {
    const isa::OpInfo &op = isa::info(opcodeAt(last_.pc));
    if (isa::extract(last_.pc, op.operands().back()) != here_.function)
      return fail("a call of another function");
  }
  frames_.push_back({scalars, references, here_.function, 0});
  const image::TypeTable &types = program_.types();
  const image::Type &signature = types[function.signature];
  uint32_t counts[2] = {}; // references, scalars
  for (size_t i = 0; i + signature.hasResult < signature.operands.size(); ++i) {
    TypeId type = types.valueType(signature.operands[i]);
    bool isScalar = type < image::kScalarTypeCount;
    uint32_t slot = counts[isScalar]++;
    uint32_t accepts = isScalar ? 1u << type : type;
    if (!checkRead(isScalar, slot, accepts))
      return false;
    write(isScalar, frames_.back(), slot, accepts);
  }
  for (bool isScalar : {true, false}) {
    size_t base = isScalar ? scalars : references;
    for (uint32_t slot = counts[isScalar]; slot < bank(isScalar, here_.function).size(); ++slot)
      tag(isScalar, base + slot) = 0;
  }
  if (function.closure)
    tag(false, references + program_.closureSlot(here_.function)) = 1;
  return true;
}

bool Paranoid::enterHandler(size_t scalars, size_t references) {
  isUnwound_ = false;
  while (frames_.size() > 1 && frames_.back().scalars > scalars)
    frames_.pop_back();
  const Frame &frame = frames_.back();
  if (frame.scalars != scalars || frame.references != references ||
      frame.function != here_.function)
    return fail("a handler in another window");
  const image::Function &function = program_.function(here_.function);
  for (uint32_t i = 0; i < function.handlerCount; ++i) {
    const image::Handler &handler = program_.image().handlers[function.handlerBegin + i];
    if (function.codeOffset + handler.target != here_.word)
      continue;
    write(false, frame, handler.catchSlot, image::kError);
    return true;
  }
  return fail("unwinding went to what is no handler");
}

bool Paranoid::leave(size_t scalars, size_t references) {
  Frame callee = frames_.back();
  frames_.pop_back();
  if (frames_.empty())
    return fail("a return from the entry function");
  const Frame &frame = frames_.back();
  if (frame.scalars != scalars || frame.references != references ||
      frame.function != here_.function || frame.resume != here_.word)
    return fail("a return to another place than behind the call");
  for (bool isScalar : {true, false}) {
    size_t base = isScalar ? callee.scalars : callee.references;
    for (uint32_t slot = 0; slot < bank(isScalar, callee.function).size(); ++slot)
      tag(isScalar, base + slot) = 0;
  }
  const image::TypeTable &types = program_.types();
  const image::Type &signature = types[program_.function(callee.function).signature];
  if (!signature.hasResult)
    return true;
  TypeId result = types.valueType(signature.operands.back());
  if (result < image::kScalarTypeCount)
    tag(true, callee.scalars) = static_cast<uint8_t>(1u << result);
  else
    tag(false, callee.references) = 1;
  return true;
}

void Paranoid::write(bool isScalar, const Frame &frame, uint32_t slot, uint32_t accepts) {
  const image::Bank &slots = bank(isScalar, frame.function);
  size_t base = isScalar ? frame.scalars : frame.references;
  if (!isScalar)
    tag(false, base + slot) = 1;
  else if (slot < slots.slotTypes.size())
    tag(true, base + slot) = static_cast<uint8_t>(1u << slots.slotTypes[slot]);
  else
    tag(true, base + slot) = static_cast<uint8_t>(accepts);
}

// What the instruction before has written, now that it is known to have succeeded.
void Paranoid::applyOutputs() {
  Opcode op = opcodeAt(last_.pc);
  const Frame &frame = frames_.back();
  for (const isa::Operand &operand : isa::info(op).operands())
    if (operand.isRegister() && operand.isWritten())
      write(operand.isScalar(), frame, static_cast<uint32_t>(isa::extract(last_.pc, operand)),
            verify::accepted(operand.type));
  if (op == Opcode::Sts || op == Opcode::StsR) {
    bool isScalar = op == Opcode::Sts;
    size_t base = isScalar ? frame.scalars : frame.references;
    uint8_t source = tag(isScalar, base + (last_.pc[0] >> 8 & 0xff));
    tag(isScalar, base + (last_.pc[0] >> 16)) = source;
  } else if (op == Opcode::CallN) {
    applyNative();
  }
}

void Paranoid::applyNative() {
  const Frame &frame = frames_.back();
  const image::TypeTable &types = program_.types();
  const image::Type &signature = types[program_.image().natives[last_.pc[1]].signature];
  if (!signature.hasResult)
    return;
  TypeId result = types.valueType(signature.operands.back());
  bool isScalar = result < image::kScalarTypeCount;
  write(isScalar, frame, isScalar ? last_.pc[2] & 0xffff : last_.pc[2] >> 16,
        isScalar ? 1u << result : result);
}

bool Paranoid::checkOperands() {
  const isa::OpInfo &op = isa::info(opcodeAt(here_.pc));
  for (const isa::Operand &operand : op.operands()) {
    auto value = static_cast<uint32_t>(isa::extract(here_.pc, operand));
    if (!operand.isRegister()) {
      if (operand.role == isa::Role::Immediate &&
          operand.immediate == isa::ImmediateKind::ModuleSlot) {
        bool isScalar = op.operands().front().isScalar();
        if (value >= (isScalar ? program_.moduleScalars() : program_.moduleReferences()))
          return fail("no module slot " + std::to_string(value));
      }
      continue;
    }
    if (value >= bank(operand.isScalar(), here_.function).size())
      return fail("slot " + std::to_string(value) + " is outside the window");
    if (operand.isRead() && !checkRead(operand.isScalar(), value, verify::accepted(operand.type)))
      return false;
  }
  return checkFar(op);
}

// `lds` and `sts` name a second slot as an immediate.
bool Paranoid::checkFar(const isa::OpInfo &op) {
  if (op.rule != isa::Rule::SlotType)
    return true;
  Opcode code = opcodeAt(here_.pc);
  bool isScalar = code == Opcode::Lds || code == Opcode::Sts;
  uint32_t slot = here_.pc[0] >> 16;
  if (slot >= bank(isScalar, here_.function).size())
    return fail("slot " + std::to_string(slot) + " is outside the window");
  if (code == Opcode::Sts || code == Opcode::StsR)
    return true;
  return checkRead(isScalar, slot, isScalar ? 0xff : verify::kAnyReference);
}

bool Paranoid::checkRead(bool isScalar, uint32_t slot, uint32_t accepts) {
  const Frame &frame = frames_.back();
  if (!tag(isScalar, (isScalar ? frame.scalars : frame.references) + slot))
    return fail(std::string(1, isScalar ? 's' : 'r') + std::to_string(slot) +
                " is read before it is written");
  return isScalar ? checkScalar(slot, accepts) : checkReference(slot, accepts);
}

bool Paranoid::checkScalar(uint32_t slot, uint32_t accepts) {
  uint8_t types = tag(true, frames_.back().scalars + slot);
  if (!(types & accepts))
    return fail("s" + std::to_string(slot) + " has another type than is wanted");
  uint64_t value = windows_.scalars()[frames_.back().scalars + slot];
  if (std::has_single_bit(types) &&
      !isCanonical(value, static_cast<unsigned>(std::countr_zero(types))))
    return fail("s" + std::to_string(slot) + " holds no value of its type");
  return true;
}

bool Paranoid::checkReference(uint32_t slot, uint32_t accepts) {
  const Object *object = windows_.references()[frames_.back().references + slot];
  std::string name = "r" + std::to_string(slot);
  if (!object)
    return fail(name + " refers to nothing");
  const image::Bank &slots = bank(false, frames_.back().function);
  if (slot < slots.slotTypes.size() && !fits(object, slots.slotTypes[slot]))
    return fail(name + " refers to an object of another type than the slot has");
  bool isClass = accepts >= verify::kAnyArray;
  if (isClass ? !isOfClass(object, accepts) : !fits(object, accepts))
    return fail(name + " refers to an object of another type than is wanted");
  return true;
}

bool Paranoid::fits(const Object *object, TypeId type) const {
  switch (program_.types()[type].kind) {
  case image::TypeKind::Scalar: return false;
  case image::TypeKind::String:
    return object->kind == Kind::FlatString || object->kind == Kind::StringView;
  case image::TypeKind::Any:
    return object->kind != Kind::Free && object->kind != Kind::Forwarded &&
           object->kind != Kind::StringBuffer && object->kind != Kind::ScalarBuffer &&
           object->kind != Kind::RefBuffer;
  case image::TypeKind::Range: return object->kind == Kind::Range;
  case image::TypeKind::Error: return object->kind == Kind::Error;
  case image::TypeKind::Array: return object->kind == Kind::Array && object->type == type;
  case image::TypeKind::Struct:
  case image::TypeKind::Enum: return object->kind == Kind::Record && object->type == type;
  case image::TypeKind::Cell:
    return object->kind == Kind::ScalarCell || object->kind == Kind::RefCell;
  case image::TypeKind::Function:
  case image::TypeKind::Closure: return object->kind == Kind::Function;
  }
  return false;
}

} // namespace orus::vm
