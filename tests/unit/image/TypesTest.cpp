#include "format/image/Types.h"

#include <doctest/doctest.h>

using namespace orus::image;

TEST_CASE("the predefined rows have their fixed numbers") {
  TypeTable types;
  REQUIRE(types.size() == kFirstComposite);
  const char *kNames[] = {"bool", "i32",    "u32", "i64",   "u64",
                          "f64",  "string", "any", "range", "error"};
  for (TypeId id = 0; id < kFirstComposite; ++id)
    CHECK(types.spelling(id) == kNames[id]);
  CHECK(types.storage(TypeTable::scalar(ScalarType::F64)).isScalar);
  CHECK_FALSE(types.storage(kString).isScalar);
}

TEST_CASE("equal composite types have one id and refer to lower ids") {
  TypeTable types;
  TypeId i32 = TypeTable::scalar(ScalarType::I32);
  TypeId ints = types.array(i32);
  TypeId f = types.function({ints, kString}, i32);
  TypeId g = types.function({ints, kString, i32}, std::nullopt);
  CHECK(types.array(i32) == ints);
  CHECK(types.function({ints, kString}, i32) == f);
  CHECK(f != g); // same operands, but the last is no result
  CHECK(types.spelling(f) == "fn([i32], string) -> i32");
  CHECK(types.spelling(g) == "fn([i32], string, i32)");
  CHECK(types.parameterCount(f) == 2);
  CHECK(types.result(f) == i32);
  CHECK_FALSE(types.result(g));
}

TEST_CASE("the spelling of a type that doubles at every level is cut") {
  TypeTable types;
  TypeId type = kString;
  for (int i = 0; i < 64; ++i)
    type = types.function({type, type}, std::nullopt);
  CHECK(types.spelling(type).size() < 3000);
}
