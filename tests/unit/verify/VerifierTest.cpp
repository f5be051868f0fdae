#include "format/verify/Verifier.h"
#include "tests/unit/verify/Images.h"

#include <doctest/doctest.h>

using namespace orus;
using namespace orus::verify;
using namespace orus::verify::test;
using enum isa::Opcode;

namespace {

const image::TypeId kBool = typeId(ScalarType::Bool), kI32 = typeId(ScalarType::I32),
                    kI64 = typeId(ScalarType::I64);

std::string verdict(const ImageBuilder &builder) {
  auto error = verify::verify(builder.image);
  return error ? error->text() : "accepted";
}

std::string rule(const ImageBuilder &builder) {
  auto error = verify::verify(builder.image);
  return error ? std::string(name(error->rule)) : "accepted";
}

} // namespace

TEST_CASE("a function that returns is accepted") {
  ImageBuilder builder;
  builder.add(Assembler()(Ret));
  CHECK(verdict(builder) == "accepted");
}

TEST_CASE("a counted loop over initialised registers is accepted") {
  ImageBuilder builder;
  builder.add(Assembler()(LdiW, {0, 0})(LdiW, {1, 10})(LdiW, {2, 0})(AddI32, {2, 2, 0})(
                  ForUpI32, {0, 1, 1, -1})(Ret),
              {kI32, kI32, kI32});
  CHECK(verdict(builder) == "accepted");
}

TEST_CASE("a register written on one branch only is not initialised behind it") {
  ImageBuilder builder;
  builder.add(Assembler()(LdiW, {0, 1})(JT, {0, 3})(LdiW, {1, 5})(Mov, {2, 1})(Ret),
              {kBool, kI32, kI32});
  CHECK(verdict(builder) ==
        "CODE, function 0 at 4: V9: reads slot s1, which has no value on some path "
        "to here");
}

TEST_CASE("a handler sees what was written before the first instruction that may panic") {
  for (bool before : {true, false}) {
    ImageBuilder builder;
    Assembler code;
    code(LdiW, {0, 1});
    if (before)
      code(LdiW, {1, 7})(AddI32, {2, 0, 0});
    else
      code(AddI32, {2, 0, 0})(LdiW, {1, 7});
    code(Jmp, {3})(Mov, {3, 1})(Jmp, {1})(Ret);
    image::Function &function = builder.add(code, {kI32, kI32, kI32, kI32}, {image::kError});
    function.handlerCount = 1;
    builder.image.handlers.push_back({1, 3, 4, 0});
    CHECK(rule(builder) == (before ? "accepted" : "V19"));
  }
}

TEST_CASE("arguments and results travel in outgoing slots") {
  ImageBuilder builder;
  image::TypeId binary = builder.image.types.function({kI32, kI32}, kI32);
  // Slots 0 is declared, 1 to 3 take the frame record, 4 and 5 are the arguments.
  builder.add(Assembler()(LdiW, {4, 1})(LdiW, {5, 2})(Call, {4, 0, 1})(Mov, {0, 4})(Ret), {kI32});
  builder.add(binary, Assembler()(AddI32, {0, 0, 1})(RetS, {0}), {kI32, kI32});
  CHECK(verdict(builder) == "accepted");

  SUBCASE("arguments are lost in the call") {
    builder.image.code[4] = builder.image.code[4] & 0xFFFF; // mov s0, s0
    builder.image.code[4] |= 5 << 16;                       // mov s0, s5
    CHECK(rule(builder) == "V9");
  }
  SUBCASE("a missing argument") {
    builder.image.code[1] = (builder.image.code[1] & ~0xFF00u) | 6 << 8;
    CHECK(rule(builder) == "V13");
  }
  SUBCASE("no room for the frame record") {
    builder.image.code[2] = (builder.image.code[2] & ~0xFF00u) | 3 << 8;
    CHECK(rule(builder) == "V13");
  }
  SUBCASE("a reference base above the scalar base") {
    builder.image.code[2] |= 5 << 16;
    CHECK(rule(builder) == "V25");
  }
}

TEST_CASE("errors in tables name section and row") {
  ImageBuilder builder;
  builder.add(Assembler()(Ret));
  builder.image.constants.push_back({ScalarType::Bool, 2});
  CHECK(verdict(builder) == "CONST[0]: V10: not the canonical form of a value of type bool");
}

TEST_CASE("control must not run off the end, and every instruction must be reachable") {
  ImageBuilder builder;
  builder.add(Assembler()(LdiW, {0, 1}), {kI32});
  CHECK(rule(builder) == "V6");
  ImageBuilder dead;
  dead.add(Assembler()(Ret)(Ret));
  CHECK(verdict(dead) == "CODE, function 0 at 1: V26: this instruction cannot be reached");
}

TEST_CASE("a disabled rule is passed over") {
  ImageBuilder builder;
  builder.add(Assembler()(Ret)(Ret));
  CHECK(!verify::verify(builder.image, {.disabledRule = RuleId::V26}));
  CHECK(verify::verify(builder.image, {.disabledRule = RuleId::V9}));
}
