#include "compiler/opt/Edit.h"

namespace orus::opt {

void Replacements::replace(ValueId value, ValueId by) {
  if (value >= to_.size())
    to_.resize(value + 1, kNone);
  to_[value] = by;
  ++count_;
}

ValueId Replacements::resolve(ValueId value) {
  ValueId root = value;
  while (root < to_.size() && to_[root] != kNone)
    root = to_[root];
  while (value != root) {
    ValueId next = to_[value];
    to_[value] = root;
    value = next;
  }
  return root;
}

void Replacements::apply(ir::Function &fn) {
  if (empty())
    return;
  for (ValueId &operand : fn.operandPool)
    operand = resolve(operand);
}

std::vector<uint32_t> countUses(const ir::Function &fn, const Cfg &cfg) {
  std::vector<uint32_t> uses(fn.values.size(), 0);
  for (BlockId block : cfg.reversePostOrder())
    for (InstId inst = fn.blocks[block].first; inst != kNone; inst = fn.insts[inst].next) {
      for (ValueId operand : fn.operands(inst))
        ++uses[operand];
      for (const ir::Target &target : fn.targets(inst))
        for (ValueId arg : fn.args(target))
          ++uses[arg];
    }
  return uses;
}

unsigned clearUnreachable(ir::Function &fn, const Cfg &cfg) {
  unsigned cleared = 0;
  for (BlockId id = 0; id < fn.blocks.size(); ++id) {
    ir::Block &block = fn.blocks[id];
    if (cfg.reachable(id) || (block.first == kNone && block.params.empty()))
      continue;
    cleared += block.first != kNone;
    while (block.first != kNone)
      fn.remove(block.first);
    block.params.clear();
    block.handler = kNone;
  }
  return cleared;
}

analysis::AdjacencyList findIncomingEdges(const ir::Function &fn, const Cfg &cfg) {
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (BlockId block : cfg.reversePostOrder()) {
    const ir::Inst &last = fn.insts[fn.terminator(block)];
    for (uint32_t i = 0; i < last.targetCount; ++i)
      edges.push_back({fn.targetPool[last.targetBegin + i].block, last.targetBegin + i});
  }
  return analysis::AdjacencyList::group(fn.blocks.size(), edges);
}

unsigned removeParams(ir::Function &fn, const Cfg &cfg, llvm::function_ref<bool(ValueId)> isDead) {
  // How many leading parameters of a block some terminator supplies.
  std::vector<uint8_t> implicit(fn.blocks.size(), 0);
  for (BlockId block : cfg.reversePostOrder()) {
    InstId last = fn.terminator(block);
    ArrayRef<ir::Target> targets = std::as_const(fn).targets(last);
    for (size_t i = 0; i < targets.size(); ++i)
      implicit[targets[i].block] |= implicitArgs(fn.insts[last].op, i);
  }
  auto goes = [&](BlockId block, size_t index) {
    return index >= implicit[block] && isDead(fn.blocks[block].params[index]);
  };
  std::vector<bool> affected(fn.blocks.size());
  for (BlockId block : cfg.reversePostOrder())
    for (size_t i = 0; block != 0 && i < fn.blocks[block].params.size(); ++i)
      if (goes(block, i))
        affected[block] = true;
  for (BlockId block : cfg.reversePostOrder()) {
    InstId last = fn.terminator(block);
    llvm::MutableArrayRef<ir::Target> targets = fn.targets(last);
    for (size_t t = 0; t < targets.size(); ++t) {
      ir::Target &target = targets[t];
      if (!affected[target.block])
        continue;
      unsigned given = implicitArgs(fn.insts[last].op, t);
      llvm::MutableArrayRef<ValueId> args = fn.args(target);
      uint32_t kept = 0;
      for (size_t i = 0; i < args.size(); ++i)
        if (!goes(target.block, i + given))
          args[kept++] = args[i];
      target.argCount = kept;
    }
  }
  unsigned removed = 0;
  for (BlockId block : cfg.reversePostOrder()) {
    if (!affected[block])
      continue;
    auto &params = fn.blocks[block].params;
    size_t kept = 0;
    for (size_t i = 0; i < params.size(); ++i)
      if (!goes(block, i))
        params[kept++] = params[i];
    removed += static_cast<unsigned>(params.size() - kept);
    params.resize(kept);
  }
  return removed;
}

BlockId preheaderOf(const ir::Function &fn, const Cfg &cfg, const Loops &loops,
                    analysis::LoopId loop) {
  BlockId preheader = kNone;
  for (BlockId pred : cfg.predecessors(loops[loop].header)) {
    if (loops.contains(loop, pred))
      continue;
    if (preheader != kNone)
      return kNone;
    preheader = pred;
  }
  if (preheader == kNone || fn.insts[fn.terminator(preheader)].op != Op::Jump ||
      fn.blocks[preheader].handler != fn.blocks[loops[loop].header].handler)
    return kNone;
  return preheader;
}

void makeJump(ir::Function &fn, InstId terminator, size_t index) {
  ir::Inst &inst = fn.insts[terminator];
  inst.op = Op::Jump;
  inst.operandCount = 0;
  inst.imm = 0;
  inst.targetBegin += static_cast<uint32_t>(index);
  inst.targetCount = 1;
}

BlockId splitAfter(ir::Function &fn, InstId inst) {
  BlockId block = fn.insts[inst].block;
  BlockId rest = fn.addBlock(fn.blocks[block].handler);
  fn.blocks[rest].loopDepth = fn.blocks[block].loopDepth;
  InstId next;
  for (InstId i = fn.insts[inst].next; i != kNone; i = next) {
    next = fn.insts[i].next;
    fn.unlink(i);
    fn.insertAtEnd(rest, i);
  }
  return rest;
}

ValueId insertConstant(ir::Function &fn, InstId before, TypeId type, uint64_t bits) {
  InstId inst = fn.make(Op::Const, type, {}, bits);
  fn.insertBefore(before, inst);
  return fn.insts[inst].result;
}

} // namespace orus::opt
