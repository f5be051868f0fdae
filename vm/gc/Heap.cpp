#include "vm/gc/Heap.h"

#include "vm/core/Stop.h"
#include "vm/gc/HeapCheck.h"
#include "vm/gc/Poison.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>

namespace orus::vm {

namespace {

constexpr size_t kMinYoungBytes = 4 * kMaxSmallBytes;
constexpr size_t kMinFullThreshold = size_t{2} << 20;
constexpr size_t kImmortalChunk = 16 * 1024;

// The new address of a moved object lies behind its header.
Object *&forwardedTo(Object *object) { return *reinterpret_cast<Object **>(object + 1); }

} // namespace

// Copies young objects to the old generation. All survivors are promoted, so that the young space
// is empty afterwards and no old object refers to a young one.
class Heap::Evacuation final : public RootVisitor {
public:
  explicit Evacuation(Heap &heap) : heap_(heap) {}

  void visit(Ref *begin, Ref *end) override {
    for (Ref *slot = begin; slot != end; ++slot)
      if (heap_.isYoung(*slot))
        *slot = move(*slot);
  }
  void visitFields(Object *object) {
    visitReferences(object, heap_.shapes_, [this](Ref *begin, Ref *end) { visit(begin, end); });
  }

private:
  Object *move(Object *object) {
    if (object->kind == Kind::Forwarded)
      return forwardedTo(object);
    size_t bytes = sizeOf(object, heap_.shapes_);
    auto *target = static_cast<Object *>(heap_.old_.allocate(bytes));
    std::memcpy(static_cast<void *>(target), object, bytes);
    target->gc = heap_.colour_ | kWatched;
    size_t cell = OldSpace::cellBytes(bytes);
    heap_.smallBytes_ += cell;
    heap_.statistics_.promotedBytes += cell;
    object->kind = Kind::Forwarded;
    forwardedTo(object) = target;
    if (hasReferences(target->kind))
      heap_.promoted_.push_back(target);
    return target;
  }

