// What a run counts for a profile.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace orus::vm {

struct ProfileCounts {
  std::vector<uint64_t> words;                    // calls, back edges and spills, by word of CODE
  std::unordered_map<uint64_t, uint64_t> targets; // word << 32 | function called by value

  /// How many calls and passes the next sample stands for: one at first, so that short runs are
  /// exact, and more the longer the run. It varies, so that no loop runs in step with it; the same
  /// run always gives the same counts.
  uint64_t nextPeriod() {
    constexpr uint64_t kSamplesPerPeriod = 1024, kLongestPeriod = 4096;
    if (++samples_ % kSamplesPerPeriod == 0 && period_ < kLongestPeriod)
      period_ *= 2;
    random_ = random_ * 6364136223846793005 + 1442695040888963407; // Knuth, MMIX
    return period_ == 1 ? 1 : period_ / 2 + (random_ >> 33) % period_;
  }

private:
  uint64_t period_ = 1, samples_ = 0, random_ = 1;
};

} // namespace orus::vm
