#include "format/verify/Flow.h"

#include "format/verify/Shape.h"

#include <algorithm>

namespace orus::verify {

bool Flow::build(image::FunctionId id) {
  const Subject &image = program_.image();
  const image::Function &function = image.functions[id];
  function_ = id;
  code_ = image.code.subspan(function.codeOffset, function.codeLength);
  handlers_ = image.handlers.subspan(function.handlerBegin, function.handlerCount);
  starts_.reset(code_.size());
  leaders_.reset(code_.size());
  hasShape_ = true;
  if (!decode() || !checkTargets() || !checkHandlers() || !hasShape_)
    return false;
  ranks_.build(leaders_);
  blocks_.assign(ranks_.count(), {});
  assignHandlers();
  return true;
}

bool Flow::decode() {
  leaders_.set(0);
  uint32_t last = 0;
  for (uint32_t pc = 0, words = 1; pc < code_.size(); pc += words) {
    starts_.set(pc);
    last = pc;
    if (!decodeAt(pc, words) && report_.failed())
      return false;
  }
  if (!shapeOf(code_[last]).has(isa::kTerminates) || isSwitch(shapeOf(code_[last])))
    fail(RuleId::V6, last, {"control runs off the end of the function"});
  return !report_.failed();
}

// Checks one instruction as far as its words alone can be wrong and marks where it branches to.
bool Flow::decodeAt(uint32_t pc, uint32_t &words) {
  const uint32_t *at = &code_[pc];
  const Shape &shape = shapeOf(*at);
  words = 1;
  if (shape.words == 0)
    return fail(RuleId::V5, pc, {"opcode ", isa::opcodeByte(*at), " is not assigned"});
  if (shape.words > code_.size() - pc)
    return fail(RuleId::V5, pc, {"the function ends inside this instruction"});
  words = shape.words;
  if (*at & shape.unusedBits)
    return fail(RuleId::V4, pc,
                {"a field that ", shape.mnemonic(*at), " does not use is not zero"});
  if (!(shape.effects & (isa::kBranches | isa::kTerminates)))
    return true;
  if (pc + words < code_.size())
    leaders_.set(pc + words);
  if (isSwitch(shape))
    return markSwitch(pc, at);
  return !shape.has(isa::kBranches) || markBranch(pc, at);
}

bool Flow::markBranch(uint32_t pc, const uint32_t *words) {
  int64_t target = pc + shapeOf(*words).displacement(words);
  if (target < 0 || target >= static_cast<int64_t>(code_.size()))
    return fail(RuleId::V6, pc, {"branches to ", target, ", outside of the function"});
  leaders_.set(static_cast<size_t>(target));
  return true;
}

bool Flow::markSwitch(uint32_t pc, const uint32_t *words) {
  uint32_t count = words[1];
  uint32_t first = pc + shapeOf(*words).words;
  if (count == 0 || first >= code_.size() || count >= code_.size() - first)
    return fail(RuleId::V6, pc, {"a switch with ", count, " entries does not fit here"});
  for (uint32_t i = 0; i < count; ++i)
    if (isa::opcodeByte(code_[first + i]) != static_cast<uint8_t>(isa::Opcode::Jmp))
      return fail(RuleId::V6, pc, {"entry ", i, " of the switch is not an instruction j"});
  leaders_.set(first + count);
  return true;
}

// Leaders are marked before all instruction starts are known.
bool Flow::checkTargets() {
  size_t bad = leaders_.firstNotIn(starts_, code_.size());
  if (bad == code_.size())
    return true;
  for (uint32_t pc = 0; pc < code_.size(); ++pc) {
    const Shape &shape = shapeOf(code_[pc]);
    if (starts_.test(pc) && shape.has(isa::kBranches) && !isSwitch(shape) &&
        shape.words <= code_.size() - pc &&
        pc + shape.displacement(&code_[pc]) == static_cast<int64_t>(bad))
      return fail(RuleId::V6, pc, {"branches to ", bad, ", the middle of an instruction"});
  }
  return fail(RuleId::V6, static_cast<uint32_t>(bad), {"branches into an instruction"});
}

void Flow::end(uint32_t block, const uint32_t *words, uint32_t pc, bool mayPanic) {
  const Shape &shape = shapeOf(*words);
  Block &record = blocks_[block];
  record.mayPanic = mayPanic;
  if (isSwitch(shape)) {
    record.next = words[1] + 1;
    return;
  }
  record.next = !shape.has(isa::kTerminates);
  if (shape.has(isa::kBranches))
    record.target = blockOf(static_cast<uint32_t>(pc + shape.displacement(words)));
}

// Successors that follow come last, so that in reverse post-order they come first.
uint32_t Flow::successor(uint32_t block, uint32_t i) const {
  const Block &record = blocks_[block];
  if (record.handler != Block::kNoHandler && i-- == 0)
    return handlerBlock(record.handler);
  if (record.target != Block::kNone && i-- == 0)
    return record.target;
  return i < record.next ? block + record.next - i : Block::kNone;
}

bool Flow::order() {
  order_.clear();
  visited_.reset(blocks_.size());
  stack_.assign(1, {0, 0});
  visited_.set(0);
  while (!stack_.empty()) {
    auto &[block, i] = stack_.back();
    uint32_t next = successor(block, i++);
    if (next == Block::kNone) {
      order_.push_back(block);
      stack_.pop_back();
      continue;
    }
    if (visited_.test(next))
      continue;
    visited_.set(next);
    stack_.emplace_back(next, 0);
  }
  std::ranges::reverse(order_);
  if (order_.size() == blocks_.size())
    return true;
  uint32_t block = 0;
  for (uint32_t pc = 0; pc < code_.size(); ++pc)
    if (leaders_.test(pc) && !visited_.test(block++))
      return fail(RuleId::V26, pc, {"this instruction cannot be reached"});
  return false;
}

} // namespace orus::verify
