// A second, independent verifier for the code of functions, written for clarity only: a worklist
// over full states, one for each instruction. Its verdicts must agree with those of format/verify.
#pragma once

#include "format/image/LoadedImage.h"

#include <optional>
#include <string>

namespace orus::verify::slow {

/// Why the code of the image is refused, or nothing. The tables must have been found to be sound:
/// ids in records and ranges are not checked here.
std::optional<std::string> refuse(const image::LoadedImage &image);

} // namespace orus::verify::slow
