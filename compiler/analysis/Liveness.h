// Which values are live at the borders of blocks, found value by value by walking from its uses up
// to its definition (Appel & Palsberg; "path exploration" in Boissinot et al., "Computing Liveness
// Sets for SSA-Form Programs", 2011). The cost is the size of the result.
#pragma once

#include "compiler/analysis/Cfg.h"

namespace orus::analysis {

/// A block parameter is defined at the start of its block; an edge argument is used at the end of
/// the block the edge leaves. What a handler uses is live throughout every block it protects.
class Liveness {
public:
  Liveness(const ir::Function &fn, const Cfg &cfg);

  /// Values defined elsewhere and used in the block or after it, ascending.
  ArrayRef<ValueId> liveIn(BlockId block) const { return liveIn_[block]; }
  /// Values used after the block, ascending; without the parameters of its successors.
  ArrayRef<ValueId> liveOut(BlockId block) const { return liveOut_[block]; }
  bool isLiveIn(BlockId block, ValueId value) const;
  bool isLiveOut(BlockId block, ValueId value) const;

private:
  AdjacencyList liveIn_, liveOut_;
};

} // namespace orus::analysis
