// Writing of images: from records to bytes, the same bytes for the same records everywhere.
#pragma once

#include "format/base/Bytes.h"
#include "format/base/Result.h"
#include "format/image/Image.h"
#include "format/image/Layout.h"

#include <span>

namespace orus::image {

/// The bytes of an image file. Fails, with the kind TooLarge, only if the image exceeds a limit.
/// Sections that can be stripped are left out when empty.
base::Result<base::Bytes> writeImage(const Image &image);

/// A section before it has a place in a file.
struct SectionContent {
  uint32_t kind = 0;
  uint32_t flags = 0;
  uint32_t count = 0;
  uint8_t alignmentLog2 = 3;
  uint8_t encoding = 0;
  base::Bytes bytes;
};

/// The sections of an image in file order, without regard for limits.
std::vector<SectionContent> encodeSections(const Image &image);

/// The section of composite types, which need not be well formed.
SectionContent encodeTypes(std::span<const Type> types);

/// Header, section table and contents, with checksums.
base::Bytes layOut(std::span<const SectionContent> sections);

/// Recomputes the checksums of sections that lie within `file`, and of the header.
void updateChecksums(base::Bytes &file);

} // namespace orus::image
