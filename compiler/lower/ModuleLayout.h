// Module registers: which absolute slot each module-level variable has.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/ir/Ir.h"
#include "compiler/lower/TypeMap.h"
#include "compiler/sema/Typed.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::lower {

/// Where a module variable lives. `initFlag` is the scalar slot of a bool that tells whether a
/// scalar variable that may be read early has its value; references need none, because their slots
/// start without one.
struct ModuleRegister {
  uint32_t slot = 0;
  uint32_t initFlag = ir::kNone;
};

class ModuleLayout {
public:
  /// Fills in `module.modules`, in initialisation order, and assigns every variable.
  ModuleLayout(const sema::TypedProgram &program, const basic::Interner &names, TypeMap &types,
               ir::Module &module);

  const ModuleRegister &operator[](const sema::Variable *variable) const {
    return registers_.find(variable)->second;
  }

private:
  llvm::DenseMap<const sema::Variable *, ModuleRegister> registers_;
};

} // namespace orus::lower
