// Remarks: what optimisation and register allocation did, or had to leave, at places of the source.
// Unlike diagnostics they say nothing about the program being right.
#pragma once

#include "compiler/basic/Source.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <utility>
#include <vector>

namespace orus::basic {

struct Remark {
  enum class Kind : uint8_t { Passed, Missed, Analysis };

  Kind kind{};
  const char *pass = ""; // what -R selects by
  const char *name = ""; // what happened, one word: "CallNotInlined"
  SourceLoc loc;         // may be invalid
  std::string function;  // in which it happened
  /// The sentence in pieces: a key and a text. Pieces of plain text have the key "String".
  std::vector<std::pair<std::string, std::string>> parts;

  Remark &text(std::string piece) { return parts.emplace_back("String", std::move(piece)), *this; }
  Remark &value(const char *key, std::string piece) {
    return parts.emplace_back(key, std::move(piece)), *this;
  }
  std::string sentence() const {
    std::string whole;
    for (const auto &[key, piece] : parts)
      whole += piece;
    return whole;
  }
};

/// The remarks of one compilation.
class Remarks {
public:
  Remark &add(Remark::Kind kind, const char *pass, const char *name, SourceLoc loc,
              llvm::StringRef function) {
    return all_.emplace_back(Remark{kind, pass, name, loc, function.str(), {}});
  }
  llvm::ArrayRef<Remark> all() const { return all_; }

private:
  std::vector<Remark> all_;
};

} // namespace orus::basic
