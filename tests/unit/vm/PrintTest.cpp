// The table of templates in manual 9.4 and the text forms of 9.2.
#include "tests/unit/vm/Heaps.h"
#include "vm/builtins/Compare.h"
#include "vm/builtins/PrintLine.h"
#include "vm/core/Arrays.h"
#include "vm/core/Strings.h"

#include <bit>
#include <doctest/doctest.h>

namespace orus::vm::test {
namespace {

constexpr image::TypeId kBool = 0, kI32 = 1, kU32 = 2, kI64 = 3, kU64 = 4, kF64 = 5;

class Names final : public ProgramNames {
public:
  const image::TypeTable &types() const override { return table; }
  std::string_view functionName(uint32_t function) const override {
    return function == 0 ? "twice" : "";
  }
  image::TypeTable table;
};

struct Fixture {
  Fixture() : heap({}, roots, kNoShapes), strings(heap) {}

  Value text(std::string_view bytes) { return keep(strings.make(bytes)); }
  Value keep(Ref ref) {
    roots.refs.push_back(ref);
    return referenceValue(ref);
  }
  Value array(image::TypeId element, std::vector<uint64_t> elements) {
    image::TypeId type = names.table.array(element);
    ElementLayout layout = layoutOf(names.table, type);
    Array *made = newArray(heap, layout, elements.size());
    for (uint64_t bits : elements) {
      uint32_t at = made->length++;
      if (layout.references)
        made->elements->refs()[at] = std::bit_cast<Ref>(bits);
      else if (layout.shift == 0)
        made->elements->as<uint8_t>()[at] = static_cast<uint8_t>(bits);
      else if (layout.shift == 2)
        made->elements->as<uint32_t>()[at] = static_cast<uint32_t>(bits);
      else
        made->elements->as<uint64_t>()[at] = bits;
    }
    return keep(made);
  }
  std::string line(std::vector<Value> arguments) {
    std::string out;
    CHECK(appendPrintLine(names, out, arguments));
    CHECK(out.ends_with('\n'));
    return out.substr(0, out.size() - 1);
  }
  std::string literal(Value value) {
    std::string out;
    CHECK(ValueWriter(names, out).write(value, TextForm::Literal));
    return out;
  }

