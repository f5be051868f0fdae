// The whole compiler, with every check of its own switched on: a source either has errors or gives
// an image that verifies.
#include "compiler/driver/Driver.h"
#include "tests/fuzz/Fuzz.h"

#include "llvm/Support/FileSystem.h"

#include <fstream>

using namespace orus;

namespace {

// The driver reads files. One for each process, since several may run at the same time.
const std::string &sourcePath() {
  static const std::string path = [] {
    llvm::SmallString<64> name;
    fuzz::require(!llvm::sys::fs::createTemporaryFile("orus-fuzz", "orus", name), "no file");
    std::atexit([] { llvm::sys::fs::remove(sourcePath()); });
    return std::string(name);
  }();
  return path;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  std::ofstream(sourcePath(), std::ios::binary)
      .write(reinterpret_cast<const char *>(data), static_cast<std::streamsize>(size));
  // The input itself chooses the options, so that a crash can be found again from the input alone.
  constexpr unsigned kBudgets[] = {256, 4, 16};
  driver::Options options;
  options.input = options.inputName = sourcePath();
  options.outputs = {{driver::EmitKind::Image, "/dev/null"}};
  options.optimizer.level = size % 3;
  options.optimizer.verifyEach = true;
  options.checkAllocation = true;
  options.registers = kBudgets[data[size / 2] % 3];
  std::string text;
  llvm::raw_string_ostream diagnostics(text);
  driver::Outcome outcome = driver::compile(options, {}, diagnostics);
  fuzz::require(outcome.status == base::ExitStatus::Success ||
                    outcome.status == base::ExitStatus::SourceErrors ||
                    outcome.status == base::ExitStatus::Limit,
                outcome.error ? outcome.error->text() : text);
  return 0;
}
