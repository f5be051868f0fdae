// From counts by instruction word to a profile by function and source.
#pragma once

#include "format/image/LoadedImage.h"
#include "format/profile/Profile.h"

#include <span>

namespace orus::profile {

/// A call of a function value, by word of CODE, and the function that it called.
struct CalledTarget {
  uint32_t word = 0;
  image::FunctionId function = 0;
  uint64_t count = 0;
};

/// `words` counts calls, back edges and spills by word of CODE, for an image that has been
/// verified. Without line entries there are counts by word only.
Profile collect(const image::LoadedImage &image, std::span<const uint64_t> words,
                std::span<const CalledTarget> targets);

} // namespace orus::profile
