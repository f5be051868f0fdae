#include "compiler/driver/Driver.h"

#include "compiler/driver/Compilation.h"

#include <pthread.h>

namespace orus::driver {

namespace {

/// The parser bounds nesting; sema and lowering recurse over what it accepts, by a few frames for
/// each level.
constexpr size_t kStackBytes = size_t{512} << 20;

// Calls `work` on a thread with a large stack; false if there is no memory for it. llvm::thread
// would end the process then.
bool runOnLargeStack(llvm::function_ref<void()> work) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return false;
  pthread_t thread;
  bool isRunning = pthread_attr_setstacksize(&attributes, kStackBytes) == 0 &&
                   pthread_create(
                       &thread, &attributes,
                       [](void *argument) -> void * {
                         (*static_cast<llvm::function_ref<void()> *>(argument))();
                         return nullptr;
                       },
                       &work) == 0;
  pthread_attr_destroy(&attributes);
  return isRunning && pthread_join(thread, nullptr) == 0;
}

} // namespace

Outcome compile(const Options &options, const basic::RenderOptions &render,
                llvm::raw_ostream &diagnostics) {
  Outcome outcome;
  bool hasRun = runOnLargeStack([&] {
    Compilation compilation(options, diagnostics);
    outcome = compilation.run();
    basic::renderDiagnostics(diagnostics, compilation.diagnostics(), render);
  });
  if (!hasRun) {
    outcome.status = base::ExitStatus::Limit;
    outcome.error =
        base::Error{base::ErrorKind::OutOfMemory, "out of memory: no room for a stack", {}};
  }
  return outcome;
}

} // namespace orus::driver
