// The directives of the text form that damage an image: sections replaced or removed, and bytes
// changed after the file is laid out.
#pragma once

#include "format/image/Writer.h"
#include "format/text/AsmCursor.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orus::text {

class ImagePatches {
public:
  /// `.section`, `.replace`, `.remove`: changes of sections, in the order given.
  void section(AsmCursor &cursor);
  void replace(AsmCursor &cursor);
  void remove(AsmCursor &cursor);
  /// `.patch`, `.truncate`, `.append`: changes of the file, in the order given.
  void patch(AsmCursor &cursor);
  void truncate(AsmCursor &cursor);
  void append(AsmCursor &cursor);
  /// `.checksums on|off`: whether checksums fit the changed file. Default on.
  void checksums(AsmCursor &cursor);

  /// Lays out the sections with all changes; empty with `error` set if one does not apply.
  base::Bytes apply(std::vector<image::SectionContent> sections, std::string &error) const;

private:
  enum class Action : uint8_t { Add, Replace, Remove, Patch, Truncate, Append };
  /// What the offset of a patch counts from.
  enum class Origin : uint8_t { File, Header, Entry, Content };
  struct Change {
    Action action{};
    Origin origin{};
    uint32_t kind = 0; // section; 0 with `index` for an entry known by its position
    uint32_t index = 0;
    uint64_t offset = 0;
    image::SectionContent content{};
    base::Bytes bytes{};
  };

  void data(AsmCursor &cursor, base::Bytes &out);
  uint32_t sectionKind(AsmCursor &cursor);
  uint32_t sectionKind(AsmCursor &cursor, std::string_view name);
  void attributes(AsmCursor &cursor, image::SectionContent &section);
  void patchField(AsmCursor &cursor, std::string_view name);
  void value(AsmCursor &cursor, unsigned width, base::Bytes &out);
  static std::string change(base::Bytes &file, const Change &change);

  std::vector<Change> changes_;
  bool updatesChecksums_ = true;
};

} // namespace orus::text
