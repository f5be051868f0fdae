// How the bytes of an image are shared out, for people.
#include "format/base/Text.h"
#include "format/text/ImageListing.h"

#include <algorithm>
#include <cstdio>

namespace orus::text {
namespace {

void appendRow(std::string &out, uint64_t bytes, uint64_t whole, const std::string &what) {
  char text[64];
  double share = whole ? 100.0 * static_cast<double>(bytes) / static_cast<double>(whole) : 0;
  std::snprintf(text, sizeof text, ";   %10llu %5.1f %%  ", static_cast<unsigned long long>(bytes),
                share);
  out += text + what + "\n";
}

} // namespace

void appendSizes(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                 std::span<const image::FunctionId> functions) {
  uint64_t whole = image.bytes.size(), inSections = 0;
  std::vector<const image::SectionEntry *> sections;
  for (const image::SectionEntry &entry : image.sections) {
    sections.push_back(&entry);
    inSections += std::min<uint64_t>(entry.size, whole);
  }
  std::ranges::sort(sections, [](const auto *a, const auto *b) {
    return a->size != b->size ? a->size > b->size : a->kind < b->kind;
  });
  out += "; " + std::to_string(whole) + " bytes\n";
  for (const image::SectionEntry *entry : sections)
    appendRow(out, entry->size, whole,
              image::sectionName(entry->kind) +
                  (entry->flags & image::kStrippable ? ", can be stripped" : ""));
  appendRow(out, whole - std::min(inSections, whole), whole, "header, section table, padding");
  std::vector<image::FunctionId> order(functions.begin(), functions.end());
  std::ranges::sort(order, [&](image::FunctionId a, image::FunctionId b) {
    uint32_t left = image.functions[a].codeLength, right = image.functions[b].codeLength;
    return left != right ? left > right : a < b;
  });
  out += "; code of " + std::to_string(order.size()) + " functions\n";
  for (image::FunctionId id : order)
    appendRow(out, uint64_t{4} * image.functions[id].codeLength, whole,
              "f" + std::to_string(id) + " " + names.function(id));
}

} // namespace orus::text
