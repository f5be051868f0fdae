// The check of code marked `@hot` (manual 13.2): it may not work on dynamic values.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/sema/Typed.h"

#include "llvm/ADT/DenseSet.h"

namespace orus::sema {

/// Which loops are checked. Functions marked `@hot` are checked unless it is Off. Strict: those
/// marked, and they must neither spill nor reach module registers (E2902, E2903).
enum class HotLoops : uint8_t { Off, Marked, All, Strict };

/// Code that is hot, and the word or name that says so.
struct HotRange {
  SourceRange range, mark;
};

/// The hot loops and functions as `checkHotCode` sees them.
std::vector<HotRange> findHotCode(const TypedProgram &program, HotLoops which);

/// Reports every operation on a value of type `any`, and every conversion to or from it, that
/// stands in a hot loop or function (E2901). For programs without errors.
/// `counted` holds the places, as offsets of SourceLoc, of loops that a profile calls hot.
void checkHotCode(const TypedProgram &program, const basic::Interner &interner,
                  basic::DiagnosticEngine &diags, HotLoops which,
                  const llvm::DenseSet<uint32_t> &counted);

} // namespace orus::sema
