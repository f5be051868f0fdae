#include "format/verify/Initialization.h"

#include <algorithm>

namespace orus::verify {

namespace {

constexpr uint32_t kChunk = 64;
constexpr uint64_t kStepsPerWord = 64, kFreeSteps = 4096;

// Groups a list by chunk, keeping its order within one; returns where each chunk begins.
template <class Item>
std::vector<uint32_t> groupByChunk(std::vector<Item> &items, uint32_t chunkCount) {
  std::vector<uint32_t> begin(chunkCount + 1);
  for (const Item &item : items)
    ++begin[item.slot / kChunk + 1];
  for (uint32_t i = 0; i < chunkCount; ++i)
    begin[i + 1] += begin[i];
  if (chunkCount > 1) {
    std::vector<uint32_t> next = begin;
    std::vector<Item> grouped(items.size());
    for (const Item &item : items)
      grouped[next[item.slot / kChunk]++] = item;
    items = std::move(grouped);
  }
  return begin;
}

} // namespace

void Initialization::beginFunction(image::FunctionId id, size_t scalarCount,
                                   size_t referenceCount) {
  function_ = id + 1;
  scalarCount_ = scalarCount;
  slotCount_ = scalarCount + referenceCount;
  if (always_.size() < slotCount_)
    for (auto *stamps : {&always_, &written_, &read_})
      stamps->resize(slotCount_);
  reads_.clear();
  writes_.clear();
}

void Initialization::beginBlock(uint32_t block, bool isAlwaysFirst) {
  block_ = block;
  ++stamp_;
  isAlwaysFirst_ = isAlwaysFirst;
  panicked_ = false;
}

bool Initialization::solve(const Flow &flow, std::span<const uint32_t> catchSlots) {
  if (reads_.empty())
    return true;
  number(flow, catchSlots);
  budget_ = kFreeSteps + kStepsPerWord * flow.codeLength();
  uint32_t chunkCount = (static_cast<uint32_t>(slotOf_.size()) + kChunk - 1) / kChunk;
  std::vector<uint32_t> reads = groupByChunk(reads_, chunkCount);
  std::vector<uint32_t> writes = groupByChunk(writes_, chunkCount);
  for (uint32_t chunk = 0; chunk < chunkCount; ++chunk) {
    Chunk lists{std::span(reads_).subspan(reads[chunk], reads[chunk + 1] - reads[chunk]),
                std::span(writes_).subspan(writes[chunk], writes[chunk + 1] - writes[chunk])};
    if (!solve(flow, chunk, lists, true))
      return report_.fail(
          RuleId::Budget, {"CODE", Error::kNone, function_ - 1, Error::kNone},
          {"too many variables in too many blocks to show that each is written before it is read"});
    if (!check(flow, chunk, lists) && report_.failed())
      return false;
  }
  return true;
}

// Slots without such a read do not matter: their writes are dropped.
void Initialization::number(const Flow &flow, std::span<const uint32_t> catchSlots) {
  numberOf_.assign(slotCount_, UINT32_MAX);
  slotOf_.clear();
  for (Read &read : reads_) {
    uint32_t &number = numberOf_[read.slot];
    if (number == UINT32_MAX) {
      number = static_cast<uint32_t>(slotOf_.size());
      slotOf_.push_back(read.slot);
    }
    read.slot = number;
  }
  std::erase_if(writes_, [&](Write &write) {
    write.slot = numberOf_[write.slot];
    return write.slot == UINT32_MAX;
  });
  catchNumbers_.clear();
  for (uint32_t slot : catchSlots)
    catchNumbers_.push_back(slot < slotCount_ ? numberOf_[slot] : UINT32_MAX);
  position_.resize(flow.blocks().size());
  for (uint32_t i = 0; i < flow.reversePostOrder().size(); ++i)
    position_[flow.reversePostOrder()[i]] = i;
}

// Computes in `in_` which of 64 slots have a value at the start of each block, as the greatest
// solution; false if the budget does not suffice.
bool Initialization::solve(const Flow &flow, uint32_t chunk, const Chunk &lists,
                           bool withHandlers) {
  size_t blockCount = flow.blocks().size();
  in_.assign(blockCount, ~uint64_t{0});
  in_[0] = 0;
  sets_.assign(blockCount, 0);
  if (!flow.handlers().empty())
    setsBeforePanic_.assign(blockCount, 0);
  for (const Write &write : lists.writes) {
    uint64_t bit = uint64_t{1} << (write.slot % kChunk);
    uint32_t block = write.block >> 1;
    sets_[block] |= bit;
    if (!flow.handlers().empty() && !(write.block & 1))
      setsBeforePanic_[block] |= bit;
  }
  do {
    if (budget_ < blockCount)
      return false;
    budget_ -= blockCount;
  } while (sweep(flow, chunk, withHandlers));
  return true;
}

// One pass in reverse post-order; true if a block before the one at work changed.
bool Initialization::sweep(const Flow &flow, uint32_t chunk, bool withHandlers) {
  bool again = false;
  for (uint32_t index : flow.reversePostOrder()) {
    auto narrow = [&](uint32_t successor, uint64_t state) {
      uint64_t narrowed = in_[successor] & state;
      again |= narrowed != in_[successor] && position_[successor] <= position_[index];
      in_[successor] = narrowed;
    };
    uint64_t out = in_[index] | sets_[index];
    flow.forEachSuccessor(index, [&](uint32_t successor) { narrow(successor, out); });
    const Block &block = flow.blocks()[index];
    if (!withHandlers || block.handler == Block::kNoHandler || !block.mayPanic)
      continue;
    uint64_t state = in_[index] | setsBeforePanic_[index];
    uint32_t caught = catchNumbers_[block.handler];
    if (caught / kChunk == chunk)
      state |= uint64_t{1} << (caught % kChunk);
    narrow(flow.handlerBlock(block.handler), state);
  }
  return again;
}

std::optional<Initialization::Read> Initialization::firstUnset(const Flow &flow,
                                                               const Chunk &lists) const {
  for (const Read &read : lists.reads)
    if (!(in_[flow.blockOf(read.pc)] >> (read.slot % kChunk) & 1))
      return read;
  return std::nullopt;
}

bool Initialization::check(const Flow &flow, uint32_t chunk, const Chunk &lists) {
  std::optional<Read> unset = firstUnset(flow, lists);
  if (!unset)
    return true;
  // Is it only the paths through handlers that lack the value?
  bool byHandler = false;
  if (!flow.handlers().empty() && solve(flow, chunk, lists, false))
    byHandler = in_[flow.blockOf(unset->pc)] >> (unset->slot % kChunk) & 1;
  uint32_t slot = slotOf_[unset->slot];
  bool isScalar = slot < scalarCount_;
  return report_.fail(
      byHandler ? RuleId::V19 : RuleId::V9, {"CODE", Error::kNone, function_ - 1, unset->pc},
      {"reads slot ", isScalar ? "s" : "r", isScalar ? slot : slot - scalarCount_,
       byHandler ? ", which has no value yet at some instruction that may panic into the handler"
                 : ", which has no value on some path to here"});
}

} // namespace orus::verify
