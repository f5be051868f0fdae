// The hash of the text of each function, by which profiles know it.
#pragma once

#include "compiler/sema/Typed.h"

namespace orus::driver {

/// By the number of the function. The text is that from the name on, or of the statements of a
/// module's body. What stands elsewhere does not change the hash.
std::vector<uint64_t> hashSources(const sema::TypedProgram &program,
                                  const basic::SourceManager &sources);

} // namespace orus::driver
