// Changes to functions that several passes make.
#pragma once

#include "compiler/opt/Pass.h"

namespace orus::opt {

/// Values to be replaced by others, all at once in the end: cheaper than lists of uses.
class Replacements {
public:
  explicit Replacements(const ir::Function &fn) : to_(fn.values.size(), kNone) {}

  /// `value` must not have been replaced before, and `by` not be replaced by it.
  void replace(ValueId value, ValueId by);
  /// What stands for the value by now; itself if it was not replaced.
  ValueId resolve(ValueId value);
  bool empty() const { return count_ == 0; }
  /// Rewrites every operand and argument of the function.
  void apply(ir::Function &fn);

private:
  std::vector<ValueId> to_;
  size_t count_ = 0;
};

/// How often each value is used as operand or argument in reachable code.
std::vector<uint32_t> countUses(const ir::Function &fn, const Cfg &cfg);

/// Empties the blocks that cannot be reached; the number of those that were not empty.
unsigned clearUnreachable(ir::Function &fn, const Cfg &cfg);

/// The edges into each reachable block, as indices into Function::targetPool.
analysis::AdjacencyList findIncomingEdges(const ir::Function &fn, const Cfg &cfg);

/// Removes the parameters for which `isDead` holds, and their arguments, from every reachable
/// block; parameters that a terminator supplies stay. The number removed.
unsigned removeParams(ir::Function &fn, const Cfg &cfg, llvm::function_ref<bool(ValueId)> isDead);

/// The block from which alone a loop is entered, and which does nothing but enter it; kNone if
/// there is none with the handler of the loop's header. LICM makes them.
BlockId preheaderOf(const ir::Function &fn, const Cfg &cfg, const Loops &loops,
                    analysis::LoopId loop);

/// Makes the terminator of a block a jump along its `index`-th edge, which must have no implicit
/// argument.
void makeJump(ir::Function &fn, InstId terminator, size_t index);

/// Moves what follows `inst` in its block to a new block with the same handler, and returns it. The
/// old block is left without a terminator.
BlockId splitAfter(ir::Function &fn, InstId inst);

/// Appends a constant in front of `before`.
ValueId insertConstant(ir::Function &fn, InstId before, TypeId type, uint64_t bits);

} // namespace orus::opt
