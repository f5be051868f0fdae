// What orusc does, without main: from a source file to an image and the other things it can show.
#pragma once

#include "compiler/basic/Render.h"
#include "compiler/driver/Options.h"
#include "format/base/Result.h"

#include <optional>

namespace orus::driver {

/// How a compilation ended. `error` is set for what is not a diagnostic: files, limits of the tool,
/// internal errors.
struct Outcome {
  base::ExitStatus status = base::ExitStatus::Success;
  std::optional<base::Error> error;
};

/// Compiles one program. Diagnostics go to `diagnostics` in the given form; nothing is written
/// under the name of an output unless everything before it succeeded. Runs on a thread of its own,
/// whose stack is large enough for the deepest nesting that the parser accepts.
Outcome compile(const Options &options, const basic::RenderOptions &render,
                llvm::raw_ostream &diagnostics);

} // namespace orus::driver
