// Which variables certainly have a value where resolution stands (manual 2.7): definite assignment
// by a walk over the structure of the code. Only variables bound in a branch but living outside of
// it need it; all others have their value wherever they are visible.
#pragma once

#include "compiler/sema/Declarations.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace orus::sema {

/// Keeps the proven variables as a trail, so that the cost is that of the assignments, not of the
/// number of variables times the number of branches.
class InitializationTracker {
public:
  void assign(VariableDecl *variable) {
    if (variable->assigned)
      return;
    variable->assigned = true;
    trail_.push_back(variable);
  }

  /// Alternatives of which exactly one is taken.
  struct Branches {
    size_t mark;
    uint32_t continuing = 0;
    llvm::SmallMapVector<VariableDecl *, uint32_t, 2> assigned; // in how many of them
  };
  Branches begin() const { return {trail_.size(), 0, {}}; }
  /// Ends one alternative; what it assigned is forgotten until `finish`.
  void endBranch(Branches &branches, bool continues);
  /// After the last alternative: what all that continue have assigned is proven.
  void finish(Branches &branches);

  /// For code that may not run, or not run here: a loop body, a function.
  size_t mark() const { return trail_.size(); }
  void undo(size_t mark);

private:
  llvm::SmallVector<VariableDecl *, 0> trail_;
};

/// Decides for the variables of a module which of them a function may read before they have a
/// value, and sets VariableDecl::readEarly.
void findEarlyReads(ModuleInfo &module);

} // namespace orus::sema
