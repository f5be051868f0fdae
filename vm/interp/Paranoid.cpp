#include "vm/interp/Paranoid.h"

#include "format/base/Text.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace orus::vm {

using isa::Opcode;
using verify::Check;

namespace {

enum Start : uint8_t { kInstruction = 1, kBlock = 2 };

} // namespace

void Paranoid::die(const std::string &sentence) {
  std::fprintf(stderr, "paranoid: %s\n", sentence.c_str());
  std::abort();
}

Paranoid::Paranoid(const Machine &machine, Report report)
    : machine_(machine), program_(machine.program), image_(machine.program.image()),
      report_(std::move(report)) {
  markStarts();
  for (const image::Module &module : image_.modules) {
    for (const image::ModuleSlot &slot : module.scalars)
      moduleScalars_.push_back(image_.types.valueType(slot.type));
    for (const image::ModuleSlot &slot : module.references)
      moduleReferences_.push_back(slot.type);
  }
}

// A block begins where control arrives other than from the instruction before.
void Paranoid::markStarts() {
  starts_.resize(image_.code.size());
  for (const image::Function &function : image_.functions) {
    const uint32_t *code = image_.code.data() + function.codeOffset;
    uint8_t *starts = starts_.data() + function.codeOffset;
    auto markBlock = [&](int64_t word) {
      if (word >= 0 && word < function.codeLength)
        starts[word] |= kBlock;
    };
    for (uint32_t word = 0; word < function.codeLength;) {
      starts[word] |= kInstruction;
      const verify::Shape &shape = verify::shapeOf(code[word]);
      if (shape.words == 0 || shape.words > function.codeLength - word)
        break;
      if (shape.has(isa::kBranches) && !verify::isSwitch(shape))
        markBlock(word + shape.displacement(code + word));
      uint32_t next = word + shape.words;
      if (shape.has(isa::kBranches) || shape.has(isa::kTerminates))
        markBlock(next);
      word = next;
    }
    for (const image::Handler &handler :
         image_.handlers.subspan(function.handlerBegin, function.handlerCount))
      markBlock(handler.target);
  }
}

bool Paranoid::fail(std::string_view what) {
  std::string place = "the start", mnemonic = "no instruction";
  if (at_.words) {
    uint32_t word = program_.wordOf(at_.words), id = program_.functionAt(word);
    std::string_view name = program_.functionName(id);
    place = "function #" + std::to_string(id) + (name.empty() ? "" : " " + base::escaped(name)) +
            " at " + std::to_string(word - program_.function(id).codeOffset);
    mnemonic = at_.info().mnemonic;
  }
  report_(place + ": " + mnemonic + ": " + std::string(what));
  return false;
}

// Whether an instruction of the current function begins there and ends in it.
bool Paranoid::isInstruction(const uint32_t *pc) const {
  const uint32_t *begin = image_.code.data() + function().codeOffset;
  if (std::less<>()(pc, begin) || !std::less<>()(pc, begin + function().codeLength) ||
      !(starts_[program_.wordOf(pc)] & kInstruction))
    return false;
  size_t words = verify::shapeOf(*pc).words;
  return words && words <= static_cast<size_t>(begin + function().codeLength - pc);
}

bool Paranoid::check(const uint32_t *pc, const uint64_t *S, Ref *R) {
  if (!arrive(pc, S, R))
    return false;
  if (frames_.empty()) // the program has ended
    return true;
  if (S != frames_.back().S || R != frames_.back().R)
    return fail("the windows are not those of the function");
  if (!isInstruction(pc))
    return fail("goes to what is no instruction of the function");
  if (starts_[program_.wordOf(pc)] & kBlock)
    for (bool isScalar : {true, false})
      clear(isScalar, bank(isScalar).outgoingBase());
  at_ = {pc};
  at_.result = at_.shape().output.accepts;
  at_.second = at_.shape().second.accepts;
  lost_.reset();
  writes_.clear();
  return readsHold() && ruleHolds() && outputsFit();
}

