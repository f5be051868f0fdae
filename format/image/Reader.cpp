#include "format/image/Reader.h"

#include "format/base/Hash.h"
#include "format/base/InputFile.h"
#include "format/base/Text.h"
#include "format/base/Version.h"
#include "format/image/Check.h"
#include "format/image/Description.h"
#include "format/image/Records.h"
#include "format/image/Schema.h"
#include "format/isa/Isa.h"

#include <algorithm>
#include <cstdio>
#include <new>
#include <utility>

namespace orus::image {
namespace {

using base::ByteView;
using base::ErrorKind;

std::string number(uint64_t value) { return std::to_string(value); }

std::string hex(uint32_t value) {
  char text[12];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

std::string version(unsigned major, unsigned minor) { return number(major) + "." + number(minor); }

// Reads a buffer section by section. A strict reader stops at the first error; a lenient one keeps
// it and goes on with whatever lies within the file.
class Reader {
public:
  Reader(base::AlignedBuffer bytes, bool isLenient)
      : isLenient_(isLenient), buffer_(std::move(bytes)), bytes_(buffer_.view()) {}

  PartialImage run() {
    try {
      if (readHeader() && readTable())
        readSections();
    } catch (const std::bad_alloc &) {
      report(ErrorKind::OutOfMemory, "out of memory reading the image");
    }
    result_.image.bytes = std::move(buffer_);
    return std::move(result_);
  }

private:
  bool readHeader();
  bool checkVersion();
  bool otherVersion(const std::string &with, const std::string &against, uint64_t offset,
                    const char *place = "header");
  void keepTable();
  bool checkFeatures();
  bool checkSchema(const SectionEntry &entry);
  std::string writer() const;
  bool readTable();
  bool checkEntry(const SectionEntry &entry, uint64_t previousEnd);
  bool checkPlace(const SectionEntry &entry, uint64_t previousEnd);
  bool checkRequired();
  void readSections();
  bool readSection(const SectionEntry &entry);
  bool readStrings(const SectionEntry &entry);
  bool readConstants(const SectionEntry &entry);
  bool readTypes(const SectionEntry &entry);
  std::string defectOfRow(const Type &type, std::vector<uint8_t> &nesting) const;
  bool checkMembers(const SectionEntry &entry);
  template <class T> bool readRaw(const SectionEntry &entry, std::span<const T> &into);
  template <class T, class Accept> bool readRecords(const SectionEntry &entry, Accept accept);
  template <class T> bool readRecords(const SectionEntry &entry, std::vector<T> &into);

  /// Keeps an error unless there is one; whether to go on.
  bool report(ErrorKind kind, std::string message, std::string place = {},
              uint64_t offset = base::Error::kNoOffset) {
    return report({kind, std::move(message), std::move(place), offset});
  }
  bool report(base::Error error) {
    if (!result_.error)
      result_.error = std::move(error);
    return isLenient_;
  }
  bool damaged(std::string message, const SectionEntry &entry, uint64_t offset) {
    return report(ErrorKind::Damaged, std::move(message), sectionName(entry.kind), offset);
  }
  bool damaged(std::string message, const SectionEntry &entry) {
    return damaged(std::move(message), entry, entryOffset(entry));
  }
  /// Where the entry itself lies in the file.
  uint64_t entryOffset(const SectionEntry &entry) const {
    size_t index = static_cast<size_t>(&entry - result_.image.sections.data());
    return sizeof(Header) + index * sizeof(SectionEntry);
  }
  ByteView content(const SectionEntry &entry) const {
    return bytes_.subspan(entry.offset, entry.size);
  }
  bool isInFile(const SectionEntry &entry) const {
    return entry.offset <= bytes_.size() && entry.size <= bytes_.size() - entry.offset;
  }
  bool isNewer() const { return result_.image.header.minor > kFormatMinor; }

  bool isLenient_;
  base::AlignedBuffer buffer_;
  ByteView bytes_;
  size_t sectionCount_ = 0; // entries of the table that are in the file
  PartialImage result_;
};

bool Reader::readHeader() {
  size_t common = std::min(bytes_.size(), kMagic.size());
  if (common == 0 || !std::equal(kMagic.begin(), kMagic.begin() + common, bytes_.begin())) {
    report(ErrorKind::NotAnImage,
           common ? "the file does not begin as an Orus image does" : "file too small: 0 bytes");
    return false;
  }
  Header &header = result_.image.header;
  if (bytes_.size() < sizeof header) {
    report(ErrorKind::Damaged, "file too small: " + number(bytes_.size()) +
                                   " bytes, and the header alone has " + number(sizeof header));
    return false;
  }
  if (bytes_.size() > kMaxFileSize) {
    report(ErrorKind::TooLarge, "the file is larger than 1 GiB");
    return false;
  }
  std::memcpy(&header, bytes_.data(), sizeof header);
  result_.hasHeader = true;
  auto bad = [&](std::string message, uint64_t offset) {
    return report(ErrorKind::Damaged, std::move(message), "header", offset);
  };
  if (header.headerSize != sizeof header)
    return bad("header size " + number(header.headerSize), offsetof(Header, headerSize)) && false;
  if (header.fileSize != bytes_.size() && !bad("the header says " + number(header.fileSize) +
                                                   " bytes, the file has " + number(bytes_.size()),
                                               offsetof(Header, fileSize)))
    return false;
  size_t room =
      std::min<size_t>((bytes_.size() - sizeof header) / sizeof(SectionEntry), kMaxSections);
  sectionCount_ = std::min<size_t>(header.sectionCount, room);
  if (header.sectionCount > room &&
      !bad(number(header.sectionCount) + " sections, with room for " + number(room),
           offsetof(Header, sectionCount)))
    return false;
  Header unsigned_ = header;
  unsigned_.checksum = 0;
  base::Bytes table(bytes_.begin(),
                    bytes_.begin() + sizeof header + sectionCount_ * sizeof(SectionEntry));
  std::memcpy(table.data(), &unsigned_, sizeof header);
  if (base::hash64(table) != header.checksum && !bad("wrong checksum", offsetof(Header, checksum)))
    return false;
  if (!checkVersion()) {
    keepTable();
    return false;
  }
  if (header.flags != 0 && !bad("reserved flags are set", offsetof(Header, flags)))
    return false;
  return checkFeatures();
}

// The compiler that the manifest names, as far as it can be read, for messages.
std::string Reader::writer() const {
  for (size_t i = 0; i < sectionCount_; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, bytes_.data() + sizeof(Header) + i * sizeof entry, sizeof entry);
    if (entry.kind != static_cast<uint32_t>(SectionKind::Manifest) || !isInFile(entry))
      continue;
    Manifest manifest;
    LoadArchive(content(entry), "MANIFEST", entry.offset, 0).loadRecord(manifest, 0, true);
    if (!manifest.producer.empty())
      return " by " + base::escaped(manifest.producer);
  }
  return {};
}

// Everything that depends on what wrote the image, once it is known to be undamaged.
bool Reader::checkVersion() {
  const Header &header = result_.image.header;
  if (header.major != kFormatMajor)
    return otherVersion("", "", offsetof(Header, major));
  if (uint64_t unknown = header.requiredFeatures & ~knownFeatures().required)
    return otherVersion(" with the required feature " +
                            number(static_cast<unsigned>(std::countr_zero(unknown))),
                        " without it", offsetof(Header, requiredFeatures));
  if (header.opcodeHash != isa::kOpcodeTableHash)
    return otherVersion(" with instruction set " + hex(header.opcodeHash),
                        " with instruction set " + hex(isa::kOpcodeTableHash),
                        offsetof(Header, opcodeHash));
  if (header.minor == kFormatMinor && header.schemaHash != schemaHash())
    return otherVersion(" with records " + hex(header.schemaHash),
                        " with records " + hex(schemaHash()), offsetof(Header, schemaHash));
  return true;
}

bool Reader::otherVersion(const std::string &with, const std::string &against, uint64_t offset,
                          const char *place) {
  const Header &header = result_.image.header;
  std::string release(base::version());
  report(ErrorKind::Version,
         "the image was written" + writer() + " in format version " +
             version(header.major, header.minor) + with + "; release " + release + " reads " +
             readableVersions() + against + ": compile the source again with orusc " + release +
             ", or use the release that wrote the image",
         place, offset);
  return false;
}

// Of an image that cannot be read any further, the sections that can be shown.
void Reader::keepTable() {
  for (size_t i = 0; i < sectionCount_; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, bytes_.data() + sizeof(Header) + i * sizeof entry, sizeof entry);
    if (isInFile(entry))
      result_.image.sections.push_back(entry);
  }
}

bool Reader::checkFeatures() {
  const Header &header = result_.image.header;
  std::vector<SectionEntry> entries(sectionCount_);
  if (!entries.empty())
    std::memcpy(entries.data(), bytes_.data() + sizeof header,
                entries.size() * sizeof(SectionEntry));
  Features known = knownFeatures(), found = featuresOf(entries);
  if ((header.requiredFeatures & known.required) != found.required)
    return report(ErrorKind::Damaged, "the required features are not those of the sections",
                  "header", offsetof(Header, requiredFeatures));
  if ((header.optionalFeatures & known.optional) != found.optional)
    return report(ErrorKind::Damaged, "the optional features are not those of the sections",
                  "header", offsetof(Header, optionalFeatures));
  return true;
}

bool Reader::readTable() {
  std::vector<SectionEntry> &sections = result_.image.sections;
  sections.resize(sectionCount_);
  if (!sections.empty())
    std::memcpy(sections.data(), bytes_.data() + sizeof(Header),
                sections.size() * sizeof(SectionEntry));
  uint64_t end = sizeof(Header) + sections.size() * sizeof(SectionEntry);
  for (size_t i = 0; i < sections.size(); ++i) {
    const SectionEntry &entry = sections[i];
    if (i && entry.kind <= sections[i - 1].kind &&
        !damaged(entry.kind == sections[i - 1].kind ? "section appears twice"
                                                    : "section is out of order",
                 entry))
      return false;
    if (!checkEntry(entry, end))
      return false;
    if (isInFile(entry))
      end = entry.offset + entry.size;
  }
  if (end != bytes_.size() &&
      !report(ErrorKind::Damaged, number(bytes_.size() - end) + " bytes after the last section", {},
              end))
    return false;
  return checkRequired();
}

bool Reader::checkEntry(const SectionEntry &entry, uint64_t previousEnd) {
  const SectionInfo *row = findSection(entry.kind);
  if (!row && entry.kind > static_cast<uint32_t>(SectionKind::Signature) &&
      !damaged("section after the place of the signature", entry))
    return false;
  if (!row && entry.flags & kRequired) {
    otherVersion(" with a section of kind " + number(entry.kind) + " that must be understood",
                 " without such a section", entryOffset(entry), "section table");
    return isLenient_;
  }
  bool isSound = row ? entry.flags == row->flags && entry.alignmentLog2 == row->alignmentLog2 &&
                           entry.encoding == static_cast<uint8_t>(row->encoding)
                     : !(entry.flags & ~uint32_t{kStrippable}) &&
                           entry.alignmentLog2 <= kMaxAlignmentLog2 && entry.encoding <= 1;
  if ((!isSound || entry.reserved != 0) &&
      !damaged("flags, alignment or encoding of the section are wrong", entry))
    return false;
  if (row && entry.count > row->limit &&
      !damaged(number(entry.count) + " elements exceed the limit of " + number(row->limit), entry))
    return false;
  return checkPlace(entry, previousEnd);
}

bool Reader::checkPlace(const SectionEntry &entry, uint64_t previousEnd) {
  if (!isInFile(entry))
    return damaged("section reaches past the end of the file", entry);
  uint64_t expected =
      base::alignUp(previousEnd, uint64_t{1} << std::min(entry.alignmentLog2, kMaxAlignmentLog2));
  if (entry.offset != expected)
    return damaged("section starts at " + number(entry.offset) + " instead of " + number(expected),
                   entry);
  ByteView gap = bytes_.subspan(previousEnd, entry.offset - previousEnd);
  if (std::ranges::any_of(gap, [](uint8_t byte) { return byte != 0; }) &&
      !damaged("gap before the section is not zero", entry, previousEnd))
    return false;
  if (base::hash64(content(entry)) != entry.checksum)
    return damaged("wrong checksum", entry, entry.offset);
  return true;
}

bool Reader::checkRequired() {
  for (const SectionInfo &row : kSections) {
    auto isRow = [&](const SectionEntry &entry) {
      return entry.kind == static_cast<uint32_t>(row.kind);
    };
    if (row.flags & kRequired && std::ranges::none_of(result_.image.sections, isRow) &&
        !report(ErrorKind::Damaged, "section is missing", std::string(row.name)))
      return false;
  }
  return true;
}

void Reader::readSections() {
  for (const SectionEntry &entry : result_.image.sections)
    if (isInFile(entry) && !readSection(entry))
      return;
}

bool Reader::readSection(const SectionEntry &entry) {
  LoadedImage &image = result_.image;
  switch (static_cast<SectionKind>(entry.kind)) {
  case SectionKind::Manifest:
    if (entry.count != 1)
      return damaged(number(entry.count) + " records", entry);
    return readRecords<Manifest>(entry, [&](Manifest &manifest, uint32_t) {
      image.manifest = std::move(manifest);
      return std::string();
    });
  case SectionKind::Strings: return readStrings(entry);
  case SectionKind::Types: return readTypes(entry);
  case SectionKind::Natives: return readRecords(entry, image.natives);
  case SectionKind::Const: return readConstants(entry);
  case SectionKind::Functions: return readRecords(entry, image.functions);
  case SectionKind::Code: return readRaw(entry, image.code);
  case SectionKind::Handlers: return readRaw(entry, image.handlers);
  case SectionKind::Modules: return readRecords(entry, image.modules);
  case SectionKind::Lines: return readRaw(entry, image.lines);
  case SectionKind::Files: return readRecords(entry, image.files);
  case SectionKind::Inlined: return readRaw(entry, image.inlinedCalls);
  case SectionKind::Loops: return readRaw(entry, image.loops);
  case SectionKind::Interface: return readRecords(entry, image.exports);
  case SectionKind::Notes:
    return readRecords<Note>(entry, [&](Note &note, uint32_t) -> std::string {
      if (!image.notes.empty() && note.key <= image.notes.back().key)
        return "notes do not ascend by key";
      image.notes.push_back(std::move(note));
      return {};
    });
  case SectionKind::BuildId:
    return (entry.count == kBuildIdBytes && entry.size == kBuildIdBytes) ||
           damaged(number(entry.size) + " bytes in place of " + number(kBuildIdBytes), entry);
  case SectionKind::Opcodes: {
    unsigned last = 0; // the opcodes ascend from 1
    return readRecords<OpcodeRow>(entry, [&](OpcodeRow &row, uint32_t) -> std::string {
      if (row.number <= std::exchange(last, row.number) || !isa::isAssigned(row.number) ||
          row != describe(static_cast<isa::Opcode>(row.number)))
        return "row " + number(row.number) + " is not that of the instruction set";
      return {};
    });
  }
  case SectionKind::Schema: return checkSchema(entry);
  default: return true; // not needed to run
  }
}

// The hash in the header says that the records are those of this version.
bool Reader::checkSchema(const SectionEntry &entry) {
  if (entry.count != entry.size)
    return damaged(number(entry.size) + " bytes, but " + number(entry.count) + " elements", entry);
  static const std::string expected = describeRecords();
  if (!isNewer() && base::asText(content(entry)) != expected)
    return damaged("the text does not describe the records of this version", entry, entry.offset);
  return true;
}

template <class T> bool Reader::readRaw(const SectionEntry &entry, std::span<const T> &into) {
  if (entry.size != uint64_t{entry.count} * sizeof(T) || entry.offset % alignof(T) != 0)
    return damaged(number(entry.size) + " bytes, but " + number(entry.count) + " elements", entry);
  into = {reinterpret_cast<const T *>(bytes_.data() + entry.offset), entry.count};
  return true;
}

bool Reader::readStrings(const SectionEntry &entry) {
  uint64_t tableSize = uint64_t{entry.count} * sizeof(uint32_t);
  if (entry.size < tableSize || entry.offset % alignof(uint32_t) != 0)
    return damaged(number(entry.size) + " bytes, but " + number(entry.count) + " strings", entry);
  std::span<const uint32_t> ends{reinterpret_cast<const uint32_t *>(bytes_.data() + entry.offset),
                                 entry.count};
  std::string_view blob = base::asText(content(entry).subspan(tableSize));
  uint32_t begin = 0;
  for (uint32_t i = 0; i < entry.count; ++i) {
    std::string defect;
    if (ends[i] < begin || ends[i] > blob.size())
      defect = "end offset " + number(ends[i]);
    else
      defect = defectOf(blob.substr(begin, ends[i] - begin));
    if (!defect.empty())
      return report(ErrorKind::Damaged, defect, "STRINGS[" + number(i) + "]",
                    entry.offset + 4 * uint64_t{i});
    begin = ends[i];
  }
  if (begin != blob.size())
    return damaged(number(blob.size() - begin) + " bytes after the last string", entry,
                   entry.offset + tableSize + begin);
  result_.image.strings = StringTable(ends, blob.data());
  return true;
}

bool Reader::readConstants(const SectionEntry &entry) {
  if (entry.size != uint64_t{entry.count} * 9 || entry.offset % alignof(uint64_t) != 0)
    return damaged(number(entry.size) + " bytes, but " + number(entry.count) + " constants", entry);
  ByteView types = content(entry).subspan(uint64_t{entry.count} * 8);
  for (uint32_t i = 0; i < entry.count; ++i)
    if (types[i] >= kScalarTypeCount)
      return report(ErrorKind::Damaged, "unknown type " + number(types[i]),
                    "CONST[" + number(i) + "]", entry.offset + uint64_t{entry.count} * 8 + i);
  result_.image.constantBits = {reinterpret_cast<const uint64_t *>(bytes_.data() + entry.offset),
                                entry.count};
  result_.image.constantTypes = {reinterpret_cast<const ScalarType *>(types.data()), entry.count};
  return true;
}

template <class T, class Accept>
bool Reader::readRecords(const SectionEntry &entry, Accept accept) {
  // A record has a length and at least its smallest content.
  uint64_t least = 1 + (isNewer() ? 0 : minimumSize<T>());
  if (entry.count > entry.size / least)
    return damaged(number(entry.count) + " records in " + number(entry.size) + " bytes", entry);
  std::string name = sectionName(entry.kind);
  LoadArchive archive(content(entry), name.c_str(), entry.offset, result_.image.header.minor);
  for (uint32_t i = 0; i < entry.count; ++i) {
    T record{};
    archive.loadRecord(record, i, isNewer());
    if (archive.ok())
      if (std::string defect = defectOf(record); !defect.empty())
        archive.fail(defect);
    if (archive.ok())
      if (std::string defect = accept(record, i); !defect.empty())
        archive.fail(defect);
    if (!archive.ok())
      return report(archive.error());
  }
  if (archive.remaining())
    return damaged(number(archive.remaining()) + " bytes after the last record", entry,
                   entry.offset + entry.size - archive.remaining());
  return true;
}

template <class T> bool Reader::readRecords(const SectionEntry &entry, std::vector<T> &into) {
  return readRecords<T>(entry, [&](T &record, uint32_t) {
    into.push_back(std::move(record));
    return std::string();
  });
}

bool Reader::readTypes(const SectionEntry &entry) {
  TypeTable &table = result_.image.types;
  std::vector<uint8_t> nesting(kFirstComposite);
  bool ok = readRecords<Type>(entry, [&](Type &type, uint32_t) {
    std::string defect = defectOfRow(type, nesting);
    if (defect.empty() && !table.append(std::move(type)))
      defect = "an equal type has a lower id";
    return defect;
  });
  return ok && checkMembers(entry);
}

std::string Reader::defectOfRow(const Type &type, std::vector<uint8_t> &nesting) const {
  const TypeTable &table = result_.image.types;
  size_t id = table.size();
  if (type.kind < TypeKind::Array)
    return "a predefined type is repeated";
  unsigned depth = 0;
  for (TypeId operand : type.operands) {
    if (operand >= id)
      return "type " + number(id) + " refers to type " + number(operand) + ", which is not lower";
    depth = std::max<unsigned>(depth, nesting[operand] + 1);
  }
  if (type.kind == TypeKind::Closure && table[type.operands[0]].kind != TypeKind::Function)
    return "a closure type begins with a function type";
  if (depth > kMaxTypeNesting)
    return "type nested more than " + number(kMaxTypeNesting) + " levels deep";
  nesting.push_back(static_cast<uint8_t>(depth));
  return {};
}

// Members may refer to any row, so they are checked when all rows are there.
bool Reader::checkMembers(const SectionEntry &entry) {
  const TypeTable &table = result_.image.types;
  for (TypeId id = kFirstComposite; id < table.size(); ++id)
    for (const Member &member : table[id].members)
      for (TypeId type : member.types)
        if (type >= table.size())
          return report(ErrorKind::Damaged,
                        "type " + number(id) + " refers to type " + number(type) +
                            ", which does not exist",
                        "TYPES[" + number(id - kFirstComposite) + "]", entry.offset);
  return true;
}

base::Result<LoadedImage> strict(PartialImage result) {
  if (result.error)
    return std::unexpected(std::move(*result.error));
  return std::move(result.image);
}

} // namespace

base::Result<LoadedImage> readImage(base::AlignedBuffer bytes) {
  return strict(Reader(std::move(bytes), false).run());
}

base::Result<LoadedImage> readImage(ByteView bytes) {
  base::AlignedBuffer copy;
  if (!copy.reserve(bytes.size()))
    return base::fail(ErrorKind::OutOfMemory, "out of memory reading the image");
  std::ranges::copy(bytes, copy.data());
  copy.setSize(bytes.size());
  return readImage(std::move(copy));
}

PartialImage readPartially(base::AlignedBuffer bytes) {
  return Reader(std::move(bytes), true).run();
}

} // namespace orus::image
