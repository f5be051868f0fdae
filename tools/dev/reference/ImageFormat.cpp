// docs/reference/image-format.md: header, sections, records, types and limits.
#include "format/image/Description.h"
#include "format/image/Layout.h"
#include "format/image/Schema.h"
#include "format/image/Types.h"
#include "tools/dev/reference/Markdown.h"
#include "tools/dev/reference/Pages.h"

namespace orus::reference {
namespace {

using namespace image;

constexpr std::string_view kIntroduction =
    R"(An image is a file `.orbc`: a header, a table of sections, and the sections. All integers are
little-endian; floating-point numbers are their IEEE 754 bits. The first line of a file may be a `#!` line
for the shell, which is skipped. How images are written as text is in [image-text.md](image-text.md), the
instructions are in [instructions.md](instructions.md).

A reader accepts files of its own major version. A newer minor version may append fields to records and
add sections; a reader that does not know a section ignores it unless it is required. Files for another
instruction set or other records, by the two hashes, are refused. Header, section table, their checksums
and the first field of MANIFEST, the producer, have the same form in every version, so that damage and
another version are told apart. [COMPATIBILITY.md](../COMPATIBILITY.md) has the promises;
[image-walkthrough.md](image-walkthrough.md) goes through a small image byte by byte.
)";

constexpr std::string_view kSectionRules =
    R"(
Sections stand in the order of their kinds, each at most once, each at the next multiple of its alignment.
Gaps are zero, and nothing follows the last section. A required section must be there; one that can be
stripped may be removed without changing what the program does.

)";

constexpr std::string_view kRecordRules =
    R"(
An archive section is a sequence of records: the length of the record in bytes, then its fields. Integers
and enumerations are unsigned LEB128 in the shortest form, whatever their width; `bool` and the tag of an
optional value (`T?`) are one byte, 0 or 1; strings and lists (`[T]`) are a count and their elements.
Records within records have no length of their own. Fields named after a table are ids in it.

)";

std::string field(size_t offset, size_t size, std::string_view name, std::string_view meaning) {
  return row({std::to_string(offset), std::to_string(size), code(name), plain(meaning)});
}
#define FIELD(T, name, meaning) field(offsetof(T, name), sizeof(T::name), #name, meaning)

void appendHeader(std::string &out) {
  std::string magic;
  for (uint8_t byte : kMagic) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    magic += (magic.empty() ? "" : " ");
    magic += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  out += "\n## Header\n\nVersion " + std::to_string(kFormatMajor) + "." +
         std::to_string(kFormatMinor) + ".\n\n" + header({"offset", "bytes", "field", "content"});
  out += FIELD(Header, magic, "`" + magic + "`");
  out += FIELD(Header, major, "version of the format: other major versions are refused");
  out += FIELD(Header, minor, "");
  out += FIELD(Header, headerSize, std::to_string(sizeof(Header)));
  out += FIELD(Header, fileSize, "of the whole file");
  out += FIELD(Header, sectionCount, "");
  out += FIELD(Header, flags, "0");
  out += FIELD(Header, requiredFeatures, "bits; a reader that does not know one refuses the file");
  out += FIELD(Header, optionalFeatures, "bits");
  out += FIELD(Header, opcodeHash, "of the instruction set");
  out += FIELD(Header, schemaHash, "of the records");
  out += FIELD(Header, checksum, "XXH3-64 of header and section table with this field zero");
  out += "\n### Features\n\nA bit is set exactly if the section has elements.\n\n" +
         header({"field", "bit", "name", "section", "what the image has"});
  for (const FeatureInfo &feature : kFeatures)
    out += row({feature.isRequired ? code("requiredFeatures") : code("optionalFeatures"),
                std::to_string(feature.bit), std::string(feature.name),
                code(info(feature.section).name), plain(feature.meaning)});
  out += "\n## Section table\n\nOne entry for each section, directly after the header.\n\n" +
         header({"offset", "bytes", "field", "content"});
  out += FIELD(SectionEntry, kind, "");
  out += FIELD(SectionEntry, flags, "1 required, 2 can be stripped");
  out += FIELD(SectionEntry, offset, "in the file");
  out += FIELD(SectionEntry, size, "in bytes");
  out += FIELD(SectionEntry, count, "of elements");
  out += FIELD(SectionEntry, alignmentLog2, "");
  out += FIELD(SectionEntry, encoding, "0 raw, 1 archive");
  out += FIELD(SectionEntry, reserved, "0");
  out += FIELD(SectionEntry, checksum, "XXH3-64 of the content");
}

