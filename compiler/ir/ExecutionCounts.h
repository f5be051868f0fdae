// How often calls and loops ran, from a profile, by place in the source.
#pragma once

#include "compiler/ir/Ir.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>

namespace orus::ir {

class ExecutionCounts {
public:
  struct Target {
    uint64_t sourceHash = 0; // of the function that was called
    uint64_t count = 0;
  };

  // For the one that reads the profile.
  void addFunction(uint64_t sourceHash) { known_.insert(sourceHash); }
  void addCall(SourceLoc at, uint64_t count) { add(calls_, at, count); }
  void addLoop(SourceLoc at, uint64_t count) { add(loops_, at, count); }
  void addTarget(SourceLoc at, Target target) { targets_[at.offset].push_back(target); }

  /// How often the call, or the loop whose first place this is, ran; nothing if the profile does
  /// not know: it may be of another version of the function, or the call was inlined when it was
  /// made.
  std::optional<uint64_t> calls(const Module &module, const Function &fn, Position at) const {
    return find(calls_, module, fn, at);
  }
  std::optional<uint64_t> passes(const Module &module, const Function &fn, Position at) const {
    return find(loops_, module, fn, at);
  }
  /// The functions that a call of a function value called.
  ArrayRef<Target> targets(SourceLoc at) const {
    auto it = targets_.find(at.offset);
    return it == targets_.end() ? ArrayRef<Target>() : ArrayRef<Target>(it->second);
  }
  /// Whether so many calls or passes are a good part of the whole run.
  bool isHot(uint64_t count) const { return count != 0 && count >= total_ / 100; }
  /// Places of the loops with at least a tenth of all passes and calls.
  llvm::DenseSet<uint32_t> hotLoops() const {
    llvm::DenseSet<uint32_t> hot;
    for (auto [offset, count] : loops_)
      if (count >= total_ / 10 && count > 1000)
        hot.insert(offset);
    return hot;
  }

private:
  using ByOffset = llvm::DenseMap<uint32_t, uint64_t>;

  void add(ByOffset &counts, SourceLoc at, uint64_t count) {
    counts[at.offset] += count;
    total_ += count;
  }
  std::optional<uint64_t> find(const ByOffset &counts, const Module &module, const Function &fn,
                               Position at) const {
    const Function &source =
        at.site == kNone ? fn : *module.functions[fn.inlineSites[at.site].callee];
    if (!at.valid() || !known_.contains(source.sourceHash))
      return std::nullopt;
    auto it = counts.find(at.offset);
    return it == counts.end() ? std::nullopt : std::optional(it->second);
  }

  llvm::DenseSet<uint64_t> known_; // source hashes
  ByOffset calls_, loops_;
  llvm::DenseMap<uint32_t, std::vector<Target>> targets_;
  uint64_t total_ = 0;
};

} // namespace orus::ir
