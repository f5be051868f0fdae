#include "vm/core/Strings.h"
#include "tests/unit/vm/Heaps.h"
#include "vm/core/Stop.h"

#include <doctest/doctest.h>
#include <random>

namespace orus::vm::test {
namespace {

struct Fixture {
  explicit Fixture(const HeapOptions &options = {})
      : heap(options, roots, kNoShapes), strings(heap) {
    roots.refs.assign(2, nullptr);
  }
  std::string_view text(size_t slot) const {
    return viewOf(static_cast<String *>(roots.refs[slot]));
  }
  void set(size_t slot, std::string_view text) { roots.refs[slot] = strings.make(text); }
  void concat(size_t to, size_t left, size_t right) {
    roots.refs[to] = strings.concat(&roots.refs[left], &roots.refs[right]);
  }
  TestRoots roots;
  Heap heap;
  Strings strings;
};

TEST_CASE("one-byte strings and the empty one are made once") {
  Fixture fixture;
  CHECK(fixture.strings.make("x") == fixture.strings.ofByte('x'));
  CHECK(fixture.strings.make("") == fixture.strings.empty());
  CHECK(fixture.strings.makeLiteral("x") == fixture.strings.ofByte('x'));
  CHECK(viewOf(fixture.strings.ofByte(0)) == std::string_view("\0", 1));
  CHECK(viewOf(fixture.strings.ofByte(255)) == "\xff");
}

TEST_CASE("concatenation with the empty string copies nothing") {
  Fixture fixture;
  fixture.set(0, "some text");
  fixture.set(1, "");
  CHECK(fixture.strings.concat(&fixture.roots.refs[0], &fixture.roots.refs[1]) ==
        fixture.roots.refs[0]);
  CHECK(fixture.strings.concat(&fixture.roots.refs[1], &fixture.roots.refs[0]) ==
        fixture.roots.refs[0]);
}

// Bytes copied by building a string of n bytes, by appending, prepending, or both in turn.
uint64_t bytesToBuild(size_t count, bool append, bool prepend) {
  Fixture fixture;
  fixture.set(0, "");
  std::string expected;
  for (size_t i = 0; i < count; ++i) {
    char c = static_cast<char>('a' + i % 26);
    fixture.set(1, {&c, 1});
    if (append) {
      fixture.concat(0, 0, 1);
      expected.push_back(c);
    }
    if (prepend)
      fixture.concat(0, 1, 0);
    // A read in between must not make the next concatenation start afresh.
    CHECK(fixture.text(0).back() == (append ? c : 'a'));
  }
  if (append && !prepend)
    CHECK(fixture.text(0) == expected);
  CHECK(fixture.text(0).size() == count * (append + prepend));
  return fixture.strings.bytesCopied();
}

TEST_CASE("building a string copies a number of bytes linear in its length") {
  struct Way {
    bool append, prepend;
  };
  for (Way way : {Way{true, false}, Way{false, true}, Way{true, true}}) {
    CAPTURE(way.append);
    CAPTURE(way.prepend);
    for (size_t count : {1000u, 10'000u, 50'000u})
      CHECK(bytesToBuild(count, way.append, way.prepend) <=
            5 * count * (way.append + way.prepend) + 3000);
  }
}

TEST_CASE("strings that share a buffer keep their own content") {
  Fixture fixture;
  std::string base(100, '-');
  fixture.set(0, base);
  fixture.set(1, "x");
  fixture.concat(0, 0, 1);
  fixture.concat(0, 0, 1); // in a buffer with room now
  Rooted older(fixture.heap, fixture.roots.refs[0]);
  fixture.set(1, "left");
  fixture.concat(0, 0, 1);
  Rooted left(fixture.heap, fixture.roots.refs[0]);
  fixture.roots.refs[0] = older.get();
  fixture.set(1, "right"); // the end of `older` is taken already
  fixture.concat(0, 0, 1);
  CHECK(viewOf(older.as<String>()) == base + "xx");
  CHECK(viewOf(left.as<String>()) == base + "xxleft");
  CHECK(fixture.text(0) == base + "xxright");
}

TEST_CASE("random concatenations agree with a model") {
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    Fixture fixture(configuration.options);
    std::mt19937 random(11);
    constexpr size_t kSlots = 8;
    std::vector<std::string> model(kSlots);
    fixture.roots.refs.assign(kSlots, fixture.strings.empty());
    size_t steps = configuration.options.collectAtEveryAllocation ? 400 : 4000;
    for (size_t step = 0; step < steps; ++step) {
      size_t to = random() % kSlots, left = random() % kSlots, right = random() % kSlots;
      if (model[left].size() + model[right].size() > 20'000 || random() % 3 == 0) {
        std::string text(random() % 60, static_cast<char>('a' + step % 26));
        fixture.set(to, text);
        model[to] = text;
        continue;
      }
      fixture.concat(to, left, right);
      model[to] = model[left] + model[right];
      REQUIRE(fixture.text(to) == model[to]);
    }
    for (size_t i = 0; i < kSlots; ++i)
      CHECK(fixture.text(i) == model[i]);
  }
}

TEST_CASE("order and equality go by unsigned bytes") {
  Fixture fixture;
  auto order = [&](std::string_view a, std::string_view b) {
    Rooted left(fixture.heap, fixture.strings.make(a)),
        right(fixture.heap, fixture.strings.make(b));
    auto *l = left.as<String>(), *r = right.as<String>();
    CHECK(equal(l, r) == (a == b));
    return less(l, r) ? -1 : less(r, l) ? 1 : 0;
  };
  CHECK(order("", "a") == -1);
  CHECK(order("Z", "a") == -1);
  CHECK(order("ab", "abc") == -1);
  CHECK(order("abc", "abc") == 0);
  CHECK(order("\x7f", "\x80") == -1);
  CHECK(order(std::string_view("a\0b", 3), std::string_view("a\0c", 3)) == -1);
}

} // namespace
} // namespace orus::vm::test
