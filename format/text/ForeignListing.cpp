#include "format/text/ForeignListing.h"

#include "format/base/Text.h"
#include "format/image/Archive.h"
#include "format/image/Description.h"
#include "format/image/Records.h"
#include "format/text/ImageListing.h"
#include "format/text/RecordReader.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace orus::text {

namespace {

using image::SectionEntry;
using image::SectionKind;

std::string number(int64_t value) { return std::to_string(value); }

class Foreign {
public:
  Foreign(const image::LoadedImage &image, const std::function<void(std::string_view)> &sink)
      : image_(image), sink_(sink), schema_(base::asText(content(SectionKind::Schema))) {
    readOpcodes();
  }

  void write();

private:
  base::ByteView contentOf(const SectionEntry &entry) const {
    base::ByteView file = image_.bytes.view();
    if (entry.offset > file.size() || entry.size > file.size() - entry.offset)
      return {};
    return file.subspan(entry.offset, entry.size);
  }
  base::ByteView content(SectionKind kind) const {
    for (const SectionEntry &entry : image_.sections)
      if (entry.kind == static_cast<uint32_t>(kind))
        return contentOf(entry);
    return {};
  }
  void line(std::string_view text) { sink_("; " + std::string(text) + "\n"); }
  void readOpcodes();
  void archive(const SectionEntry &entry, const std::string &record);
  void raw(const SectionEntry &entry, const std::vector<std::string> &columns);
  void strings(const SectionEntry &entry);
  void code(uint64_t offset, uint64_t length);
  std::string instruction(const image::OpcodeRow &row, const uint32_t *words, uint64_t pc) const;

