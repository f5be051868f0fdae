// The assertions of the paranoid mode: silent about what the verifier accepts, and tripped by bad
// images once the rule that refuses them is switched off.
#include "tests/unit/vm/Programs.h"

#include "format/text/ImageText.h"
#include "vm/interp/Interpreter.h"
#include "vm/interp/Paranoid.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace orus;
using namespace orus::vm;
using namespace orus::vm::test;

namespace {

struct Watched {
  Outcome outcome;
  std::string output, broken; // the first promise that was broken, if any
};

Watched watch(image::LoadedImage image, Options options = {}) {
  options.fuel = 10000;
  StringSink sink;
  StringSource source;
  Machine machine(std::move(image), options, sink, source, nullptr);
  Watched watched;
  Paranoid paranoid(machine, [&](const std::string &sentence) { watched.broken = sentence; });
  machine.paranoid = &paranoid;
  interpret(machine);
  machine.output.flush();
  watched.outcome = std::move(machine.outcome);
  watched.output = sink.text;
  return watched;
}

image::LoadedImage load(const image::Image &image) {
  auto bytes = image::writeImage(image);
  REQUIRE(bytes);
  auto loaded = image::readImage(base::ByteView(*bytes));
  REQUIRE(loaded);
  return std::move(*loaded);
}

// The programs of a folder of tests/images, with the first line's expectation.
template <typename Visit> void visitImages(const char *folder, Visit visit) {
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / folder)) {
    std::ostringstream stream;
    stream << std::ifstream(entry.path()).rdbuf();
    std::string text = stream.str();
    auto bytes = text::assembleImage(text);
    REQUIRE(bytes);
    auto image = image::readImage(base::ByteView(*bytes));
    if (image)
      visit(entry.path().stem().string(), text.substr(10, text.find('\n') - 10), std::move(*image));
  }
}

} // namespace

TEST_CASE("what every good image does is what was proved") {
  visitImages("good", [](const std::string &name, const std::string &, image::LoadedImage image) {
    CAPTURE(name);
    CHECK(watch(std::move(image)).broken == "");
  });
}

TEST_CASE("calls, outgoing slots and caught panics keep their tags under stress") {
  TestProgram program;
  TypeId text = program.function({kI32, kString}, kString);
  image::StringId word = program.string("word");
  Code main({kI32}, {kString, kError});
  main.at(0);
  main(LdiW, {0, 3})(LdStr, {0, word});
  main(Mov, {main.scalarBase(), 0})(MovR, {main.referenceBase(), 0});
  main(Call, {main.scalarBase(), main.referenceBase(), 1});
  main(MovR, {0, main.referenceBase()});
  program.print(main, kString, 0);
  main.at(1)(DivI32I, {0, 0, 0}).at(2)(Ret);
  main.at(3);
  program.print(main, kI32, 0);
  main(Ret).handler(1, 2, 3, 1);
  program.add(main);
  Code callee({kI32}, {kString});
  callee(SCat, {0, 0, 0})(RetR, {0});
  program.add(callee, text, "twice");
  Options options;
  options.stressAllocations = options.stressSafepoints = true;
  auto image = load(program.image);
  auto violation = verify::verify(image);
  REQUIRE_MESSAGE(!violation, (violation ? violation->text() : ""));
  Watched watched = watch(std::move(image), options);
  CHECK(watched.broken == "");
  CHECK(watched.output == "wordword\n3\n");
  CHECK(watched.outcome.status == Status::Finished);
}

TEST_CASE("a handler that reads what the panic left unwritten breaks a promise") {
  TestProgram program;
  Code main({kI32, kI32}, {kError});
  main(LdiW, {0, 1});
  main.at(0)(DivI32I, {1, 0, 0}).at(1)(Ret);
  main.at(2)(Mov, {0, 1})(Ret).handler(0, 1, 2, 0);
  program.add(main);
  auto image = load(program.image);
  CHECK(verify::verify(image));
  REQUIRE(!verify::verify(image, {.disabledRule = verify::RuleId::V19}));
  CHECK(watch(std::move(image)).broken == "function #0 at 3: mov: s1 has no value");
}

TEST_CASE("without the rule that refuses it, a bad image breaks a promise") {
  const std::set<std::string> rules = {"V8",  "V9",  "V11", "V12", "V13", "V14",
                                       "V15", "V17", "V19", "V24", "V29"};
  const std::set<std::string> silent = {
      // What is wrong is on a path that is not taken.
      "090-written-in-loop-body", "121-outgoing-slot-in-handler",
      "121-written-in-one-of-two-blocks", "121-written-in-the-range",
      "122-written-by-the-panicking-instruction",
      // It is in a function that is not called.
      "115-return-missing", "115-return-of-other-bank", "115-return-of-other-type",
      "115-return-reference-of-other-type", "130-capture-of-other-bank", "130-capture-outside",
      "130-closure-value-of-other-signature",
      // It is in a table, and no instruction refers to it.
      "093-reference-slot-of-scalar-type", "093-scalar-slot-of-reference-type",
      "105-module-scalar-of-reference-type", "108-module-windows-apart",
      "109-initialiser-with-parameter", "112-native-other-arity", "112-native-other-result",
      "112-native-other-signature", "112-native-unknown", "112-native-without-result",
      "130-closure-is-no-closure-type", "130-closure-of-another-signature",
      "130-slot-of-plain-enum"};
  size_t tripped = 0;
  visitImages("bad",
              [&](const std::string &name, const std::string &expected, image::LoadedImage image) {
                auto row = std::ranges::find(verify::rules(), expected, &verify::RuleInfo::ident);
                if (!rules.contains(expected) || row == verify::rules().end() ||
                    verify::verify(image, {.disabledRule = row->id}))
                  return;
                CAPTURE(name);
                bool hasBroken = !watch(std::move(image)).broken.empty();
                CHECK(hasBroken != silent.contains(name));
                tripped += hasBroken;
              });
  CHECK(tripped > 100);
}
