// Code generation for one function: selection, allocation with as many attempts as the limits of
// the window ask for, emission.
#pragma once

#include "compiler/codegen/Codegen.h"
#include "compiler/codegen/Emit.h"

namespace orus::codegen {

/// Appends the code of a function to the image; the record lacks its name.
llvm::Expected<image::Function> generateFunction(const ir::Function &fn, ProgramPools &pools,
                                                 EmitContext context,
                                                 const CodegenOptions &options);

} // namespace orus::codegen
