// Random modules that are valid and end, for tests that compare behaviour.
#pragma once

#include "compiler/ir/Ir.h"

#include <memory>

namespace orus::test {

/// A few functions that call one another without recursion, with branches, counted loops, protected
/// regions, locals, module registers, arrays and dynamic values, and output throughout.
std::unique_ptr<ir::Module> makeRandomModule(unsigned seed);

} // namespace orus::test
