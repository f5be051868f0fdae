// orus-objdump: prints what is in an image.
#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"
#include "format/image/Reader.h"
#include "format/image/Strip.h"
#include "format/profile/Profile.h"
#include "format/text/Disassembler.h"
#include "format/text/ForeignListing.h"
#include "format/text/ImageJson.h"
#include "format/text/ImageListing.h"
#include "format/verify/Verifier.h"
#include "tools/common/BuildId.h"
#include "tools/common/Tool.h"
#include "tools/orus-objdump/Diff.h"
#include "tools/orus-objdump/Options.h"
#include "tools/orus-objdump/Sources.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace orus;
using namespace orus::objdump;

namespace {

// Prints the parts of one image that the options ask for.
class Printer {
public:
  Printer(const image::PartialImage &partial, Options &options)
      : partial_(partial), image_(partial.image), options_(options), names_(image_),
        sources_(image_) {
    for (image::FunctionId id = 0; id < image_.functions.size(); ++id)
      if (!options_.functions || options_.functions->match(names_.function(id)))
        functions_.push_back(id);
  }

  /// Takes the counts of a profile of this image; what is wrong, if it cannot be used.
  std::optional<base::Error> useProfile();
  void printText();
  void printJson();

private:
  void records();
  void registers();
  void loops();
  void code();
  void bytes();
  bool isSelected(uint32_t kind) const {
    return options_.section.empty() || image::sectionName(kind) == options_.section;
  }
  void drain() {
    llvm::outs() << text_;
    text_.clear();
  }

