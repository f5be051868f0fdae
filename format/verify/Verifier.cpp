#include "format/verify/Verifier.h"

#include "format/verify/Code.h"
#include "format/verify/DebugTables.h"

namespace orus::verify {

namespace {

std::optional<Error> verify(const Subject &image, const VerifyOptions &options) {
  Report report(options.disabledRule);
  Program program(image, report);
  program.check();
  // The checks of code rely on the tables.
  if (!report.failed() && !report.hasIgnored()) {
    Code code(program);
    for (image::FunctionId id = 0; id < image.functions.size() && !report.failed(); ++id)
      code.check(id) && checkLines(image, id, report);
    if (!report.failed())
      checkInlinedCalls(image, report) && checkLoops(image, report);
  }
  std::optional<Error> error = report.take();
  if (error && error->function != Error::kNone)
    error->functionName = image.string(image.functions[error->function].name);
  return error;
}

} // namespace

std::optional<Error> verify(const image::LoadedImage &image, const VerifyOptions &options) {
  return verify(Subject(image), options);
}

std::optional<Error> verify(const image::Image &image, const VerifyOptions &options) {
  return verify(Subject(image), options);
}

} // namespace orus::verify
