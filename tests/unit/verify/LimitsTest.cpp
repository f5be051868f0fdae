// Every limit of Limits.def: at its value an image is accepted, one above it is refused.
#include "format/base/Hash.h"
#include "format/image/Reader.h"
#include "format/image/Writer.h"
#include "format/verify/Verifier.h"
#include "tests/unit/verify/Images.h"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <map>

using namespace orus;
using namespace orus::image;
using verify::test::Assembler;
using verify::test::ImageBuilder;

namespace {

const TypeId kInt = TypeTable::scalar(ScalarType::I32);

base::Bytes fileOf(const Image &image) { return layOut(encodeSections(image)); }

Image procedure() {
  ImageBuilder builder;
  builder.add(Assembler()(isa::Opcode::Ret));
  return builder.image;
}

/// A file after a change of the sections of a small image.
base::Bytes withSections(const std::function<void(std::vector<SectionContent> &)> &change) {
  std::vector<SectionContent> sections = encodeSections(procedure());
  change(sections);
  return layOut(sections);
}

base::Bytes withSection(SectionKind kind, uint64_t count, base::Bytes bytes) {
  return withSections([&](std::vector<SectionContent> &sections) {
    for (SectionContent &section : sections)
      if (section.kind == static_cast<uint32_t>(kind)) {
        section.count = static_cast<uint32_t>(count);
        section.bytes = std::move(bytes);
      }
  });
}

base::Bytes withTypes(const std::vector<Type> &types) {
  return withSections([&](std::vector<SectionContent> &sections) {
    for (SectionContent &section : sections)
      if (section.kind == static_cast<uint32_t>(SectionKind::Types))
        section = encodeTypes(types);
  });
}

// The rows that `procedure` has, and one more.
base::Bytes withType(Type type) { return withTypes({Type{.kind = TypeKind::Function}, type}); }

std::vector<Member> members(uint64_t count, const std::vector<TypeId> &types) {
  std::vector<Member> all;
  for (uint64_t i = 0; i < count; ++i)
    all.push_back({"m" + std::to_string(i), types});
  return all;
}

base::Bytes strings(uint64_t count, uint64_t lastSize) {
  base::Bytes bytes;
  for (uint64_t i = 0; i < count; ++i)
    base::append(bytes, static_cast<uint32_t>(i + 1 == count ? lastSize : 0));
  bytes.insert(bytes.end(), lastSize, 'x');
  return bytes;
}

base::Bytes file(uint64_t size) {
  base::Bytes bytes = withSections(
      [](std::vector<SectionContent> &sections) { sections.push_back({1000, 0, 0, 0, 0, {}}); });
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  SectionEntry entry;
  uint8_t *place = bytes.data() + sizeof header + (header.sectionCount - 1) * sizeof entry;
  std::memcpy(&entry, place, sizeof entry);
  entry.size = size - entry.offset;
  std::memcpy(place, &entry, sizeof entry);
  header.fileSize = size;
  std::memcpy(bytes.data(), &header, sizeof header);
  bytes.resize(size);
  updateChecksums(bytes);
  return bytes;
}

base::Bytes sections(uint64_t count) {
  return withSections([&](std::vector<SectionContent> &all) {
    for (uint32_t kind = 1000; all.size() < count; ++kind)
      all.push_back({kind, 0, 0, 0, 0, {}});
  });
}

base::Bytes modules(uint64_t count) {
  Image image = procedure();
  image.strings.clear();
  image.functions.clear();
  image.code.clear();
  image.modules.clear();
  for (uint32_t i = 0; i < count; ++i) {
    image.strings.push_back("m" + std::to_string(i));
    Function body;
    body.name = i;
    body.signature = kFirstComposite;
    body.module = i;
    body.codeOffset = i * kFunctionAlignment;
    body.codeLength = 1;
    image.functions.push_back(body);
    image.code.resize(body.codeOffset);
    isa::encode({isa::Opcode::Ret, {}}, image.code);
    Module module;
    module.name = module.initializer = i;
    image.modules.push_back(module);
  }
  return fileOf(image);
}

base::Bytes functions(uint64_t count) {
  Image image = procedure();
  Function body = image.functions[0];
  std::vector<uint32_t> code = image.code;
  for (uint32_t i = 1; i < count; ++i) {
    body.codeOffset = i * kFunctionAlignment;
    image.functions.push_back(body);
    image.code.resize(body.codeOffset);
    image.code.insert(image.code.end(), code.begin(), code.end());
  }
  return fileOf(image);
}

// Function types of two parameters, each of which is one of the predefined types or of the arrays.
base::Bytes types(uint64_t count) {
  std::vector<Type> all = {Type{.kind = TypeKind::Function}};
  for (TypeId element = 0; element < kFirstComposite; ++element)
    all.push_back({.kind = TypeKind::Array, .operands = {element}});
  TypeId known = kFirstComposite + static_cast<TypeId>(all.size());
  for (TypeId a = 0; a < known; ++a)
    for (TypeId b = 0; b < known; ++b)
      for (TypeId c = 0; c < known; ++c)
        for (TypeId d = 0; d < known; ++d)
          for (TypeId e = 0; e < known && all.size() < count; ++e)
            all.push_back({.kind = TypeKind::Function, .operands = {a, b, c, d, e}});
  return withTypes(all);
}

base::Bytes natives(uint64_t count) {
  Image image = procedure();
  image.strings.push_back("timestamp");
  TypeId signature = image.types.function({}, TypeTable::scalar(ScalarType::F64));
  image.natives.assign(count, {static_cast<StringId>(image.strings.size() - 1), signature});
  return fileOf(image);
}

base::Bytes nesting(uint64_t depth) {
  std::vector<Type> all = {Type{.kind = TypeKind::Function}};
  for (TypeId operand = kInt, id = kFirstComposite + 1; all.size() <= depth; operand = id++)
    all.push_back({.kind = TypeKind::Array, .operands = {operand}});
  return withTypes(all);
}

base::Bytes structFields(uint64_t count) {
  return withType({.kind = TypeKind::Struct, .name = "S", .members = members(count, {kInt})});
}
base::Bytes variants(uint64_t count) {
  return withType({.kind = TypeKind::Enum, .name = "E", .members = members(count, {})});
}
base::Bytes payload(uint64_t count) {
  std::vector<TypeId> values(count, kInt);
  return withType({.kind = TypeKind::Enum, .name = "E", .members = members(1, values)});
}
base::Bytes parameters(uint64_t count) {
  return withType({.kind = TypeKind::Function, .operands = std::vector<TypeId>(count, kInt)});
}
base::Bytes captures(uint64_t count) {
  std::vector<TypeId> operands(count + 1, kInt);
  operands[0] = kFirstComposite;
  return withType({.kind = TypeKind::Closure, .operands = operands});
}

base::Bytes windowSlots(uint64_t count) {
  Image image = procedure();
  image.functions[0].scalars.outgoing = static_cast<uint32_t>(count);
  return fileOf(image);
}
base::Bytes registers(uint64_t count) {
  Image image = procedure();
  image.functions[0].scalars.slotTypes.assign(count, kInt);
  image.functions[0].scalars.registers = static_cast<uint32_t>(count);
  return fileOf(image);
}
base::Bytes moduleSlots(uint64_t count) {
  Image image = procedure();
  image.modules[0].scalars.assign(count, {kInt, 1});
  return fileOf(image);
}

// Instructions and a `ret`.
Image longFunction(uint64_t words) {
  ImageBuilder builder;
  Assembler code;
  while (code.size() + 1 < words)
    code(isa::Opcode::LdiW, {0, 1});
  builder.add(code(isa::Opcode::Ret), {kInt}, {kError});
  return builder.image;
}
base::Bytes functionWords(uint64_t count) { return fileOf(longFunction(count)); }

base::Bytes constants(uint64_t count) {
  base::Bytes bytes(9 * count);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(8 * count), bytes.end(),
            static_cast<uint8_t>(ScalarType::I64));
  return withSection(SectionKind::Const, count, std::move(bytes));
}

