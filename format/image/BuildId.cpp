#include "format/image/BuildId.h"

#include "format/image/Writer.h"

#include <algorithm>
#include <cstring>

namespace orus::image {

namespace {

// Where the section lies. Only the container is looked at, so that files of every version and
// damaged ones can be asked.
std::optional<size_t> placeOf(base::ByteView file) {
  Header header;
  if (file.size() < sizeof header)
    return std::nullopt;
  std::memcpy(&header, file.data(), sizeof header);
  size_t room = (file.size() - sizeof header) / sizeof(SectionEntry);
  size_t count = std::min<size_t>({header.sectionCount, room, kMaxSections});
  for (size_t i = 0; i < count; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, file.data() + sizeof header + i * sizeof entry, sizeof entry);
    if (entry.kind == static_cast<uint32_t>(SectionKind::BuildId) && entry.size == kBuildIdBytes &&
        entry.offset <= file.size() && kBuildIdBytes <= file.size() - entry.offset)
      return entry.offset;
  }
  return std::nullopt;
}

} // namespace

std::optional<BuildId> buildIdOf(base::ByteView file) {
  auto place = placeOf(file);
  if (!place)
    return std::nullopt;
  BuildId id;
  std::memcpy(id.data(), file.data() + *place, id.size());
  return id;
}

bool setBuildId(base::Bytes &file, const BuildId &id) {
  auto place = placeOf(file);
  if (!place)
    return false;
  std::ranges::copy(id, file.begin() + static_cast<std::ptrdiff_t>(*place));
  updateChecksums(file);
  return true;
}

std::string hex(const BuildId &id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : id) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<BuildId> parseBuildId(std::string_view digits) {
  BuildId id{};
  if (digits.size() != 2 * id.size())
    return std::nullopt;
  for (size_t i = 0; i < digits.size(); ++i) {
    char c = digits[i];
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (value < 0)
      return std::nullopt;
    id[i / 2] = static_cast<uint8_t>(id[i / 2] << 4 | value);
  }
  return id;
}

} // namespace orus::image
