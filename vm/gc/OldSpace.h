// The old generation for objects up to kMaxSmallBytes: blocks of equal cells, one list of blocks
// for each size class. Sweeping is lazy: after a marking, a block is swept when its class needs
// cells.
#pragma once

#include "vm/core/Object.h"
#include "vm/gc/SizeClasses.h"

namespace orus::vm {

class OldSpace {
public:
  OldSpace();
  ~OldSpace();
  OldSpace(const OldSpace &) = delete;
  OldSpace &operator=(const OldSpace &) = delete;

  /// A cell for an object of `bytes` bytes; throws std::bad_alloc.
  void *allocate(size_t bytes) {
    SizeClass &sizeClass = classes_[sizeClassOf(bytes)];
    if (static_cast<size_t>(sizeClass.limit - sizeClass.cursor) < sizeClass.cell)
      refill(sizeClass);
    char *cell = sizeClass.cursor;
    sizeClass.cursor += sizeClass.cell;
    return cell;
  }

  /// Bytes that an object of `bytes` bytes takes here.
  static size_t cellBytes(size_t bytes) { return kCellSizes[sizeClassOf(bytes)]; }

  /// All objects whose header lacks `liveBits` are dead from now on.
  void beginSweep(uint8_t liveBits);
  /// Sweeps what is left, as the bits are about to change their meaning.
  void finishSweep();

  size_t blockCount() const { return blockCount_; }

  /// Calls `visit(Object *)` for every cell in use, dead ones in unswept blocks included.
  template <typename Visit> void forEachObject(Visit visit);

private:
  struct Block {
    Block *next;
    uint64_t cell;
    char *begin() { return reinterpret_cast<char *>(this + 1); }
    char *end() { return begin() + (kBlockBytes - sizeof(Block)) / cell * cell; }
  };
  struct FreeRun : Object {
    FreeRun *next;
    char *begin() { return reinterpret_cast<char *>(this); }
  };
  struct SizeClass {
    uint32_t cell = 0;
    char *cursor = nullptr, *limit = nullptr; // the run that cells are taken from
    FreeRun *runs = nullptr;
    Block *swept = nullptr, *unswept = nullptr;
  };

  static constexpr size_t kBlockBytes = 64 * 1024;
  static constexpr unsigned kSpareBlocks = 16;

  void refill(SizeClass &sizeClass);
  void retire(SizeClass &sizeClass);
  void sweepNext(SizeClass &sizeClass);
  Block *newBlock();
  void releaseBlock(Block *block);
  static FreeRun *formatRun(char *begin, char *end, FreeRun *next);

  SizeClass classes_[kSizeClassCount];
  Block *spare_ = nullptr;
  unsigned spareCount_ = 0;
  size_t blockCount_ = 0;
  uint8_t liveBits_ = 0;
};

template <typename Visit> void OldSpace::forEachObject(Visit visit) {
  for (SizeClass &sizeClass : classes_) {
    retire(sizeClass);
    for (Block *list : {sizeClass.swept, sizeClass.unswept})
      for (Block *block = list; block; block = block->next)
        for (char *at = block->begin(); at < block->end();) {
          auto *object = reinterpret_cast<Object *>(at);
          at += object->kind == Kind::Free ? object->type : block->cell;
          if (object->kind != Kind::Free)
            visit(object);
        }
  }
}

} // namespace orus::vm
