#include "tests/unit/vm/Heaps.h"
#include "vm/core/Arrays.h"
#include "vm/core/Stop.h"

#include <doctest/doctest.h>
#include <random>

namespace orus::vm::test {
namespace {

constexpr ElementLayout kAnys{image::kFirstComposite, true, 3};
constexpr ElementLayout kNumbers{image::kFirstComposite + 1, false, 3};

Box *newBox(Heap &heap, uint64_t payload) {
  auto *box = heap.make<Box>(Kind::Box, 3);
  box->payload = payload;
  return box;
}

void pushReference(Heap &heap, Ref *slot, const Rooted &value) {
  auto *array = static_cast<Array *>(*slot);
  if (array->length == array->capacity) {
    growArray(heap, kAnys, slot);
    array = static_cast<Array *>(*slot);
  }
  heap.store(array->elements, array->elements->refs() + array->length++, value.get());
}

TEST_CASE("size classes hold what is asked for") {
  for (size_t bytes = 8; bytes <= kMaxSmallBytes; bytes += 8) {
    unsigned sizeClass = sizeClassOf(bytes);
    REQUIRE(kCellSizes[sizeClass] >= bytes);
    if (sizeClass)
      REQUIRE(kCellSizes[sizeClass - 1] < bytes);
  }
}

TEST_CASE("a reachable object keeps its content wherever it moves") {
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    Heap heap(configuration.options, roots, kNoShapes);
    roots.refs.push_back(newBox(heap, 42));
    Ref before = roots.refs[0];
    heap.collectYoung();
    CHECK(roots.refs[0] != before);
    CHECK(static_cast<Box *>(roots.refs[0])->payload == 42);
    heap.collectFull();
    heap.collectFull();
    CHECK(static_cast<Box *>(roots.refs[0])->payload == 42);
    CHECK(heap.oldBytes() == 16);
    roots.refs.clear();
    heap.collectFull();
    CHECK(heap.oldBytes() == 0);
  }
}

TEST_CASE("an old array keeps young elements alive") {
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    Heap heap(configuration.options, roots, kNoShapes);
    roots.refs.push_back(newArray(heap, kAnys, 4));
    heap.collectFull();
    for (uint64_t i = 0; i < 5000; ++i) {
      Rooted box(heap, newBox(heap, i));
      pushReference(heap, &roots.refs[0], box);
      if (i % 700 == 0)
        heap.collectYoung();
    }
    heap.collectFull();
    CHECK(HeapCheck(heap).find() == nullptr);
    auto *array = static_cast<Array *>(roots.refs[0]);
    REQUIRE(array->length == 5000);
    for (uint64_t i = 0; i < 5000; ++i)
      REQUIRE(static_cast<Box *>(array->elements->refs()[i])->payload == i);
  }
}

TEST_CASE("a cycle is freed") {
  TestRoots roots;
  Heap heap({}, roots, kNoShapes);
  {
    Rooted a(heap, newArray(heap, kAnys, 1)), b(heap, newArray(heap, kAnys, 1));
    Ref left = a.get(), right = b.get();
    pushReference(heap, &left, b);
    pushReference(heap, &right, a);
    heap.collectFull();
    CHECK(heap.oldBytes() > 0);
  }
  heap.collectFull();
  CHECK(heap.oldBytes() == 0);
}

TEST_CASE("a list of a million objects is collected without native recursion") {
  TestRoots roots;
  HeapOptions options;
  options.youngBytes = 64 * 1024;
  Heap heap(options, roots, kNoShapes);
  roots.refs.push_back(nullptr);
  constexpr size_t kLength = 1'000'000;
  for (size_t i = 0; i < kLength; ++i) {
    Array *link = newArray(heap, kAnys, 1);
    link->length = 1;
    link->elements->refs()[0] = roots.refs[0];
    roots.refs[0] = link;
  }
  heap.collectFull();
  size_t length = 0;
  for (Ref at = roots.refs[0]; at; at = static_cast<Array *>(at)->elements->refs()[0])
    ++length;
  CHECK(length == kLength);
  roots.refs.clear();
  heap.collectFull();
  CHECK(heap.oldBytes() == 0);
}

