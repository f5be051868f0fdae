// Scalar replacement: an object or cell that is only read and written where it is made, and that
// nothing else gets hold of, is not made; each of its fields becomes a value.
//
// A field is a variable in the blocks below its object in the dominator tree. It gets a parameter
// at each join that it is live into (pruned SSA form; Choi, Cytron & Ferrante, POPL 1991). Objects
// that meet in a block parameter stay, and those that a handler could read.
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace orus::opt {

namespace {

constexpr size_t kMostFields = 16;
constexpr size_t kMostBlocks = 2000; // that the fields of one object are followed through

class ScalarReplacement {
public:
  explicit ScalarReplacement(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()), replacements_(fn_) {}

  Change run() {
    findCandidates();
    if (objects_.empty())
      return Change::None;
    findUses();
    unsigned count = 0;
    for (auto &[value, object] : objects_)
      count += object.isLocal && replace(object);
    replacements_.apply(fn_);
    if (count == 0)
      return Change::None;
    context_.counters.add("objects replaced", count);
    return Change::Values;
  }

private:
  struct Object {
    InstId made = kNone;
    bool isLocal = true;
    std::vector<InstId> accesses;
  };
  using Blocks = llvm::SmallSetVector<BlockId, 16>;

  void findCandidates();
  void findUses();
  bool isAccess(InstId inst, const Object &object) const;
  bool replace(Object &object);
  bool replaceImmutable(Object &object);
  bool findLiveBlocks(const Object &object, size_t field, Blocks &live);
  void replaceField(const Object &object, size_t field, const Blocks &live);
  size_t fieldOf(InstId inst) const {
    Op op = fn_.insts[inst].op;
    return op == Op::CellGet || op == Op::CellSet ? 0 : fn_.insts[inst].imm;
  }
  bool isStore(InstId inst) const {
    return fn_.insts[inst].op == Op::FieldSet || fn_.insts[inst].op == Op::CellSet;
  }
  bool isHandler(BlockId block) const {
    return llvm::any_of(cfg_.predecessors(block),
                        [&](BlockId pred) { return fn_.blocks[pred].handler == block; });
  }

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  Replacements replacements_;
  llvm::MapVector<ValueId, Object> objects_;
};

void ScalarReplacement::findCandidates() {
  for (BlockId block : cfg_.reversePostOrder())
    for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next) {
      const ir::Inst &inst = fn_.insts[id];
      bool isCell = inst.op == Op::CellNew;
      if ((isCell || inst.op == Op::ObjNew) && inst.operandCount <= kMostFields)
        objects_[inst.result].made = id;
    }
}

/// Whether the instruction does nothing with the object in its first operand but access it.
bool ScalarReplacement::isAccess(InstId id, const Object &object) const {
  const ir::Inst &inst = fn_.insts[id];
  switch (inst.op) {
  case Op::FieldGet:
  case Op::FieldSet:
  case Op::CellGet:
  case Op::CellSet:
  case Op::Tag: return true;
  case Op::PayloadGet: return inst.imm >> 32 == fn_.insts[object.made].imm;
  default: return false;
  }
}

void ScalarReplacement::findUses() {
  auto escape = [&](ValueId value) {
    if (auto it = objects_.find(value); it != objects_.end())
      it->second.isLocal = false;
  };
  for (BlockId block : cfg_.reversePostOrder())
    for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next) {
      ArrayRef<ValueId> operands = std::as_const(fn_).operands(id);
      for (size_t i = 0; i < operands.size(); ++i) {
        auto it = objects_.find(operands[i]);
        if (it == objects_.end())
          continue;
        if (i == 0 && isAccess(id, it->second))
          it->second.accesses.push_back(id);
        else
          it->second.isLocal = false;
      }
      for (const ir::Target &target : std::as_const(fn_).targets(id))
        llvm::for_each(std::as_const(fn_).args(target), escape);
    }
}

bool ScalarReplacement::replace(Object &object) {
  if (llvm::none_of(object.accesses, [&](InstId id) { return isStore(id); }))
    return replaceImmutable(object);
  size_t fields = fn_.insts[object.made].operandCount;
  std::vector<Blocks> live(fields);
  for (size_t field = 0; field < fields; ++field)
    if (!findLiveBlocks(object, field, live[field]))
      return false;
  for (size_t field = 0; field < fields; ++field)
    replaceField(object, field, live[field]);
  fn_.remove(object.made);
  return true;
}

