// Lowering: the typed program to SSA form. Every implicit order, check and conversion of the
// language becomes explicit; module variables become module registers.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/ir/Ir.h"
#include "compiler/sema/Typed.h"

#include "llvm/Support/Error.h"

namespace orus::lower {

/// Lowers a complete program without errors. IR function i is typed function i; the pieces of long
/// module bodies and the entry function follow. Fails only on a bug of an earlier stage.
llvm::Expected<std::unique_ptr<ir::Module>> lower(const sema::TypedProgram &program,
                                                  const basic::Interner &names);

} // namespace orus::lower
