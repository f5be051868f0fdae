// The front door of semantic analysis: parsed modules in, a typed program out.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/sema/Typed.h"
#include "compiler/syntax/Ast.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace orus::sema {

struct SemaOptions {
  /// Stack that the inference of functions calling one another may use.
  size_t stackBudget = size_t{4} << 20;
};

/// One module of a program.
struct SourceModule {
  const syntax::Ast *ast = nullptr;
  Symbol name; // last component of its path; the stem of the main file
  /// For each `use` declaration in order, the index of the module it names; ~0 if it failed.
  std::vector<uint32_t> uses;
  Symbol path{}; // dotted, distinct for each module; none: as the name
};

/// Analyses a program; modules come after those they use, the main module last. Null after errors
/// were reported; an Error for what this version of the compiler cannot compile.
llvm::Expected<std::unique_ptr<TypedProgram>> analyze(ArrayRef<SourceModule> modules,
                                                      basic::Interner &interner,
                                                      basic::DiagnosticEngine &diags,
                                                      const SemaOptions &options = {});

} // namespace orus::sema
