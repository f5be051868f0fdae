#include "format/image/Writer.h"

#include "format/base/Hash.h"
#include "format/base/Text.h"
#include "format/image/Check.h"
#include "format/image/Description.h"
#include "format/image/Records.h"
#include "format/image/Schema.h"
#include "format/isa/Isa.h"

#include <algorithm>

namespace orus::image {
namespace {

using base::append;
using base::Bytes;

// An empty section of a kind that this version writes.
SectionContent sectionOf(SectionKind kind, size_t count) {
  const SectionInfo &row = info(kind);
  SectionContent section;
  section.kind = static_cast<uint32_t>(kind);
  section.flags = row.flags;
  section.count = static_cast<uint32_t>(count);
  section.alignmentLog2 = row.alignmentLog2;
  section.encoding = static_cast<uint8_t>(row.encoding);
  return section;
}

template <class T> SectionContent archived(SectionKind kind, std::span<const T> records) {
  SectionContent section = sectionOf(kind, records.size());
  Bytes record;
  for (const T &element : records) {
    record.clear();
    SaveArchive body(record, kFormatMinor);
    body << element;
    SaveArchive frame(section.bytes, kFormatMinor);
    frame.saveNumber(record.size());
    append(section.bytes, record);
  }
  return section;
}

template <class T> SectionContent raw(SectionKind kind, std::span<const T> elements) {
  SectionContent section = sectionOf(kind, elements.size());
  append(section.bytes,
         {reinterpret_cast<const uint8_t *>(elements.data()), elements.size_bytes()});
  return section;
}

SectionContent encodeStrings(const std::vector<std::string> &strings) {
  SectionContent section = sectionOf(SectionKind::Strings, strings.size());
  uint64_t end = 0;
  for (const std::string &string : strings)
    append(section.bytes, static_cast<uint32_t>(end += string.size()));
  for (const std::string &string : strings)
    append(section.bytes, base::asBytes(string));
  return section;
}

SectionContent encodeConstants(const std::vector<Constant> &constants) {
  SectionContent section = sectionOf(SectionKind::Const, constants.size());
  for (const Constant &constant : constants)
    append(section.bytes, constant.bits);
  for (const Constant &constant : constants)
    section.bytes.push_back(static_cast<uint8_t>(constant.type));
  return section;
}

std::vector<Type> compositeTypes(const TypeTable &table) {
  std::vector<Type> types;
  for (TypeId id = kFirstComposite; id < table.size(); ++id)
    types.push_back(table[id]);
  return types;
}

template <class T>
std::string defectOfAny(const char *section, const std::vector<T> &records, uint64_t limit) {
  if (records.size() > limit)
    return std::string(section) + ": " + std::to_string(records.size()) +
           " elements exceed the limit of " + std::to_string(limit);
  for (size_t i = 0; i < records.size(); ++i)
    if (std::string text = defectOf(records[i]); !text.empty())
      return std::string(section) + '[' + std::to_string(i) + "]: " + text;
  return {};
}

std::string nestingDefect(const TypeTable &types) {
  std::vector<uint8_t> nesting(types.size());
  for (TypeId id = kFirstComposite; id < types.size(); ++id) {
    for (TypeId operand : types[id].operands)
      nesting[id] = std::max(nesting[id], static_cast<uint8_t>(nesting[operand] + 1));
    if (nesting[id] > kMaxTypeNesting)
      return "a type is nested more than " + std::to_string(kMaxTypeNesting) + " levels deep";
  }
  return {};
}

// The first limit that the image exceeds.
std::string defectOf(const Image &image) {
  std::string excess = nestingDefect(image.types);
  auto check = [&](SectionKind kind, const auto &records) {
    if (excess.empty())
      excess = defectOfAny(info(kind).name.data(), records, info(kind).limit);
  };
  check(SectionKind::Strings, image.strings);
  check(SectionKind::Types, compositeTypes(image.types));
  check(SectionKind::Natives, image.natives);
  check(SectionKind::Functions, image.functions);
  check(SectionKind::Modules, image.modules);
  check(SectionKind::Interface, image.exports);
  check(SectionKind::Files, image.files);
  check(SectionKind::Notes, image.notes);
  if (excess.empty() && image.constants.size() > kMaxConstants)
    excess = "CONST: more than " + std::to_string(kMaxConstants) + " constants";
  return excess;
}

} // namespace

SectionContent encodeTypes(std::span<const Type> types) {
  return archived(SectionKind::Types, types);
}

std::vector<SectionContent> encodeSections(const Image &image) {
  std::vector<SectionContent> sections;
  auto add = [&](SectionContent section) {
    if (section.count != 0 || !(section.flags & kStrippable))
      sections.push_back(std::move(section));
  };
  add(archived(SectionKind::Manifest, std::span(&image.manifest, 1)));
  add(encodeStrings(image.strings));
  add(encodeTypes(compositeTypes(image.types)));
  add(archived<Native>(SectionKind::Natives, image.natives));
  add(encodeConstants(image.constants));
  add(archived<Function>(SectionKind::Functions, image.functions));
  add(raw<uint32_t>(SectionKind::Code, image.code));
  add(raw<Handler>(SectionKind::Handlers, image.handlers));
  add(archived<Module>(SectionKind::Modules, image.modules));
  if (!image.exports.empty())
    add(archived<Export>(SectionKind::Interface, image.exports));
  add(raw<LineEntry>(SectionKind::Lines, image.lines));
  add(archived<SourceFile>(SectionKind::Files, image.files));
  add(archived<Note>(SectionKind::Notes, image.notes));
  add(raw<InlinedCall>(SectionKind::Inlined, image.inlinedCalls));
  add(raw<LoopRecord>(SectionKind::Loops, image.loops));
  add(raw<uint8_t>(SectionKind::BuildId, Bytes(kBuildIdBytes)));
  if (image.isDescribed) {
    add(archived<OpcodeRow>(SectionKind::Opcodes, describeOpcodes(image.functions, image.code)));
    std::string schema = describeRecords();
    add(raw<uint8_t>(SectionKind::Schema, base::asBytes(schema)));
  }
  return sections;
}

base::Bytes layOut(std::span<const SectionContent> sections) {
  Header header{};
  header.magic = kMagic;
  header.major = kFormatMajor;
  header.minor = kFormatMinor;
  header.headerSize = sizeof(Header);
  header.sectionCount = static_cast<uint32_t>(sections.size());
  header.opcodeHash = isa::kOpcodeTableHash;
  header.schemaHash = schemaHash();
  Features features = featuresOf(sections);
  header.requiredFeatures = features.required;
  header.optionalFeatures = features.optional;

  Bytes file(sizeof(Header) + sections.size() * sizeof(SectionEntry));
  for (size_t i = 0; i < sections.size(); ++i) {
    const SectionContent &section = sections[i];
    file.resize(base::alignUp(file.size(), uint64_t{1} << section.alignmentLog2));
    SectionEntry entry{};
    entry.kind = section.kind;
    entry.flags = section.flags;
    entry.offset = file.size();
    entry.size = section.bytes.size();
    entry.count = section.count;
    entry.alignmentLog2 = section.alignmentLog2;
    entry.encoding = section.encoding;
    std::memcpy(file.data() + sizeof(Header) + i * sizeof entry, &entry, sizeof entry);
    append(file, section.bytes);
  }
  header.fileSize = file.size();
  std::memcpy(file.data(), &header, sizeof header);
  updateChecksums(file);
  return file;
}

void updateChecksums(base::Bytes &file) {
  if (file.size() < sizeof(Header))
    return;
  Header header;
  std::memcpy(&header, file.data(), sizeof header);
  size_t room = (file.size() - sizeof header) / sizeof(SectionEntry);
  size_t count = std::min<size_t>(header.sectionCount, room);
  base::ByteView whole = file;
  for (size_t i = 0; i < count; ++i) {
    SectionEntry entry;
    uint8_t *place = file.data() + sizeof header + i * sizeof entry;
    std::memcpy(&entry, place, sizeof entry);
    if (entry.offset > file.size() || entry.size > file.size() - entry.offset)
      continue;
    entry.checksum = base::hash64(whole.subspan(entry.offset, entry.size));
    std::memcpy(place, &entry, sizeof entry);
  }
  header.checksum = 0;
  std::memcpy(file.data(), &header, sizeof header);
  header.checksum = base::hash64(whole.first(sizeof header + count * sizeof(SectionEntry)));
  std::memcpy(file.data(), &header, sizeof header);
}

base::Result<base::Bytes> writeImage(const Image &image) {
  if (std::string defect = defectOf(image); !defect.empty())
    return base::fail(base::ErrorKind::TooLarge, defect);
  Bytes file = layOut(encodeSections(image));
  if (file.size() > kMaxFileSize)
    return base::fail(base::ErrorKind::TooLarge, "the image is larger than 1 GiB");
  return file;
}

} // namespace orus::image
