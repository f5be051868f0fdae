// The native functions of Natives.def, and what casts of dynamic values share with them.
#pragma once

#include "vm/core/Machine.h"

namespace orus::vm {

/// Runs a native on arguments in outgoing slots; its result goes into the first slot of its bank.
/// False if it has noted a panic.
bool runNative(Machine &machine, isa::NativeId native, uint64_t *scalars, Ref *references);

/// `as string` of a scalar (manual 4.8).
String *textOfScalar(Strings &strings, image::ScalarType type, uint64_t bits);

struct CastResult {
  uint64_t bits;
  std::optional<base::Panic> panic;
};
/// `as` between scalar types.
CastResult castScalar(image::ScalarType from, image::ScalarType to, uint64_t bits);

} // namespace orus::vm