  const image::LoadedImage &image_;
  const std::function<void(std::string_view)> &sink_;
  Schema schema_;
  uint64_t wordsShown_ = 0;
  std::array<image::OpcodeRow, 256> opcodes_; // rows without words: unknown
};

// What is repeated with each instruction must not multiply the output.
bool isShort(const image::OpcodeRow &row) {
  constexpr size_t kMaxName = 64;
  return row.mnemonic.size() <= kMaxName && row.operands.size() <= isa::kMaxOperands &&
         std::ranges::all_of(row.operands, [](const image::OpcodeOperand &operand) {
           return operand.type.size() <= kMaxName;
         });
}

// The record of OPCODES itself is read as this version has it: it can only grow at its end.
void Foreign::readOpcodes() {
  base::ByteView bytes = content(SectionKind::Opcodes);
  image::LoadArchive archive(bytes, "OPCODES", 0, 0);
  for (uint32_t i = 0; archive.ok() && archive.remaining(); ++i) {
    image::OpcodeRow row;
    archive.loadRecord(row, i, true);
    if (archive.ok() && row.words <= isa::kMaxWords && isShort(row))
      opcodes_[row.number] = std::move(row);
  }
}

void Foreign::write() {
  std::string text;
  const image::Header &header = image_.header;
  text += "; format       " + number(header.major) + "." + number(header.minor) + ", " +
          number(static_cast<int64_t>(image_.bytes.size())) +
          " bytes; shown by what the image says of itself\n";
  appendSections(text, image_);
  sink_(text);
  for (const SectionEntry &entry : image_.sections) {
    std::string name = image::sectionName(entry.kind);
    if (entry.kind == static_cast<uint32_t>(SectionKind::Opcodes))
      continue;
    if (entry.kind == static_cast<uint32_t>(SectionKind::Strings))
      strings(entry);
    else if (auto record = schema_.recordOf(name))
      archive(entry, *record);
    else if (auto columns = schema_.columnsOf(name); !columns.empty())
      raw(entry, columns);
  }
}

void Foreign::archive(const SectionEntry &entry, const std::string &record) {
  std::string name = image::sectionName(entry.kind);
  RecordReader reader(schema_, contentOf(entry));
  for (uint32_t i = 0; i < entry.count && !reader.atEnd(); ++i) {
    std::string text = reader.next(record);
    if (!reader.ok()) {
      line(name + "[" + number(i) + "] does not fit its description");
      return;
    }
    line(name + "[" + number(i) + "] " + text);
    auto offset = reader.numbers().find("codeOffset"), length = reader.numbers().find("codeLength");
    if (offset != reader.numbers().end() && length != reader.numbers().end())
      code(offset->second, length->second);
  }
}

void Foreign::raw(const SectionEntry &entry, const std::vector<std::string> &columns) {
  base::ByteView bytes = contentOf(entry);
  size_t size = 4 * columns.size();
  for (size_t at = 0, i = 0; size <= bytes.size() - at; at += size, ++i) {
    std::string text = image::sectionName(entry.kind) + "[" + std::to_string(i) + "]";
    for (size_t column = 0; column < columns.size(); ++column) {
      uint32_t value;
      std::memcpy(&value, bytes.data() + at + 4 * column, sizeof value);
      text += " " + base::escaped(columns[column]) + "=" + number(value);
    }
    line(text);
  }
}

void Foreign::strings(const SectionEntry &entry) {
  base::ByteView bytes = contentOf(entry);
  uint64_t table = 4 * uint64_t{entry.count};
  if (table > bytes.size())
    return;
  std::string_view blob = base::asText(bytes.subspan(table));
  uint32_t begin = 0;
  for (uint32_t i = 0; i < entry.count; ++i) {
    uint32_t end;
    std::memcpy(&end, bytes.data() + 4 * size_t{i}, sizeof end);
    if (end < begin || end > blob.size())
      return;
    line("STRINGS[" + number(i) + "] " + base::quoted(blob.substr(begin, end - begin)));
    begin = end;
  }
}

void Foreign::code(uint64_t offset, uint64_t length) {
  base::ByteView bytes = content(SectionKind::Code);
  uint64_t total = bytes.size() / 4;
  if (offset > total || length > total - offset) {
    line("  code outside CODE");
    return;
  }
  // Functions do not share code; those of a hostile image might, and be many.
  if (length > total - wordsShown_) {
    line("  more code than there is");
    return;
  }
  wordsShown_ += length;
  std::vector<uint32_t> words(length);
  if (length)
    std::memcpy(words.data(), bytes.data() + 4 * offset, 4 * length);
  for (uint64_t pc = 0; pc < length;) {
    const image::OpcodeRow &row = opcodes_[words[pc] & 0xFF];
    bool isKnown = row.words != 0 && row.words <= length - pc;
    char text[16];
    std::snprintf(text, sizeof text, "%08x", words[pc]);
    line("  " + std::to_string(pc) + ": " +
         (isKnown ? instruction(row, &words[pc], pc) : ".word 0x" + std::string(text)));
    pc += isKnown ? row.words : 1;
  }
}

std::string Foreign::instruction(const image::OpcodeRow &row, const uint32_t *words,
                                 uint64_t pc) const {
  std::string text = base::escaped(row.mnemonic);
  const char *separator = " ";
  for (const image::OpcodeOperand &operand : row.operands) {
    text += separator;
    separator = ", ";
    if (operand.word >= row.words || operand.width == 0 || operand.width + operand.shift > 32) {
      text += "?";
      continue;
    }
    uint32_t bits = words[operand.word] >> operand.shift;
    if (operand.width < 32)
      bits &= (1u << operand.width) - 1;
    int64_t value = bits;
    if (operand.isSigned)
      value = static_cast<int32_t>(bits << (32 - operand.width)) >> (32 - operand.width);
    if (operand.role <= isa::Role::InOut)
      text += (operand.isScalar ? "s" : "r") + number(value);
    else if (operand.role == isa::Role::Displacement)
      text += "@" + number(static_cast<int64_t>(pc) + value);
    else
      text += base::escaped(operand.type) + ":" + number(value);
  }
  return text;
}

} // namespace

void writeForeign(const image::LoadedImage &image,
                  const std::function<void(std::string_view)> &sink) {
  Foreign(image, sink).write();
}

} // namespace orus::text
