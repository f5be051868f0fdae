// The limits of an image as constants, expanded from Limits.def.
#pragma once

#include <cstdint>

namespace orus::image {

#define ORUS_LIMIT(type, name, value, meaning) inline constexpr type name = value;
#include "format/image/Limits.def"

} // namespace orus::image
