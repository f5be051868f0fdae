// The checks of a paranoid run: they find what the verifier lets through when a rule is switched
// off, and nothing else.
#include "format/text/ImageText.h"
#include "format/verify/Verifier.h"
#include "tests/unit/vm/Programs.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace orus;
using namespace orus::vm;

namespace {

Outcome runParanoid(const std::string &text) {
  auto bytes = text::assembleImage(text);
  REQUIRE(bytes.has_value());
  auto image = image::readImage(base::ByteView(*bytes));
  REQUIRE(image.has_value());
  test::StringSink sink;
  test::StringSource source("");
  Options options;
  options.paranoid = true;
  options.fuel = 100000;
  options.maxStack = size_t{1} << 20;
  Vm machine(std::move(*image), options, sink, source);
  return machine.run();
}

std::string program(const std::string &body) {
  return ".manifest entry=f0\n.string \"\"\n.type function\n.type function i32 -> i32\n"
         ".const f64 1.5\n.module \"main\"\n  .scalar i32 \"count\"\n" +
         body;
}

std::string defectOf(const std::string &body) {
  Outcome outcome = runParanoid(program(body));
  CHECK(outcome.status == Status::Defect);
  return outcome.defect;
}

} // namespace

TEST_CASE("what the verifier accepts runs without a defect") {
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / "good")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    Outcome outcome = runParanoid(text.str());
    CAPTURE(entry.path().string());
    CAPTURE(outcome.defect);
    CHECK(outcome.status != Status::Defect);
  }
}

// None of these passes the verifier.
TEST_CASE("a slot that was not written") {
  CHECK(defectOf(".function \"\" t10\n  .scalars i32 i32\n  mov s0, s1\n  ret\n") ==
        "function 0 at 0, mov: s1 is read before it is written");
  CHECK(defectOf(".function \"\" t10\n  .references string string\n  mov.r r0, r1\n  ret\n") ==
        "function 0 at 0, mov.r: r1 is read before it is written");
}

TEST_CASE("a value of another type") {
  CHECK(defectOf(".function \"\" t10\n  .scalars f64 i32\n  ldi.w s1, 1\n"
                 "  add.f64 s0, s1, s1\n  ret\n") ==
        "function 0 at 1, add.f64: s1 has another type than is wanted");
  CHECK(defectOf(".function \"\" t10\n  .scalars bool bool\n  ldi.w s0, 7\n  not s1, s0\n"
                 "  ret\n") == "function 0 at 1, not: s0 holds no value of its type");
}

TEST_CASE("a slot outside the window, a module slot that is not there") {
  CHECK(defectOf(".function \"\" t10\n  .scalars i32\n  ldi.w s9, 1\n  ret\n") ==
        "function 0 at 0, ldi.w: slot 9 is outside the window");
  CHECK(defectOf(".function \"\" t10\n  .scalars i32\n  ldi.w s0, 1\n  stm s0, 5\n  ret\n") ==
        "function 0 at 1, stm: no module slot 5");
}

TEST_CASE("a call without its argument, and one of another type") {
  std::string callee = ".function \"f\" t11\n  .scalars i32\n  ret.s s0\n";
  CHECK(defectOf(".function \"\" t10\n  .scalars | | 5\n  call s3, r0, f1\n  ret\n.end\n" +
                 callee) == "function 1 at 0, ret.s: s0 is read before it is written");
  CHECK(defectOf(".function \"\" t10\n  .scalars f64 | | 5\n  ldk s0, k0\n  mov s4, s0\n"
                 "  call s4, r0, f1\n  ret\n.end\n" +
                 callee)
            .starts_with("function 1 at 0, ret.s: s0"));
}
