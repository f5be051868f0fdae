#include "compiler/codegen/SpillRewriter.h"

#include <algorithm>

namespace orus::codegen {

SpillRewriter::SpillRewriter(LirFunction &fn)
    : fn_(fn), constant_(fn.vregs.size(), kNone), definition_(fn.vregs.size(), kNone),
      memory_(fn.vregs.size(), kNone), isStored_(fn.vregs.size()) {
  findDefinitions();
}

void SpillRewriter::findDefinitions() {
  for (const LirBlock &block : fn_.blocks) {
    for (VReg param : block.params)
      definition_[param] = block.first;
    if (block.entryValue != kNone)
      definition_[block.entryValue] = block.first;
    for (uint32_t at = block.first; at < block.last; ++at) {
      const LirInst &inst = fn_.insts[at];
      VReg reg = definitionOf(inst);
      if (reg == kNone || fn_.vregs[reg].isLocal)
        continue;
      definition_[reg] = at + 1;
      if (Source from = inst.isMove() ? fn_.argsOf(inst)[0] : Source::vreg(0); from.isConstant())
        constant_[reg] = from.constant();
    }
  }
}

Source SpillRewriter::memory(VReg reg) {
  if (constant_[reg] != kNone)
    return Source::constant(constant_[reg]);
  if (memory_[reg] == kNone)
    memory_[reg] = fn_.addVReg(fn_.vregs[reg].type, Space::Spill);
  return Source::vreg(memory_[reg]);
}

void SpillRewriter::reload(VReg reg, uint32_t at) {
  ++counts_.splits;
  counts_.rematerialized += isConstant(reg);
  edits_.push_back({at, reg, memory(reg)});
}

void SpillRewriter::defineInMemory(VReg reg, uint32_t at) {
  isStored_[reg] = true;
  if (isConstant(reg))
    fn_.insts[at].kind = LirInst::Kind::Dead;
  else
    fn_.insts[at].result = memory(reg).vreg();
}

void SpillRewriter::receiveInMemory(VReg &param) {
  isStored_[param] = true;
  param = memory(param).vreg();
}

void SpillRewriter::passTo(BlockIndex from, VReg reg, bool isInMemory) {
  LirInst &jump = fn_.insts[fn_.blocks[from].last - 1];
  llvm::SmallVector<Source, 8> args(fn_.argsOf(jump));
  args.push_back(isInMemory ? memory(reg) : Source::vreg(reg));
  counts_.splits += isInMemory;
  counts_.rematerialized += isInMemory && isConstant(reg);
  jump.argBegin = static_cast<uint32_t>(fn_.args.size());
  jump.argCount = static_cast<uint32_t>(args.size());
  fn_.args.insert(fn_.args.end(), args.begin(), args.end());
}

void SpillRewriter::storeParameters(llvm::ArrayRef<VReg> atEntry) {
  for (VReg &param : fn_.params) {
    if (param == kNone || param >= memory_.size())
      continue;
    bool isRead = llvm::is_contained(atEntry, param);
    if (memory_[param] == kNone)
      continue;
    VReg home = memory_[param], value = param;
    fn_.vregs[home].space = Space::Home;
    fn_.vregs[home].fixed = fn_.vregs[value].fixed;
    fn_.vregs[value].fixed = kNone;
    isStored_[value] = true;
    param = home;
    if (isRead)
      stores_.push_back({fn_.blocks[0].first, value, Source::vreg(home)});
  }
}

void SpillRewriter::finish(llvm::ArrayRef<VReg> atEntry) {
  storeParameters(atEntry);
  for (VReg reg = 0; reg < memory_.size(); ++reg)
    if (memory_[reg] != kNone && !isStored_[reg])
      stores_.push_back({definition_[reg], memory_[reg], Source::vreg(reg)});
  rebuild();
}

// Stores follow the definition at once, in front of loads at the same place.
void SpillRewriter::rebuild() {
  auto byPlace = [](const Edit &a, const Edit &b) {
    return std::pair(a.at, a.to) < std::pair(b.at, b.to);
  };
  std::ranges::sort(stores_, byPlace);
  std::vector<LirInst> insts;
  insts.reserve(fn_.insts.size() + stores_.size() + edits_.size());
  size_t store = 0, edit = 0;
  auto insert = [&](const Edit &e) { insts.push_back(fn_.move(e.to, e.from)); };
  for (LirBlock &block : fn_.blocks) {
    uint32_t first = static_cast<uint32_t>(insts.size());
    for (uint32_t at = block.first; at < block.last; ++at) {
      for (; store < stores_.size() && stores_[store].at <= at; ++store)
        insert(stores_[store]);
      for (; edit < edits_.size() && edits_[edit].at <= at; ++edit)
        insert(edits_[edit]);
      insts.push_back(fn_.insts[at]);
    }
    block.first = first;
    block.last = static_cast<uint32_t>(insts.size());
  }
  fn_.insts = std::move(insts);
}

} // namespace orus::codegen