  TestRoots roots;
  Heap heap;
  Strings strings;
  Names names;
};

Value i32(int32_t value) { return scalarValue(kI32, static_cast<uint32_t>(value)); }
Value f64(double value) { return scalarValue(kF64, std::bit_cast<uint64_t>(value)); }
uint64_t bits(Value value) { return std::bit_cast<uint64_t>(value.ref); }

TEST_CASE("templates") {
  Fixture f;
  auto with = [&](std::string_view text, std::vector<Value> rest) {
    rest.insert(rest.begin(), f.text(text));
    return f.line(rest);
  };
  CHECK(with("@ of @", {i32(1), i32(2)}) == "1 of 2");
  CHECK(with("@ of @", {i32(1)}) == "1 of @");
  CHECK(with("@ of @", {i32(1), i32(2), i32(3)}) == "1 of 2 3");
  CHECK(with("@@", {i32(1), i32(2)}) == "12");
  CHECK(with("@@", {i32(1)}) == "1@");
  CHECK(with("@@", {}) == "@@");
  CHECK(with("@x@", {i32(16), i32(17)}) == "1017");
  CHECK(with("@x @X @b @o", {i32(255), i32(255), i32(5), i32(8)}) == "ff FF 101 10");
  CHECK(with("@b", {i32(-1)}) == std::string(64, '1'));
  CHECK(with("@x", {scalarValue(kU32, 0xffffffff)}) == "ffffffff");
  CHECK(with("@x", {scalarValue(kI64, UINT64_MAX)}) == "ffffffffffffffff");
  CHECK(with("@.2f", {f64(3.14159)}) == "3.14");
  CHECK(with("@.2f", {i32(5)}) == "5");
  CHECK(with("see @.2f", {}) == "see @.2f");
  CHECK(with("@.3", {f64(2)}) == "2.000");
  CHECK(with("@.", {f64(0.7)}) == "0.69999999999999996");
  CHECK(with("@.f!", {f64(0.5)}) == "0.5!");
  CHECK(with("@.12x", {f64(0.5)}) == "0.500000000000x");
  CHECK(with("@x", {f64(0.5)}) == "0.5");
  CHECK(with("@d", {i32(5)}) == "5d");
  CHECK(with("@x", {f.text("text")}) == "text");
  CHECK(with("@x", {scalarValue(kBool, 1)}) == "true");
  CHECK(with("user@host", {}) == "user@host");
  CHECK(with("user@host", {i32(5)}) == "user5host");
  CHECK(with("to", {f.text("user@host"), i32(5)}) == "to user@host 5");
  CHECK(with("C:\\\\tmp", {}) == "C:\\tmp");
  CHECK(with("50\\@ of @", {i32(3)}) == "50@ of 3");
  CHECK(with("a\\nb\\tc\\\"\\qd\\", {}) == "a\nb\tc\"qd");
  CHECK(with("@", {f.text("@x \\n")}) == "@x \\n");
  CHECK(with("", {f.text("")}) == " ");
}

TEST_CASE("text forms") {
  Fixture f;
  CHECK(f.line({}) == "");
  CHECK(f.line({i32(1), f.text("x"), f64(2.5)}) == "1 x 2.5");
  CHECK(f.line({i32(-7), scalarValue(kU64, UINT64_MAX), scalarValue(kBool, 0)}) ==
        "-7 18446744073709551615 false");
  Value inner = f.array(kI32, {1, 2, 3}), empty = f.array(kI32, {}), four = f.array(kI32, {4});
  Value nested = f.array(inner.type, {bits(inner), bits(empty), bits(four)});
  CHECK(f.line({nested}) == "1, 2, 3, , 4");
  CHECK(f.line({f.text("e:"), empty}) == "e: ");
  CHECK(f.line({f.array(kBool, {1, 0}), f.array(kI64, {UINT64_MAX})}) == "true, false -1");
  auto *range = f.heap.make<Range>(Kind::Range, image::kRange);
  *range = Range{*range, 2, 10, 4};
  CHECK(f.line({f.keep(range)}) == "range(2..10 step=4)");
  auto *error = f.heap.make<Error>(Kind::Error, image::kError);
  error->text = f.strings.ofByte('!');
  CHECK(f.line({f.keep(error)}) == "Error: !");
  auto *function = f.heap.make<FunctionValue>(Kind::Function, f.names.table.function({}, {}));
  function->function = 0;
  CHECK(f.line({f.keep(function)}) == "<fn twice>");
  auto *box = f.heap.make<Box>(Kind::Box, kF64);
  box->payload = std::bit_cast<uint64_t>(1.5);
  Value any = f.array(image::kAny, {std::bit_cast<uint64_t>(box), bits(f.text("s")), bits(four)});
  CHECK(f.line({any}) == "1.5, s, 4");
}

TEST_CASE("literal forms") {
  Fixture f;
  CHECK(f.literal(f64(1.0 / 3)) == "0.333333");
  CHECK(f.literal(f.text("a\"b\\c\nd\te\r")) == "\"a\\\"b\\\\c\\nd\\te\r\"");
  Value inner = f.array(kI32, {1, 2});
  CHECK(f.literal(f.array(inner.type, {bits(inner), bits(f.array(kI32, {}))})) == "[[1, 2], []]");
  CHECK(f.literal(f.array(kI32, {})) == "[]");
}

// An array that holds an array that holds …, `depth` levels in all.
Value nest(Fixture &f, size_t depth) {
  Value value = f.array(image::kAny, {});
  for (size_t i = 1; i < depth; ++i)
    value = f.array(image::kAny, {bits(value)});
  return value;
}

TEST_CASE("nesting up to the limit is printed and compared, beyond it is not") {
  Fixture f;
  std::string out;
  Value deep = nest(f, kMaxNesting), same = nest(f, kMaxNesting);
  CHECK(ValueWriter(f.names, out).write(deep, TextForm::Print));
  CHECK(compareDeep(f.names.table, deep, same) == Equality::Equal);
  Value deeper = f.array(image::kAny, {bits(deep)});
  CHECK_FALSE(ValueWriter(f.names, out).write(deeper, TextForm::Literal));
  CHECK(compareDeep(f.names.table, deeper, f.array(image::kAny, {bits(same)})) ==
        Equality::TooDeep);
  Value cyclic = f.array(image::kAny, {0});
  static_cast<Array *>(cyclic.ref)->elements->refs()[0] = cyclic.ref;
  CHECK_FALSE(ValueWriter(f.names, out).write(cyclic, TextForm::Print));
  CHECK(compareDeep(f.names.table, cyclic, cyclic) == Equality::TooDeep);
}

TEST_CASE("equality") {
  Fixture f;
  auto deep = [&](Value a, Value b) { return compareDeep(f.names.table, a, b); };
  Value a = f.array(kF64, {std::bit_cast<uint64_t>(0.0)}),
        b = f.array(kF64, {std::bit_cast<uint64_t>(-0.0)});
  CHECK(deep(a, b) == Equality::Equal);
  auto same = [&](Value x, Value y) { return compareValues(f.names.table, x, y); };
  CHECK(same(a, b) == Equality::Different);
  CHECK(same(a, a) == Equality::Equal);
  Value nan = f.array(kF64, {std::bit_cast<uint64_t>(__builtin_nan(""))});
  CHECK(deep(nan, nan) == Equality::Different);
  CHECK(same(f.text("some text"), f.text("some text")) == Equality::Equal);
  CHECK(same(i32(1), scalarValue(kI64, 1)) == Equality::Different);
  CHECK(deep(f.array(kI32, {1, 2}), f.array(kI32, {1, 2, 3})) == Equality::Different);
  CHECK(deep(f.array(kI32, {}), f.array(kI64, {})) == Equality::Different);
}

} // namespace
} // namespace orus::vm::test
