// Runs the intermediate representation directly, to compare a module before and after passes. It
// shares no code with the folding of constants.
#pragma once

#include "compiler/ir/Ir.h"

#include <memory>
#include <string>

namespace orus::test {

struct Object;

/// A scalar, or a reference to an object.
struct Datum {
  uint64_t bits = 0;
  std::shared_ptr<Object> object;
};

/// A string, an array, or a box with one element.
struct Object {
  std::string text;
  std::vector<Datum> elements;
  image::TypeId heldType = 0; // of a box
};

/// Everything an observer of the program sees: a line for each print, and in the end how it ended:
/// `return VALUE`, `panic NAME at OFFSET`, or `out of steps`.
std::string runEntry(const ir::Module &module, uint64_t maxSteps);

} // namespace orus::test
