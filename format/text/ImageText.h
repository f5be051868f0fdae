// From the text form of an image to its bytes, for tests: the text can describe every image,
// including those that no reader accepts. Its syntax is in docs/reference/image-text.md.
#pragma once

#include "format/base/Bytes.h"
#include "format/base/Result.h"

#include <string_view>

namespace orus::text {

/// The bytes of the file that `text` describes. An error names the line.
base::Result<base::Bytes> assembleImage(std::string_view text);

} // namespace orus::text
