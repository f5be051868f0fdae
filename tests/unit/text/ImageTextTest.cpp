#include "format/text/ImageText.h"

#include "format/image/Reader.h"
#include "format/isa/Isa.h"

#include <doctest/doctest.h>

#include <string>

using namespace orus;
using namespace orus::text;

namespace {

constexpr const char *kExample = R"(
.manifest producer="by hand" edition=1 entry=f0
.string ""
.string "main"
.type function                    ; t10
.type array i32                   ; t11
.type function t11, string -> i32
.const i32 -5
.const f64 1.5e3
.const u64 0xFFFFFFFFFFFFFFFF
.native "input" t12
.module "main" initializer=f0
  .scalar i32 "count"
  .reference t11 "list"
.module "other" dependency=0
.file "main.orus" hash=0x0123456789abcdef

.function "" t10 module=0
  .scalars i32 i32 | i64 | 3
  .references string
  .summary scalars maxPressure=2 rematerialized=1
  .loc 0 1 1
  ldi.w s0, 10
again:
  ldstr r0, "ten times"
  add.i32.i s0, s0, -1
  jge.i32.i s0, 1, again
  .loc 0 2 5
  lds s1, s2
  stm s0, m0
  call s5, r0, "two"
done: ret
  .handler again done done r0
.function "two" t10 module=1
  12: print t12, s3 r1
  raise DivisionByZero
)";

image::LoadedImage load(std::string_view text) {
  auto bytes = assembleImage(text);
  REQUIRE_MESSAGE(bytes.has_value(), bytes.error().text());
  auto image = image::readImage(*bytes);
  REQUIRE_MESSAGE(image.has_value(), image.error().text());
  return std::move(*image);
}

std::string errorOf(std::string_view text) {
  auto bytes = assembleImage(text);
  return bytes ? "assembled" : bytes.error().text();
}

// The reader's complaint about the example with further lines.
std::string complaint(const std::string &damage) {
  auto bytes = assembleImage(kExample + damage);
  if (!bytes)
    return bytes.error().text();
  auto image = image::readImage(*bytes);
  return image ? "accepted" : image.error().text();
}

} // namespace

TEST_CASE("every record and its fields arrive in the image") {
  image::LoadedImage image = load(kExample);
  CHECK(image.manifest.producer == "by hand");
  CHECK(image.strings[1] == "main");
  CHECK(image.types.spelling(12) == "fn([i32], string) -> i32");
  CHECK(image.constantBits[0] == 0xFFFFFFFB);
  CHECK(image.constantBits[1] == 0x4097700000000000);
  CHECK(image.constantBits[2] == UINT64_MAX);
  REQUIRE(image.modules.size() == 2);
  CHECK(image.modules[1].scalarBase == 1);
  CHECK(image.modules[1].dependencies == std::vector<image::ModuleId>{0});
  CHECK(image.files[0].contentHash == 0x0123456789abcdef);
  const image::Function &f = image.functions[0];
  CHECK(f.scalars.registers == 2);
  CHECK(f.scalars.slotTypes == std::vector<image::TypeId>{1, 1, 3});
  CHECK(f.scalars.outgoing == 3);
  CHECK(f.references.registers == 1);
  CHECK(f.scalarSummary.rematerialized == 1);
  CHECK(image.handlers[0] == image::Handler{1, 11, 11, 0});
  CHECK(image.lines[1] == image::LineEntry{6, 0, 2, 5});
  CHECK(f.lineCount == 2);
}

TEST_CASE("labels, functions by name and two bases are encoded") {
  image::LoadedImage image = load(kExample);
  auto code = image.codeOf(image.functions[0]);
  CHECK(isa::decode(code.subspan(4)).instruction ==
        isa::Instruction{isa::Opcode::JGeI32I, {0, 1, -3}});
  CHECK(isa::decode(code.subspan(9)).instruction == isa::Instruction{isa::Opcode::Call, {5, 0, 1}});
  code = image.codeOf(image.functions[1]);
  CHECK(image.functions[1].codeOffset % 4 == 0);
  CHECK(isa::decode(code).instruction == isa::Instruction{isa::Opcode::Print, {12, 0x10003}});
}

TEST_CASE("mistakes in the text are reported with their line") {
  CHECK(errorOf("\n.nonsense") == "line 2: there is no instruction or directive `.nonsense`");
  CHECK(errorOf(".function \"\" t10\n ldi.w s0, 40000") ==
        "line 2: operand 2 does not fit its field");
  CHECK(errorOf(".function \"\" t10\n mov s0, r1") == "line 2: `r1` instead of s and a number");
  CHECK(errorOf(".function \"\" t10\n j nowhere") ==
        "line 2: there is no label `nowhere` in the function");
  CHECK(errorOf("ret") == "line 1: this belongs in a function");
  CHECK(errorOf(".string \"a\\q\"") == "line 1: unknown escape in a string");
  CHECK(errorOf(".string \"a") == "line 1: the string does not end");
  CHECK(errorOf(".function \"\" t10\n ret s0") == "line 2: unexpected `s0`");
  CHECK(errorOf(".patch LINES.size = 1") == "there is no such section to patch");
}

TEST_CASE("damage does what it says") {
  CHECK(complaint("") == "accepted");
  CHECK(complaint(".patch header.fileSize = 12") ==
        "header, offset 16: the header says 12 bytes, the file has " +
            std::to_string(load(kExample).bytes.size()));
  CHECK(complaint(".patch CODE.reserved = 1").find("CODE, offset") == 0);
  CHECK(complaint(".patch entry 1 kind = 1").ends_with("section appears twice"));
  CHECK(complaint(".patch CODE + 0 u8 = 7") == "accepted");
  CHECK(complaint(".patch CODE + 0 u8 = 7\n.checksums off").ends_with("wrong checksum"));
  CHECK(complaint(".patch @0 u8 = 0x7f") == "the file does not begin as an Orus image does");
  CHECK(complaint(".remove HANDLERS") == "HANDLERS: section is missing");
  CHECK(complaint(".section 99 flags=2 count=7 \"opaque\"") == "accepted");
  CHECK(complaint(".section 99 flags=1").starts_with("section table, offset "));
  CHECK(complaint(".replace MANIFEST count=1 0").ends_with("1 records in 1 bytes"));
  CHECK(complaint(".truncate 70").ends_with("the file has 70"));
  CHECK(complaint(".append 0 0").find("bytes, the file has") != std::string::npos);
  CHECK(complaint(".type kind=11").ends_with("value 11 exceeds 10"));
  CHECK(complaint(".type array t13").ends_with("which is not lower"));
  CHECK(complaint(".type array i32").ends_with("an equal type has a lower id"));
}