/// Without stores each field has one value, and the variant of an enum is known.
bool ScalarReplacement::replaceImmutable(Object &object) {
  uint64_t variant = fn_.insts[object.made].imm;
  for (InstId id : object.accesses) {
    const ir::Inst &inst = fn_.insts[id];
    ValueId value;
    if (inst.op == Op::Tag)
      value = insertConstant(fn_, id, fn_.type(inst.result), variant);
    else
      value = std::as_const(fn_).operands(
          object.made)[inst.op == Op::PayloadGet ? static_cast<uint32_t>(inst.imm) : fieldOf(id)];
    replacements_.replace(fn_.insts[id].result, value);
    fn_.remove(id);
  }
  fn_.remove(object.made);
  return true;
}

/// The blocks that the field is live into; false if a handler is among them or there are too many.
bool ScalarReplacement::findLiveBlocks(const Object &object, size_t field, Blocks &live) {
  BlockId home = fn_.insts[object.made].block;
  // Of each block the first access: a read makes the field live into it.
  llvm::SmallDenseSet<BlockId> stores;
  llvm::SmallVector<BlockId, 16> worklist;
  auto use = [&](BlockId block) {
    if (block != home && live.insert(block))
      worklist.push_back(block);
  };
  for (InstId id : object.accesses) { // in the order of the blocks, and within one in its order
    if (fieldOf(id) != field)
      continue;
    BlockId block = fn_.insts[id].block;
    if (isStore(id))
      stores.insert(block);
    else if (!stores.contains(block))
      use(block);
  }
  while (!worklist.empty()) {
    BlockId block = worklist.pop_back_val();
    if (isHandler(block) || live.size() > kMostBlocks)
      return false;
    for (BlockId pred : cfg_.predecessors(block))
      if (!stores.contains(pred))
        use(pred);
  }
  return true;
}

void ScalarReplacement::replaceField(const Object &object, size_t field, const Blocks &live) {
  BlockId home = fn_.insts[object.made].block;
  ValueId initial = std::as_const(fn_).operands(object.made)[field];
  TypeId type = fn_.type(initial);
  llvm::DenseMap<BlockId, ValueId> leaving; // the value at the end of a block
  llvm::DenseMap<BlockId, llvm::SmallVector<InstId, 4>> accesses;
  for (InstId id : object.accesses)
    if (fieldOf(id) == field)
      accesses[fn_.insts[id].block].push_back(id);
  auto isJoin = [&](BlockId block) { return cfg_.predecessors(block).size() > 1; };

  llvm::SmallVector<BlockId, 16> blocks(live.begin(), live.end());
  for (auto &[block, list] : accesses)
    if (!live.contains(block))
      blocks.push_back(block);
  if (!llvm::is_contained(blocks, home))
    blocks.push_back(home);
  llvm::sort(blocks, [&](BlockId a, BlockId b) { return cfg_.rpoIndex(a) < cfg_.rpoIndex(b); });
  llvm::SmallVector<BlockId, 16> joins;
  for (BlockId block : blocks) {
    ValueId value = initial; // in its own block; elsewhere a store comes first unless it is live
    if (block != home && live.contains(block)) {
      if (isJoin(block)) {
        value = fn_.addParam(block, type);
        joins.push_back(block);
      } else {
        value = leaving.lookup(cfg_.predecessors(block)[0]);
      }
    }
    for (InstId id : accesses.lookup(block)) {
      if (isStore(id))
        value = std::as_const(fn_).operands(id)[1];
      else
        replacements_.replace(fn_.insts[id].result, value);
      fn_.remove(id);
    }
    leaving[block] = value;
  }
  for (BlockId join : joins)
    for (BlockId pred : cfg_.predecessors(join))
      for (ir::Target &target : fn_.targets(fn_.terminator(pred)))
        if (target.block == join) {
          llvm::SmallVector<ValueId, 8> args(fn_.args(target));
          args.push_back(leaving.lookup(pred));
          fn_.setArgs(target, args);
        }
}

} // namespace

Change replaceObjects(PassContext &context) { return ScalarReplacement(context).run(); }

} // namespace orus::opt
