// Bytes at an address aligned for code and constants that are used in place.
#pragma once

#include "format/base/Bytes.h"

#include <cstdlib>
#include <memory>
#include <utility>

namespace orus::base {

/// An owned buffer of bytes that starts at a multiple of 64. It grows only on request, and failing
/// to get memory is a return value.
class AlignedBuffer {
public:
  static constexpr size_t kAlignment = 64;

  AlignedBuffer() = default;
  AlignedBuffer(AlignedBuffer &&other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  AlignedBuffer &operator=(AlignedBuffer &&other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  uint8_t *data() { return data_.get(); }
  const uint8_t *data() const { return data_.get(); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  ByteView view() const { return {data(), size_}; }

  /// Makes room for `capacity` bytes in all; false if there is no memory.
  [[nodiscard]] bool reserve(size_t capacity) {
    if (capacity <= capacity_)
      return true;
    size_t rounded = alignUp(capacity, kAlignment);
    std::unique_ptr<uint8_t, Free> bigger(
        static_cast<uint8_t *>(std::aligned_alloc(kAlignment, rounded)));
    if (!bigger)
      return false;
    if (size_)
      std::memcpy(bigger.get(), data(), size_);
    data_ = std::move(bigger);
    capacity_ = rounded;
    return true;
  }

  /// Sets the size, at most the capacity; new bytes are not initialised.
  void setSize(size_t size) { size_ = size; }

  /// Removes `count` bytes from the front.
  void dropFront(size_t count) {
    size_ -= count;
    std::memmove(data(), data() + count, size_);
  }

private:
  struct Free {
    void operator()(uint8_t *p) const { std::free(p); }
  };
  std::unique_ptr<uint8_t, Free> data_;
  size_t size_ = 0, capacity_ = 0;
};

} // namespace orus::base
