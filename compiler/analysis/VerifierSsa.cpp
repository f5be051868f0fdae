// The control-flow graph: edges and their arguments, protected regions, dominance.
#include "compiler/analysis/VerifierImpl.h"

namespace orus::analysis {

void FunctionVerifier::checkGraph(const Cfg &cfg) {
  inst_ = kNone;
  block_ = 0;
  if (!cfg.predecessors(0).empty())
    error("the entry block has predecessors");
  if (fn_.blocks[0].handler != kNone)
    error("the entry block has a handler");
  const ir::Block &entry = fn_.blocks[0];
  size_t count = types_.parameterCount(fn_.signature);
  bool matches = entry.params.size() == count + (fn_.closure != 0);
  if (matches && fn_.closure)
    matches = fn_.closure < types_.size() && is(fn_.closure, image::TypeKind::Closure) &&
              types_[fn_.closure].operands[0] == fn_.signature &&
              fn_.type(entry.params.back()) == fn_.closure;
  for (size_t i = 0; matches && i < count; ++i)
    matches = fn_.type(entry.params[i]) == valueType(types_, types_.parameter(fn_.signature, i));
  if (!matches)
    error("the parameters do not match the signature");
  isHandler_.resize(fn_.blocks.size());
  for (BlockId block : cfg.reversePostOrder())
    if (fn_.blocks[block].handler != kNone)
      isHandler_[fn_.blocks[block].handler] = true;
  for (BlockId block = 0; block < fn_.blocks.size(); ++block) {
    block_ = block;
    inst_ = kNone;
    InstId last = fn_.terminator(block);
    if (cfg.reachable(block) && last == kNone)
      error("reachable but empty");
    if (!cfg.reachable(block) && last != kNone)
      error("unreachable but not empty");
    if (!cfg.reachable(block) || last == kNone)
      continue;
    BlockId handler = fn_.blocks[block].handler;
    if (handler != kNone && (fn_.blocks[handler].params.size() != 1 ||
                             fn_.type(fn_.blocks[handler].params[0]) != image::kError))
      error("the handler ^" + llvm::Twine(handler) + " does not take exactly an error");
    inst_ = last;
    for (size_t i = 0; i < fn_.targets(last).size(); ++i) {
      checkEdge(block, last, i);
      checkRegion(block, last, i);
    }
  }
}

void FunctionVerifier::checkEdge(BlockId from, InstId terminator, size_t index) {
  const ir::Inst &inst = fn_.insts[terminator];
  const ir::Target &target = fn_.targets(terminator)[index];
  ArrayRef<ValueId> params = fn_.blocks[target.block].params;
  ArrayRef<ValueId> args = fn_.args(target);
  unsigned implicit = implicitArgs(inst.op, index);
  if (params.size() != args.size() + implicit) {
    error("^" + llvm::Twine(target.block) + " takes " + llvm::Twine(params.size()) + " arguments");
    return;
  }
  if (implicit) {
    TypeId given = inst.op == Op::TryEnter    ? image::kError
                   : inst.op == Op::RangeNext ? image::TypeTable::scalar(image::ScalarType::I64)
                   : inst.operandCount == 0   ? kNone
                                              : fn_.type(fn_.operands(terminator)[0]);
    if (fn_.type(params[0]) != given)
      error("the first parameter of ^" + llvm::Twine(target.block) + " has the wrong type");
  }
  for (size_t i = 0; i < args.size(); ++i)
    if (fn_.type(args[i]) != fn_.type(params[i + implicit]))
      error("argument %" + llvm::Twine(args[i]) + " of ^" + llvm::Twine(target.block) +
            " has the wrong type");
  bool isHandlerEdge = inst.op == Op::TryEnter && index == 1;
  if (fn_.blocks[from].handler == target.block)
    error("a normal edge leads to the block's own handler");
  else if (!isHandlerEdge && isHandler_[target.block])
    error("a normal edge leads to a handler");
}

/// Whether the region handled by `outer` (kNone: the whole function) is, or lies around, the region
/// handled by `inner`. The handler of a region lies outside of it, in the next region around.
bool FunctionVerifier::isAround(BlockId outer, BlockId inner) const {
  for (size_t steps = 0; steps <= fn_.blocks.size(); ++steps) {
    if (inner == outer)
      return true;
    if (inner == kNone)
      return false;
    inner = fn_.blocks[inner].handler;
  }
  return false;
}

void FunctionVerifier::checkRegion(BlockId from, InstId terminator, size_t index) {
  BlockId to = fn_.targets(terminator)[index].block;
  BlockId fromHandler = fn_.blocks[from].handler, toHandler = fn_.blocks[to].handler;
  if (fn_.insts[terminator].op != Op::TryEnter) {
    if (!isAround(toHandler, fromHandler))
      error("enters the protected region of ^" + llvm::Twine(toHandler) + " without `try`");
    return;
  }
  BlockId handler = fn_.targets(terminator).size() > 1 ? fn_.targets(terminator)[1].block : kNone;
  if (index == 0 && toHandler != handler)
    error("the protected region does not begin with a block handled by ^" + llvm::Twine(handler));
  if (index == 1 && toHandler != fromHandler)
    error("the handler lies in another region than its `try`");
}

void FunctionVerifier::checkDominance(const Cfg &cfg) {
  Dominators dominators(cfg);
  std::vector<uint32_t> position(fn_.insts.size(), kNone); // within the block
  std::vector<bool> isParam(fn_.values.size());
  for (BlockId block : cfg.reversePostOrder()) {
    for (ValueId param : fn_.blocks[block].params)
      isParam[param] = true;
    uint32_t count = 0;
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
      position[inst] = count++;
  }
  for (BlockId block : cfg.reversePostOrder()) {
    block_ = block;
    auto check = [&](ValueId value) {
      const ir::Value &v = fn_.values[value];
      BlockId from = fn_.blockOf(value);
      bool available = from != kNone && dominators.dominates(from, block);
      if (available && from == block && v.inst != kNone)
        available = position[v.inst] < position[inst_];
      // A value that was replaced may still name the place where it was defined.
      if (available)
        available = v.inst == kNone ? isParam[value] : fn_.insts[v.inst].result == value;
      if (!available)
        error("%" + llvm::Twine(value) + " is not defined on every path to here");
    };
    for (inst_ = fn_.blocks[block].first; inst_ != kNone; inst_ = fn_.insts[inst_].next) {
      for (ValueId operand : fn_.operands(inst_))
        check(operand);
      for (const ir::Target &target : fn_.targets(inst_))
        for (ValueId arg : fn_.args(target))
          check(arg);
    }
  }
}

} // namespace orus::analysis
