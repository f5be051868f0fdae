// The text form of a typed program, `--emit=typed-ast`.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/sema/Typed.h"

#include "llvm/Support/raw_ostream.h"

namespace orus::sema {

/// Writes modules with their variables, then every function, one line for each statement. Operators
/// name their type, so that all conversions can be seen:
///
///   fn scale(n.0: i32, by.1: f64) -> f64
///     return mul.f64(as.f64(n.0), by.1)
///
/// `x.0` is variable 0 of the function, `@x` one of a module, `x.0?` a read that must check whether
/// there is a value; `name#3` is function 3 of the program.
void printTyped(llvm::raw_ostream &out, const TypedProgram &program,
                const basic::Interner &interner);

} // namespace orus::sema
