// The fields of loop records by name, for text and JSON.
#pragma once

#include "format/image/Image.h"

#include <string_view>

namespace orus::text {

struct LoopField {
  std::string_view key;
  uint32_t image::LoopRecord::*member;
};

/// Every field except `function`.
inline constexpr LoopField kLoopFields[] = {
    {"begin", &image::LoopRecord::begin},
    {"end", &image::LoopRecord::end},
    {"file", &image::LoopRecord::file},
    {"line", &image::LoopRecord::line},
    {"column", &image::LoopRecord::column},
    {"inlined", &image::LoopRecord::inlined},
    {"parent", &image::LoopRecord::parent},
    {"depth", &image::LoopRecord::depth},
    {"scalarPressure", &image::LoopRecord::scalarPressure},
    {"referencePressure", &image::LoopRecord::referencePressure},
    {"spillLoads", &image::LoopRecord::spillLoads},
    {"spillStores", &image::LoopRecord::spillStores},
    {"constants", &image::LoopRecord::constants},
    {"moves", &image::LoopRecord::moves},
    {"boxed", &image::LoopRecord::boxed},
    {"moduleAccesses", &image::LoopRecord::moduleAccesses},
    {"calls", &image::LoopRecord::calls},
    {"instructions", &image::LoopRecord::instructions},
};

} // namespace orus::text