TEST_CASE("freed cells are used again") {
  TestRoots roots;
  HeapOptions options;
  options.youngBytes = 64 * 1024;
  Heap heap(options, roots, kNoShapes);
  size_t most = 0;
  for (int round = 0; round < 50; ++round) {
    roots.refs.clear();
    for (uint64_t i = 0; i < 20'000; ++i)
      roots.refs.push_back(newBox(heap, i));
    heap.collectFull();
    most = std::max(most, heap.oldBytes());
    CHECK(heap.oldBytes() == roots.refs.size() * 16);
  }
  CHECK(most == 20'000 * 16);
}

TEST_CASE("large objects are accounted for and freed") {
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    Heap heap(configuration.options, roots, kNoShapes);
    roots.refs.push_back(fillScalar(heap, kNumbers, 7, 100'000));
    heap.collectYoung();
    CHECK(heap.oldBytes() >= 800'000);
    CHECK(static_cast<Array *>(roots.refs[0])->elements->as<uint64_t>()[99'999] == 7);
    roots.refs.clear();
    heap.collectFull();
    CHECK(heap.oldBytes() == 0);
  }
}

TEST_CASE("a long array remembers the cards it was written at") {
  TestRoots roots;
  Heap heap({}, roots, kNoShapes);
  roots.refs.push_back(newBox(heap, 1));
  roots.refs.push_back(fillReference(heap, kAnys, &roots.refs[0], 1'000'000));
  heap.collectFull();
  for (size_t index : {size_t{0}, size_t{127}, size_t{128}, size_t{999'999}}) {
    Rooted box(heap, newBox(heap, index));
    Buffer *elements = static_cast<Array *>(roots.refs[1])->elements;
    heap.store(elements, elements->refs() + index, box.get());
  }
  CHECK(HeapCheck(heap).find() == nullptr);
  heap.collectYoung();
  CHECK(HeapCheck(heap).find() == nullptr);
  Ref *refs = static_cast<Array *>(roots.refs[1])->elements->refs();
  CHECK(static_cast<Box *>(refs[128])->payload == 128);
  CHECK(static_cast<Box *>(refs[999'999])->payload == 999'999);
  CHECK(static_cast<Box *>(refs[500])->payload == 1);
}

TEST_CASE("the heap limit stops at the limit and not before") {
  TestRoots roots;
  HeapOptions options;
  options.maxBytes = 1 << 20;
  Heap heap(options, roots, kNoShapes);
  for (uint64_t i = 0; i < 1'000'000; ++i)
    newBox(heap, i); // 16 MB of garbage
  roots.refs.push_back(newArray(heap, kAnys, 0));
  auto fill = [&] {
    for (uint64_t i = 0;; ++i) {
      Rooted box(heap, newBox(heap, i));
      pushReference(heap, &roots.refs[0], box);
    }
  };
  CHECK_THROWS_AS(fill(), Stop);
  auto length = static_cast<Array *>(roots.refs[0])->length;
  CHECK(length > 10'000);
  CHECK(length < 65'536);
  CHECK_THROWS_AS(fillScalar(heap, kNumbers, 0, 1'000'000), Stop);
  roots.refs.clear();
  heap.collectFull();
  CHECK(heap.oldBytes() == 0);
}

TEST_CASE("the check finds a store that bypassed the barrier") {
  TestRoots roots;
  Heap heap({}, roots, kNoShapes);
  roots.refs.push_back(newArray(heap, kAnys, 1));
  heap.collectYoung();
  auto *array = static_cast<Array *>(roots.refs[0]);
  array->length = 1;
  array->elements->refs()[0] = newBox(heap, 1);
  CHECK(HeapCheck(heap).find() != nullptr);
}

// A random graph is changed step by step, together with a model of it in plain memory.
TEST_CASE("random changes agree with a model") {
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    Heap heap(configuration.options, roots, kNoShapes);
    std::mt19937 random(7);
    constexpr size_t kArrays = 20;
    std::vector<std::vector<uint64_t>> model(kArrays);
    for (size_t i = 0; i < kArrays; ++i)
      roots.refs.push_back(newArray(heap, kAnys, i));
    size_t steps = configuration.options.collectAtEveryAllocation ? 3000 : 60'000;
    for (size_t step = 0; step < steps; ++step) {
      size_t which = random() % kArrays;
      auto *array = static_cast<Array *>(roots.refs[which]);
      std::vector<uint64_t> &expected = model[which];
      if (random() % 4 || expected.empty()) {
        uint64_t value = random();
        Rooted box(heap, newBox(heap, value));
        pushReference(heap, &roots.refs[which], box);
        expected.push_back(value);
      } else if (random() % 2) {
        size_t index = random() % expected.size();
        uint64_t value = random();
        Rooted box(heap, newBox(heap, value));
        Buffer *elements = static_cast<Array *>(roots.refs[which])->elements;
        heap.store(elements, elements->refs() + index, box.get());
        expected[index] = value;
      } else if (random() % 50 == 0) {
        roots.refs[which] = newArray(heap, kAnys, 0);
        expected.clear();
      } else {
        array->elements->refs()[--array->length] = nullptr;
        expected.pop_back();
      }
      if (random() % 5000 == 0)
        heap.collectFull();
    }
    CHECK(HeapCheck(heap).find() == nullptr);
    for (size_t i = 0; i < kArrays; ++i) {
      auto *array = static_cast<Array *>(roots.refs[i]);
      REQUIRE(array->length == model[i].size());
      for (size_t k = 0; k < model[i].size(); ++k)
        REQUIRE(static_cast<Box *>(array->elements->refs()[k])->payload == model[i][k]);
    }
  }
}

// A struct of two references and a scalar, one of many references, and an enum with a payload.
image::TypeTable objectTypes() {
  using image::TypeKind;
  image::TypeTable types;
  constexpr image::TypeId kI64 = image::TypeId(image::ScalarType::I64);
  image::TypeId node = types.declare(TypeKind::Struct, "Node", 0);
  types.define(node, {{"value", {kI64}}, {"next", {image::kAny}}, {"other", {image::kAny}}});
  image::TypeId wide = types.declare(TypeKind::Struct, "Wide", 0);
  std::vector<image::Member> fields;
  for (int i = 0; i < 2000; ++i)
    fields.push_back({"f" + std::to_string(i), {image::kAny}});
  types.define(wide, std::move(fields));
  image::TypeId option = types.declare(TypeKind::Enum, "Option", 0);
  types.define(option, {{"None", {}}, {"Some", {kI64, image::kAny}}});
  return types;
}
constexpr image::TypeId kNode = image::kFirstComposite, kWide = kNode + 1, kOption = kNode + 2;

TEST_CASE("records are sized and traced by their shapes") {
  Shapes shapes(objectTypes());
  CHECK(shapes.of(kNode, 0).references == 2);
  CHECK(shapes.of(kNode, 0).bytes == 32);
  CHECK(shapes.of(kOption, 0).bytes == 16); // the least there is
  CHECK(shapes.of(kOption, 1).references == 1);
  CHECK(shapes.of(kOption, 1).bytes == 24);
}

Record *newRecord(Heap &heap, const Shapes &shapes, image::TypeId type, uint16_t variant) {
  const Shape &shape = shapes.of(type, variant);
  auto *record = static_cast<Record *>(heap.allocate(Kind::Record, type, variant, shape.bytes));
  std::fill_n(record->words(), shape.words, 0);
  return record;
}

TEST_CASE("a long list of records survives and dies without native recursion") {
  Shapes shapes(objectTypes());
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    roots.refs = {nullptr};
    Heap heap(configuration.options, roots, shapes);
    size_t count = configuration.options.collectAtEveryAllocation ? 300
                   : configuration.options.checkAfterCollection   ? 20'000
                                                                  : 1'000'000;
    for (size_t i = 0; i < count; ++i) {
      Record *node = newRecord(heap, shapes, kNode, 0);
      node->refs()[0] = roots.refs[0];
      node->words()[2] = i;
      roots.refs[0] = node;
    }
    heap.collectFull();
    size_t expected = count;
    for (Ref at = roots.refs[0]; at; at = static_cast<Record *>(at)->refs()[0])
      REQUIRE(static_cast<Record *>(at)->words()[2] == --expected);
    CHECK(expected == 0);
    roots.refs[0] = nullptr;
    heap.collectFull();
    CHECK(heap.oldBytes() == 0);
  }
}

TEST_CASE("old records and cells remember what is stored into them") {
  Shapes shapes(objectTypes());
  for (const HeapConfiguration &configuration : heapConfigurations()) {
    CAPTURE(configuration.name);
    TestRoots roots;
    Heap heap(configuration.options, roots, shapes);
    roots.refs = {nullptr, nullptr, nullptr};
    roots.refs[0] = newRecord(heap, shapes, kWide, 0); // a large object
    roots.refs[1] = newRecord(heap, shapes, kNode, 0);
    roots.refs[2] = heap.make<RefCell>(Kind::RefCell, 0);
    static_cast<RefCell *>(roots.refs[2])->value = nullptr;
    heap.collectYoung();
    for (uint64_t round = 0; round < 50; ++round) {
      Record *payload = newRecord(heap, shapes, kOption, 1);
      payload->words()[1] = round;
      auto *wide = static_cast<Record *>(roots.refs[0]);
      heap.store(wide, wide->refs() + round * 40, payload);
      auto *node = static_cast<Record *>(roots.refs[1]);
      heap.store(node, node->refs() + 1, payload);
      auto *cell = static_cast<RefCell *>(roots.refs[2]);
      heap.store(cell, &cell->value, payload);
      round % 7 == 0 ? heap.collectFull() : heap.collectYoung();
      for (Ref held : {static_cast<Record *>(roots.refs[0])->refs()[round * 40],
                       static_cast<Record *>(roots.refs[1])->refs()[1],
                       static_cast<RefCell *>(roots.refs[2])->value}) {
        REQUIRE(held->aux == 1);
        REQUIRE(static_cast<Record *>(held)->words()[1] == round);
      }
    }
  }
}

} // namespace
} // namespace orus::vm::test

TEST_CASE("pauses by percentile") {
  orus::vm::PauseHistogram pauses;
  CHECK(pauses.percentile(0.99) == 0);
  for (uint64_t i = 1; i <= 1000; ++i)
    pauses.add(i * 1000);
  for (auto [part, exact] : {std::pair{0.5, 500'000.0}, {0.99, 990'000.0}, {0.999, 999'000.0}}) {
    auto found = static_cast<double>(pauses.percentile(part));
    CHECK(found >= exact);
    CHECK(found <= exact * 17 / 16 + 1);
  }
  pauses.add(UINT64_MAX);
  CHECK(pauses.percentile(1) == UINT64_MAX);
  orus::vm::PauseHistogram few;
  few.add(3);
  CHECK(few.percentile(0.5) == 3);
}
