// Types of the language to rows of the image's type table.
#pragma once

#include "compiler/sema/Types.h"
#include "format/image/Types.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace orus::lower {

class TypeMap {
public:
  explicit TypeMap(image::TypeTable &table) : table_(table) {}

  /// Row of a canonical type other than void.
  image::TypeId map(const sema::Type *type);
  /// The same for a result: nothing for void.
  std::optional<image::TypeId> mapResult(const sema::Type *type);

private:
  image::TypeId compute(const sema::Type *type);

  image::TypeTable &table_;
  llvm::DenseMap<const sema::Type *, image::TypeId> cache_;
};

} // namespace orus::lower
