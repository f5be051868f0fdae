// Try regions (V18): their bounds, how they nest, and which is the innermost of each block.
#include "format/verify/Flow.h"

#include <algorithm>
#include <numeric>

namespace orus::verify {

namespace {
constexpr size_t kMaxNesting = image::kMaxHandlerNesting;
}

bool Flow::failHandler(RuleId rule, uint32_t index, std::initializer_list<Piece> sentence) {
  return fail(rule, handlers_[index].start, {"handler ", index, ": ", concat(sentence)});
}

bool Flow::checkHandlers() {
  if (handlers_.empty())
    return true;
  for (uint32_t i = 0; i < handlers_.size(); ++i)
    if (!checkHandler(i) && report_.failed())
      return false;
  return checkNesting() || !report_.failed();
}

bool Flow::checkHandler(uint32_t index) {
  const image::Handler &handler = handlers_[index];
  if (!isInstructionStart(handler.start) || !isInstructionStart(handler.target) ||
      (handler.end != code_.size() && !isInstructionStart(handler.end)))
    return failHandler(RuleId::V6, index, {"a bound or the target is not an instruction start"});
  leaders_.set(handler.start);
  leaders_.set(handler.target);
  if (handler.end < code_.size())
    leaders_.set(handler.end);
  if (handler.start >= handler.end)
    return failHandler(RuleId::V18, index, {"the range is empty"});
  if (handler.target >= handler.start && handler.target < handler.end)
    return failHandler(RuleId::V18, index, {"the target lies in the range"});
  const image::Bank &bank = program_.image().functions[function_].references;
  if (handler.catchSlot >= bank.slotTypes.size() ||
      bank.slotTypes[handler.catchSlot] != image::kError)
    return failHandler(RuleId::V18, index,
                       {"slot r", handler.catchSlot, " is no declared slot of type error"});
  return true;
}

// Sorted by start with outer ranges first, each range must lie in the one on top of a stack of
// those that are still open, and come before it in the table.
bool Flow::checkNesting() {
  nested_.resize(handlers_.size());
  std::iota(nested_.begin(), nested_.end(), 0);
  std::ranges::sort(nested_, [&](uint32_t a, uint32_t b) {
    const image::Handler &x = handlers_[a], &y = handlers_[b];
    if (x.start != y.start)
      return x.start < y.start;
    return x.end != y.end ? x.end > y.end : a > b;
  });
  std::vector<uint32_t> open;
  for (uint32_t index : nested_) {
    const image::Handler &handler = handlers_[index];
    while (!open.empty() && handlers_[open.back()].end <= handler.start)
      open.pop_back();
    if (!open.empty() && handler.end > handlers_[open.back()].end)
      return failHandler(RuleId::V18, index, {"the range crosses that of handler ", open.back()});
    if (!open.empty() && index > open.back())
      return failHandler(RuleId::V18, index,
                         {"comes after handler ", open.back(), ", which encloses it"});
    if (open.size() == kMaxNesting)
      return failHandler(RuleId::V18, index, {"nested deeper than ", kMaxNesting, " levels"});
    open.push_back(index);
  }
  return true;
}

void Flow::assignHandlers() {
  if (handlers_.empty())
    return;
  std::vector<uint32_t> open;
  size_t following = 0;
  uint32_t block = 0;
  for (uint32_t pc = 0; pc < code_.size(); ++pc) {
    if (!leaders_.test(pc))
      continue;
    while (!open.empty() && handlers_[open.back()].end <= pc)
      open.pop_back();
    for (; following < nested_.size() && handlers_[nested_[following]].start <= pc; ++following)
      open.push_back(nested_[following]);
    if (!open.empty())
      blocks_[block].handler = static_cast<uint16_t>(open.back());
    ++block;
  }
}

} // namespace orus::verify
