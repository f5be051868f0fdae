// Decoding and control flow of the slow verifier.
#include "tests/verify-slow/SlowFunction.h"

#include <algorithm>

namespace orus::verify::slow {

using isa::Opcode;

SlowFunction::SlowFunction(const image::LoadedImage &image, const image::Function &function)
    : image_(image), function_(function), code_(image.codeOf(function)),
      handlers_(image.handlers.subspan(function.handlerBegin, function.handlerCount)) {}

void SlowFunction::run() {
  decodeAll();
  checkHandlers();
  markBlockStarts();
  flowTo(0, entryState());
  while (!pending_.empty()) {
    pc_ = *pending_.begin();
    pending_.erase(pending_.begin());
    step_ = &steps_.at(pc_);
    uint32_t pc = pc_;
    State state = states_.at(pc);
    throwTo(*step_, state);
    execute(pc, *step_, state);
    for (uint32_t target : step_->targets)
      flowTo(target, state);
  }
  for (const auto &[pc, step] : steps_) {
    pc_ = pc;
    need(states_.contains(pc), "cannot be reached");
  }
}

void SlowFunction::decodeAll() {
  for (uint32_t pc = 0; pc < code_.size();) {
    pc_ = pc;
    isa::Decoded decoded = isa::decode(code_.subspan(pc));
    need(decoded.error == isa::DecodeError::None, "is no instruction");
    Step step;
    step.instruction = decoded.instruction;
    step.next = pc + isa::info(decoded.instruction.op).words;
    for (size_t i = 0; i < handlers_.size(); ++i)
      if (handlers_[i].start <= pc && pc < handlers_[i].end)
        step.handlers.push_back(i);
    pc = step.next;
    steps_.emplace(pc_, std::move(step));
  }
  for (auto &[pc, step] : steps_)
    findTargets(pc, step);
}

void SlowFunction::findTargets(uint32_t pc, Step &step) {
  pc_ = pc;
  const isa::OpInfo &op = isa::info(step.instruction.op);
  auto add = [&](int64_t target) {
    stepAt(target, pc);
    step.targets.push_back(static_cast<uint32_t>(target));
  };
  if (step.instruction.op == Opcode::Switch) {
    int64_t count = step.instruction.operands[1];
    need(count > 0, "switch without entries");
    for (int64_t i = 0; i < count; ++i) {
      add(step.next + i);
      need(steps_.at(static_cast<uint32_t>(step.next + i)).instruction.op == Opcode::Jmp,
           "switch entry that is no j");
    }
    add(step.next + count);
    return;
  }
  for (unsigned i = 0; i < op.operandCount; ++i)
    if (op.operandArray[i].role == isa::Role::Displacement)
      add(pc + step.instruction.operands[i]);
  if (!op.has(isa::kTerminates))
    add(step.next);
}

const SlowFunction::Step &SlowFunction::stepAt(int64_t pc, uint32_t from) const {
  auto found = pc >= 0 && pc < static_cast<int64_t>(code_.size())
                   ? steps_.find(static_cast<uint32_t>(pc))
                   : steps_.end();
  if (found == steps_.end())
    throw Refusal{from, "leads to what is no instruction"};
  return found->second;
}

void SlowFunction::checkHandlers() {
  for (size_t i = 0; i < handlers_.size(); ++i) {
    const image::Handler &a = handlers_[i];
    pc_ = a.start;
    stepAt(a.start, a.start);
    stepAt(a.target, a.start);
    if (a.end != code_.size())
      stepAt(a.end, a.start);
    need(a.start < a.end, "handler of nothing");
    need(a.target < a.start || a.target >= a.end, "handler in its own range");
    const auto &types = function_.references.slotTypes;
    need(a.catchSlot < types.size() && types[a.catchSlot] == image::kError, "bad catch slot");
    size_t depth = 0;
    for (size_t j = 0; j < handlers_.size(); ++j) {
      const image::Handler &b = handlers_[j];
      bool isDisjoint = a.end <= b.start || b.end <= a.start;
      bool isInside = b.start <= a.start && a.end <= b.end;
      bool isAround = a.start <= b.start && b.end <= a.end;
      need(isDisjoint || (isInside && (isAround || j > i)) || (isAround && j < i),
           "handlers that neither nest nor come innermost first");
      depth += isInside;
    }
    need(depth <= image::kMaxHandlerNesting, "handlers nested too deep");
  }
}

void SlowFunction::markBlockStarts() {
  blockStarts_.insert(0);
  for (const auto &[pc, step] : steps_) {
    const isa::OpInfo &op = isa::info(step.instruction.op);
    if (!op.has(isa::kBranches) && !op.has(isa::kTerminates))
      continue;
    blockStarts_.insert(step.next);
    blockStarts_.insert(step.targets.begin(), step.targets.end());
  }
  for (const image::Handler &handler : handlers_)
    blockStarts_.insert({handler.start, handler.end, handler.target});
}

State SlowFunction::entryState() const {
  State state;
  state.scalars.resize(function_.scalars.size());
  state.references.resize(function_.references.size());
  const image::Type &signature = image_.types[function_.signature];
  size_t scalars = 0, references = 0;
  for (size_t i = 0; i < signature.operands.size() - signature.hasResult; ++i) {
    image::TypeId type = held(signature.operands[i]);
    (type < image::kScalarTypeCount ? state.scalars[scalars++]
                                    : state.references[references++]) = {type};
  }
  if (function_.closure)
    state.references[references] = {function_.closure};
  return state;
}

bool SlowFunction::meet(State &into, const State &from) {
  State before = into;
  for (auto bank : {&State::scalars, &State::references})
    for (size_t i = 0; i < (into.*bank).size(); ++i)
      std::erase_if((into.*bank)[i],
                    [&](image::TypeId type) { return !(from.*bank)[i].contains(type); });
  return into != before;
}

// What a block leaves in outgoing slots is not known to the next one.
void SlowFunction::flowTo(uint32_t pc, State state) {
  if (blockStarts_.contains(pc)) {
    for (size_t i = function_.scalars.outgoingBase(); i < state.scalars.size(); ++i)
      state.scalars[i].clear();
    for (size_t i = function_.references.outgoingBase(); i < state.references.size(); ++i)
      state.references[i].clear();
  }
  auto [known, isNew] = states_.try_emplace(pc, state);
  if (isNew || meet(known->second, state))
    pending_.insert(pc);
}

// A handler whose range cannot panic counts as reachable, with every declared slot written: it
// never runs.
void SlowFunction::throwTo(const Step &step, const State &before) {
  if (step.handlers.empty())
    return;
  const image::Handler &handler = handlers_[step.handlers.front()];
  State state = before;
  if (!isa::info(step.instruction.op).has(isa::kMayPanic)) {
    for (size_t i = 0; i < function_.scalars.outgoingBase(); ++i)
      state.scalars[i] = {function_.scalars.slotTypes[i]};
    for (size_t i = 0; i < function_.references.outgoingBase(); ++i)
      state.references[i] = {function_.references.slotTypes[i]};
  }
  state.references[handler.catchSlot] = {image::kError};
  flowTo(handler.target, state);
}

} // namespace orus::verify::slow
