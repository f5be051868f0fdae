// Equality of values: `==` (manual 4.6.1) and the deep comparison of assert_eq (11.11).
#pragma once

#include "vm/builtins/Value.h"

namespace orus::vm {

/// `==`: arrays, ranges, errors and functions by identity.
bool equalValues(Value a, Value b);

enum class DeepResult : uint8_t { Equal, Different, TooDeep };

/// Arrays by length and elements.
DeepResult compareDeep(const image::TypeTable &types, Value a, Value b);

} // namespace orus::vm
