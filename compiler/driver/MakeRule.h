// The rule for make that `-MD` writes.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace orus::driver {

/// `target: files`, with the characters escaped that mean something to make. With `phony`, every
/// file but the first gets an empty rule of its own: make goes on when it has been removed.
std::string makeRule(llvm::StringRef target, llvm::ArrayRef<std::string> files, bool phony);

} // namespace orus::driver
