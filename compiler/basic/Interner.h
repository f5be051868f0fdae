// Interned names: one 32-bit id for each distinct spelling of a compilation.
#pragma once

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"

#include <cstdint>
#include <vector>

namespace orus::basic {

/// A spelling. Two symbols of one Interner are equal exactly if their texts are. 0 is no name.
struct Symbol {
  uint32_t id = 0;

  explicit operator bool() const { return id != 0; }
  friend bool operator==(Symbol, Symbol) = default;
};

class Interner {
public:
  Interner();
  Symbol intern(llvm::StringRef text);
  /// The spelling, valid as long as the interner.
  llvm::StringRef text(Symbol symbol) const { return texts_[symbol.id]; }
  size_t size() const { return texts_.size(); }

private:
  llvm::BumpPtrAllocator arena_;
  llvm::DenseMap<llvm::StringRef, uint32_t> ids_;
  std::vector<llvm::StringRef> texts_;
};

} // namespace orus::basic

template <> struct llvm::DenseMapInfo<orus::basic::Symbol> {
  static orus::basic::Symbol getEmptyKey() { return {~0u}; }
  static orus::basic::Symbol getTombstoneKey() { return {~0u - 1}; }
  static unsigned getHashValue(orus::basic::Symbol s) { return s.id * 2654435769u; }
  static bool isEqual(orus::basic::Symbol a, orus::basic::Symbol b) { return a == b; }
};
