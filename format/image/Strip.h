// Images without what is only for people and debuggers.
#pragma once

#include "format/base/Bytes.h"
#include "format/image/LoadedImage.h"

namespace orus::image {

/// The file without the sections that can be stripped. The others keep their bytes; only header and
/// section table are made anew.
base::Bytes strip(const LoadedImage &image);

} // namespace orus::image
