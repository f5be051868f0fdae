#include "compiler/codegen/Spill.h"

#include "compiler/codegen/Codegen.h"
#include "compiler/codegen/NextUse.h"
#include "compiler/codegen/SpillRewriter.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>

namespace orus::codegen {

namespace {

/// Belady's rule over the whole function, after Braun & Hack: walks the blocks in order with the
/// set of values that are in registers, and when there are too many gives up those whose next use
/// is farthest.
class Spiller {
public:
  Spiller(LirFunction &fn, const AdjacencyList &predecessors, const LirLiveness &liveness,
          const Pressure &pressure, Bank bank, uint32_t registers)
      : fn_(fn), predecessors_(predecessors), liveness_(liveness), pressure_(pressure), bank_(bank),
        limit_(registers), next_(fn, liveness, bank), rewriter_(fn), isIn_(fn.vregs.size()),
        entry_(fn.blocks.size()), exit_(fn.blocks.size()), isVisited_(fn.blocks.size()),
        isHandler_(fn.blocks.size()) {}

  SpillCounts run() {
    for (const LirBlock &block : fn_.blocks)
      if (block.handler != kNone && !isHandler_[block.handler])
        enterHandler(block.handler);
    for (BlockIndex b = 0; b < fn_.blocks.size(); ++b)
      visit(b);
    for (BlockIndex b = 0; b < fn_.blocks.size(); ++b)
      connect(b);
    rewriter_.finish(entry_[0]);
    return rewriter_.counts();
  }

private:
  using ValueSet = std::vector<VReg>;

  // A handler finds what it reads in memory, wherever in its region the panic happens.
  void enterHandler(BlockIndex handler) {
    isHandler_[handler] = true;
    for (VReg reg : liveness_.liveIn(handler))
      if (next_.tracks(reg))
        rewriter_.memory(reg);
  }

  // ---- the set of values in registers

  void add(VReg reg) {
    if (isIn_[reg])
      return;
    isIn_[reg] = true;
    in_.push_back(reg);
  }
  void drop(VReg reg) {
    if (!isIn_[reg])
      return;
    isIn_[reg] = false;
    in_.erase(std::ranges::find(in_, reg));
  }
  void clear() {
    for (VReg reg : in_)
      isIn_[reg] = false;
    in_.clear();
  }
  bool isFarther(VReg a, VReg b) const { return std::pair(next_[a], a) > std::pair(next_[b], b); }
  /// The value whose next use is farthest, kNone if all are needed now.
  VReg farthest(llvm::ArrayRef<VReg> needed) const {
    VReg result = kNone;
    for (VReg reg : in_)
      if (!llvm::is_contained(needed, reg) && (result == kNone || isFarther(reg, result)))
        result = reg;
    return result;
  }
  void limit(uint32_t count, llvm::ArrayRef<VReg> needed = {}) {
    while (in_.size() > count)
      drop(farthest(needed));
  }
  /// Fills the set up to `count` with the nearest of the candidates.
  void addNearest(ValueSet candidates, uint32_t count) {
    std::ranges::sort(candidates, [&](VReg a, VReg b) { return isFarther(b, a); });
    for (VReg reg : candidates)
      if (in_.size() < count)
        add(reg);
  }

  // ---- one block

  void visit(BlockIndex b) {
    next_.enter(b);
    clear();
    enter(b);
    entry_[b] = in_;
    const LirBlock &block = fn_.blocks[b];
    for (uint32_t at = block.first; at < block.last; ++at)
      visitInst(at);
    exit_[b] = in_;
    isVisited_[b] = true;
  }

  void enter(BlockIndex b) {
    const LirBlock &block = fn_.blocks[b];
    VReg given =
        block.entryValue != kNone && next_.tracks(block.entryValue) ? block.entryValue : kNone;
    uint32_t room = limit_ - (given != kNone);
    if (b == 0)
      enterFunction(room);
    else if (!isHandler_[b] && isLoopHeader(b))
      enterLoop(b, room);
    else if (!isHandler_[b])
      enterMerge(b, room);
    if (given != kNone && next_[given] != NextUses::kNever)
      add(given);
  }

  bool isLoopHeader(BlockIndex b) const {
    return llvm::any_of(predecessors_[b], [&](BlockIndex from) { return !isVisited_[from]; });
  }

