// Instruction selection: chooses machine instructions for the operations of a function, walking
// each block backwards so that a value knows its uses before its definition is reached.
#pragma once

#include "compiler/codegen/Program.h"

#include "llvm/Support/Error.h"

namespace orus::codegen {

/// The function in LIR, with critical edges that carry arguments split. Compares fold into the
/// branch that is their only use; constants fold into immediates, arguments and moves.
LirFunction select(const ir::Function &fn, ProgramPools &pools);

} // namespace orus::codegen
