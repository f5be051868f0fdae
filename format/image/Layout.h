// The raw parts of an image file: header and section table. All integers are little-endian.
#pragma once

#include "format/image/Image.h"
#include "format/image/Limits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orus::image {

/// The version of the format. Readers accept their major version only; a newer minor version may
/// append fields to records and add sections that can be ignored.
inline constexpr uint16_t kFormatMajor = 4; // 4: features, build id, description
inline constexpr uint16_t kFormatMinor = 0;

/// Not ASCII, and damaged by every transfer that is not 8-bit clean or changes line ends.
inline constexpr std::array<uint8_t, 8> kMagic = {0x8F, 'O', 'R', 'B', 'C', '\r', '\n', 0x1A};

inline constexpr size_t kBuildIdBytes = 32;

struct Header {
  std::array<uint8_t, 8> magic;
  uint16_t major, minor;
  uint32_t headerSize;
  uint64_t fileSize;
  uint32_t sectionCount;
  uint32_t flags; // 0
  uint64_t requiredFeatures, optionalFeatures;
  uint32_t opcodeHash, schemaHash;
  uint64_t checksum; // xxh3-64 of header and section table with this field zero
};
static_assert(sizeof(Header) == 64 && offsetof(Header, fileSize) == 16 &&
              offsetof(Header, requiredFeatures) == 32 && offsetof(Header, checksum) == 56);

enum class Encoding : uint8_t { Raw, Archive };

enum SectionFlag : uint32_t { kRequired = 1, kStrippable = 2 };

struct SectionEntry {
  uint32_t kind;
  uint32_t flags; // of SectionFlag
  uint64_t offset, size;
  uint32_t count; // of elements
  uint8_t alignmentLog2;
  uint8_t encoding;  // of Encoding
  uint16_t reserved; // 0
  uint64_t checksum; // xxh3-64 of the content
};
static_assert(sizeof(SectionEntry) == 40 && offsetof(SectionEntry, offset) == 8 &&
              offsetof(SectionEntry, count) == 24 && offsetof(SectionEntry, checksum) == 32);

// Raw sections whose elements are used in place.
static_assert(sizeof(Handler) == 16 && offsetof(Handler, catchSlot) == 12);
static_assert(sizeof(LineEntry) == 20 && offsetof(LineEntry, inlined) == 16);
static_assert(sizeof(InlinedCall) == 20 && offsetof(InlinedCall, outer) == 16);
static_assert(sizeof(LoopRecord) == 76 && offsetof(LoopRecord, instructions) == 72);
static_assert(sizeof(ScalarType) == 1);

inline constexpr uint32_t kMaxCodeWords = kMaxFileSize / 4;
inline constexpr uint32_t kMaxHandlers = kMaxFileSize / sizeof(Handler);
inline constexpr uint32_t kMaxLines = kMaxFileSize / sizeof(LineEntry);
inline constexpr uint32_t kMaxInlinedCalls = kMaxFileSize / sizeof(InlinedCall);
inline constexpr uint32_t kMaxLoops = kMaxFileSize / sizeof(LoopRecord);
inline constexpr uint32_t kFunctionAlignment = 4; // in words
inline constexpr uint8_t kMaxAlignmentLog2 = 6;

enum class SectionKind : uint32_t {
#define ORUS_SECTION(ident, number, ...) ident = number,
#include "format/image/Sections.def"
};

struct SectionInfo {
  SectionKind kind;
  std::string_view name;
  Encoding encoding;
  uint8_t alignmentLog2;
  uint32_t flags;
  uint32_t limit;
  std::string_view content;
};

inline constexpr SectionInfo kSections[] = {
#define ORUS_SECTION(ident, number, name, encoding, alignmentLog2, flags, limit, content)          \
  {SectionKind::ident, name, Encoding::encoding, alignmentLog2, flags, limit, content},
#include "format/image/Sections.def"
};

/// The row of a kind, or null if this version does not know it.
constexpr const SectionInfo *findSection(uint32_t kind) {
  for (const SectionInfo &info : kSections)
    if (static_cast<uint32_t>(info.kind) == kind)
      return &info;
  return nullptr;
}

constexpr const SectionInfo *findSection(std::string_view name) {
  for (const SectionInfo &info : kSections)
    if (info.name == name)
      return &info;
  return nullptr;
}

constexpr const SectionInfo &info(SectionKind kind) {
  return *findSection(static_cast<uint32_t>(kind));
}

struct FeatureInfo {
  uint8_t bit;
  bool isRequired;
  std::string_view name;
  SectionKind section;
  std::string_view meaning;
};

inline constexpr FeatureInfo kFeatures[] = {
#define ORUS_FEATURE(ident, bit, isRequired, name, section, meaning)                               \
  {bit, isRequired, name, SectionKind::section, meaning},
#include "format/image/Features.def"
};

/// Feature bits, as in the header.
struct Features {
  uint64_t required = 0, optional = 0;
  friend bool operator==(const Features &, const Features &) = default;
};

/// Those that this version knows.
constexpr Features knownFeatures() {
  Features known;
  for (const FeatureInfo &feature : kFeatures)
    (feature.isRequired ? known.required : known.optional) |= uint64_t{1} << feature.bit;
  return known;
}

/// Those that an image with these sections has; they have a `kind` and a `count`.
template <class Sections> Features featuresOf(const Sections &sections) {
  Features found;
  for (const auto &section : sections)
    for (const FeatureInfo &feature : kFeatures)
      if (section.kind == static_cast<uint32_t>(feature.section) && section.count)
        (feature.isRequired ? found.required : found.optional) |= uint64_t{1} << feature.bit;
  return found;
}

/// The versions of images that this version reads: `4.0`, or `4.0 to 4.2`.
std::string readableVersions();

/// The name of a section kind, `kind N` if unknown.
std::string sectionName(uint32_t kind);

} // namespace orus::image
