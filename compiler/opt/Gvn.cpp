// Dominator-based value numbering: in a preorder walk over the dominator tree an operation is
// replaced by an equal one that certainly ran before. An equal operation that did not panic then
// does not panic now. Reads count the state of what they read as an operand (Memory.h), and a store
// makes what it stored known to later reads.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"
#include "compiler/opt/Memory.h"
#include "compiler/opt/Simplify.h"

#include "llvm/ADT/Hashing.h"

namespace orus::opt {

namespace {

/// All that the result of an operation depends on. No operation looked up has more operands.
struct Key {
  static constexpr size_t kMaxOperands = 3;
  Op op{};
  uint8_t count = 0;
  TypeId type = 0; // of the result
  uint64_t imm = 0, memory = 0;
  ValueId operands[kMaxOperands] = {kNone, kNone, kNone};
  friend bool operator==(const Key &, const Key &) = default;

  uint64_t hash() const {
    return llvm::hash_combine(op, type, imm, memory, operands[0], operands[1], operands[2]);
  }
};

/// What is available at the current point of the walk. Entries leave in the reverse of the order in
/// which they came.
class AvailableTable {
public:
  explicit AvailableTable(size_t expected) {
    size_t size = 64;
    while (size < expected)
      size *= 2;
    buckets_.assign(size, kNone);
  }
  size_t mark() const { return entries_.size(); }
  void release(size_t mark) {
    while (entries_.size() > mark) {
      buckets_[entries_.back().bucket] = entries_.back().next;
      entries_.pop_back();
    }
  }
  /// The value of the latest entry; kNone without one.
  ValueId find(const Key &key) const {
    for (uint32_t i = buckets_[bucketOf(key)]; i != kNone; i = entries_[i].next)
      if (entries_[i].key == key)
        return entries_[i].value;
    return kNone;
  }
  void add(const Key &key, ValueId value) {
    uint32_t bucket = bucketOf(key);
    entries_.push_back({key, value, bucket, buckets_[bucket]});
    buckets_[bucket] = static_cast<uint32_t>(entries_.size() - 1);
  }

private:
  struct Entry {
    Key key;
    ValueId value;
    uint32_t bucket, next;
  };
  uint32_t bucketOf(const Key &key) const {
    return static_cast<uint32_t>(key.hash() & (buckets_.size() - 1));
  }
  std::vector<uint32_t> buckets_;
  std::vector<Entry> entries_;
};

/// Values of entries that stand for a constant or for nothing but the success of a check.
constexpr ValueId kFalse = kNone - 1, kTrue = kNone - 2, kPassed = kNone - 3;

class ValueNumbering {
public:
  explicit ValueNumbering(PassContext &context)
      : context_(context), fn_(context.fn), table_(fn_.insts.size()),
        memory_(fn_, context.analyses), replacements_(fn_) {}

  Change run() {
    walk();
    replacements_.apply(fn_);
    for (auto [branch, holds] : decided_)
      makeJump(fn_, branch, holds ? 0 : 1);
    if (!decided_.empty()) {
      clearUnreachable(fn_, Cfg(fn_));
      return Change::Graph;
    }
    return changed_ ? Change::Values : Change::None;
  }

private:
  void walk();
  void visitBlock(BlockId block);
  void visit(InstId inst);
  void resolveOperands(InstId inst);
  bool simplifyFully(InstId inst);
  void learnFromBranch(BlockId block);
  void learn(Op op, ValueId left, ValueId right, bool holds);
  ValueId found(InstId inst, const Key &key);
  std::optional<Key> keyOf(InstId inst);
  void rememberStore(InstId inst);
  void replace(InstId inst, ValueId value, const char *what) {
    if (fn_.insts[inst].result != kNone)
      replacements_.replace(fn_.insts[inst].result, value);
    fn_.remove(inst);
    note(what);
  }
  void note(const char *what) {
    context_.counters.add(what);
    changed_ = true;
  }