  const image::PartialImage &partial_;
  const image::LoadedImage &image_;
  Options &options_;
  text::ImageNames names_;
  Sources sources_;
  std::vector<image::FunctionId> functions_;
  std::string text_;
  llvm::DenseMap<uint32_t, uint64_t> counts_; // of a profile, by word of CODE
};

std::optional<base::Error> Printer::useProfile() {
  auto content = base::readFile(options_.profile, image::kMaxFileSize);
  if (!content)
    return content.error();
  auto profile = profile::parse({reinterpret_cast<const char *>(content->data()), content->size()});
  std::string name = base::inputName(options_.profile);
  if (!profile) {
    base::Error error = profile.error();
    error.message = name + ", " + error.message;
    return error;
  }
  auto id = image::buildIdOf(image_.bytes.view());
  if (!id || profile->image != image::hex(*id))
    return base::Error{base::ErrorKind::Damaged, name + " is a profile of another image", {}};
  for (const profile::FunctionProfile &function : profile->functions)
    if (function.id < image_.functions.size())
      for (const profile::WordCount &entry : function.words)
        counts_[image_.functions[function.id].codeOffset + entry.word] = entry.count;
  return std::nullopt;
}

void Printer::printText() {
  if (options_.header)
    text::appendHeader(text_, image_, names_);
  if (options_.sections)
    text::appendSections(text_, image_);
  if (options_.records)
    records();
  if (options_.registers)
    registers();
  if (options_.exports)
    text::appendExports(text_, image_, names_);
  if (options_.sizes)
    text::appendSizes(text_, image_, names_, functions_);
  if (options_.loops)
    loops();
  if (options_.code)
    code();
  if (options_.bytes)
    bytes();
  drain();
}

void Printer::records() {
  auto isSchema = [](const image::SectionEntry &entry) {
    return entry.kind == static_cast<uint32_t>(image::SectionKind::Schema);
  };
  if (options_.section.empty() && llvm::none_of(image_.sections, isSchema))
    text_ += ".undescribed\n";
  for (const image::SectionInfo &row : image::kSections) {
    if (!isSelected(static_cast<uint32_t>(row.kind)))
      continue;
    for (size_t i = 0; i < text::recordCount(image_, row.kind); ++i) {
      text::appendRecord(text_, image_, names_, row.kind, i);
      drain();
    }
  }
}

void Printer::registers() {
  for (image::ModuleId id = 0; id < image_.modules.size(); ++id) {
    text::appendModuleRegisters(text_, image_, names_, id);
    drain();
  }
  for (image::FunctionId id : functions_) {
    text::appendRegisters(text_, image_, names_, id);
    drain();
  }
}

void Printer::loops() {
  for (size_t i = 0; i < image_.loops.size(); ++i) {
    if (llvm::is_contained(functions_, image_.loops[i].function))
      text::appendLoop(text_, image_, names_, i);
    drain();
  }
}

void Printer::code() {
  text::DisassemblyOptions options;
  options.showsAddresses = options_.addresses;
  options.showsLines = options_.lines;
  options.showsSummaries = options_.records;
  if (options_.source)
    options.sourceLine = [this](uint32_t file, uint32_t line) { return sources_.line(file, line); };
  if (!counts_.empty())
    options.count = [this](uint32_t word) { return counts_.lookup(word); };
  text::Disassembler disassembler(image_, names_, options);
  for (image::FunctionId id : functions_) {
    disassembler.appendFunction(text_, id);
    drain();
  }
}

void Printer::bytes() {
  for (const image::SectionEntry &entry : image_.sections) {
    if (!isSelected(entry.kind) || entry.offset > image_.bytes.size())
      continue;
    text_ += "; bytes of " + image::sectionName(entry.kind) + "\n";
    uint64_t end = entry.offset + std::min(entry.size, image_.bytes.size() - entry.offset);
    for (uint64_t offset = entry.offset; offset < end; offset += 16) {
      text::appendBytes(text_, image_, offset, end);
      drain();
    }
  }
}

void Printer::printJson() {
  text::JsonSelection selection;
  selection.header = options_.header;
  selection.sections = options_.sections || options_.sizes;
  selection.records = options_.records;
  selection.registers = options_.registers;
  selection.code = options_.code;
  selection.exports = options_.exports;
  selection.loops = options_.loops;
  selection.functions = functions_;
  selection.listsFunctions =
      options_.records || options_.registers || options_.code || options_.sizes;
  if (!counts_.empty())
    selection.count = [this](uint32_t word) { return counts_.lookup(word); };
  text::writeJson(image_, selection, partial_.error,
                  [](std::string_view text) { llvm::outs() << text; });
}

std::optional<int> verifyImage(const image::LoadedImage &image, const Options &options) {
  if (auto error = verify::verify(image))
    return tools::failImage(options.input, error->toBase());
  if (!options.json)
    llvm::outs() << "; verified: " << image.functions.size() << " functions, " << image.code.size()
                 << " words\n";
  return std::nullopt;
}

int writeStripped(const image::LoadedImage &image, const std::string &path) {
  base::Bytes file = image::strip(image);
  tools::sealImage(file);
  if (auto written = base::writeFile(path, file); !written)
    return tools::fail(written.error());
  return 0;
}

/// Status 1 if the images differ, as of diff(1).
int compare(const image::LoadedImage &image, const Options &options) {
  auto bytes = image::readImageFile(options.other);
  if (!bytes)
    return tools::fail(bytes.error());
  image::PartialImage other = image::readPartially(std::move(*bytes));
  if (other.error)
    return tools::failImage(options.other, *other.error);
  bool differs = printDifference(llvm::outs(), image, other.image);
  int status = tools::finish(base::ExitStatus::Success);
  return status == 0 && differs ? 1 : status;
}

} // namespace

int main(int argc, char **argv) {
  tools::start("orus-objdump");
  Options options;
  if (auto status = parseOptions(argc, argv, options))
    return *status;
  auto bytes = image::readImageFile(options.input);
  if (!bytes)
    return tools::fail(bytes.error());
  image::PartialImage partial = image::readPartially(std::move(*bytes));
  if (partial.error && partial.error->kind == base::ErrorKind::Version && !options.json) {
    text::writeForeign(partial.image, [](std::string_view text) { llvm::outs() << text; });
  } else if (partial.hasHeader || options.json) {
    Printer printer(partial, options);
    if (!options.profile.empty())
      if (auto error = printer.useProfile())
        return tools::fail(*error);
    options.json ? printer.printJson() : printer.printText();
  }
  if (partial.error)
    return tools::failImage(options.input, *partial.error);
  if (!options.stripTo.empty())
    if (int status = writeStripped(partial.image, options.stripTo); status != 0)
      return status;
  if (options.verify)
    if (auto status = verifyImage(partial.image, options))
      return *status;
  if (!options.other.empty())
    return compare(partial.image, options);
  return tools::finish(base::ExitStatus::Success);
}
