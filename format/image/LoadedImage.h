// An image as read from a file: what verifier, VM and orus-objdump work on.
#pragma once

#include "format/base/AlignedBuffer.h"
#include "format/image/Image.h"
#include "format/image/Layout.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace orus::image {

/// The strings of an image, in place.
class StringTable {
public:
  StringTable() = default;
  StringTable(std::span<const uint32_t> ends, const char *bytes) : ends_(ends), bytes_(bytes) {}

  size_t size() const { return ends_.size(); }
  std::string_view operator[](StringId id) const {
    uint32_t begin = id ? ends_[id - 1] : 0;
    return {bytes_ + begin, ends_[id] - begin};
  }

private:
  std::span<const uint32_t> ends_;
  const char *bytes_ = nullptr;
};

/// Owns the bytes of the file, which nothing changes afterwards, and refers into them: code,
/// constants, handlers, lines and strings are used in place; code and constants start at multiples
/// of 64.
///
/// What the reader has checked: the container (sizes, order, alignment, zero gaps, checksums,
/// features, exact end), the limits of Limits.h, that records decode and enumerations are in range,
/// that strings are UTF-8, and that the type table is well formed (known kinds, operands with lower
/// ids, nesting, no two equal rows). Ids in records, ranges and code are for the verifier.
struct LoadedImage {
  Header header{};
  std::vector<SectionEntry> sections;

  Manifest manifest;
  StringTable strings;
  TypeTable types;
  std::vector<Native> natives;
  std::span<const uint64_t> constantBits;
  std::span<const ScalarType> constantTypes; // as many
  std::vector<Function> functions;
  std::span<const uint32_t> code;
  std::span<const Handler> handlers;
  std::vector<Module> modules;
  std::vector<Export> exports;
  std::vector<Note> notes;
  std::span<const LineEntry> lines;          // empty in a stripped image
  std::vector<SourceFile> files;             // likewise
  std::span<const InlinedCall> inlinedCalls; // likewise
  std::span<const LoopRecord> loops;         // likewise

  base::AlignedBuffer bytes;

  /// The words of a function whose range is known to be valid.
  std::span<const uint32_t> codeOf(const Function &function) const {
    return code.subspan(function.codeOffset, function.codeLength);
  }
};

} // namespace orus::image
