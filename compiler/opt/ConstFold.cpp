// Sparse conditional constant propagation (Wegman & Zadeck, TOPLAS 1991) over scalars and strings.
// An operation is only folded when it cannot panic with these operands.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"
#include "format/base/Text.h"
#include "format/isa/Natives.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

namespace orus::opt {

namespace {

// Longer results of concatenations are made at run time.
constexpr size_t kMaxString = 256;

/// What is known of a value: nothing yet, that it is one constant, or that it varies. Strings are
/// constants whose bits number a text of this pass.
struct Lattice {
  enum State : uint8_t { Unknown, Constant, Varying };
  State state = Unknown;
  uint64_t bits = 0;
  friend bool operator==(const Lattice &, const Lattice &) = default;
};

constexpr Lattice kVarying{Lattice::Varying, 0};
Lattice constant(uint64_t bits) { return {Lattice::Constant, bits}; }

class ConstantPropagation {
public:
  explicit ConstantPropagation(PassContext &context)
      : context_(context), fn_(context.fn), known_(fn_.values.size()),
        isExecutable_(fn_.blocks.size()), isQueued_(fn_.insts.size()) {}

  Change run() {
    if (!isWorthwhile())
      return Change::None;
    solve();
    return rewrite();
  }

private:
  /// Without a constant there is nothing to propagate.
  bool isWorthwhile() const {
    return llvm::any_of(fn_.insts, [](const ir::Inst &inst) {
      return inst.block != kNone && (inst.op == Op::Const || inst.op == Op::Str);
    });
  }

  // ---- solving
  void solve();
  void findUsers();
  void reach(BlockId block);
  void lower(ValueId value, Lattice to);
  void visit(InstId inst);
  void visitTerminator(InstId inst);
  void followEdge(InstId terminator, size_t index);
  Lattice evaluate(InstId inst);
  Lattice evaluateAbsorbing(const ir::Inst &inst, Lattice left, Lattice right);
  Lattice evaluateString(const ir::Inst &inst, ArrayRef<Lattice> operands);
  Lattice evaluateNative(const ir::Inst &inst, Lattice operand);
  Lattice text(std::string text);

  // ---- rewriting
  Change rewrite();
  bool isConstant(ValueId value) const { return known_[value].state == Lattice::Constant; }
  bool isFoldable(InstId inst) const;
  bool foldTerminator(InstId inst);
  void materialize();
  void makeConstant(InstId inst, ValueId value);
  void note(const char *what) {
    context_.counters.add(what);
    changed_ = true;
  }

