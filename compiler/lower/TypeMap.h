// Types of the language to rows of the image's type table.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/sema/Typed.h"
#include "format/image/Types.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <vector>

namespace orus::lower {

class TypeMap {
public:
  TypeMap(const sema::TypedProgram &program, const basic::Interner &names, image::TypeTable &table);

  /// Row of a canonical type other than void.
  image::TypeId map(const sema::Type *type);
  /// The same for a result: nothing for void.
  std::optional<image::TypeId> mapResult(const sema::Type *type);
  /// Number of a module, in initialisation order.
  image::ModuleId module(const sema::TypedModule *module) const { return modules_.lookup(module); }

  /// Calls with the row, name, module and visibility of each struct and enum that has a row.
  template <class Use> void forEachNominal(Use use) const {
    for (const auto &[type, row] : cache_)
      if (const auto *structure = llvm::dyn_cast<sema::StructType>(type))
        use(row, *structure->info);
      else if (const auto *enumeration = llvm::dyn_cast<sema::EnumType>(type))
        use(row, *enumeration->info);
  }

private:
  image::TypeId rowOf(const sema::Type *type);
  image::TypeId compute(const sema::Type *type);
  void define(const sema::Type *type);

  sema::TypeContext &context_;
  const basic::Interner &names_;
  image::TypeTable &table_;
  llvm::DenseMap<const sema::TypedModule *, image::ModuleId> modules_;
  llvm::DenseMap<const sema::Type *, image::TypeId> cache_;
  std::vector<const sema::Type *> declared_; // structs and enums whose members are not yet mapped
};

} // namespace orus::lower
