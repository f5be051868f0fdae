// Generates random valid modules: straight-line code, branches, loops of every kind, calls,
// switches and try regions, with many values live at once.
#pragma once

#include "compiler/ir/Ir.h"

namespace orus::test {

struct RandomIrOptions {
  uint32_t seed = 0;
  unsigned functions = 4;
  unsigned statements = 40; // per function, nested ones included
  unsigned longLived = 6;   // values made at the start of a function and used at its end
};

std::unique_ptr<ir::Module> randomModule(const RandomIrOptions &options);

} // namespace orus::test
