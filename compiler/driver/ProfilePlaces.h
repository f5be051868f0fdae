// From a profile to places of the program that is compiled.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/ir/ExecutionCounts.h"
#include "compiler/sema/Typed.h"
#include "format/profile/Profile.h"

namespace orus::driver {

/// The counts of the functions whose text is as it was when the profile was made. The others are
/// left out, with a warning (W4021) if there is a function of the same name.
ir::ExecutionCounts placeCounts(const profile::Profile &profile, const sema::TypedProgram &program,
                                const basic::Interner &names, llvm::ArrayRef<uint64_t> hashes,
                                const basic::SourceManager &sources,
                                basic::DiagnosticEngine &diags);

} // namespace orus::driver
