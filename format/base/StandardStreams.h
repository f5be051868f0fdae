// The three descriptors that a process inherits.
#pragma once

namespace orus::base {

/// Occupies descriptors 0 to 2 that are closed, so that no file opened later takes their place.
/// Reading from a replaced one ends at once; writing to it fails.
void secureStandardStreams();

} // namespace orus::base
