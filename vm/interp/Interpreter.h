// Execution of bytecode. The handlers are written once, by family, in the .inc files of this
// folder; TailCalls.cpp expands them as functions that tail-call one another, ComputedGoto.cpp as
// the labels of one function. The build takes one of the two.
#pragma once

#include "vm/core/Machine.h"

namespace orus::vm {

/// Runs the program's entry function to its end; machine.outcome tells how it ended.
void interpret(Machine &machine);

/// Name of the form of dispatch in this build.
const char *dispatchName();

} // namespace orus::vm