  void enterFunction(uint32_t room) {
    ValueSet params;
    for (VReg reg : fn_.params)
      if (reg != kNone && next_.tracks(reg) && next_[reg] != NextUses::kNever)
        params.push_back(reg);
    addNearest(params, room);
  }

  // Values used in the loop first; those that only pass through it if that costs no spill inside.
  void enterLoop(BlockIndex b, uint32_t room) {
    ValueSet used, through;
    auto consider = [&](VReg reg) {
      if (next_.tracks(reg) && next_[reg] != NextUses::kNever)
        (next_[reg] < NextUses::kLoopExit ? used : through).push_back(reg);
    };
    llvm::for_each(liveness_.liveIn(b), consider);
    llvm::for_each(fn_.blocks[b].params, consider);
    addNearest(used, room);
    uint32_t peak = loopPressure(b);
    uint32_t others = peak > through.size() ? peak - static_cast<uint32_t>(through.size()) : 0;
    if (others >= room)
      return;
    uint32_t spare = room - others;
    addNearest(through, std::min<uint32_t>(room, static_cast<uint32_t>(in_.size()) + spare));
  }

  // The highest pressure in the natural loop of a header.
  uint32_t loopPressure(BlockIndex header) {
    uint32_t peak = pressure_.blockMax[header];
    llvm::SmallVector<BlockIndex, 16> worklist;
    llvm::SmallDenseSet<BlockIndex, 16> seen{header};
    for (BlockIndex from : predecessors_[header])
      if (from >= header && seen.insert(from).second)
        worklist.push_back(from);
    while (!worklist.empty()) {
      BlockIndex b = worklist.pop_back_val();
      peak = std::max(peak, pressure_.blockMax[b]);
      for (BlockIndex from : predecessors_[b])
        if (from > header && seen.insert(from).second)
          worklist.push_back(from);
    }
    return peak;
  }

  // Values that are in registers whichever way the block is reached, then others that some way
  // brings along; parameters get their value on each way.
  void enterMerge(BlockIndex b, uint32_t room) {
    llvm::SmallDenseMap<VReg, size_t, 16> ways;
    for (BlockIndex from : predecessors_[b])
      for (VReg reg : exit_[from])
        ++ways[reg];
    ValueSet all, some;
    for (VReg reg : liveness_.liveIn(b)) {
      auto it = ways.find(reg);
      if (it != ways.end())
        (it->second == predecessors_[b].size() ? all : some).push_back(reg);
    }
    for (VReg reg : fn_.blocks[b].params)
      if (next_.tracks(reg) && next_[reg] != NextUses::kNever)
        all.push_back(reg);
    addNearest(all, room);
    addNearest(some, room);
  }

  // ---- one instruction

  void visitInst(uint32_t at) {
    llvm::SmallVector<VReg, 4> operands = registerOperands(at);
    for (VReg reg : operands)
      if (!isIn_[reg]) {
        rewriter_.reload(reg, at);
        add(reg);
      }
    limit(limit_, operands);
    llvm::SmallVector<VReg, 8> used(llvm::ArrayRef<VReg>{operands});
    llvm::SmallVector<uint32_t, 8> fromMemory;
    const LirInst inst = fn_.insts[at];
    llvm::ArrayRef<Source> args = fn_.argsOf(inst);
    for (uint32_t i = 0; i < args.size(); ++i) {
      if (args[i].isConstant() || !next_.tracks(args[i].vreg()))
        continue;
      used.push_back(args[i].vreg());
      if (!isIn_[args[i].vreg()])
        fromMemory.push_back(i);
    }
    next_.passUses(at);
    for (uint32_t i : fromMemory)
      rewriter_.readFromMemory(inst.argBegin + i);
    for (VReg reg : used)
      if (next_[reg] == NextUses::kNever)
        drop(reg);
    // What a branch writes is there when the next block starts.
    if (inst.kind == LirInst::Kind::Machine && inst.op == isa::Opcode::RangeNext &&
        bank_ == Bank::Scalar)
      limit(limit_ - 1);
    define(at, inst);
  }

  llvm::SmallVector<VReg, 4> registerOperands(uint32_t at) const {
    llvm::SmallVector<VReg, 4> operands;
    const LirInst &inst = fn_.insts[at];
    if (inst.kind != LirInst::Kind::Machine)
      return operands;
    const isa::OpInfo &op = isa::info(inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i)
      if (op.operandArray[i].isRead() && next_.tracks(static_cast<VReg>(inst.operands[i])))
        operands.push_back(static_cast<VReg>(inst.operands[i]));
    return operands;
  }