  Heap &heap_;
};

// Measures one pause, of a young collection and perhaps a full one.
class Heap::Pause {
public:
  explicit Pause(Heap &heap)
      : heap_(heap), fullBefore_(heap.statistics_.fullCollections), start_(Clock::now()) {}
  ~Pause() {
    auto spent =
        std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count();
    auto nanoseconds = static_cast<uint64_t>(spent);
    GcStatistics &statistics = heap_.statistics_;
    statistics.totalNanoseconds += nanoseconds;
    statistics.pauses.add(nanoseconds);
    statistics.longestNanoseconds = std::max(statistics.longestNanoseconds, nanoseconds);
    heap_.roots_.collected(statistics.fullCollections > fullBefore_, heap_.oldBytes(), nanoseconds);
  }
  Pause(const Pause &) = delete;
  Pause &operator=(const Pause &) = delete;

private:
  using Clock = std::chrono::steady_clock;
  Heap &heap_;
  uint64_t fullBefore_;
  Clock::time_point start_;
};

Heap::Heap(const HeapOptions &options, RootSource &roots, const Shapes &shapes)
    : options_(options), shapes_(shapes), roots_(roots), marker_(shapes),
      fullThreshold_(kMinFullThreshold) {
  youngBytes_ = options.youngBytes;
  if (options.maxBytes)
    youngBytes_ = std::min(youngBytes_, options.maxBytes / 4);
  youngBytes_ = std::max(roundToWord(youngBytes_), kMinYoungBytes);
  youngBegin_ = static_cast<char *>(std::malloc(youngBytes_));
  if (!youngBegin_)
    throw std::bad_alloc();
  resetYoung();
}

Heap::~Heap() {
  unpoison(youngBegin_, youngBytes_);
  std::free(youngBegin_);
}

void Heap::resetYoung() {
  size_t used = cursor_ ? static_cast<size_t>(cursor_ - youngBegin_) : 0;
  statistics_.allocatedBytes += used;
  cursor_ = youngBegin_;
  limit_ = youngBegin_ + youngBytes_;
  if (options_.collectAtEveryAllocation) {
    limit_ = cursor_;
    std::memset(youngBegin_, 0xdb, used); // what lies behind was never used
  }
}

void *Heap::allocateYoungSlow(size_t bytes) {
  collectForRoom(0);
  char *room = cursor_;
  cursor_ += bytes;
  if (options_.collectAtEveryAllocation)
    limit_ = cursor_;
  return room;
}

Object *Heap::allocateLarge(Kind kind, uint32_t type, uint16_t aux, size_t bytes) {
  if (options_.collectAtEveryAllocation || oldBytes() + bytes > fullThreshold_ || overLimit(bytes))
    collectForRoom(bytes);
  Object *object = initialize(large_.allocate(bytes), kind, type, aux);
  object->gc = colour_ | kWatched | kLarge;
  statistics_.allocatedBytes += bytes;
  return object;
}

Object *Heap::allocateImmortal(Kind kind, uint32_t type, uint16_t aux, size_t bytes) {
  auto chunk = [this](size_t size) {
    return immortal_.emplace_back(std::make_unique<char[]>(size)).get();
  };
  char *room;
  if (bytes > kImmortalChunk / 4) {
    room = chunk(bytes);
  } else {
    if (static_cast<size_t>(immortalLimit_ - immortalCursor_) < bytes) {
      immortalCursor_ = chunk(kImmortalChunk);
      immortalLimit_ = immortalCursor_ + kImmortalChunk;
    }
    room = immortalCursor_;
    immortalCursor_ += bytes;
  }
  Object *object = initialize(room, kind, type, aux);
  object->gc = kColourA | kColourB;
  return object;
}

void Heap::releaseBuffer(Buffer *buffer) {
  if (!(buffer->gc & kLarge))
    return;
  if (buffer->kind == Kind::RefBuffer && LargeSpace::hasCards(buffer))
    std::erase(remembered_, buffer);
  large_.release(buffer);
}

void Heap::remember(Object *owner, Ref *slot) {
  if (!LargeSpace::usesCards(owner)) {
    remembered_.push_back(owner);
    owner->gc &= static_cast<uint8_t>(~kWatched);
    return;
  }
  if (LargeSpace::markCard(static_cast<Buffer *>(owner), slot))
    remembered_.push_back(owner);
}

void Heap::rememberAll(Object *owner) {
  if (!LargeSpace::usesCards(owner))
    return remember(owner, nullptr);
  if (LargeSpace::markAllCards(static_cast<Buffer *>(owner)))
    remembered_.push_back(owner);
}

void Heap::visitAllRoots(RootVisitor &visitor) {
  roots_.visitRoots(visitor);
  for (Rooted *at = rooted_; at; at = at->outer_)
    visitor.visit(&at->ref_, &at->ref_ + 1);
}

void Heap::evacuateYoung() {
  ++statistics_.youngCollections;
  Evacuation evacuation(*this);
  visitAllRoots(evacuation);
  for (Object *object : remembered_) {
    if (LargeSpace::usesCards(object)) {
      LargeSpace::visitCards(static_cast<Buffer *>(object),
                             [&](Ref *begin, Ref *end) { evacuation.visit(begin, end); });
      continue;
    }
    object->gc |= kWatched;
    evacuation.visitFields(object);
  }
  remembered_.clear();
  while (!promoted_.empty()) {
    Object *object = promoted_.back();
    promoted_.pop_back();
    evacuation.visitFields(object);
  }
  resetYoung();
  statistics_.peakBytes = std::max<uint64_t>(statistics_.peakBytes, oldBytes());
}

// The young space is empty here, so marking meets old objects only.
void Heap::markAndSweep() {
  ++statistics_.fullCollections;
  old_.finishSweep();
  colour_ = colour_ == kColourA ? kColourB : kColourA;
  marker_.begin(colour_);
  visitAllRoots(marker_);
  marker_.drain();
  marker_.end();
  smallBytes_ = marker_.smallBytes();
  large_.sweep(colour_);
  old_.beginSweep(colour_);
  fullThreshold_ = std::max(kMinFullThreshold, 2 * oldBytes());
}

void Heap::collectYoung() {
  Pause pause(*this);
  evacuateYoung();
  if (options_.checkAfterCollection)
    HeapCheck(*this).run();
}

void Heap::collectFull() {
  Pause pause(*this);
  evacuateYoung();
  markAndSweep();
  if (options_.checkAfterCollection)
    HeapCheck(*this).run();
}

// Marking and checking take time in proportion to the heap. In a program that allocates a million
// objects with a collection for each they are spread so that they cost about as much as a
// collection of a small heap.
static constexpr uint64_t kStressedFullPeriod = 16;
static constexpr size_t kBytesPerCollection = 4096;

bool Heap::isStressedFullDue() {
  if (++sinceFull_ < std::max<uint64_t>(kStressedFullPeriod, oldBytes() / kBytesPerCollection))
    return false;
  sinceFull_ = 0;
  return true;
}

void Heap::checkSometimes() {
  if (!options_.checkAfterCollection || ++sinceCheck_ < oldBytes() / kBytesPerCollection)
    return;
  sinceCheck_ = 0;
  HeapCheck(*this).run();
}

// Collects so that `bytes` more bytes fit into the old generation, or the young space is empty.
void Heap::collectForRoom(size_t bytes) {
  Pause pause(*this);
  evacuateYoung();
  bool stressed = options_.collectAtEveryAllocation && isStressedFullDue();
  if (stressed || oldBytes() + bytes > fullThreshold_ || overLimit(bytes + youngBytes_))
    markAndSweep();
  checkSometimes();
  if (overLimit(bytes))
    throw Stop{base::Panic::HeapLimit};
}

size_t PauseHistogram::bucketOf(uint64_t nanoseconds) {
  if (nanoseconds < kParts)
    return nanoseconds;
  unsigned exponent = static_cast<unsigned>(std::bit_width(nanoseconds)) - 5; // of the 16th part
  return exponent * kParts + (nanoseconds >> exponent);
}

uint64_t PauseHistogram::percentile(double part) const {
  uint64_t total = 0;
  for (uint32_t count : counts_)
    total += count;
  auto rest = static_cast<uint64_t>(static_cast<double>(total) * (1 - part));
  for (size_t bucket = counts_.size(); bucket-- > 0;) {
    if (counts_[bucket] > rest)
      return bucket < 2 * kParts ? bucket
                                 : ((bucket % kParts + kParts + 1) << (bucket / kParts - 1)) - 1;
    rest -= counts_[bucket];
  }
  return 0;
}

} // namespace orus::vm
