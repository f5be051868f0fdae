// From a file to a verified image.
#pragma once

#include "format/base/Result.h"
#include "format/image/LoadedImage.h"

#include <string>

namespace orus::vm {

/// Reads an image (`-` is standard input) into private memory and verifies it.
base::Result<image::LoadedImage> loadImage(const std::string &path);
base::Result<image::LoadedImage> loadImage(base::ByteView bytes);

} // namespace orus::vm
