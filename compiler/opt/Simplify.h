// Algebraic identities of single operations that hold for the language's types, overflow, NaN and
// negative zero included.
#pragma once

#include "compiler/opt/Pass.h"

namespace orus::opt {

/// What became of an instruction.
struct Simplified {
  ValueId value = kNone;  // has the same value as the result, which is no longer needed
  bool rewritten = false; // the instruction itself has become a simpler one
};

/// Applies the first identity that fits. A rewritten instruction may fit another one. New constants
/// are put in front of the instruction.
Simplified simplify(ir::Module &module, ir::Function &fn, InstId inst);

/// Puts the operands of a commutative operation into one order: constants last, else by number.
bool canonicalizeOperands(ir::Function &fn, InstId inst);

} // namespace orus::opt
