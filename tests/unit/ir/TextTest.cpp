#include "compiler/ir/Parser.h"
#include "compiler/ir/Printer.h"
#include "tests/unit/ir/Samples.h"

#include <doctest/doctest.h>

#include <random>

using namespace orus;

static std::string printed(const ir::Module &module, ir::PrintOptions options = {}) {
  std::string text;
  llvm::raw_string_ostream out(text);
  ir::Printer(module, options).print(out);
  return text;
}

static std::string reprinted(llvm::StringRef text) {
  auto module = ir::parseModule(text);
  return module ? printed(**module) : module.error().text();
}

TEST_CASE("the text of every operation reads back as itself") {
  CHECK(reprinted(test::kAllOperations) == std::string(test::kAllOperations));
}

TEST_CASE("the sample shows every operation") {
  for (unsigned op = 0; op < ir::kOpCount; ++op) {
    std::string text = ir::opInfo(static_cast<ir::Op>(op)).text;
    CAPTURE(text);
    CHECK(llvm::StringRef(test::kAllOperations).contains(" " + text));
  }
}

TEST_CASE("values, blocks, labels and comments are free in form") {
  CHECK(
      reprinted("fn @f#9: fn() { ; one\n^3: %7: i32 = const 1 jump ^5\n^5: return }\nentry @f#9") ==
      "entry @f\n\nfn @f: fn() module 0 {\n^3:\n  %7: i32 = const 1\n  jump ^5\n^5:\n  "
      "return\n}\n");
}

TEST_CASE("labels are numbered only where names repeat, and quoted where they need it") {
  CHECK(reprinted("fn @a#0: fn() {}fn @a#1: fn() {}fn @\"b c\"#5: fn() {}fn @#3: fn() {}") ==
        "entry @a#0\n\nfn @a#0: fn() module 0 {\n}\n\nfn @a#1: fn() module 0 {\n}\n\n"
        "fn @\"b c\": fn() module 0 {\n}\n\nfn @#3: fn() module 0 {\n}\n");
}

TEST_CASE("positions are kept as offsets") {
  auto module = ir::parseModule("fn @f: fn() {\n^0:\n  %0: i32 = const 1 !17\n  return !20\n}");
  REQUIRE(module);
  CHECK(printed(**module, {.locations = true}) ==
        "entry @f\n\nfn @f: fn() module 0 {\n^0:\n  %0: i32 = const 1 !17\n  return !20\n}\n");
}

TEST_CASE("mistakes are reported where they are") {
  struct {
    const char *text, *error;
  } cases[] = {
      {"fnord", "1:1: expected `struct`, `enum`, `module`, `entry` or `fn`"},
      {"fn @f", "1:6: expected `:`"},
      {"fn @f: fn() {", "1:14: expected a block, as `^0:`"},
      {"fn @f: fn() { return }", "1:15: expected a block, as `^0:`"},
      {"fn @f: fn() {\n^0:\n  blub\n}", "3:3: unknown operation"},
      {"fn @f: fn() {} fn @f: fn() {}", "1:19: a second function of this label"},
      {"fn @f: fn() { ^0: ^0: }", "1:19: a second definition of this block"},
      {"fn @f: fn() { ^0(%1: i32, %1: i32): }", "1:27: a second definition of this value"},
      {"fn @f: fn() { ^0: return %1 }", "1:26: no such value"},
      {"fn @f: fn() { ^0: call @g() }", "1:24: no such function"},
      {"fn @f: fn() { ^0: calln g() }", "1:26: no such native function"},
      {"fn @f: fn() { ^0: raise Hell }", "1:30: no such panic"},
      {"fn @f: fn() { ^0: add %1 }", "1:19: the result has no name"},
      {"fn @f: fn() { ^0: %1: i32 = add %1 }", "1:29: this operation takes 2 operands"},
      {"fn @f: fn() { ^0: %1: i32 = raise }", "1:29: this operation has no result"},
      {"fn @f: fn() { ^0: %1: i32 = const 2147483648 }", "1:35: expected a constant of type i32"},
      {"fn @f: fn() { ^0: %1: u32 = const -1 }", "1:35: expected a constant of type u32"},
      {"fn @f: fn() { ^0: %1: i32 = const true }", "1:35: expected a constant of type i32"},
      {"fn @f: fn() { ^0: %1: string = const 1 }", "1:38: a constant must have a scalar type"},
      {"fn @f: fn() { ^0: %1: string = str \"\\q\" }", "1:36: bad string"},
      {"fn @f: fn() { ^0: try ^0, ^0 }", "1:30: expected `(`"},
      {"fn @f: fn() { ^0: for.step %0 + 256 < %1 }", "1:37: the step must be from 1 to 255"},
      {"fn @f: fn() { ^0: local.set $x, %1 }", "1:29: a number must follow here"},
      {"fn @f: fn() { ^0: %4000000000: i32 = const 1 }",
       "1:19: numbers are too large for a text of this size"},
      {"fn @f: i33 {}", "1:8: expected a type"},
      {"fn @f: fn() big {}", "1:13: unknown attribute"},
      {"fn @f: fn() \x01", "1:13: character that starts no token"},
  };
  for (const auto &[text, error] : cases) {
    CAPTURE(text);
    auto module = ir::parseModule(text);
    REQUIRE(!module);
    CHECK(module.error().text() == error);
  }
}

TEST_CASE("deep types are refused, not crashed on") {
  CHECK(!ir::parseModule("fn @f: " + std::string(1'000'000, '[')));
  std::string nested = std::string(1000, '[') + "i32" + std::string(1000, ']');
  CHECK(ir::parseModule("fn @f: fn() locals(" + nested + ") {}"));
}

TEST_CASE("damaged text never crashes parser or printer") {
  std::mt19937 random(4);
  const std::string sample = test::kAllOperations;
  int accepted = 0;
  for (int round = 0; round < 600; ++round) {
    std::string text = sample;
    for (unsigned i = 1 + random() % 3; i > 0; --i) {
      size_t at = random() % text.size();
      switch (random() % 8) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text.erase(at, random() % 8); break;
      case 2: text.insert(at, sample.substr(random() % sample.size(), random() % 8)); break;
      default:
        at = text.find_first_of("0123456789", at);
        if (at != std::string::npos)
          text[at] = static_cast<char>('0' + random() % 10);
      }
    }
    if (auto module = ir::parseModule(text)) {
      ++accepted;
      std::string once = printed(**module);
      CHECK(reprinted(once) == once);
    }
  }
  CHECK(accepted > 50); // else the test says little
}
