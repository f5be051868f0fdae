#include "tests/unit/image/Samples.h"

#include "format/image/Reader.h"
#include "format/image/Schema.h"
#include "format/image/Writer.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace orus;
using namespace orus::image;

namespace {

void checkEqual(const LoadedImage &read, const Image &image) {
  CHECK(read.manifest == image.manifest);
  REQUIRE(read.strings.size() == image.strings.size());
  for (StringId id = 0; id < image.strings.size(); ++id)
    CHECK(read.strings[id] == image.strings[id]);
  REQUIRE(read.types.size() == image.types.size());
  for (TypeId id = 0; id < image.types.size(); ++id)
    CHECK(read.types[id] == image.types[id]);
  CHECK(read.natives == image.natives);
  REQUIRE(read.constantBits.size() == image.constants.size());
  REQUIRE(read.constantTypes.size() == image.constants.size());
  for (size_t i = 0; i < image.constants.size(); ++i)
    CHECK(Constant{read.constantTypes[i], read.constantBits[i]} == image.constants[i]);
  CHECK(read.functions == image.functions);
  CHECK(std::ranges::equal(read.code, image.code));
  CHECK(std::ranges::equal(read.handlers, image.handlers));
  CHECK(read.modules == image.modules);
  CHECK(std::ranges::equal(read.lines, image.lines));
  CHECK(read.files == image.files);
}

} // namespace

TEST_CASE("what is written is read back") {
  for (const Image &image : {samples::least(), samples::full(), samples::many()}) {
    auto bytes = writeImage(image);
    REQUIRE(bytes.has_value());
    auto read = readImage(*bytes);
    REQUIRE_MESSAGE(read.has_value(), read.error().text());
    checkEqual(*read, image);
  }
}

TEST_CASE("writing is deterministic") {
  CHECK(writeImage(samples::many()).value() == writeImage(samples::many()).value());
}

TEST_CASE("code and constants lie at multiples of 64 in memory") {
  auto read = readImage(writeImage(samples::full()).value()).value();
  CHECK(reinterpret_cast<uintptr_t>(read.code.data()) % 64 == 0);
  CHECK(reinterpret_cast<uintptr_t>(read.constantBits.data()) % 64 == 0);
}

TEST_CASE("an image without lines and files has no such sections and the same code") {
  Image stripped = samples::full();
  stripped.lines.clear();
  stripped.files.clear();
  stripped.functions[1].lineCount = 0;
  auto whole = readImage(writeImage(samples::full()).value()).value();
  auto read = readImage(writeImage(stripped).value()).value();
  CHECK(read.sections.size() == whole.sections.size() - 2);
  CHECK(std::ranges::equal(read.code, whole.code));
}

TEST_CASE("an image beyond a limit is not written") {
  auto message = [](const Image &image) {
    auto bytes = writeImage(image);
    REQUIRE_FALSE(bytes.has_value());
    CHECK(bytes.error().kind == base::ErrorKind::TooLarge);
    return bytes.error().message;
  };
  Image image = samples::least();
  image.functions[0].scalars.outgoing = kMaxWindowSlots + 1;
  CHECK(message(image) == "FUNCTIONS[0]: 65536 slots exceed the limit of 65535");
  image = samples::least();
  image.functions[0].codeLength = kMaxFunctionWords + 1;
  CHECK(message(image) == "FUNCTIONS[0]: 4194305 instruction words exceed the limit of 4194304");
  image = samples::least();
  TypeId type = kString;
  for (unsigned i = 0; i < kMaxTypeNesting; ++i)
    type = image.types.array(type);
  CHECK(readImage(writeImage(image).value()).has_value());
  image.types.array(type);
  CHECK(message(image) == "a type is nested more than 64 levels deep");
  image = samples::least();
  image.types.function(std::vector<TypeId>(kMaxParameters, kAny), kAny);
  CHECK(readImage(writeImage(image).value()).has_value());
  image.types.function(std::vector<TypeId>(kMaxParameters + 1, kAny), kAny);
  CHECK(message(image) == "TYPES[2]: 1001 parameters exceed the limit of 1000");
}

TEST_CASE("the schema names every field of every record") {
  std::string text = schemaText();
  CHECK(text.starts_with("Manifest{producer: string, edition: u32, entry: u32, "));
  CHECK(text.find("Type{kind: 0..10, hasResult: bool, operands: [u32], name: string, "
                  "module: u32, members: [Member]}\n") != text.npos);
  CHECK(text.find("Bank{slotTypes: [u32], ") != text.npos);
  CHECK(text.find("scalars: Bank, references: Bank, ") != text.npos);
}