  PassContext &context_;
  ir::Function &fn_;
  AvailableTable table_;
  MemoryVersions memory_;
  Replacements replacements_;
  std::vector<std::pair<InstId, bool>> decided_; // branches whose condition is known
  bool changed_ = false;
};

void ValueNumbering::walk() {
  const Dominators &dominators = context_.analyses.dominators();
  struct Frame {
    BlockId block;
    size_t tableMark, nextChild;
  };
  std::vector<Frame> stack;
  auto enter = [&](BlockId block) {
    stack.push_back({block, table_.mark(), 0});
    memory_.enterBlock(block);
    visitBlock(block);
  };
  enter(0);
  while (!stack.empty()) {
    Frame &frame = stack.back();
    ArrayRef<BlockId> children = dominators.children(frame.block);
    if (frame.nextChild < children.size()) {
      enter(children[frame.nextChild++]);
      continue;
    }
    memory_.leaveBlock();
    table_.release(frame.tableMark);
    stack.pop_back();
  }
}

void ValueNumbering::visitBlock(BlockId block) {
  learnFromBranch(block);
  for (InstId inst = fn_.blocks[block].first, next = kNone; inst != kNone; inst = next) {
    next = fn_.insts[inst].next;
    visit(inst);
  }
}

static Key comparisonKey(Op op, ValueId left, ValueId right) {
  Key key;
  key.op = op;
  key.count = 2;
  key.type = kBoolType;
  bool isSymmetric = op == Op::Eq || op == Op::Ne;
  key.operands[0] = isSymmetric ? std::min(left, right) : left;
  key.operands[1] = isSymmetric ? std::max(left, right) : right;
  return key;
}

static Key conditionKey(ValueId condition) {
  Key key;
  key.op = Op::Branch;
  key.count = 1;
  key.operands[0] = condition;
  return key;
}

/// In a block that is only reached by one side of a branch its condition is known, and with it some
/// other comparisons of the same operands.
void ValueNumbering::learnFromBranch(BlockId block) {
  ArrayRef<BlockId> predecessors = context_.analyses.cfg().predecessors(block);
  if (predecessors.size() != 1)
    return;
  InstId last = fn_.terminator(predecessors[0]);
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(last);
  if (fn_.insts[last].op != Op::Branch || targets[0].block == targets[1].block)
    return;
  bool holds = targets[0].block == block;
  ValueId condition = fn_.operands(last)[0];
  table_.add(conditionKey(condition), holds ? kTrue : kFalse);
  InstId definition = fn_.values[condition].inst;
  if (definition == kNone)
    return;
  Op op = fn_.insts[definition].op;
  if (op != Op::Eq && op != Op::Ne && op != Op::Lt && op != Op::Le)
    return;
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(definition);
  learn(op, replacements_.resolve(operands[0]), replacements_.resolve(operands[1]), holds);
}

void ValueNumbering::learn(Op op, ValueId left, ValueId right, bool holds) {
  auto add = [&](Op other, ValueId a, ValueId b, bool value) {
    table_.add(comparisonKey(other, a, b), value ? kTrue : kFalse);
  };
  bool isOrdered = fn_.type(left) != kF64Type; // NaN falsifies both a < b and b <= a
  if (op == Op::Ne) {
    op = Op::Eq;
    holds = !holds;
  }
  if (op == Op::Eq) {
    add(Op::Eq, left, right, holds);
    add(Op::Ne, left, right, !holds);
    return;
  }
  add(op, left, right, holds);
  if (op == Op::Lt && holds) { // also with NaN excluded by what holds
    add(Op::Le, left, right, true);
    add(Op::Lt, right, left, false);
    add(Op::Le, right, left, false);
    add(Op::Eq, left, right, false);
    add(Op::Ne, left, right, true);
  } else if (op == Op::Le && holds) {
    add(Op::Lt, right, left, false);
  } else if (isOrdered && op == Op::Lt) { // right <= left
    add(Op::Le, right, left, true);
  } else if (isOrdered) { // right < left
    learn(Op::Lt, right, left, true);
  }
}

void ValueNumbering::resolveOperands(InstId inst) {
  for (ValueId &operand : fn_.operands(inst))
    operand = replacements_.resolve(operand);
}

/// Whether the instruction is gone.
bool ValueNumbering::simplifyFully(InstId inst) {
  // Each rewriting leads to a simpler operation, so this ends.
  for (;;) {
    if (canonicalizeOperands(fn_, inst))
      note("operands ordered");
    size_t valueCount = fn_.values.size();
    Simplified result = simplify(context_.module, fn_, inst);
    if (result.value != kNone) {
      replace(inst, replacements_.resolve(result.value), "operations simplified");
      if (result.value >= valueCount) // made anew: it may be there already
        visit(fn_.values[result.value].inst);
      return true;
    }
    if (!result.rewritten)
      return false;
    note("operations simplified");
  }
}

std::optional<Key> ValueNumbering::keyOf(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  Key key;
  AliasClass alias = memory_.readBy(id);
  if (alias != kNone)
    key.memory = memory_.version(alias);
  else if (inst.op != Op::ChkInit && !isPure(fn_, id))
    return std::nullopt;
  if (inst.operandCount > Key::kMaxOperands)
    return std::nullopt;
  key.op = inst.op;
  key.count = static_cast<uint8_t>(inst.operandCount);
  key.type = inst.result == kNone ? kNone : fn_.type(inst.result);
  key.imm = inst.op == Op::ChkInit ? 0 : inst.imm; // the name is only for the message
  llvm::copy(fn_.operands(id), key.operands);
  bool isSymmetric = inst.op == Op::Add || inst.op == Op::Mul || inst.op == Op::And ||
                     inst.op == Op::Or || inst.op == Op::Eq || inst.op == Op::Ne;
  if (isSymmetric && key.operands[0] > key.operands[1])
    std::swap(key.operands[0], key.operands[1]);
  return key;
}

/// A later read of the same place gives what was stored.
void ValueNumbering::rememberStore(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(id);
  Key key;
  key.imm = inst.imm;
  switch (inst.op) {
  case Op::LocalSet: key.op = Op::LocalGet; break;
  case Op::ModuleSet: key.op = Op::ModuleGet; break;
  case Op::FieldSet:
  case Op::CellSet:
    key.op = inst.op == Op::FieldSet ? Op::FieldGet : Op::CellGet;
    key.count = 1;
    key.operands[0] = operands[0];
    break;
  case Op::ArrSet:
    key.op = Op::ArrGet;
    key.count = 2;
    key.operands[0] = operands[0];
    key.operands[1] = operands[1];
    break;
  default: return;
  }
  key.type = fn_.type(operands.back());
  key.memory = memory_.version(memory_.writtenBy(id));
  table_.add(key, operands.back());
}

/// The value of an entry that was found for `inst`.
ValueId ValueNumbering::found(InstId inst, const Key &key) {
  ValueId known = table_.find(key);
  if (known == kTrue || known == kFalse)
    return insertConstant(fn_, inst, kBoolType, known == kTrue);
  return known;
}

void ValueNumbering::visit(InstId inst) {
  resolveOperands(inst);
  const ir::Inst &now = fn_.insts[inst];
  if (opInfo(now.op).terminates) {
    for (const ir::Target &target : fn_.targets(inst))
      for (ValueId &arg : fn_.args(target))
        arg = replacements_.resolve(arg);
    if (now.op != Op::Branch)
      return;
    ValueId known = table_.find(conditionKey(fn_.operands(inst)[0]));
    if (known != kNone) {
      decided_.push_back({inst, known == kTrue});
      note("branches decided by one before");
    }
    return;
  }
  if (simplifyFully(inst))
    return;
  if (std::optional<Key> key = keyOf(inst)) {
    if (ValueId known = found(inst, *key); known != kNone)
      return replace(inst, known, "operations found computed before");
    ValueId result = fn_.insts[inst].result;
    table_.add(*key, result == kNone ? kPassed : result);
    return;
  }
  memory_.pass(inst);
  rememberStore(inst);
}

} // namespace

Change numberValues(PassContext &context) { return ValueNumbering(context).run(); }

} // namespace orus::opt