// Accounts for what the instruction looked at last has done.
bool Paranoid::arrive(const uint32_t *pc, const uint64_t *S, Ref *R) {
  if (!hasBegun_) {
    hasBegun_ = true;
    uint32_t entry = image_.manifest.entry;
    const uint64_t *base = machine_.windows.scalars() + Windows::kRecordWords;
    if (pc != machine_.entries[entry] || S != base || R != machine_.windows.references())
      return fail("does not begin with the entry function");
    const image::Type &signature = image_.types[image_.functions[entry].signature];
    return (signature.operands.empty() || fail("the entry function takes or returns something")) &&
           enter(entry, pc, S, R);
  }
  if (const uint32_t *landing = std::exchange(landing_, nullptr))
    return pc == landing || fail("does not go on with the handler");
  if (frames_.empty())
    return fail("runs after its end");
  if (at_.shape().has(isa::kCalls)) {
    // A call that has polled or raised the limit of the stack is repeated.
    if (S == frames_.back().S)
      return pc == at_.words || fail("a call goes on in the window of the caller");
    return enter(callee_, pc, S, R);
  }
  if (at_.shape().rule == isa::Rule::Return)
    return leave(pc);
  return finish(pc);
}

bool Paranoid::enter(uint32_t id, const uint32_t *pc, const uint64_t *S, Ref *R) {
  const image::Function &callee = image_.functions[id];
  const uint32_t *call = nullptr;
  auto *returnAddress = reinterpret_cast<const uint32_t *>(S[-1]);
  if (pc != machine_.entries[id])
    return fail("goes to another place than the start of the callee");
  if (frames_.empty()) {
    if (returnAddress != &Machine::kHalt)
      return fail("the entry function does not return to the end");
  } else {
    const Frame &caller = frames_.back();
    call = at_.words;
    if (S != caller.S + lost_->scalar + Windows::kRecordWords || R != caller.R + lost_->reference)
      return fail("the windows of the callee are elsewhere");
    if (returnAddress != call + at_.shape().words ||
        reinterpret_cast<const uint64_t *>(S[-2]) != caller.S ||
        reinterpret_cast<Ref *>(S[-3]) != caller.R)
      return fail("the frame record does not lead back");
  }
  Frame frame{id,
              call,
              returnAddress,
              S,
              R,
              static_cast<size_t>(S - machine_.windows.scalars()),
              static_cast<size_t>(R - machine_.windows.references())};
  frames_.push_back(frame);
  scalars_.resize(std::max(scalars_.size(), frame.scalar + callee.scalars.size()));
  references_.resize(std::max(references_.size(), frame.reference + callee.references.size()));
  clear(true, 0);
  clear(false, 0);
  uint32_t scalar = 0, reference = 0;
  for (size_t i = 0, count = image_.types.parameterCount(callee.signature); i < count; ++i) {
    Tag value = valueOf(image_.types.parameter(callee.signature, i));
    bool isScalar = image_.types.storage(image_.types.parameter(callee.signature, i)).isScalar;
    if (!apply({isScalar, isScalar ? scalar++ : reference++, value}))
      return false;
  }
  return !callee.closure || apply({false, reference, callee.closure});
}

bool Paranoid::leave(const uint32_t *pc) {
  Frame left = frames_.back();
  std::optional<image::TypeId> result =
      image_.types.result(image_.functions[left.function].signature);
  // The record lies right below the window that has ended.
  if (reinterpret_cast<const uint32_t *>(left.S[-1]) != left.returnAddress ||
      pc != left.returnAddress)
    return fail("returns to another place than behind its call");
  frames_.pop_back();
  if (frames_.empty())
    return true;
  at_ = {left.call};
  auto scalar = static_cast<uint32_t>(left.S - frames_.back().S);
  auto reference = static_cast<uint32_t>(left.R - frames_.back().R);
  clear(true, scalar - Windows::kRecordWords);
  clear(false, reference);
  if (!result)
    return true;
  bool isScalar = image_.types.storage(*result).isScalar;
  return apply({isScalar, isScalar ? scalar : reference, valueOf(*result)});
}

