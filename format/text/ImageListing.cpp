#include "format/text/ImageListing.h"

#include "format/base/Text.h"
#include "format/image/BuildId.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace orus::text {
namespace {

[[gnu::format(printf, 2, 3)]] void appendf(std::string &out, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  out += text;
}

unsigned long long wide(uint64_t value) { return value; }

void appendFeatures(std::string &out, const char *label, uint64_t bits, bool isRequired) {
  appendf(out, "; %-12s 0x%llx", label, wide(bits));
  for (const image::FeatureInfo &feature : image::kFeatures)
    if (feature.isRequired == isRequired && bits >> feature.bit & 1)
      (out += ' ') += feature.name;
  out += '\n';
}

} // namespace

void appendHeader(std::string &out, const image::LoadedImage &image, const ImageNames &names) {
  const image::Header &header = image.header;
  const image::Manifest &manifest = image.manifest;
  appendf(out, "; format       %u.%u, %llu bytes, %u sections\n", header.major, header.minor,
          wide(header.fileSize), header.sectionCount);
  out += "; producer     " + base::escaped(manifest.producer) + "\n";
  appendf(out, "; compiled     edition %u, level %u, %u registers\n", manifest.edition,
          manifest.optimization, manifest.registerBudget);
  appendf(out, "; entry        f%u ", manifest.entry);
  out += names.function(manifest.entry) + "\n";
  appendFeatures(out, "required", header.requiredFeatures, true);
  appendFeatures(out, "optional", header.optionalFeatures, false);
  appendf(out, "; instructions %08x\n; records      %08x\n; checksum     %016llx\n",
          header.opcodeHash, header.schemaHash, wide(header.checksum));
  if (auto id = image::buildIdOf(image.bytes.view()))
    out += "; build id     " + image::hex(*id) + "\n";
}

void appendSections(std::string &out, const image::LoadedImage &image) {
  out += "; section      kind     offset       size    count align encoding flags     checksum\n";
  for (const image::SectionEntry &entry : image.sections) {
    std::string flags;
    if (entry.flags & image::kRequired)
      flags += "required";
    if (entry.flags & image::kStrippable)
      flags += "strip";
    const char *encoding = entry.encoding == 0 ? "raw" : entry.encoding == 1 ? "archive" : "?";
    const image::SectionInfo *row = image::findSection(entry.kind);
    std::string name(row ? row->name : "(opaque)");
    appendf(out, "; %-12s %5u %10llu %10llu %8u %5u %-8s %-9s %016llx\n", name.c_str(), entry.kind,
            wide(entry.offset), wide(entry.size), entry.count,
            entry.alignmentLog2 < 32 ? 1u << entry.alignmentLog2 : 0u, encoding, flags.c_str(),
            wide(entry.checksum));
  }
}

void appendBytes(std::string &out, const image::LoadedImage &image, uint64_t offset, uint64_t end) {
  base::ByteView file = image.bytes.view();
  end = std::min({offset + 16, end, uint64_t{file.size()}});
  appendf(out, "; %8llx ", wide(offset));
  std::string text;
  for (uint64_t i = offset; i < offset + 16; ++i) {
    if ((i - offset) % 4 == 0)
      out += ' ';
    if (i >= end) {
      out += "  ";
      continue;
    }
    appendf(out, "%02x", file[i]);
    text += file[i] >= 0x20 && file[i] < 0x7F ? static_cast<char>(file[i]) : '.';
  }
  out += "  " + text + "\n";
}

} // namespace orus::text
