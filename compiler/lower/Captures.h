// How variables that functions capture are represented (docs/design/objects.md, Closures).
#pragma once

#include "compiler/lower/TypeMap.h"
#include "compiler/sema/Typed.h"

namespace orus::lower {

/// How a local variable is stored, in the function that declares it and in those that capture it.
/// One that may be read before it has a value has a bool beside it, and if it is a reference its
/// own values are boxed, so that `false` can stand for none.
struct VariableForm {
  image::TypeId type = 0;   // of its values
  image::TypeId stored = 0; // of what is stored: the same, or `any` if boxed
  bool isBoxed = false;
  bool hasFlag = false;
  bool isCell = false; // what is stored, and the flag, lie in cells
};

class Captures {
public:
  Captures(TypeMap &types, image::TypeTable &table) : types_(types), table_(table) {}

  VariableForm formOf(const sema::Variable *variable) const;
  /// The cells or the value that capturing the variable takes: its own, then that of its flag.
  void appendCaptured(const sema::Variable *variable, std::vector<image::TypeId> &types) const;
  image::TypeId closureType(const sema::FunctionInstance &function, image::TypeId signature) const;
  image::TypeId cellOf(image::TypeId content) const { return table_.cell(content); }

private:
  TypeMap &types_;
  image::TypeTable &table_;
};

} // namespace orus::lower
