// Module-register promotion: a module register that a loop writes is read once before the loop,
// carried around it as a value, and written back on every way out. A reference must certainly have
// a value before the loop, since reading it panics otherwise.
//
// What could notice the missing stores inside the loop: calls that use the register, so loops with
// such calls keep it; and a handler that catches a panic of the loop, so this is only done where a
// panic ends the program (ModuleAccess).
#include "compiler/opt/Edit.h"
#include "compiler/opt/ModuleAccess.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace orus::opt {

namespace {

using analysis::LoopId;

constexpr size_t kMostSlots = 8; // in one loop: each takes a register

class Promotion {
public:
  Promotion(ir::Function &fn, const ModuleAccess &access, Counters &counters)
      : fn_(fn), access_(access), counters_(counters), analyses_(fn), loops_(analyses_.loops()),
        replacements_(fn) {}

  Change run() {
    if (loops_.irreducible())
      return Change::None;
    // In a block with a handler not all that stands there has run behind it.
    for (BlockId block : analyses_.cfg().reversePostOrder())
      for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next)
        if (auto reg = moduleRegisterOf(fn_, id);
            reg && !reg->isScalar && fn_.blocks[block].handler == kNone)
          referenceAccesses_[reg->key()].push_back(block);
    // Outer loops first: what is promoted there is gone from those inside.
    for (LoopId loop = 0; loop < loops_.loops().size(); ++loop)
      promote(loop);
    replacements_.apply(fn_);
    return promoted_ ? Change::Graph : Change::None;
  }

private:
  struct Slot {
    ModuleRegister reg;
    bool isWritten = false;
  };
  using Slots = llvm::MapVector<uint64_t, Slot>;

  void promote(LoopId loop);
  bool findSlots(LoopId loop, Slots &slots);
  void carry(LoopId loop, BlockId preheader, const ModuleRegister &reg);
  void pass(BlockId from, BlockId to, ValueId value);
  void writeBack(BlockId from, LoopId loop, uint64_t slot, ValueId value);

  bool hasValueBefore(BlockId block, uint64_t key) const {
    return llvm::any_of(referenceAccesses_.lookup(key), [&](BlockId access) {
      return analyses_.dominators().dominates(access, block);
    });
  }

  ir::Function &fn_;
  const ModuleAccess &access_;
  Counters &counters_;
  mutable Analyses analyses_;
  const Loops &loops_;
  Replacements replacements_;
  llvm::DenseMap<uint64_t, llvm::SmallVector<BlockId, 2>> referenceAccesses_; // by key
  llvm::DenseMap<BlockId, BlockId> exits_; // blocks that were put on ways out of a loop: the loop
  unsigned promoted_ = 0;
};

/// The registers that the loop writes and that may be promoted; whether there are any.
bool Promotion::findSlots(LoopId loop, Slots &slots) {
  llvm::SmallVector<image::FunctionId, 4> called;
  for (BlockId block : loops_.blocks(loop)) {
    if (fn_.blocks[block].handler != kNone)
      return false;
    for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next) {
      const ir::Inst &inst = fn_.insts[id];
      if (inst.op == Op::CallValue)
        return false;
      if (inst.op == Op::Call)
        called.push_back(static_cast<image::FunctionId>(inst.imm));
      std::optional<ModuleRegister> reg = moduleRegisterOf(fn_, id);
      if (!reg)
        continue;
      Slot &slot = slots[reg->key()];
      slot.reg = *reg;
      slot.isWritten |= inst.op == Op::ModuleSet;
    }
    // A way out that the terminator itself gives a value to has no place for the store.
    InstId last = fn_.terminator(block);
    ArrayRef<ir::Target> targets = std::as_const(fn_).targets(last);
    for (size_t i = 0; i < targets.size(); ++i)
      if (ir::implicitArgs(fn_.insts[last].op, i) && !loops_.contains(loop, targets[i].block))
        return false;
  }
  slots.remove_if([&](const auto &entry) {
    return !entry.second.isWritten || llvm::any_of(called, [&](image::FunctionId callee) {
      return access_.mayAccess(callee, entry.first);
    });
  });
  return !slots.empty();
}

void Promotion::promote(LoopId loop) {
  BlockId preheader = preheaderOf(fn_, analyses_.cfg(), loops_, loop);
  Slots slots;
  if (preheader == kNone || !findSlots(loop, slots))
    return;
  size_t count = 0;
  for (const auto &[key, slot] : slots) {
    if (!slot.reg.isScalar && !hasValueBefore(preheader, key))
      continue;
    if (++count > kMostSlots)
      return;
    carry(loop, preheader, slot.reg);
    counters_.add("module registers promoted");
    ++promoted_;
  }
}

