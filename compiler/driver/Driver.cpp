#include "compiler/driver/Driver.h"

#include "compiler/driver/Compilation.h"

#include "llvm/Support/thread.h"

namespace orus::driver {

namespace {
/// The parser bounds nesting; sema and lowering recurse over what it accepts, by a few frames for
/// each level.
constexpr unsigned kStackBytes = 512u << 20;
} // namespace

Outcome compile(const Options &options, const basic::RenderOptions &render,
                llvm::raw_ostream &diagnostics) {
  Outcome outcome;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    Compilation compilation(options, diagnostics);
    outcome = compilation.run();
    basic::renderDiagnostics(diagnostics, compilation.diagnostics(), render);
  });
  worker.join();
  return outcome;
}

} // namespace orus::driver
