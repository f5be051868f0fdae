// The parts of an image other than code, as text. Records are printed as the directives that
// ImageText reads, everything else as comments of that text.
#pragma once

#include "format/text/ImageNames.h"

#include <string>

namespace orus::text {

/// Version, writer, entry, hashes.
void appendHeader(std::string &out, const image::LoadedImage &image, const ImageNames &names);
/// The section table.
void appendSections(std::string &out, const image::LoadedImage &image);
/// One line with up to sixteen bytes of the file from `offset`, at most up to `end`.
/// `.export` lines by module, as comments: kind, name and type of what each module offers.
void appendExports(std::string &out, const image::LoadedImage &image, const ImageNames &names);

void appendBytes(std::string &out, const image::LoadedImage &image, uint64_t offset, uint64_t end);

/// How many records appendRecord() can print of a section: of MANIFEST, STRINGS, TYPES, NATIVES,
/// CONST, MODULES, FILES, INLINED and LOOPS; 0 for other sections.
size_t recordCount(const image::LoadedImage &image, image::SectionKind kind);
/// A record as a directive.
void appendRecord(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                  image::SectionKind kind, size_t index);

/// `.summary` directives: what register allocation reported for a function.
void appendSummaries(std::string &out, const image::Function &function);

/// What each slot of a function is, and how registers were used, for people.
void appendRegisters(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                     image::FunctionId id);
/// Bytes of each section and of the code of each function, the largest first.
void appendSizes(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                 std::span<const image::FunctionId> functions);
/// A loop by its place in the image, and what it costs.
void appendLoop(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                size_t index);
/// The registers of a module.
void appendModuleRegisters(std::string &out, const image::LoadedImage &image,
                           const ImageNames &names, image::ModuleId id);

} // namespace orus::text
