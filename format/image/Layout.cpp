#include "format/image/Layout.h"

namespace orus::image {

namespace {

consteval bool areInOrder() {
  for (size_t i = 1; i < std::size(kSections); ++i)
    if (kSections[i - 1].kind >= kSections[i].kind)
      return false;
  return true;
}
static_assert(areInOrder(), "kinds of sections ascend");

} // namespace

std::string readableVersions() {
  std::string major = std::to_string(kFormatMajor) + ".";
  return kFormatMinor == 0 ? major + "0" : major + "0 to " + major + std::to_string(kFormatMinor);
}

std::string sectionName(uint32_t kind) {
  if (const SectionInfo *row = findSection(kind))
    return std::string(row->name);
  return "kind " + std::to_string(kind);
}

} // namespace orus::image