/// Every block of the loop with several ways in takes the value as a parameter; copy propagation
/// removes those that are not needed.
void Promotion::carry(LoopId loop, BlockId preheader, const ModuleRegister &reg) {
  const Cfg &cfg = analyses_.cfg();
  BlockId header = loops_[loop].header;
  InstId before = fn_.terminator(preheader);
  InstId read = fn_.make(Op::ModuleGet, reg.type, {}, reg.slot);
  fn_.insertBefore(before, read);
  llvm::SmallVector<BlockId, 16> blocks(loops_.blocks(loop));
  llvm::sort(blocks, [&](BlockId a, BlockId b) { return cfg.rpoIndex(a) < cfg.rpoIndex(b); });
  llvm::DenseMap<BlockId, ValueId> leaving; // the value at the end of a block
  auto isJoin = [&](BlockId block) {
    return block == header || cfg.predecessors(block).size() > 1;
  };
  for (BlockId block : blocks) {
    ValueId value =
        isJoin(block) ? fn_.addParam(block, reg.type) : leaving.lookup(cfg.predecessors(block)[0]);
    for (InstId id = fn_.blocks[block].first, next = kNone; id != kNone; id = next) {
      next = fn_.insts[id].next;
      std::optional<ModuleRegister> accessed = moduleRegisterOf(fn_, id);
      if (!accessed || accessed->key() != reg.key())
        continue;
      if (fn_.insts[id].op == Op::ModuleSet)
        value = replacements_.resolve(std::as_const(fn_).operands(id)[0]);
      else
        replacements_.replace(fn_.insts[id].result, value);
      fn_.remove(id);
    }
    leaving[block] = value;
  }
  pass(preheader, header, fn_.insts[read].result);
  for (BlockId block : blocks) {
    llvm::SmallVector<BlockId, 2> passed;
    InstId last = fn_.terminator(block);
    for (const ir::Target &target : std::as_const(fn_).targets(last)) {
      BlockId to = target.block;
      if (to < cfg.size() && loops_.contains(loop, to) && isJoin(to) &&
          !llvm::is_contained(passed, to))
        passed.push_back(to);
    }
    for (BlockId to : passed)
      pass(block, to, leaving[block]);
    writeBack(block, loop, reg.slot, leaving[block]);
  }
}

/// Hands the value on along every edge between two blocks.
void Promotion::pass(BlockId from, BlockId to, ValueId value) {
  for (ir::Target &target : fn_.targets(fn_.terminator(from)))
    if (target.block == to) {
      llvm::SmallVector<ValueId, 8> args(fn_.args(target));
      args.push_back(value);
      fn_.setArgs(target, args);
    }
}

/// Stores the value on every edge that leaves the loop.
void Promotion::writeBack(BlockId from, LoopId loop, uint64_t slot, ValueId value) {
  size_t count = fn_.targets(fn_.terminator(from)).size();
  for (size_t i = 0; i < count; ++i) {
    ir::Target target = fn_.targets(fn_.terminator(from))[i];
    BlockId exit = target.block;
    if (exit < analyses_.cfg().size() && loops_.contains(loop, exit))
      continue;
    auto known = exits_.find(exit);
    if (known == exits_.end() || known->second != loop) {
      exit = fn_.addBlock();
      exits_[exit] = loop;
      llvm::SmallVector<ValueId, 8> args(fn_.args(target));
      fn_.terminate(exit, Op::Jump, {}, {{target.block, args}}, 0,
                    fn_.insts[fn_.terminator(from)].loc);
      ir::Target &edge = fn_.targets(fn_.terminator(from))[i];
      edge.block = exit;
      fn_.setArgs(edge, {});
    }
    InstId write =
        fn_.make(Op::ModuleSet, kNone, {value}, slot, fn_.insts[fn_.terminator(from)].loc);
    fn_.insertBefore(fn_.terminator(exit), write);
  }
}

} // namespace

Change promoteModules(ModulePassContext &context) {
  ModuleAccess access(context.module);
  Change change = Change::None;
  for (image::FunctionId id = 0; id < context.module.functions.size(); ++id)
    if (access.panicsAreFinal(id))
      change |= Promotion(*context.module.functions[id], access, context.counters).run();
  return change;
}

} // namespace orus::opt
