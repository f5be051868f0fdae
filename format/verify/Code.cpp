#include "format/verify/Code.h"

#include "format/base/Panics.h"

namespace orus::verify {

using image::TypeId;

namespace {

// Fields of new objects that are looked at, so that no code costs more than in proportion to its
// length. What a compiler makes writes each field before.
constexpr uint64_t kFieldsPerWord = 16, kFreeFields = 65'536;

using RuleFunction = bool (*)(Code &, Instruction &);

constexpr RuleFunction kRuleFunctions[] = {
#define ORUS_RULE(ident, condition) check##ident,
#include "format/isa/Rules.def"
};

} // namespace

Code::Code(Program &program)
    : program_(program), report_(program.report()), flow_(program, report_),
      initialization_(report_) {
  scalars_.isScalar = true;
}

bool Code::fail(RuleId rule, const Instruction &at, std::initializer_list<Piece> sentence) {
  return report_.fail(rule, {"CODE", Error::kNone, function_, at.pc},
                      {at.mnemonic(), ": ", concat(sentence)});
}

std::string Code::describe(bool isScalar, uint32_t value) const {
  if (!isScalar) {
    switch (value) {
    case kAnyArray: return "an array";
    case kAnyFunction: return "a function";
    case kAnyReference: return "a reference";
    case kAnyObject: return "a struct or an enum with payloads";
    case kAnyClosure: return "a closure";
    case kAnyCell: return "a cell";
    case kNoType: return "nothing";
    default: return image().types.spelling(value);
    }
  }
  std::string text;
  for (TypeId type = 0; type < image::kScalarTypeCount; ++type)
    if (value >> type & 1) {
      text += text.empty() ? "" : " or ";
      text += image().types.spelling(type);
    }
  return text.empty() ? "nothing" : text;
}

bool Code::check(image::FunctionId id) {
  if (!flow_.build(id))
    return !report_.failed();
  beginFunction(id);
  if (!walk() || !flow_.order())
    return !report_.failed();
  return initialization_.solve(flow_, catchSlots_) || !report_.failed();
}

void Code::beginFunction(image::FunctionId id) {
  function_ = id;
  const image::Function &record = function();
  const Signature &signature = program_.signature(record.signature);
  uint32_t scalarCount = record.scalars.outgoingBase();
  initialization_.beginFunction(id, scalarCount, record.references.outgoingBase());
  beginWindow(scalars_, record.scalars, 0, signature.scalarCount);
  beginWindow(references_, record.references, scalarCount,
              signature.referenceCount + (record.closure != 0));
  fieldBudget_ = kFreeFields + kFieldsPerWord * uint64_t{record.codeLength};
  catchSlots_.clear();
  for (const image::Handler &handler : flow_.handlers())
    catchSlots_.push_back(scalarCount + handler.catchSlot);
}

void Code::beginWindow(Window &window, const image::Bank &bank, uint32_t firstDeclared,
                       uint32_t parameters) {
  window.types = bank.slotTypes;
  window.registers = bank.registers;
  window.size = bank.size();
  window.firstDeclared = firstDeclared;
  window.outgoing.beginFunction(bank);
  for (uint32_t i = 0; i < parameters; ++i)
    initialization_.setParameter(firstDeclared + i);
}

void Code::beginBlock(uint32_t block) {
  bool isAlwaysFirst = block == 0 && flow_.blocks()[0].handler == Block::kNoHandler;
  initialization_.beginBlock(block, isAlwaysFirst);
  scalars_.outgoing.beginBlock();
  references_.outgoing.beginBlock();
}

bool Code::walk() {
  const uint32_t *base = image().code.data() + function().codeOffset;
  uint32_t length = flow_.codeLength();
  uint32_t block = 0;
  bool mayPanic = false;
  beginBlock(0);
  for (uint32_t pc = 0; pc < length;) {
    Instruction instruction{.words = base + pc, .pc = pc};
    const Shape &shape = shapeOf(*instruction.words);
    if (!checkInstruction(shape, instruction)) {
      if (report_.failed())
        return false;
      assumeOutputs(shape, instruction);
    }
    mayPanic |= shape.has(isa::kMayPanic);
    uint32_t next = pc + shape.words;
    if (next == length || flow_.isLeader(next)) {
      flow_.end(block, instruction.words, pc, mayPanic);
      mayPanic = false;
      if (next < length)
        beginBlock(++block);
    }
    pc = next;
  }
  return true;
}

bool Code::checkInstruction(const Shape &shape, Instruction &instruction) {
  for (unsigned i = 0; i < shape.checkCount; ++i)
    if (!checkOperand(shape.checks[i], instruction))
      return false;
  if (shape.has(isa::kMayPanic))
    initialization_.mayPanic();
  instruction.result = shape.output.accepts;
  instruction.second = shape.second.accepts;
  if (shape.rule != isa::Rule::None &&
      !kRuleFunctions[static_cast<size_t>(shape.rule)](*this, instruction))
    return false;
  if (shape.hasOutput &&
      !writeOutput(shape.output, shape.isOutputScalar, instruction.result, instruction))
    return false;
  return !shape.hasSecond ||
         writeOutput(shape.second, shape.isSecondScalar, instruction.second, instruction);
}

inline bool Code::checkOperand(const OperandShape &operand, Instruction &instruction) {
  switch (operand.check) {
  case Check::ReadScalar: return readScalar(operand, instruction);
  case Check::ReadReference: return readReference(operand, instruction);
  default: return checkId(operand, instruction);
  }
}

inline bool Code::readScalar(const OperandShape &operand, Instruction &instruction) {
  uint32_t slot = operand.value(instruction.words);
  uint32_t value;
  if (slot < scalars_.registers) {
    value = 1u << scalars_.types[slot];
    initialization_.read(slot, instruction.pc);
  } else if (scalars_.outgoing.contains(slot)) {
    auto written = scalars_.outgoing.read(slot);
    if (!written)
      return failOutgoing(instruction, scalars_, slot);
    value = *written;
  } else {
    return failSlot(instruction, scalars_, slot);
  }
  if (!(value & operand.accepts))
    return failType(instruction, operand, scalars_, slot, value);
  instruction.value[operand.index] = value & operand.accepts;
  return true;
}

inline bool Code::readReference(const OperandShape &operand, Instruction &instruction) {
  uint32_t slot = operand.value(instruction.words);
  TypeId type;
  if (slot < references_.registers) {
    type = references_.types[slot];
    initialization_.read(references_.firstDeclared + slot, instruction.pc);
  } else if (references_.outgoing.contains(slot)) {
    auto written = references_.outgoing.read(slot);
    if (!written)
      return failOutgoing(instruction, references_, slot);
    type = *written;
  } else {
    return failSlot(instruction, references_, slot);
  }
  bool accepted = operand.accepts == kAnyReference || operand.accepts == type ||
                  program_.isOfClass(type, operand.accepts);
  if (!accepted)
    return failType(instruction, operand, references_, slot, type);
  instruction.value[operand.index] = type;
  return true;
}

bool Code::checkId(const OperandShape &operand, const Instruction &instruction) {
  uint32_t id = operand.value(instruction.words);
  size_t size = 0;
  switch (operand.check) {
  case Check::Type: size = image().types.size(); break;
  case Check::Function: size = image().functions.size(); break;
  case Check::Constant: size = image().constantBits.size(); break;
  case Check::String: size = image().stringCount(); break;
  case Check::Native: size = image().natives.size(); break;
  case Check::Panic:
    size = base::kPanicCount;
    if (id < size && !base::hasFixedText(static_cast<base::Panic>(id)))
      return fail(RuleId::V2, instruction, {"panic ", id, " has a text with varying parts"});
    break;
  default: break;
  }
  if (id < size)
    return true;
  return fail(RuleId::V2, instruction,
              {"no ", isa::name(instruction.info().operandArray[operand.index].immediate), " ", id,
               ", there are ", size});
}

inline bool Code::writeOutput(const OperandShape &output, bool isScalar, uint32_t result,
                              const Instruction &instruction) {
  uint32_t slot = output.value(instruction.words);
  Window &window = isScalar ? scalars_ : references_;
  if (slot < window.registers) {
    TypeId type = window.types[slot];
    bool fits = isScalar ? result >> type & 1 : result == type;
    if (!fits)
      return fail(instruction.mismatch, instruction,
                  {"gives ", describe(window.isScalar, result), " to slot ",
                   std::string(1, window.prefix()), slot, " of type ",
                   image().types.spelling(type)});
    initialization_.write(window.firstDeclared + slot);
    return true;
  }
  if (!window.outgoing.contains(slot))
    return failSlot(instruction, window, slot);
  if (isScalar && !result)
    return fail(instruction.mismatch, instruction, {"has operands of no common type"});
  window.outgoing.write(slot, result);
  return true;
}

// After a violation that is passed over: later reads of what it writes are not at fault.
void Code::assumeOutputs(const Shape &shape, const Instruction &instruction) {
  if (shape.hasOutput)
    assumeOutput(shape.output, shape.isOutputScalar, instruction.result, instruction);
  if (shape.hasSecond)
    assumeOutput(shape.second, shape.isSecondScalar, instruction.second, instruction);
}

void Code::assumeOutput(const OperandShape &output, bool isScalar, uint32_t result,
                        const Instruction &instruction) {
  uint32_t slot = output.value(instruction.words);
  Window &bank = window(isScalar);
  if (slot < bank.registers)
    initialization_.write(bank.firstDeclared + slot);
  else if (bank.outgoing.contains(slot) && isScalar)
    bank.outgoing.write(slot, result);
}

bool Code::failSlot(const Instruction &at, const Window &window, uint32_t slot) {
  return fail(RuleId::V7, at,
              {"slot ", std::string(1, window.prefix()), slot,
               slot < window.declared() ? " is a spill slot" : " is outside of the window"});
}

bool Code::failOutgoing(const Instruction &at, const Window &window, uint32_t slot) {
  return fail(RuleId::V9, at,
              {"reads outgoing slot ", std::string(1, window.prefix()), slot,
               ", which was not written in this block or was taken by a call"});
}

bool Code::failType(const Instruction &at, const OperandShape &operand, const Window &window,
                    uint32_t slot, uint32_t value) {
  return fail(RuleId::V8, at,
              {"slot ", std::string(1, window.prefix()), slot, " holds ",
               describe(window.isScalar, value), ", not ",
               describe(window.isScalar, operand.accepts)});
}

std::optional<uint32_t> Code::readFar(const Instruction &at, Window &window, uint32_t slot) {
  if (slot < window.declared()) { // registers too: parameters over budget are read where they are
    initialization_.read(window.firstDeclared + slot, at.pc);
    return window.declaredValue(slot);
  }
  if (!window.outgoing.contains(slot)) {
    fail(RuleId::V11, at,
         {"slot ", std::string(1, window.prefix()), slot, " is outside of the window"});
    return std::nullopt;
  }
  auto value = window.outgoing.read(slot);
  if (!value)
    failOutgoing(at, window, slot);
  return value;
}

bool Code::writeFar(const Instruction &at, Window &window, uint32_t slot, uint32_t value) {
  if (window.outgoing.contains(slot)) {
    window.outgoing.write(slot, value);
    return true;
  }
  if (slot < window.registers || slot >= window.declared())
    return fail(RuleId::V11, at,
                {"slot ", std::string(1, window.prefix()), slot, " is no spill or outgoing slot"});
  if (!mayBe(value, window.types[slot]))
    return fail(RuleId::V11, at,
                {"stores ", describe(window.isScalar, value), " into slot ",
                 std::string(1, window.prefix()), slot, " of type ",
                 image().types.spelling(window.types[slot])});
  initialization_.write(window.firstDeclared + slot);
  return true;
}

bool Code::checkArgument(const Instruction &at, RuleId rule, Window &window, uint32_t slot,
                         TypeId type) {
  std::optional<uint32_t> value;
  if (window.outgoing.contains(slot))
    value = window.outgoing.read(slot);
  if (value && mayBe(*value, type))
    return true;
  return fail(rule, at,
              {"slot ", std::string(1, window.prefix()), slot, " holds ",
               value ? describe(window.isScalar, *value) : "nothing known",
               " where an argument of type ", image().types.spelling(type), " is needed"});
}

bool Code::checkArguments(const Instruction &at, RuleId rule, const Signature &signature,
                          uint32_t scalarBase, uint32_t referenceBase) {
  for (uint32_t i = 0; i < signature.scalarCount; ++i)
    if (!checkArgument(at, rule, scalars_, scalarBase + i, program_.scalarParameter(signature, i)))
      return false;
  for (uint32_t i = 0; i < signature.referenceCount; ++i)
    if (!checkArgument(at, rule, references_, referenceBase + i,
                       program_.referenceParameter(signature, i)))
      return false;
  return true;
}

bool Code::checkFields(const Instruction &at, RuleId rule, const image::ObjectLayout &layout,
                       uint32_t scalarBase, uint32_t referenceBase) {
  if (scalarBase > scalars_.size || referenceBase > references_.size)
    return fail(rule, at,
                {"the bases ", scalarBase, " and ", referenceBase, " are not both in the window"});
  if (layout.types.size() > fieldBudget_)
    return fail(RuleId::Budget, at, {"too many fields for the length of the code"});
  fieldBudget_ -= layout.types.size();
  for (uint32_t place = 0; place < layout.types.size(); ++place) {
    bool isScalar = place >= layout.references;
    uint32_t slot = isScalar ? scalarBase + place - layout.references : referenceBase + place;
    if (!checkArgument(at, rule, window(isScalar), slot, layout.types[place]))
      return false;
  }
  return true;
}

} // namespace orus::verify
