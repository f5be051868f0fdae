// The build id of image files. Here, not in `format`, because the hash is LLVM's BLAKE3.
#pragma once

#include "format/image/BuildId.h"

namespace orus::tools {

/// The id that an image file ought to have: BLAKE3-256 of it with an id of zeros. Nothing if it has
/// no place for an id.
std::optional<image::BuildId> computeBuildId(base::ByteView file);

/// Gives an image file its id. Does nothing to a file without a place for it.
void sealImage(base::Bytes &file);

} // namespace orus::tools
