#include "compiler/codegen/Demand.h"

namespace orus::codegen {

using ir::kNone;

Demand::Demand(const ir::Function &fn, const analysis::Cfg &cfg)
    : alias_(fn.values.size()), uses_(fn.values.size()), incoming_(fn.blocks.size()) {
  for (ir::ValueId value = 0; value < alias_.size(); ++value)
    alias_[value] = value;
  for (ir::BlockId block : cfg.reversePostOrder())
    for (const ir::Target &target : fn.targets(fn.terminator(block)))
      ++incoming_[target.block];
  resolveParams(fn, cfg);
  countUses(fn, cfg);
}

void Demand::resolveParams(const ir::Function &fn, const analysis::Cfg &cfg) {
  // In this order the argument of a forward edge is already resolved; the one edge into a block is
  // never a back edge.
  for (ir::BlockId block : cfg.reversePostOrder()) {
    ir::InstId terminator = fn.terminator(block);
    ir::Op op = fn.insts[terminator].op;
    llvm::ArrayRef<ir::Target> targets = fn.targets(terminator);
    for (size_t i = 0; i < targets.size(); ++i) {
      if (incoming_[targets[i].block] != 1 || targets[i].block == 0)
        continue;
      llvm::ArrayRef<ir::ValueId> params = fn.blocks[targets[i].block].params;
      params = params.drop_front(ir::implicitArgs(op, i));
      llvm::ArrayRef<ir::ValueId> args = fn.args(targets[i]);
      for (size_t k = 0; k < args.size(); ++k)
        alias_[params[k]] = alias_[args[k]];
    }
  }
}

void Demand::use(ir::ValueId value) {
  value = alias_[value];
  if (uses_[value]++ == 0)
    worklist_.push_back(value);
}

void Demand::countUses(const ir::Function &fn, const analysis::Cfg &cfg) {
  for (ir::BlockId block : cfg.reversePostOrder())
    for (ir::InstId id = fn.blocks[block].first; id != kNone; id = fn.insts[id].next)
      if (hasEffect(fn.insts[id].op))
        for (ir::ValueId operand : fn.operands(id))
          use(operand);

  // The arguments of a parameter, by (block, position): each edge into the block, in order.
  std::vector<uint32_t> edgeBegin(fn.blocks.size() + 1);
  for (size_t block = 0; block < fn.blocks.size(); ++block)
    edgeBegin[block + 1] = edgeBegin[block] + incoming_[block];
  struct IncomingEdge {
    const ir::Target *target;
    unsigned implicit;
  };
  std::vector<IncomingEdge> edges(edgeBegin.back());
  std::vector<uint32_t> next(edgeBegin.begin(), edgeBegin.end() - 1);
  for (ir::BlockId block : cfg.reversePostOrder()) {
    ir::InstId terminator = fn.terminator(block);
    llvm::ArrayRef<ir::Target> targets = fn.targets(terminator);
    for (size_t i = 0; i < targets.size(); ++i)
      edges[next[targets[i].block]++] = {&targets[i], ir::implicitArgs(fn.insts[terminator].op, i)};
  }

  std::vector<uint32_t> position(fn.values.size());
  for (const ir::Block &block : fn.blocks)
    for (uint32_t i = 0; i < block.params.size(); ++i)
      position[block.params[i]] = i;

  while (!worklist_.empty()) {
    ir::ValueId value = worklist_.back();
    worklist_.pop_back();
    const ir::Value &v = fn.values[value];
    if (v.inst != kNone) {
      if (!hasEffect(fn.insts[v.inst].op))
        for (ir::ValueId operand : fn.operands(v.inst))
          use(operand);
      continue;
    }
    for (uint32_t i = edgeBegin[v.block]; i < edgeBegin[v.block + 1]; ++i)
      if (position[value] >= edges[i].implicit)
        use(fn.args(*edges[i].target)[position[value] - edges[i].implicit]);
  }
}

} // namespace orus::codegen
