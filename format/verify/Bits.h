// A bit set over the words of a function, reused from function to function.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace orus::verify {

class Bits {
public:
  void reset(size_t size) { words_.assign(size / 64 + 1, 0); }
  void set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  bool test(size_t i) const { return words_[i / 64] >> (i % 64) & 1; }

  const std::vector<uint64_t> &words() const { return words_; }

  /// The first member of this set that is not in `other`, or `none`.
  size_t firstNotIn(const Bits &other, size_t none) const {
    for (size_t w = 0; w < words_.size(); ++w)
      if (uint64_t extra = words_[w] & ~other.words_[w])
        return w * 64 + static_cast<size_t>(std::countr_zero(extra));
    return none;
  }

private:
  std::vector<uint64_t> words_;
};

/// Numbers the members of a set in ascending order.
class Ranks {
public:
  void build(const Bits &bits) {
    bits_ = &bits;
    before_.clear();
    count_ = 0;
    for (uint64_t word : bits.words()) {
      before_.push_back(count_);
      count_ += static_cast<uint32_t>(std::popcount(word));
    }
  }
  uint32_t count() const { return count_; }
  /// How many members are smaller than `i`: its own number if it is a member.
  uint32_t operator[](size_t i) const {
    uint64_t below = (uint64_t{1} << (i % 64)) - 1;
    return before_[i / 64] + static_cast<uint32_t>(std::popcount(bits_->words()[i / 64] & below));
  }

private:
  const Bits *bits_ = nullptr;
  std::vector<uint32_t> before_;
  uint32_t count_ = 0;
};

} // namespace orus::verify
