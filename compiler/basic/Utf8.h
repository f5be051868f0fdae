// UTF-8 as far as the compiler looks at it: validity, and code points for messages and columns.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace orus::basic {

/// A code point and the number of bytes it takes.
struct CodePoint {
  uint32_t value;
  uint32_t size;
};

/// The code point at the front of a non-empty text; a size of 0 if the text does not begin with a
/// valid sequence.
CodePoint decodeUtf8(llvm::StringRef text);

/// Offset of the first byte that is not part of valid UTF-8.
std::optional<size_t> firstInvalidUtf8(llvm::StringRef text);

} // namespace orus::basic