void appendSections(std::string &out) {
  out += "\n## Sections\n";
  out += kSectionRules;
  out += header({"kind", "name", "encoding", "alignment", "", "content"});
  for (const SectionInfo &section : kSections)
    out += row({std::to_string(static_cast<uint32_t>(section.kind)), code(section.name),
                section.encoding == Encoding::Raw ? "raw" : "archive",
                std::to_string(1u << section.alignmentLog2),
                section.flags & kRequired     ? "required"
                : section.flags & kStrippable ? "can be stripped"
                                              : "",
                plain(section.content)});
}

void appendRecords(std::string &out) {
  out += "\n## Records\n";
  out += kRecordRules;
  out += header({"record", "field", "type"});
  for (const SchemaRecord &record : schemaRecords()) {
    std::string name = code(record.name);
    for (const SchemaField &part : record.fields) {
      out += row({name, code(part.name), code(part.type)});
      name.clear();
    }
  }
}

std::string_view meaning(TypeKind kind) {
  switch (kind) {
  case TypeKind::Scalar: return "predefined";
  case TypeKind::String: return "predefined";
  case TypeKind::Any: return "predefined";
  case TypeKind::Range: return "predefined";
  case TypeKind::Error: return "predefined";
  case TypeKind::Array: return "array; operand: the type of its elements";
  case TypeKind::Function:
    return "function; operands: the types of its parameters, then that of its result, if it has "
           "one";
  case TypeKind::Struct: return "struct; members: its fields, each with its type";
  case TypeKind::Enum: return "enum; members: its variants, each with the types of its payload";
  case TypeKind::Cell: return "captured variable; operand: the type of what it holds";
  case TypeKind::Closure:
    return "running function that captures; operands: its signature, then the types of its "
           "captures";
  }
  return {};
}

void appendDescription(std::string &out) {
  out += "\n## The description\n\nThe text of SCHEMA, from which tools of other versions know the "
         "records of a section, or the u32 fields of its elements. STRINGS, CONST, CODE, BUILD_ID "
         "and SCHEMA itself are as said above in every version, and so are the first fields of the "
         "rows of OPCODES: `role` is 0 written, 1 read, 2 both, 3 immediate, 4 "
         "displacement.\n\n```\n" +
         describeRecords() + "```\n";
}

void appendTypes(std::string &out) {
  out +=
      "\n## Predefined types\n\nThe first ids of every type table; the rows of TYPES follow.\n\n" +
      header({"id", "type", "bank"});
  TypeTable table;
  for (TypeId id = 0; id < kFirstComposite; ++id)
    out += row({std::to_string(id), code(table.spelling(id)),
                table.storage(id).isScalar ? "scalar" : "reference"});
  out += "\nA row of TYPES is of one of these kinds; its operands are lower ids. Members may be of "
         "any type, so that structs and enums "
         "can refer to each other; each of these rows is a type of its own.\n\n" +
         header({"kind", "type"});
  for (unsigned i = 0; i < kTypeKindCount; ++i)
    out += row({std::to_string(i), std::string(meaning(static_cast<TypeKind>(i)))});
}

void appendLimits(std::string &out) {
  out += "\n## Limits\n\nWriter and reader hold them both.\n\n" + header({"limit", "value", "of"});
#define ORUS_LIMIT(type, name, value, meaning)                                                     \
  out += row({code(#name), std::to_string(value), plain(meaning)});
#include "format/image/Limits.def"
}

void appendVerification(std::string &out) {
  out +=
      "\n## Verification\n\nAn image that can be read is run only if it satisfies these rules too. "
      "`disabledRule` of the verifier's options switches one off, for tests.\n\n" +
      header({"rule", "about", "what an accepted image satisfies"});
#define ORUS_VERIFY_RULE(ident, name, condition) out += row({#ident, name, plain(condition)});
#include "format/verify/Rules.def"
}

} // namespace

std::string imageFormat() {
  std::string out = heading("The image format");
  out += kIntroduction;
  appendHeader(out);
  appendSections(out);
  appendRecords(out);
  appendDescription(out);
  appendTypes(out);
  appendLimits(out);
  appendVerification(out);
  return out;
}

} // namespace orus::reference
