#include "compiler/sema/Initialization.h"

namespace orus::sema {

void InitializationTracker::endBranch(Branches &branches, bool continues) {
  branches.continuing += continues;
  while (trail_.size() > branches.mark) {
    VariableDecl *variable = trail_.pop_back_val();
    variable->assigned = false;
    if (continues)
      ++branches.assigned[variable];
  }
}

void InitializationTracker::finish(Branches &branches) {
  for (auto [variable, count] : branches.assigned)
    if (count == branches.continuing)
      assign(variable);
}

void InitializationTracker::undo(size_t mark) {
  while (trail_.size() > mark)
    trail_.pop_back_val()->assigned = false;
}

void findEarlyReads(ModuleInfo &module) {
  llvm::SmallVector<FunctionInfo *> work;
  auto reach = [&](FunctionInfo *function) {
    if (!function->reached && function->module == &module) {
      function->reached = true;
      work.push_back(function);
    }
  };
  // A function is visited for the first statement that reaches it, where the fewest variables have
  // a value.
  for (const FunctionMention &mention : module.mentions) {
    reach(mention.function);
    while (!work.empty()) {
      FunctionInfo *function = work.pop_back_val();
      for (VariableDecl *variable : function->moduleReads)
        if (variable->module == &module && variable->statement >= mention.statement)
          variable->readEarly = true;
      for (FunctionInfo *next : function->mentions)
        reach(next);
    }
  }
}

} // namespace orus::sema
