// Deterministic mutations of texts and binary files. The same seed gives the same mutants with
// every compiler and library.
#pragma once

#include "format/base/Bytes.h"

#include <cstdint>
#include <span>

namespace orus::fuzz {

/// splitmix64, by Sebastiano Vigna (public domain).
class Random {
public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  /// 0 … bound - 1; bound is not 0.
  size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }

private:
  uint64_t state_;
};

/// A changed copy of one of the seeds, of at most `limit` bytes.
base::Bytes mutant(std::span<const base::Bytes> seeds, size_t limit, Random &random);

} // namespace orus::fuzz
