#include "format/text/ImagePatches.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

namespace orus::text {
namespace {

using image::Header;
using image::SectionContent;
using image::SectionEntry;

struct FieldPlace {
  std::string_view name;
  size_t offset, width;
};

#define ORUS_PLACE(record, field) {#field, offsetof(record, field), sizeof(record::field)}
constexpr FieldPlace kHeaderFields[] = {ORUS_PLACE(Header, magic),
                                        ORUS_PLACE(Header, major),
                                        ORUS_PLACE(Header, minor),
                                        ORUS_PLACE(Header, headerSize),
                                        ORUS_PLACE(Header, fileSize),
                                        ORUS_PLACE(Header, sectionCount),
                                        ORUS_PLACE(Header, flags),
                                        ORUS_PLACE(Header, requiredFeatures),
                                        ORUS_PLACE(Header, optionalFeatures),
                                        ORUS_PLACE(Header, opcodeHash),
                                        ORUS_PLACE(Header, schemaHash),
                                        ORUS_PLACE(Header, checksum)};
constexpr FieldPlace kEntryFields[] = {
    ORUS_PLACE(SectionEntry, kind),     ORUS_PLACE(SectionEntry, flags),
    ORUS_PLACE(SectionEntry, offset),   ORUS_PLACE(SectionEntry, size),
    ORUS_PLACE(SectionEntry, count),    ORUS_PLACE(SectionEntry, alignmentLog2),
    ORUS_PLACE(SectionEntry, encoding), ORUS_PLACE(SectionEntry, reserved),
    ORUS_PLACE(SectionEntry, checksum)};
#undef ORUS_PLACE

unsigned widthOf(std::string_view type) {
  if (type == "u8")
    return 1;
  if (type == "u16")
    return 2;
  if (type == "u32")
    return 4;
  return type == "u64" ? 8 : 0;
}

auto byKind(uint32_t kind) {
  return [kind](const SectionContent &section) { return section.kind == kind; };
}

} // namespace

// Bytes as numbers below 256 and strings, in any mixture.
void ImagePatches::data(AsmCursor &cursor, base::Bytes &out) {
  while (cursor.ok() && !cursor.atEnd()) {
    if (cursor.isString())
      base::append(out, base::asBytes(cursor.string()));
    else
      out.push_back(static_cast<uint8_t>(cursor.number(0xFF)));
  }
}

uint32_t ImagePatches::sectionKind(AsmCursor &cursor) {
  if (cursor.isNumber())
    return static_cast<uint32_t>(cursor.number());
  return sectionKind(cursor, cursor.word());
}

uint32_t ImagePatches::sectionKind(AsmCursor &cursor, std::string_view name) {
  const image::SectionInfo *row = image::findSection(name);
  if (!row)
    cursor.fail("there is no section `" + std::string(name) + "`");
  return row ? static_cast<uint32_t>(row->kind) : 0;
}

void ImagePatches::attributes(AsmCursor &cursor, SectionContent &section) {
  while (auto key = cursor.key()) {
    uint64_t value = cursor.number();
    if (*key == "flags")
      section.flags = static_cast<uint32_t>(value);
    else if (*key == "count")
      section.count = static_cast<uint32_t>(value);
    else if (*key == "alignment")
      section.alignmentLog2 = static_cast<uint8_t>(value);
    else if (*key == "encoding")
      section.encoding = static_cast<uint8_t>(value);
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  }
}

void ImagePatches::section(AsmCursor &cursor) {
  Change change;
  change.action = Action::Add;
  change.content.kind = sectionKind(cursor);
  attributes(cursor, change.content);
  data(cursor, change.content.bytes);
  changes_.push_back(std::move(change));
}

void ImagePatches::replace(AsmCursor &cursor) {
  Change change;
  change.action = Action::Replace;
  change.kind = sectionKind(cursor);
  if (cursor.key() == "count")
    change.content.count = static_cast<uint32_t>(cursor.number());
  else
    cursor.fail("`count=` is expected");
  data(cursor, change.content.bytes);
  changes_.push_back(std::move(change));
}

void ImagePatches::remove(AsmCursor &cursor) {
  Change change;
  change.action = Action::Remove;
  change.kind = sectionKind(cursor);
  changes_.push_back(std::move(change));
}

void ImagePatches::value(AsmCursor &cursor, unsigned width, base::Bytes &out) {
  uint64_t bits = cursor.bits();
  for (unsigned i = 0; i < width; ++i)
    out.push_back(static_cast<uint8_t>(i < 8 ? bits >> 8 * i : 0));
}

// `header.FIELD = V`, `SECTION.FIELD = V`, and `entry INDEX FIELD = V` where kinds are not unique.
void ImagePatches::patchField(AsmCursor &cursor, std::string_view name) {
  Change change;
  change.action = Action::Patch;
  change.origin = name.starts_with("header.") ? Origin::Header : Origin::Entry;
  if (name == "entry") {
    change.index = static_cast<uint32_t>(cursor.number());
    name = cursor.word();
  } else {
    size_t dot = name.find('.');
    if (change.origin == Origin::Entry)
      change.kind = sectionKind(cursor, name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  std::span<const FieldPlace> fields = kEntryFields;
  if (change.origin == Origin::Header)
    fields = kHeaderFields;
  auto field = std::ranges::find(fields, name, &FieldPlace::name);
  if (field == fields.end()) {
    cursor.fail("there is no field `" + std::string(name) + "`");
    return;
  }
  change.offset = field->offset;
  cursor.expect('=');
  value(cursor, static_cast<unsigned>(field->width), change.bytes);
  changes_.push_back(std::move(change));
}

// A field as above, or `@OFFSET TYPE = V` in the file, or `SECTION + OFFSET TYPE = V` in a content.
void ImagePatches::patch(AsmCursor &cursor) {
  Change change;
  change.action = Action::Patch;
  if (!cursor.take('@')) {
    std::string_view name = cursor.word();
    if (name == "entry" || name.contains('.')) {
      patchField(cursor, name);
      return;
    }
    change.origin = Origin::Content;
    change.kind = sectionKind(cursor, name);
    cursor.expect('+');
  }
  change.offset = cursor.number(UINT64_MAX);
  unsigned width = widthOf(cursor.word());
  if (!width)
    cursor.fail("u8, u16, u32 or u64 is expected");
  cursor.expect('=');
  value(cursor, width, change.bytes);
  changes_.push_back(std::move(change));
}

void ImagePatches::truncate(AsmCursor &cursor) {
  Change change;
  change.action = Action::Truncate;
  change.offset = cursor.number(UINT64_MAX);
  changes_.push_back(std::move(change));
}

void ImagePatches::append(AsmCursor &cursor) {
  Change change;
  change.action = Action::Append;
  data(cursor, change.bytes);
  changes_.push_back(std::move(change));
}

void ImagePatches::checksums(AsmCursor &cursor) {
  std::string_view word = cursor.word();
  if (word != "on" && word != "off")
    cursor.fail("`on` or `off` is expected");
  updatesChecksums_ = word == "on";
}

base::Bytes ImagePatches::apply(std::vector<SectionContent> sections, std::string &error) const {
  for (const Change &change : changes_) {
    if (change.action == Action::Add) {
      auto after = std::ranges::find_if(sections, [&](const SectionContent &section) {
        return section.kind > change.content.kind;
      });
      sections.insert(after, change.content);
    }
    if (change.action == Action::Remove)
      std::erase_if(sections, byKind(change.kind));
    if (change.action == Action::Replace) {
      auto section = std::ranges::find_if(sections, byKind(change.kind));
      if (section == sections.end()) {
        error = "there is no section to replace";
        return {};
      }
      section->count = change.content.count;
      section->bytes = change.content.bytes;
    }
  }
  base::Bytes file = image::layOut(sections);
  for (const Change &each : changes_)
    if (error.empty())
      error = change(file, each);
  if (updatesChecksums_)
    image::updateChecksums(file);
  return file;
}

// Applies one change of the file; why it does not apply, or nothing.
std::string ImagePatches::change(base::Bytes &file, const Change &change) {
  if (change.action == Action::Truncate)
    file.resize(std::min<uint64_t>(change.offset, file.size()));
  if (change.action == Action::Append)
    base::append(file, change.bytes);
  if (change.action != Action::Patch)
    return {};
  uint64_t at = change.offset;
  if (change.origin == Origin::Entry || change.origin == Origin::Content) {
    Header header{};
    SectionEntry entry{};
    if (file.size() < sizeof header)
      return "there is no header any more";
    std::memcpy(&header, file.data(), sizeof header);
    uint32_t index = change.index;
    for (uint32_t i = 0;; ++i) {
      uint64_t place = sizeof header + uint64_t{i} * sizeof entry;
      if (i >= header.sectionCount || place + sizeof entry > file.size())
        return "there is no such section to patch";
      std::memcpy(&entry, file.data() + place, sizeof entry);
      if (change.kind ? entry.kind == change.kind : i == index) {
        at += change.origin == Origin::Entry ? place : entry.offset;
        break;
      }
    }
  }
  if (at > file.size() || change.bytes.size() > file.size() - at)
    return "a patch lies outside the file";
  std::ranges::copy(change.bytes, file.begin() + static_cast<std::ptrdiff_t>(at));
  return {};
}

} // namespace orus::text
