#include "format/base/Hash.h"

#include <doctest/doctest.h>

using namespace orus::base;

TEST_CASE("xxh3-64 gives the published values") {
  CHECK(hash64({}) == 0x2D06800538D394C2);
  CHECK(hash64(asBytes("a")) == 0xE6C632B61E964E1F);
}

TEST_CASE("the table hash depends on every character") {
  static_assert(tableHash("") != tableHash("a"));
  CHECK(tableHash("ab") != tableHash("ba"));
}
