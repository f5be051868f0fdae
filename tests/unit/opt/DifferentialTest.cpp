#include "compiler/ir/Parser.h"
#include "compiler/ir/Printer.h"
#include "compiler/opt/Optimizer.h"
#include "tests/unit/opt/IrInterpreter.h"
#include "tests/unit/opt/RandomProgram.h"

#include <doctest/doctest.h>

using namespace orus;

static constexpr uint64_t kSteps = 200'000;

static std::string printed(const ir::Module &module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  ir::Printer(module, {.locations = true}).print(out);
  return text;
}

/// Optimises a random program with each list of passes and compares what it does. A program that
/// takes too long before is left out; afterwards it must not take longer.
static void compare(unsigned seed, llvm::ArrayRef<opt::Options> configurations) {
  CAPTURE(seed);
  auto original = test::makeRandomModule(seed);
  REQUIRE(analysis::verify(*original).empty());
  std::string expected = test::runEntry(*original, kSteps);
  CHECK(expected.find("unknown") == std::string::npos);
  if (llvm::StringRef(expected).ends_with("out of steps\n"))
    return;
  std::string text = printed(*original);
  for (size_t i = 0; i < configurations.size(); ++i) {
    CAPTURE(i);
    auto module = ir::parseModule(text);
    REQUIRE(module);
    opt::Report report = opt::optimize(**module, configurations[i]);
    REQUIRE(report.failure == "");
    CHECK(test::runEntry(**module, 2 * kSteps) == expected);
  }
}

TEST_CASE("no pipeline changes what random programs do") {
  std::vector<opt::Options> configurations(3);
  for (unsigned level = 0; level < 3; ++level) {
    configurations[level].level = level;
    configurations[level].verifyEach = true;
  }
  for (unsigned seed = 0; seed < 120; ++seed)
    compare(seed, configurations);
}

TEST_CASE("no pass by itself, nor two in any order, changes what random programs do") {
  std::vector<opt::PassId> all;
  for (size_t i = 0; i < opt::allPasses().size(); ++i)
    all.push_back(static_cast<opt::PassId>(i));
  std::vector<opt::Options> configurations;
  for (opt::PassId first : all)
    for (opt::PassId second : all) {
      opt::Options &options = configurations.emplace_back();
      options.passes = {first, second};
      options.verifyEach = true;
    }
  for (unsigned seed = 1000; seed < 1006; ++seed)
    compare(seed, configurations);
}
