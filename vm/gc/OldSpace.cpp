#include "vm/gc/OldSpace.h"

#include "vm/gc/Poison.h"

#include <cstdlib>
#include <new>

namespace orus::vm {

OldSpace::OldSpace() {
  for (unsigned i = 0; i < kSizeClassCount; ++i)
    classes_[i].cell = kCellSizes[i];
}

OldSpace::~OldSpace() {
  auto release = [](Block *block) {
    while (block) {
      Block *next = block->next;
      unpoison(block, kBlockBytes);
      std::free(block);
      block = next;
    }
  };
  for (SizeClass &sizeClass : classes_) {
    release(sizeClass.swept);
    release(sizeClass.unswept);
  }
  release(spare_);
}

OldSpace::FreeRun *OldSpace::formatRun(char *begin, char *end, FreeRun *next) {
  unpoison(begin, sizeof(FreeRun));
  auto *run = reinterpret_cast<FreeRun *>(begin);
  run->type = static_cast<uint32_t>(end - begin);
  run->kind = Kind::Free;
  run->gc = 0;
  run->aux = 0;
  run->next = next;
  poison(begin + sizeof(FreeRun), static_cast<size_t>(end - begin) - sizeof(FreeRun));
  return run;
}

void OldSpace::retire(SizeClass &sizeClass) {
  if (sizeClass.cursor != sizeClass.limit)
    sizeClass.runs = formatRun(sizeClass.cursor, sizeClass.limit, sizeClass.runs);
  sizeClass.cursor = sizeClass.limit = nullptr;
}

void OldSpace::refill(SizeClass &sizeClass) {
  while (!sizeClass.runs && sizeClass.unswept)
    sweepNext(sizeClass);
  if (!sizeClass.runs) {
    Block *block = newBlock();
    block->cell = sizeClass.cell;
    block->next = sizeClass.swept;
    sizeClass.swept = block;
    sizeClass.runs = formatRun(block->begin(), block->end(), nullptr);
  }
  FreeRun *run = sizeClass.runs;
  sizeClass.runs = run->next;
  sizeClass.cursor = run->begin();
  sizeClass.limit = run->begin() + run->type;
  unpoison(sizeClass.cursor, static_cast<size_t>(sizeClass.limit - sizeClass.cursor));
}

void OldSpace::sweepNext(SizeClass &sizeClass) {
  Block *block = sizeClass.unswept;
  sizeClass.unswept = block->next;
  FreeRun *runs = sizeClass.runs;
  char *runBegin = nullptr;
  bool anyLive = false;
  for (char *at = block->begin(); at < block->end();) {
    auto *object = reinterpret_cast<Object *>(at);
    if (object->kind != Kind::Free && (object->gc & liveBits_)) {
      anyLive = true;
      if (runBegin)
        runs = formatRun(runBegin, at, runs);
      runBegin = nullptr;
      at += block->cell;
      continue;
    }
    if (!runBegin)
      runBegin = at;
    at += object->kind == Kind::Free ? object->type : block->cell;
  }
  if (!anyLive)
    return releaseBlock(block);
  sizeClass.runs = runBegin ? formatRun(runBegin, block->end(), runs) : runs;
  block->next = sizeClass.swept;
  sizeClass.swept = block;
}

void OldSpace::beginSweep(uint8_t liveBits) {
  liveBits_ = liveBits;
  for (SizeClass &sizeClass : classes_) {
    retire(sizeClass);
    sizeClass.runs = nullptr;
    sizeClass.unswept = sizeClass.swept;
    sizeClass.swept = nullptr;
  }
}

void OldSpace::finishSweep() {
  for (SizeClass &sizeClass : classes_)
    while (sizeClass.unswept)
      sweepNext(sizeClass);
}

OldSpace::Block *OldSpace::newBlock() {
  Block *block = spare_;
  if (block) {
    spare_ = block->next;
    --spareCount_;
  } else {
    block = static_cast<Block *>(std::malloc(kBlockBytes));
    if (!block)
      throw std::bad_alloc();
  }
  ++blockCount_;
  return block;
}

void OldSpace::releaseBlock(Block *block) {
  --blockCount_;
  if (spareCount_ < kSpareBlocks) {
    block->next = spare_;
    spare_ = block;
    ++spareCount_;
    return;
  }
  unpoison(block, kBlockBytes);
  std::free(block);
}

} // namespace orus::vm
