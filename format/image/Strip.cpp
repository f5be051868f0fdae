#include "format/image/Strip.h"

#include "format/image/Writer.h"

namespace orus::image {

base::Bytes strip(const LoadedImage &image) {
  base::ByteView file = image.bytes.view();
  std::vector<SectionContent> kept;
  for (const SectionEntry &entry : image.sections) {
    if (entry.flags & kStrippable)
      continue;
    base::ByteView bytes = file.subspan(entry.offset, entry.size);
    kept.push_back({entry.kind, entry.flags, entry.count, entry.alignmentLog2, entry.encoding,
                    base::Bytes(bytes.begin(), bytes.end())});
  }
  return layOut(kept);
}

} // namespace orus::image
