// Random functions at several register budgets: the checker of the allocation and the verifier of
// images must both be content.
#include "RandomIr.h"
#include "Support.h"

#include "compiler/analysis/Verifier.h"
#include "compiler/ir/Printer.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace orus;

namespace {

void check(const test::RandomIrOptions &options) {
  auto module = test::randomModule(options);
  for (const analysis::VerifyError &error : analysis::verify(*module))
    FAIL("seed ", options.seed, ": ", error.text());
  for (uint32_t registers : {4u, 6u, 8u, 16u, 256u}) {
    codegen::CodegenOptions how;
    how.registers = registers;
    if (std::getenv("ORUS_TEST_VERBOSE"))
      how.lirOutput = &llvm::errs();
    std::string problem = test::problemOf(*module, how);
    if (problem.empty())
      continue;
    std::string text;
    llvm::raw_string_ostream out(text);
    if (std::getenv("ORUS_TEST_VERBOSE"))
      ir::Printer(*module).print(out);
    FAIL_CHECK("seed ", options.seed, ", ", registers, " registers: ", problem, "\n", text);
    return;
  }
}

} // namespace

TEST_CASE("random functions are allocated correctly at every budget") {
  const char *single = std::getenv("ORUS_TEST_SEED");
  uint32_t first = single ? static_cast<uint32_t>(std::atoi(single)) : 0;
  uint32_t count = single ? 1 : 120;
  for (uint32_t seed = first; seed < first + count; ++seed)
    check({.seed = seed, .functions = 4, .statements = 5 + seed % 60, .longLived = seed % 13});
}

TEST_CASE("random functions with more values than there are registers") {
  for (uint32_t seed = 0; seed < 3; ++seed)
    check({.seed = seed, .functions = 2, .statements = 200, .longLived = 100 + 100 * seed});
}
