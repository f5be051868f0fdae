// What differs between two images.
#pragma once

#include "format/image/LoadedImage.h"

#include "llvm/Support/raw_ostream.h"

namespace orus::objdump {

/// Prints the sections whose sizes differ, the functions that only one image has, and the lines of
/// code that differ in the others, the old ones after `-` and the new ones after `+`. Functions are
/// known by name and type, those without a name by their order. Whether there is a difference; two
/// files of the same bytes have none.
bool printDifference(llvm::raw_ostream &out, const image::LoadedImage &before,
                     const image::LoadedImage &after);

} // namespace orus::objdump
