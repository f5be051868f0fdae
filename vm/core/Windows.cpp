#include "vm/core/Windows.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace orus::vm {

namespace {

constexpr size_t kStepSlots = 1024;

void *reserve(size_t bytes) {
  void *bank = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return bank == MAP_FAILED ? nullptr : bank;
}

} // namespace

Windows::Windows(size_t bytes, size_t largestWindow) : largest_(largestWindow) {
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t least = (largestWindow + kRecordWords + 1) * sizeof(uint64_t);
  for (bytes = std::max(bytes, least);; bytes = std::max(bytes / 2, least)) {
    bytes = (bytes + page - 1) / page * page;
    scalars_ = static_cast<uint64_t *>(reserve(bytes));
    references_ = scalars_ ? static_cast<Ref *>(reserve(bytes)) : nullptr;
    if (references_)
      break;
    if (scalars_)
      munmap(scalars_, bytes);
    if (bytes / 2 < least)
      throw std::bad_alloc();
  }
  slots_ = bytes / sizeof(uint64_t);
  limit_ = scalars_;
  raiseLimit(scalars_ + kRecordWords);
}

Windows::~Windows() {
  munmap(scalars_, slots_ * sizeof(uint64_t));
  munmap(references_, slots_ * sizeof(uint64_t));
}

bool Windows::raiseLimit(const uint64_t *base) {
  size_t last = slots_ - largest_;
  auto wanted = static_cast<size_t>(base - scalars_);
  if (wanted > last)
    return false;
  limit_ = scalars_ + std::min(last, wanted + kStepSlots);
  return true;
}

void Windows::clearDead(Ref *top, const uint64_t *base) {
  Ref *end = references_ + std::min(slots_, static_cast<size_t>(limit_ - scalars_) + largest_);
  if (top < end)
    std::memset(static_cast<void *>(top), 0, static_cast<size_t>(end - top) * sizeof(Ref));
  raiseLimit(base);
}

} // namespace orus::vm