  PassContext &context_;
  ir::Function &fn_;
  std::vector<Lattice> known_;     // by value
  std::vector<bool> isExecutable_; // by block
  std::vector<bool> isQueued_;     // by instruction, so that many operands mean one visit
  analysis::AdjacencyList users_;  // instructions by value
  std::vector<InstId> instWorklist_;
  std::vector<BlockId> blockWorklist_;
  std::vector<std::string> texts_;
  llvm::StringMap<uint64_t> textIds_;
  bool changed_ = false;
};

// ---- solving

void ConstantPropagation::findUsers() {
  std::vector<std::pair<uint32_t, uint32_t>> uses;
  for (BlockId block : context_.analyses.cfg().reversePostOrder())
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next) {
      for (ValueId operand : fn_.operands(inst))
        uses.push_back({operand, inst});
      for (const ir::Target &target : fn_.targets(inst))
        for (ValueId arg : fn_.args(target))
          uses.push_back({arg, inst});
    }
  users_ = analysis::AdjacencyList::group(fn_.values.size(), uses);
}

void ConstantPropagation::solve() {
  findUsers();
  for (ValueId param : fn_.blocks[0].params)
    known_[param] = kVarying;
  reach(0);
  while (!blockWorklist_.empty() || !instWorklist_.empty()) {
    if (!instWorklist_.empty()) {
      InstId inst = instWorklist_.back();
      instWorklist_.pop_back();
      isQueued_[inst] = false;
      if (isExecutable_[fn_.insts[inst].block])
        visit(inst);
      continue;
    }
    BlockId block = blockWorklist_.back();
    blockWorklist_.pop_back();
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
      visit(inst);
  }
}

void ConstantPropagation::reach(BlockId block) {
  if (isExecutable_[block])
    return;
  isExecutable_[block] = true;
  blockWorklist_.push_back(block);
}

/// Joins what is known of a value with another finding.
void ConstantPropagation::lower(ValueId value, Lattice to) {
  Lattice &known = known_[value];
  if (to.state == Lattice::Unknown || known.state == Lattice::Varying || known == to)
    return;
  known = known.state == Lattice::Unknown ? to : kVarying;
  for (InstId user : users_[value])
    if (!isQueued_[user]) {
      isQueued_[user] = true;
      instWorklist_.push_back(user);
    }
}

void ConstantPropagation::visit(InstId inst) {
  if (opInfo(fn_.insts[inst].op).terminates)
    return visitTerminator(inst);
  if (fn_.insts[inst].result != kNone)
    lower(fn_.insts[inst].result, evaluate(inst));
}

void ConstantPropagation::visitTerminator(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  if (inst.op == Op::Branch || inst.op == Op::Switch) {
    Lattice condition = known_[fn_.operands(id)[0]];
    if (condition.state == Lattice::Unknown)
      return;
    if (condition.state == Lattice::Constant) {
      uint64_t way = inst.op == Op::Branch ? !condition.bits : condition.bits;
      return followEdge(id, std::min<uint64_t>(way, inst.targetCount - 1));
    }
  }
  for (size_t i = 0; i < inst.targetCount; ++i)
    followEdge(id, i);
}

void ConstantPropagation::followEdge(InstId terminator, size_t index) {
  const ir::Target &target = fn_.targets(terminator)[index];
  ArrayRef<ValueId> params = fn_.blocks[target.block].params, args = fn_.args(target);
  size_t given = params.size() - args.size();
  for (size_t i = 0; i < params.size(); ++i)
    lower(params[i], i < given ? kVarying : known_[args[i - given]]);
  reach(target.block);
}

Lattice ConstantPropagation::text(std::string text) {
  // The strings of an image are UTF-8, and single bytes of a text often are not.
  if (text.size() > kMaxString || base::firstInvalidUtf8(text))
    return kVarying;
  auto [it, isNew] = textIds_.try_emplace(text, texts_.size());
  if (isNew)
    texts_.push_back(std::move(text));
  return constant(it->second);
}

Lattice ConstantPropagation::evaluate(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  if (inst.op == Op::Const)
    return constant(inst.imm);
  if (inst.op == Op::Str)
    return text(context_.module.strings[inst.imm]);
  if (inst.op == Op::Tag) { // of an object made here
    InstId made = fn_.values[std::as_const(fn_).operands(id)[0]].inst;
    return made != kNone && fn_.insts[made].op == Op::ObjNew ? constant(fn_.insts[made].imm)
                                                             : kVarying;
  }
  llvm::SmallVector<Lattice, 4> operands;
  bool anyUnknown = false, anyVarying = false;
  for (ValueId operand : fn_.operands(id)) {
    operands.push_back(known_[operand]);
    anyUnknown |= operands.back().state == Lattice::Unknown;
    anyVarying |= operands.back().state == Lattice::Varying;
  }
  if (anyUnknown)
    return {};
  if (operands.size() == 2 && anyVarying)
    return evaluateAbsorbing(inst, operands[0], operands[1]);
  if (anyVarying || operands.empty())
    return kVarying;
  TypeId type = fn_.type(fn_.operands(id)[0]);
  if (inst.op == Op::CallNative)
    return evaluateNative(inst, operands[0]);
  if (type == image::kString)
    return evaluateString(inst, operands);
  auto bits = foldScalar(inst.op, type, fn_.type(inst.result), operands[0].bits,
                         operands.size() > 1 ? operands[1].bits : 0);
  return bits ? constant(*bits) : kVarying;
}

/// x and false, x or true, integer x and 0, x * 0: the other operand does not matter.
Lattice ConstantPropagation::evaluateAbsorbing(const ir::Inst &inst, Lattice left, Lattice right) {
  Lattice known = left.state == Lattice::Constant ? left : right;
  TypeId type = fn_.type(inst.result);
  if (known.state != Lattice::Constant)
    return kVarying;
  if (inst.op == Op::And && known.bits == 0)
    return known;
  if (inst.op == Op::Or && type == kBoolType && known.bits == 1)
    return known;
  if (inst.op == Op::Mul && isIntegerType(type) && known.bits == 0)
    return known;
  return kVarying;
}

Lattice ConstantPropagation::evaluateString(const ir::Inst &inst, ArrayRef<Lattice> operands) {
  const std::string &left = texts_[operands[0].bits];
  switch (inst.op) {
  case Op::StrLen: return constant(left.size());
  case Op::StrGet: {
    TypeId indexType = fn_.type(fn_.operandPool[inst.operandBegin + 1]);
    // A negative index is beyond every length when taken as unsigned.
    auto index = static_cast<uint64_t>(signedValue(indexType, operands[1].bits));
    if (index >= left.size())
      return kVarying;
    return text(std::string(1, left[index]));
  }
  case Op::StrCat: return text(left + texts_[operands[1].bits]);
  case Op::Eq: return constant(operands[0].bits == operands[1].bits);
  case Op::Ne: return constant(operands[0].bits != operands[1].bits);
  // std::string compares bytes as unsigned, as manual 4.6.2 does.
  case Op::Lt: return constant(left < texts_[operands[1].bits]);
  case Op::Le: return constant(left <= texts_[operands[1].bits]);
  default: return kVarying;
  }
}

Lattice ConstantPropagation::evaluateNative(const ir::Inst &inst, Lattice operand) {
  switch (static_cast<isa::NativeId>(inst.imm)) {
  case isa::NativeId::StringOfBool: return text(operand.bits ? "true" : "false");
  case isa::NativeId::StringOfI32: return text(llvm::itostr(signedValue(kI32Type, operand.bits)));
  case isa::NativeId::StringOfI64: return text(llvm::itostr(signedValue(kI64Type, operand.bits)));
  case isa::NativeId::StringOfU32:
  case isa::NativeId::StringOfU64: return text(llvm::utostr(operand.bits));
  default: return kVarying;
  }
}

// ---- rewriting

/// An instruction whose result is known, apart from constants themselves.
bool ConstantPropagation::isFoldable(InstId id) const {
  const ir::Inst &inst = fn_.insts[id];
  return inst.result != kNone && isConstant(inst.result) && inst.op != Op::Const &&
         inst.op != Op::Str;
}

bool ConstantPropagation::foldTerminator(InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  if ((inst.op != Op::Branch && inst.op != Op::Switch) || !isConstant(fn_.operands(id)[0]))
    return false;
  uint64_t bits = known_[fn_.operands(id)[0]].bits;
  uint64_t way = inst.op == Op::Branch ? !bits : bits;
  makeJump(fn_, id, std::min<uint64_t>(way, inst.targetCount - 1));
  note("branches folded");
  return true;
}

/// Turns an instruction into the definition of its known result.
void ConstantPropagation::makeConstant(InstId id, ValueId value) {
  ir::Inst &inst = fn_.insts[id];
  bool isString = fn_.type(value) == image::kString;
  inst.op = isString ? Op::Str : Op::Const;
  inst.imm = isString ? context_.module.string(texts_[known_[value].bits]) : known_[value].bits;
  inst.operandCount = 0;
}

/// Defines the known values that something else still uses; removes the others.
void ConstantPropagation::materialize() {
  std::vector<bool> needed(fn_.values.size());
  for (BlockId block = 0; block < fn_.blocks.size(); ++block)
    for (InstId inst = fn_.blocks[block].first; isExecutable_[block] && inst != kNone;
         inst = fn_.insts[inst].next) {
      if (isFoldable(inst))
        continue;
      for (ValueId operand : fn_.operands(inst))
        needed[operand] = true;
      for (const ir::Target &target : fn_.targets(inst))
        for (ValueId arg : fn_.args(target))
          needed[arg] = true;
    }
  Replacements replacements(fn_);
  for (BlockId block = 0; block < fn_.blocks.size(); ++block) {
    if (!isExecutable_[block])
      continue;
    InstId first = fn_.blocks[block].first;
    for (InstId inst = first, next = kNone; inst != kNone; inst = next) {
      next = fn_.insts[inst].next;
      if (!isFoldable(inst))
        continue;
      if (needed[fn_.insts[inst].result])
        makeConstant(inst, fn_.insts[inst].result);
      else
        fn_.remove(inst);
      note("instructions folded");
    }
    for (ValueId param : fn_.blocks[block].params) {
      if (!isConstant(param) || !needed[param])
        continue;
      InstId inst = fn_.make(Op::Const, fn_.type(param), {});
      makeConstant(inst, param);
      fn_.insertBefore(fn_.blocks[block].first, inst);
      replacements.replace(param, fn_.insts[inst].result);
      note("parameters found constant");
    }
  }
  replacements.apply(fn_);
}

Change ConstantPropagation::rewrite() {
  bool graphChanged = false;
  for (BlockId block = 0; block < fn_.blocks.size(); ++block)
    if (isExecutable_[block] && foldTerminator(fn_.terminator(block)))
      graphChanged = true;
  materialize();
  if (graphChanged) {
    clearUnreachable(fn_, Cfg(fn_));
    return Change::Graph;
  }
  return changed_ ? Change::Values : Change::None;
}

} // namespace

Change foldConstants(PassContext &context) { return ConstantPropagation(context).run(); }

} // namespace orus::opt
