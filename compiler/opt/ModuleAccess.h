// What the functions of a program may do with module registers, and whose panics something catches:
// facts about the whole program, found once.
#pragma once

#include "compiler/opt/Pass.h"

#include "llvm/ADT/SmallSet.h"

namespace orus::opt {

/// A module register: its absolute slot, and which bank it is in.
struct ModuleRegister {
  uint64_t slot = 0;
  bool isScalar = false;
  TypeId type = 0;

  /// Tells registers apart.
  uint64_t key() const { return slot << 1 | isScalar; }
};
/// The register that an instruction reads or writes, if it is ModuleGet or ModuleSet.
std::optional<ModuleRegister> moduleRegisterOf(const ir::Function &fn, InstId inst);

class ModuleAccess {
public:
  explicit ModuleAccess(const ir::Module &module);

  /// Whether a call of the function may read or write the module register with this key, itself or
  /// in what it calls.
  bool mayAccess(image::FunctionId function, uint64_t key) const;
  /// Whether every panic of the function, outside of its own `try` regions, ends the program: no
  /// call of it is, directly or through others, within a `try`.
  bool panicsAreFinal(image::FunctionId function) const { return !isProtected_[function]; }

private:
  static constexpr unsigned kMostSlots = 16; // more count as all

  struct Access {
    llvm::SmallSet<uint64_t, 4> slots; // keys
    bool all = false;
  };
  void look(image::FunctionId function);
  void propagateAccess();
  void propagateProtection();
  /// Adds to `to` what `from` has; whether that is more.
  static bool join(Access &to, const Access &from);

  const ir::Module &module_;
  std::vector<Access> access_;
  std::vector<std::vector<image::FunctionId>> callees_, callers_;
  std::vector<bool> callsValues_, isProtected_;
  std::vector<image::FunctionId> values_;   // functions that are used as values
  std::vector<image::FunctionId> worklist_; // protected, callees to be looked at
  bool valuesAreProtected_ = false;
};

} // namespace orus::opt
