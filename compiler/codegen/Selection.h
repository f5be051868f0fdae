// Instruction selection: chooses machine instructions for the operations of a function, walking
// each block backwards so that a value knows its uses before its definition is reached.
#pragma once

#include "compiler/codegen/Program.h"
#include "compiler/ir/ExecutionCounts.h"

#include "llvm/Support/Error.h"

namespace orus::codegen {

struct SelectionOptions {
  /// Operations that are used once, by an operation that has an instruction for both, are part of
  /// it (SelectFused.cpp).
  bool fuse = true;
  /// Of a profile, or null: blocks that did not run are cold.
  const ir::ExecutionCounts *counts = nullptr;
};

/// The function in LIR, with critical edges that carry arguments split. Compares fold into the
/// branch that is their only use; constants fold into immediates, arguments and moves.
LirFunction select(const ir::Function &fn, ProgramPools &pools, const SelectionOptions &options);

} // namespace orus::codegen