bool Paranoid::finish(const uint32_t *pc) {
  auto op = static_cast<Opcode>(isa::opcodeByte(*at_.words));
  // A push is repeated once there is room.
  if (pc == at_.words && (op == Opcode::APush || op == Opcode::APushR))
    return true;
  if (!isSuccessor(pc))
    return fail("goes to a place that it does not name");
  if (lost_) {
    clear(true, lost_->scalar);
    clear(false, lost_->reference);
  }
  // What next.range writes when there is no element is nothing.
  if (op == Opcode::RangeNext && pc != at_.words + at_.shape().displacement(at_.words))
    return true;
  return std::ranges::all_of(writes_, [this](const Write &write) { return apply(write); });
}

bool Paranoid::isSuccessor(const uint32_t *pc) const {
  const verify::Shape &shape = at_.shape();
  const uint32_t *next = at_.words + shape.words;
  if (verify::isSwitch(shape))
    return pc >= next && pc <= next + at_.id(1);
  if (shape.has(isa::kBranches) && pc == at_.words + shape.displacement(at_.words))
    return true;
  return !shape.has(isa::kTerminates) && pc == next;
}

bool Paranoid::readsHold() {
  const verify::Shape &shape = at_.shape();
  for (unsigned i = 0; i < shape.checkCount; ++i) {
    const verify::OperandShape &operand = shape.checks[i];
    uint32_t value = operand.value(at_.words);
    size_t rows = SIZE_MAX;
    switch (operand.check) {
    case Check::ReadScalar:
    case Check::ReadReference: {
      bool isScalar = operand.check == Check::ReadScalar;
      std::optional<Tag> found = read(isScalar, value, Reach::Operand);
      if (!found)
        return false;
      if (isScalar)
        *found &= operand.accepts;
      if (!*found || (!isScalar && !isOfClass(*found, operand.accepts)))
        return fail((isScalar ? "s" : "r") + std::to_string(value) + " holds another type");
      at_.value[operand.index] = *found;
      continue;
    }
    case Check::Type: rows = image_.types.size(); break;
    case Check::Function: rows = image_.functions.size(); break;
    case Check::Constant: rows = image_.constantBits.size(); break;
    case Check::String: rows = image_.strings.size(); break;
    case Check::Native: rows = image_.natives.size(); break;
    case Check::Panic: rows = base::kPanicCount; break;
    }
    if (value >= rows)
      return fail("names row " + std::to_string(value) + " of " + std::to_string(rows));
  }
  return true;
}

bool Paranoid::outputsFit() {
  const verify::Shape &shape = at_.shape();
  return (!shape.hasOutput ||
          plan(shape.isOutputScalar, shape.output.value(at_.words), at_.result, Reach::Operand)) &&
         (!shape.hasSecond ||
          plan(shape.isSecondScalar, shape.second.value(at_.words), at_.second, Reach::Operand));
}

bool Paranoid::caught(const uint32_t *pc, const uint64_t *S, Ref *R) {
  const uint32_t *panicked = at_.words;
  if (!at_.shape().has(isa::kMayPanic))
    return fail("panics");
  while (frames_.back().S != S || frames_.back().R != R) {
    panicked = frames_.back().call;
    frames_.pop_back();
    if (frames_.empty())
      return fail("a handler has the windows of no call");
  }
  uint32_t base = function().codeOffset, at = program_.wordOf(panicked) - base;
  auto handlers = image_.handlers.subspan(function().handlerBegin, function().handlerCount);
  auto handler = std::ranges::find_if(handlers, [at](const image::Handler &candidate) {
    return candidate.start <= at && at < candidate.end;
  });
  if (handler == handlers.end() || pc != image_.code.data() + base + handler->target)
    return fail("a panic arrives at another handler");
  for (bool isScalar : {true, false})
    clear(isScalar, bank(isScalar).outgoingBase());
  at_.words = panicked;
  writes_.clear();
  landing_ = pc;
  return plan(false, handler->catchSlot, image::kError, Reach::Operand) && apply(writes_.back());
}

} // namespace orus::vm
