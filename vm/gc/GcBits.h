// What the collector keeps in the header of an object.
#pragma once

#include <cstdint>

namespace orus::vm {

/// Bits of Object::gc; all are clear in young objects.
enum GcBits : uint8_t {
  kColourA = 1, // an old object is marked if it has the colour of the current cycle;
  kColourB = 2, // immortal objects have both
  kWatched = 4, // a store of a young reference must be remembered
  kLarge = 8,
};

} // namespace orus::vm
