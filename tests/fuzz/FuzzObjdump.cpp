// Everything orus-objdump prints of an image, sound or not, and the assembler on the result.
#include "format/text/Disassembler.h"
#include "format/text/ForeignListing.h"
#include "format/text/ImageJson.h"
#include "format/text/ImageListing.h"
#include "format/text/ImageText.h"
#include "tests/fuzz/Images.h"

#include <algorithm>

using namespace orus;

namespace {

void appendAll(std::string &out, const image::LoadedImage &image) {
  text::ImageNames names(image);
  text::appendHeader(out, image, names);
  text::appendSections(out, image);
  for (const image::SectionInfo &row : image::kSections)
    for (size_t i = 0; i < text::recordCount(image, row.kind); ++i)
      text::appendRecord(out, image, names, row.kind, i);
  text::appendExports(out, image, names);
  for (image::ModuleId id = 0; id < image.modules.size(); ++id)
    text::appendModuleRegisters(out, image, names, id);
  text::Disassembler disassembler(
      image, names, {.showsLines = true, .showsSummaries = true, .sourceLine = {}, .count = {}});
  for (image::FunctionId id = 0; id < image.functions.size(); ++id) {
    text::appendRegisters(out, image, names, id);
    disassembler.appendFunction(out, id);
  }
  for (uint64_t at = 0; at < image.bytes.size(); at += 16)
    text::appendBytes(out, image, at, image.bytes.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  image::PartialImage partial = image::readPartially(fuzz::bufferOf(fuzz::imageOf(data, size)));
  text::JsonSelection selection;
  selection.header = selection.sections = selection.records = selection.registers = true;
  selection.code = selection.listsFunctions = true;
  for (image::FunctionId id = 0; id < partial.image.functions.size(); ++id)
    selection.functions.push_back(id);
  text::writeJson(partial.image, selection, partial.error, [](std::string_view) {});
  if (!partial.hasHeader)
    return 0;
  std::string text;
  if (partial.error && partial.error->kind == base::ErrorKind::Version) {
    text::writeForeign(partial.image, [&](std::string_view piece) { text += piece; });
    auto isBad = [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\n'; };
    fuzz::require(std::ranges::none_of(text, isBad), "a control character in the listing");
    fuzz::require(text.size() < 512 * partial.image.bytes.size() + 10'000,
                  "a listing out of proportion to its file");
    return 0;
  }
  appendAll(text, partial.image);
  auto isControl = [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\n'; };
  fuzz::require(std::ranges::none_of(text, isControl), "a control character in the listing");
  auto again = text::assembleImage(text);
  fuzz::require(partial.error || again.has_value(),
                "the text of an image cannot be assembled: " + (again ? "" : again.error().text()));
  return 0;
}
