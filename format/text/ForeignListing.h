// What can be shown of an image of another version: its header and sections, whose form does not
// change, and records and code as far as the image describes them itself (SCHEMA and OPCODES).
#pragma once

#include "format/image/LoadedImage.h"

#include <functional>
#include <string_view>

namespace orus::text {

/// `image` has the bytes of the file, its header and the section table; nothing in them is
/// believed. Output and work are linear in the size of the file.
void writeForeign(const image::LoadedImage &image,
                  const std::function<void(std::string_view)> &sink);

} // namespace orus::text