base::Bytes nameOf(uint64_t size) {
  Image image = procedure();
  image.strings[1] = std::string(size, 'x');
  return fileOf(image);
}

base::Bytes handlers(uint64_t count) {
  Image image = longFunction(count + 1);
  for (uint32_t i = 0; i < count; ++i)
    image.handlers.push_back({i, i + 1, static_cast<uint32_t>(count), 0});
  image.functions[0].handlerCount = static_cast<uint32_t>(count);
  return fileOf(image);
}
base::Bytes handlerNesting(uint64_t count) {
  Image image = longFunction(count + 1);
  for (uint32_t i = 0; i < count; ++i)
    image.handlers.push_back({0, i + 1, static_cast<uint32_t>(count), 0});
  image.functions[0].handlerCount = static_cast<uint32_t>(count);
  return fileOf(image);
}

base::Bytes notes(uint64_t count) {
  Image image = procedure();
  for (uint64_t i = 0; i < count; ++i)
    image.notes.push_back({std::to_string(100'000 + i), ""});
  return fileOf(image);
}

base::Bytes files(uint64_t count) {
  Image image = procedure();
  image.files.assign(count, {1, 0});
  return fileOf(image);
}
base::Bytes inlineDepth(uint64_t depth) {
  Image image = procedure();
  image.files = {{1, 0}};
  for (uint32_t i = 0; i < depth; ++i)
    image.inlinedCalls.push_back({0, 0, 1, 1, i});
  return fileOf(image);
}

// Another minor version may describe its records in other words.
base::Bytes schemaBytes(uint64_t size) {
  base::Bytes bytes = withSection(SectionKind::Schema, size, base::Bytes(size, 'x'));
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  header.minor = kFormatMinor + 1;
  std::memcpy(bytes.data(), &header, sizeof header);
  updateChecksums(bytes);
  return bytes;
}

using Make = base::Bytes (*)(uint64_t);
const std::map<std::string, Make> kImages = {
    {"kMaxFileSize", file},
    {"kMaxSections", sections},
    {"kMaxModules", modules},
    {"kMaxFunctions", functions},
    {"kMaxTypes", types},
    {"kMaxNatives", natives},
    {"kMaxParameters", parameters},
    {"kMaxTypeNesting", nesting},
    {"kMaxFields", structFields},
    {"kMaxVariants", variants},
    {"kMaxPayload", payload},
    {"kMaxCaptures", captures},
    {"kMaxWindowSlots", windowSlots},
    {"kMaxRegisters", registers},
    {"kMaxModuleSlots", moduleSlots},
    {"kMaxFunctionWords", functionWords},
    {"kMaxConstants", constants},
    {"kMaxStrings",
     [](uint64_t count) { return withSection(SectionKind::Strings, count, strings(count, 4)); }},
    {"kMaxStringBytes",
     [](uint64_t size) { return withSection(SectionKind::Strings, 2, strings(2, size)); }},
    {"kMaxNameBytes", nameOf},
    {"kMaxHandlersPerFunction", handlers},
    {"kMaxHandlerNesting", handlerNesting},
    {"kMaxFiles", files},
    {"kMaxNotes", notes},
    {"kMaxInlineDepth", inlineDepth},
    {"kMaxSchemaBytes", schemaBytes},
};

// What refuses a file, or nothing. Tables of strings and natives that reach their limit take names
// from other tables, so that only the reader is asked.
std::optional<base::Error> refusal(const std::string &limit, base::Bytes bytes) {
  base::AlignedBuffer buffer;
  REQUIRE(buffer.reserve(bytes.size()));
  std::memcpy(buffer.data(), bytes.data(), bytes.size());
  buffer.setSize(bytes.size());
  base::Bytes().swap(bytes);
  auto image = readImage(std::move(buffer));
  if (!image)
    return image.error();
  if (limit == "kMaxStrings" || limit == "kMaxStringBytes")
    return std::nullopt;
  if (auto error = verify::verify(*image))
    return error->toBase();
  return std::nullopt;
}

} // namespace

TEST_CASE("each limit is accepted at its value and refused above it") {
#define ORUS_LIMIT(type, constant, value, ...) {#constant, uint64_t{constant}},
  const std::map<std::string, uint64_t> limits = {
#include "format/image/Limits.def"
  };
  for (const auto &[limit, value] : limits) {
    if (limit == "kMaxArchiveDepth") // no record of this version is so deep: see ArchiveTest.cpp
      continue;
    CAPTURE(limit);
    auto make = kImages.find(limit);
    REQUIRE(make != kImages.end());
    auto error = refusal(limit, make->second(value));
    CHECK_MESSAGE(!error.has_value(), (error ? error->text() : ""));
    error = refusal(limit, make->second(value + 1));
    REQUIRE(error.has_value());
    CHECK(base::exitStatus(error->kind) == base::ExitStatus::BadImage);
    CHECK_FALSE(error->message.empty());
  }
}
