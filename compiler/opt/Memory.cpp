#include "compiler/opt/Memory.h"

#include <utility>

namespace orus::opt {

AliasClass AliasClasses::number(Kind kind, uint64_t which) {
  auto [it, isNew] = ids_.try_emplace(which << 8 | static_cast<uint64_t>(kind), size());
  if (isNew)
    visible_.push_back(kind != Kind::Local);
  return it->second;
}

AliasClass AliasClasses::readBy(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  switch (inst.op) {
  case Op::LocalGet: return number(Kind::Local, inst.imm);
  case Op::ModuleGet:
    return number(ir::isScalar(fn_.type(inst.result)) ? Kind::ScalarSlot : Kind::ReferenceSlot,
                  inst.imm);
  case Op::ArrLen: return number(Kind::Length, fn_.type(fn_.operands(id)[0]));
  case Op::ArrGet: return number(Kind::Elements, fn_.type(fn_.operands(id)[0]));
  case Op::FieldGet: return number(Kind::Field, fieldKey(fn_.type(fn_.operands(id)[0]), inst.imm));
  case Op::CellGet: return number(Kind::Cell, fn_.type(fn_.operands(id)[0]));
  default: return kNone;
  }
}

void AliasClasses::writtenBy(InstId id, llvm::SmallVectorImpl<AliasClass> &out) {
  const ir::Inst &inst = fn_.insts[id];
  switch (inst.op) {
  case Op::LocalSet: out.push_back(number(Kind::Local, inst.imm)); return;
  case Op::ModuleSet: {
    TypeId type = fn_.type(fn_.operands(id)[0]);
    out.push_back(number(ir::isScalar(type) ? Kind::ScalarSlot : Kind::ReferenceSlot, inst.imm));
    return;
  }
  case Op::ArrSet: out.push_back(number(Kind::Elements, fn_.type(fn_.operands(id)[0]))); return;
  case Op::FieldSet:
    out.push_back(number(Kind::Field, fieldKey(fn_.type(fn_.operands(id)[0]), inst.imm)));
    return;
  case Op::CellSet: out.push_back(number(Kind::Cell, fn_.type(fn_.operands(id)[0]))); return;
  case Op::ArrPush:
  case Op::ArrPop: // an element that went and came again may differ
    out.push_back(number(Kind::Length, fn_.type(fn_.operands(id)[0])));
    out.push_back(number(Kind::Elements, fn_.type(fn_.operands(id)[0])));
    return;
  default:
    if (opInfo(inst.op).calls)
      out.push_back(kCalls);
  }
}

/// For each block the joins at which its definitions meet others (Cooper, Harvey & Kennedy). A walk
/// up from a predecessor ends where an earlier one of the same join has passed.
static analysis::AdjacencyList dominanceFrontiers(Analyses &analyses) {
  const Cfg &cfg = analyses.cfg();
  const Dominators &dominators = analyses.dominators();
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  std::vector<BlockId> lastJoin(cfg.size(), kNone);
  for (BlockId join : cfg.reversePostOrder()) {
    if (cfg.predecessors(join).size() < 2)
      continue;
    for (BlockId at : cfg.predecessors(join))
      for (; at != dominators.idom(join) && lastJoin[at] != join; at = dominators.idom(at)) {
        lastJoin[at] = join;
        pairs.push_back({at, join});
      }
  }
  return analysis::AdjacencyList::group(cfg.size(), pairs);
}

MemoryVersions::MemoryVersions(const ir::Function &fn, Analyses &analyses) : classes_(fn) {
  std::vector<std::pair<AliasClass, BlockId>> writes;
  std::vector<BlockId> lastWriter; // by class
  llvm::SmallVector<AliasClass, 2> written;
  for (BlockId block : analyses.cfg().reversePostOrder())
    for (InstId inst = fn.blocks[block].first; inst != kNone; inst = fn.insts[inst].next) {
      classes_.readBy(inst); // numbers it
      written.clear();
      classes_.writtenBy(inst, written);
      lastWriter.resize(classes_.size(), kNone);
      for (AliasClass alias : written)
        if (std::exchange(lastWriter[alias], block) != block)
          writes.push_back({alias, block});
    }
  current_.resize(classes_.size(), 0);
  placeJoins(analyses, writes);
}

void MemoryVersions::placeJoins(Analyses &analyses,
                                ArrayRef<std::pair<AliasClass, BlockId>> writes) {
  std::vector<std::pair<uint32_t, uint32_t>> joins; // block, class
  if (!writes.empty()) {
    analysis::AdjacencyList frontiers = dominanceFrontiers(analyses);
    auto byClass = analysis::AdjacencyList::group(classes_.size(), writes);
    std::vector<AliasClass> lastJoined(analyses.cfg().size(), kNone);
    std::vector<BlockId> worklist;
    for (AliasClass alias = 0; alias < classes_.size(); ++alias) {
      worklist.assign(byClass[alias].begin(), byClass[alias].end());
      while (!worklist.empty()) {
        BlockId block = worklist.back();
        worklist.pop_back();
        for (BlockId join : frontiers[block]) {
          if (lastJoined[join] == alias)
            continue;
          lastJoined[join] = alias;
          joins.push_back({join, alias});
          worklist.push_back(join);
        }
      }
    }
  }
  joins_ = analysis::AdjacencyList::group(analyses.cfg().size(), joins);
}

void MemoryVersions::renew(AliasClass alias) {
  undo_.push_back({alias, current_[alias]});
  current_[alias] = next_++;
}

void MemoryVersions::enterBlock(BlockId block) {
  marks_.push_back(undo_.size());
  for (AliasClass alias : joins_[block])
    renew(alias);
}

void MemoryVersions::leaveBlock() {
  while (undo_.size() > marks_.back()) {
    current_[undo_.back().first] = undo_.back().second;
    undo_.pop_back();
  }
  marks_.pop_back();
}

AliasClass MemoryVersions::writtenBy(InstId store) {
  llvm::SmallVector<AliasClass, 2> written;
  classes_.writtenBy(store, written);
  return written[0];
}

void MemoryVersions::pass(InstId inst) {
  llvm::SmallVector<AliasClass, 2> written;
  classes_.writtenBy(inst, written);
  for (AliasClass alias : written)
    renew(alias);
}

} // namespace orus::opt
