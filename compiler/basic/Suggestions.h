// "Did you mean": the candidate closest to a name that was not found, manual 12.4.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace orus::basic {

/// Optimal string alignment distance, ignoring case: insertions, deletions, replacements and swaps
/// of neighbours count 1 each. Gives up with limit + 1 once the distance exceeds the limit.
unsigned alignmentDistance(llvm::StringRef a, llvm::StringRef b, unsigned limit);

/// The closest of the candidates, if one is close enough to be meant. Of several at the same
/// distance the first wins: callers list nearer declarations first, equals alphabetically.
std::optional<llvm::StringRef> closestName(llvm::StringRef name,
                                           llvm::ArrayRef<llvm::StringRef> candidates);

/// The names in backticks, separated by commas; of many, the first ones and how many more there
/// are.
std::string listNames(llvm::ArrayRef<llvm::StringRef> names);

} // namespace orus::basic
