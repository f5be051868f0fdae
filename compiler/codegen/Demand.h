// What selection has to know about a whole function before it starts: which values something needs,
// how often, and which block parameters are other names for their only argument.
#pragma once

#include "compiler/analysis/Cfg.h"

namespace orus::codegen {

class Demand {
public:
  Demand(const ir::Function &fn, const analysis::Cfg &cfg);

  /// The value that a parameter of a block with one incoming edge stands for, else the value
  /// itself.
  ir::ValueId resolve(ir::ValueId value) const { return alias_[value]; }
  /// Uses by operations that are carried out and by parameters that are needed.
  uint32_t uses(ir::ValueId value) const { return uses_[value]; }
  bool isNeeded(ir::ValueId value) const { return uses_[value] != 0; }
  /// Targets of terminators that lead to the block; a handler's own edges count as one.
  uint32_t incomingEdges(ir::BlockId block) const { return incoming_[block]; }

private:
  void resolveParams(const ir::Function &fn, const analysis::Cfg &cfg);
  void countUses(const ir::Function &fn, const analysis::Cfg &cfg);
  void use(ir::ValueId value);

  std::vector<ir::ValueId> alias_;
  std::vector<uint32_t> uses_, incoming_;
  std::vector<ir::ValueId> worklist_;
};

/// Whether the operation is carried out even if nothing uses its result.
inline bool hasEffect(ir::Op op) {
  const ir::OpInfo &info = ir::opInfo(op);
  return info.mayPanic || info.writes || info.io || info.calls || info.terminates;
}

} // namespace orus::codegen