  void define(uint32_t at, const LirInst &inst) {
    VReg reg = definitionOf(inst);
    if (reg == kNone || !next_.tracks(reg))
      return;
    next_.passDefinition(at);
    // Results of calls and moves go straight to memory if they are needed later than all others.
    bool isFlexible = inst.result != kNone;
    if (isFlexible && in_.size() >= limit_ && isFarther(reg, farthest({}))) {
      rewriter_.defineInMemory(reg, at);
      return;
    }
    limit(limit_ - 1);
    if (next_[reg] != NextUses::kNever)
      add(reg);
  }

  // ---- edges

  // Makes a block that expects values in registers which some predecessor has in memory take them
  // as parameters, so that they move together with the others.
  void connect(BlockIndex b) {
    LirBlock &block = fn_.blocks[b];
    for (VReg &param : block.params)
      if (next_.tracks(param) && !llvm::is_contained(entry_[b], param))
        rewriter_.receiveInMemory(param);
    if (isHandler_[b] || b == 0)
      return;
    for (VReg reg : entry_[b]) {
      if (reg == block.entryValue || llvm::is_contained(block.params, reg))
        continue;
      auto lacks = [&](BlockIndex from) { return !llvm::is_contained(exit_[from], reg); };
      if (llvm::none_of(predecessors_[b], lacks))
        continue;
      block.params.push_back(reg);
      for (BlockIndex from : predecessors_[b])
        rewriter_.passTo(from, reg, lacks(from));
    }
  }

  LirFunction &fn_;
  const AdjacencyList &predecessors_;
  const LirLiveness &liveness_;
  const Pressure &pressure_;
  Bank bank_;
  uint32_t limit_;
  NextUses next_;
  SpillRewriter rewriter_;
  ValueSet in_;
  std::vector<bool> isIn_;
  std::vector<ValueSet> entry_, exit_;
  std::vector<bool> isVisited_, isHandler_;
};

/// Puts the locals that matter least into memory, so that expressions keep half of the registers.
/// Gives the number of those that stay.
uint32_t limitLocals(LirFunction &fn, Bank bank, uint32_t peak, uint32_t registers) {
  struct Weighted {
    uint64_t weight;
    VReg reg;
  };
  std::vector<Weighted> locals;
  llvm::DenseMap<VReg, size_t> position;
  for (VReg reg = 0; reg < fn.vregs.size(); ++reg)
    if (fn.vregs[reg].isLocal && fn.vregs[reg].bank() == bank) {
      position[reg] = locals.size();
      locals.push_back({0, reg});
    }
  if (locals.empty())
    return 0;
  for (const LirBlock &block : fn.blocks)
    for (uint32_t at = block.first; at < block.last; ++at) {
      uint64_t weight = uint64_t{1} << std::min(3 * block.loopDepth, 30u);
      auto count = [&](VReg reg) {
        if (auto it = position.find(reg); it != position.end())
          locals[it->second].weight += weight;
      };
      forEachUse(fn, fn.insts[at], count);
      if (VReg reg = definitionOf(fn.insts[at]); reg != kNone)
        count(reg);
    }
  auto total = static_cast<uint32_t>(locals.size());
  uint32_t others = peak > total ? peak - total : 0;
  uint32_t forOthers = std::min(others, std::max(kMinRegisters, registers / 2));
  forOthers = std::max(forOthers, std::min(kMinRegisters, registers));
  uint32_t kept = std::min(total, registers - forOthers);
  std::ranges::sort(locals, [](const Weighted &a, const Weighted &b) {
    return a.weight != b.weight ? a.weight > b.weight : a.reg < b.reg;
  });
  for (const Weighted &local : llvm::ArrayRef(locals).drop_front(kept))
    fn.vregs[local.reg].space = Space::Spill;
  return kept;
}

} // namespace

SpillCounts limitPressure(LirFunction &fn, const AdjacencyList &predecessors,
                          const LirLiveness &liveness, const Pressure &pressure, Bank bank,
                          uint32_t registers) {
  uint32_t locals = limitLocals(fn, bank, pressure.max, registers);
  return Spiller(fn, predecessors, liveness, pressure, bank, registers - locals).run();
}

} // namespace orus::codegen
