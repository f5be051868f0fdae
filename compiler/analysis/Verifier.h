// Checks that a module obeys the rules of the intermediate representation
// (docs/design/lowering-and-ir.md). Made for the compiler's own output: every violation is a bug of
// the pass before.
#pragma once

#include "compiler/ir/Ir.h"

#include <string>
#include <vector>

namespace orus::analysis {

struct VerifyError {
  std::string function; // its label
  ir::BlockId block = ir::kNone;
  std::string inst; // its text, or empty
  std::string message;

  /// `@f ^3: %5: i32 = add %1, %2: operand of type bool`
  std::string text() const;
};

/// Finds at most some twenty errors in a module or a function; none if it is valid. The module may
/// hold anything: ids out of range are errors like others.
[[nodiscard]] std::vector<VerifyError> verify(const ir::Module &module);
[[nodiscard]] std::vector<VerifyError> verify(const ir::Module &module, const ir::Function &fn);

} // namespace orus::analysis
