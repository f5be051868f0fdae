// Remarks on what a loop does in each pass that optimisation could not take out of it.
#pragma once

#include "compiler/basic/Remarks.h"
#include "compiler/ir/Ir.h"

namespace orus::opt {

/// Module registers that are read or written in a loop, operations on dynamic values in it, and how
/// many checks stay. For optimised IR; gives remarks in the order of the functions.
void remarkOnLoops(const ir::Module &module, basic::Remarks &remarks);

} // namespace orus::opt
