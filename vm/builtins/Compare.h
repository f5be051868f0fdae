// Equality of values: `==` (manual 4.6.1) and the deep comparison of assert_eq (11.11).
#pragma once

#include "vm/builtins/Value.h"

namespace orus::vm {

enum class Equality : uint8_t { Equal, Different, TooDeep };

/// `==`: enums by variant and payload; arrays, structs, ranges, errors and functions by identity.
Equality compareValues(const image::TypeTable &types, Value a, Value b);

/// The same, but arrays by length and elements, and structs by fields.
Equality compareDeep(const image::TypeTable &types, Value a, Value b);

} // namespace orus::vm
