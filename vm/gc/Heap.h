// The garbage-collected heap: a bump-allocated young space whose survivors are copied to the old
// space at each young collection, and a mark-sweep old generation of cells and large objects.
//
// Every call that may allocate is a safepoint: afterwards only references in roots and in Rooted
// are valid. Allocation throws Stop at a limit and std::bad_alloc without memory; both end the run.
#pragma once

#include "vm/core/Object.h"
#include "vm/gc/GcBits.h"
#include "vm/gc/LargeSpace.h"
#include "vm/gc/Marker.h"
#include "vm/gc/OldSpace.h"
#include "vm/gc/Roots.h"

#include <memory>
#include <vector>

namespace orus::vm {

struct HeapOptions {
  size_t maxBytes = 0; // 0: unlimited
  size_t youngBytes = size_t{2} << 20;
  bool collectAtEveryAllocation = false;
  bool checkAfterCollection = false; // see HeapCheck.h
};

/// Pauses by length, in buckets that are a sixteenth of a power of two wide.
class PauseHistogram {
public:
  void add(uint64_t nanoseconds) { ++counts_[bucketOf(nanoseconds)]; }
  /// A bound, at most a sixteenth too high, that this part of the pauses does not exceed; 0 if
  /// there was none.
  uint64_t percentile(double part) const;

private:
  static constexpr unsigned kParts = 16;
  static size_t bucketOf(uint64_t nanoseconds);
  std::array<uint32_t, 64 * kParts> counts_{};
};

struct GcStatistics {
  uint64_t youngCollections = 0, fullCollections = 0;
  uint64_t totalNanoseconds = 0, longestNanoseconds = 0;
  PauseHistogram pauses;
  uint64_t allocatedBytes = 0, promotedBytes = 0;
  uint64_t peakBytes = 0; // most bytes in use right after a young collection
};

class Heap {
public:
  /// `shapes` are those of the program's types, and stay where they are.
  Heap(const HeapOptions &options, RootSource &roots, const Shapes &shapes);
  ~Heap();
  Heap(const Heap &) = delete;
  Heap &operator=(const Heap &) = delete;

  /// A new object with its header set; the rest is undefined if small, zero if large.
  Object *allocate(Kind kind, uint32_t type, uint16_t aux, size_t bytes) {
    if (bytes > kMaxSmallBytes)
      return allocateLarge(kind, type, aux, bytes);
    return initialize(allocateYoung(bytes), kind, type, aux);
  }
  template <typename T> T *make(Kind kind, uint32_t type, uint16_t aux = 0) {
    return static_cast<T *>(allocate(kind, type, aux, sizeof(T)));
  }
  /// Room for young objects of `bytes` bytes together, at most kMaxSmallBytes.
  void *allocateYoung(size_t bytes) {
    void *room = tryAllocateYoung(bytes);
    return room ? room : allocateYoungSlow(bytes);
  }
  /// The same without a collection; null if there is no room.
  void *tryAllocateYoung(size_t bytes) {
    if (static_cast<size_t>(limit_ - cursor_) < bytes)
      return nullptr;
    void *room = cursor_;
    cursor_ += bytes;
    return room;
  }
  static Object *initialize(void *room, Kind kind, uint32_t type, uint16_t aux) {
    auto *object = static_cast<Object *>(room);
    object->type = type;
    object->kind = kind;
    object->gc = 0;
    object->aux = aux;
    return object;
  }
  /// An object without references that lives as long as the heap.
  Object *allocateImmortal(Kind kind, uint32_t type, uint16_t aux, size_t bytes);
  /// Frees the buffer now if that is possible; nothing may refer to it.
  void releaseBuffer(Buffer *buffer);

  bool isYoung(const Object *object) const {
    return reinterpret_cast<uintptr_t>(object) - reinterpret_cast<uintptr_t>(youngBegin_) <
           youngBytes_;
  }
  /// Stores a reference into a field or element of `owner`.
  void store(Object *owner, Ref *slot, Ref value) {
    *slot = value;
    if ((owner->gc & kWatched) && isYoung(value)) [[unlikely]]
      remember(owner, slot);
  }
  /// To be called after writing many references into `owner` without store().
  void recordBulkStore(Object *owner) {
    if (owner->gc & kWatched)
      rememberAll(owner);
  }

  /// Records that `*slot` in `owner`, which is watched, now holds a young reference.
  void remember(Object *owner, Ref *slot);

  void collectYoung();
  void collectFull();

  /// Bytes of all objects that were not found dead, without young ones.
  size_t oldBytes() const { return smallBytes_ + large_.bytes(); }
  const GcStatistics &statistics() const { return statistics_; }
  /// Bytes allocated since the heap was made.
  uint64_t allocatedBytes() const {
    return statistics_.allocatedBytes + static_cast<size_t>(cursor_ - youngBegin_);
  }

private:
  friend class Rooted;
  friend class HeapCheck;
  class Evacuation;
  class Pause;

  void *allocateYoungSlow(size_t bytes);
  Object *allocateLarge(Kind kind, uint32_t type, uint16_t aux, size_t bytes);
  void rememberAll(Object *owner);
  void visitAllRoots(RootVisitor &visitor);
  void evacuateYoung();
  void markAndSweep();
  void collectForRoom(size_t bytes);
  bool isStressedFullDue();
  void checkSometimes();
  void resetYoung();
  bool overLimit(size_t bytes) const {
    return options_.maxBytes && oldBytes() + bytes > options_.maxBytes;
  }

  char *cursor_ = nullptr, *limit_ = nullptr;
  char *youngBegin_ = nullptr;
  size_t youngBytes_ = 0;
  uint8_t colour_ = kColourA;

  HeapOptions options_;
  const Shapes &shapes_;
  RootSource &roots_;
  class Rooted *rooted_ = nullptr;
  OldSpace old_;
  LargeSpace large_;
  Marker marker_;
  std::vector<Object *> remembered_; // old objects that may refer to young ones
  std::vector<Object *> promoted_;   // moved objects whose references are not yet updated
  size_t smallBytes_ = 0;            // cells in use in old_
  size_t fullThreshold_;
  uint64_t sinceFull_ = 0, sinceCheck_ = 0; // collections, in stress modes
  std::vector<std::unique_ptr<char[]>> immortal_;
  char *immortalCursor_ = nullptr, *immortalLimit_ = nullptr;
  GcStatistics statistics_;
};

/// A reference held by native code across a safepoint. Lives on the stack, in strict nesting.
class Rooted {
public:
  Rooted(Heap &heap, Ref ref) : ref_(ref), heap_(heap), outer_(heap.rooted_) {
    heap.rooted_ = this;
  }
  ~Rooted() { heap_.rooted_ = outer_; }
  Rooted(const Rooted &) = delete;
  Rooted &operator=(const Rooted &) = delete;

  Ref get() const { return ref_; }
  template <typename T> T *as() const { return static_cast<T *>(ref_); }
  void set(Ref ref) { ref_ = ref; }

private:
  friend class Heap;
  Ref ref_;
  Heap &heap_;
  Rooted *outer_;
};

} // namespace orus::vm
