// Range analysis: which numbers an integer value can be, from constants, lengths, counters of loops
// and the branches that lead to a place. Comparisons whose result follows are folded; sums,
// products and differences that cannot overflow are marked, so that they may go or be delayed like
// operations that never panic; remainders by powers of two become masks.
//
// One walk over the dominator tree in preorder, a block after those of its predecessors that are
// not back edges, in the manner of value range propagation (Patterson, PLDI 1995) without
// iteration: what a loop changes otherwise than by a constant step may be anything. An image keeps
// its checks: the verifier believes no claim about numbers.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"

#include "llvm/ADT/DenseMap.h"

#include <limits>

namespace orus::opt {

namespace {

/// Numbers from lo to hi. Values of u64 are left out: they have none.
struct Range {
  int64_t lo = std::numeric_limits<int64_t>::min(), hi = std::numeric_limits<int64_t>::max();

  bool contains(Range other) const { return lo <= other.lo && other.hi <= hi; }
  Range joined(Range other) const { return {std::min(lo, other.lo), std::max(hi, other.hi)}; }
};

std::optional<Range> rangeOf(TypeId type) {
  switch (type) {
  case kI32Type: return Range{INT32_MIN, INT32_MAX};
  case kU32Type: return Range{0, UINT32_MAX};
  case kI64Type: return Range{};
  default: return std::nullopt;
  }
}

/// The range of the exact results; nothing if they may leave 64 bits.
std::optional<Range> exact(Op op, Range a, Range b) {
  int64_t ends[4];
  bool overflows = false;
  auto compute = [&](int64_t x, int64_t y, int64_t &into) {
    overflows |= op == Op::Add   ? __builtin_add_overflow(x, y, &into)
                 : op == Op::Sub ? __builtin_sub_overflow(x, y, &into)
                                 : __builtin_mul_overflow(x, y, &into);
  };
  compute(a.lo, b.lo, ends[0]);
  compute(a.lo, b.hi, ends[1]);
  compute(a.hi, b.lo, ends[2]);
  compute(a.hi, b.hi, ends[3]);
  if (overflows)
    return std::nullopt;
  auto [lo, hi] = std::minmax({ends[0], ends[1], ends[2], ends[3]});
  return Range{lo, hi};
}

class RangeAnalysis {
public:
  explicit RangeAnalysis(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        dominators_(context.analyses.dominators()), replacements_(fn_), ranges_(fn_.values.size()),
        isDone_(fn_.blocks.size()), incoming_(findIncomingEdges(fn_, cfg_)) {}

  Change run() {
    walk();
    replacements_.apply(fn_);
    return changed_ ? Change::Values : Change::None;
  }

private:
  void walk();
  void enter(BlockId block);
  void learnFromBranch(BlockId block);
  void learn(Op op, ValueId left, ValueId right, bool holds);
  void narrow(ValueId value, Range to);
  Range paramRange(BlockId block, size_t index);
  std::optional<Range> backEdgeRange(const ir::Inst &last, size_t target, ValueId param,
                                     size_t index, Range start);
  void visit(InstId inst);
  std::optional<Range> evaluate(InstId inst);
  bool foldComparison(InstId inst);
  bool reduce(InstId inst);
  void replace(InstId inst, ValueId value, const char *what) {
    replacements_.replace(fn_.insts[inst].result, value);
    fn_.remove(inst);
    note(what);
  }
  void note(const char *what) {
    context_.counters.add(what);
    changed_ = true;
  }

  /// What is known of a value at the current place; its type must have ranges.
  Range at(ValueId value) {
    value = replacements_.resolve(value);
    if (value < ranges_.size() && ranges_[value])
      return *ranges_[value];
    if (auto bits = ir::constantOf(fn_, value)) {
      int64_t number = fn_.type(value) == kU32Type ? static_cast<int64_t>(*bits)
                                                   : signedValue(fn_.type(value), *bits);
      return {number, number};
    }
    return *rangeOf(fn_.type(value));
  }
  void set(ValueId value, Range range) {
    if (value >= ranges_.size())
      ranges_.resize(value + 1);
    ranges_[value] = range;
  }

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  const Dominators &dominators_;
  Replacements replacements_;
  std::vector<std::optional<Range>> ranges_; // by value
  std::vector<bool> isDone_;                 // by block
  llvm::DenseMap<uint32_t, Range> args_;     // by place in the operand pool: where the edge leaves
  analysis::AdjacencyList incoming_;
  std::vector<std::pair<ValueId, std::optional<Range>>> undo_;
  bool changed_ = false;
};

void RangeAnalysis::walk() {
  struct Frame {
    BlockId block;
    size_t undoMark;
    llvm::SmallVector<BlockId, 4> children; // the next one last
  };
  std::vector<Frame> stack;
  auto push = [&](BlockId block) {
    llvm::SmallVector<BlockId, 4> children(dominators_.children(block));
    // A join comes after the blocks that lead to it.
    llvm::sort(children, [&](BlockId a, BlockId b) { return cfg_.rpoIndex(a) > cfg_.rpoIndex(b); });
    stack.push_back({block, undo_.size(), std::move(children)});
    enter(block);
  };
  push(0);
  while (!stack.empty()) {
    if (!stack.back().children.empty()) {
      push(stack.back().children.pop_back_val());
      continue;
    }
    while (undo_.size() > stack.back().undoMark) {
      ranges_[undo_.back().first] = undo_.back().second;
      undo_.pop_back();
    }
    stack.pop_back();
  }
}

void RangeAnalysis::enter(BlockId block) {
  for (size_t i = 0; i < fn_.blocks[block].params.size(); ++i) {
    ValueId param = fn_.blocks[block].params[i];
    if (rangeOf(fn_.type(param)))
      set(param, paramRange(block, i));
  }
  learnFromBranch(block);
  for (InstId inst = fn_.blocks[block].first, next = kNone; inst != kNone; inst = next) {
    next = fn_.insts[inst].next;
    if (opInfo(fn_.insts[inst].op).terminates)
      break;
    visit(inst);
  }
  for (const ir::Target &target : std::as_const(fn_).targets(fn_.terminator(block)))
    for (uint32_t i = 0; i < target.argCount; ++i)
      if (ValueId arg = fn_.operandPool[target.argBegin + i]; rangeOf(fn_.type(arg)))
        args_[target.argBegin + i] = at(arg);
  isDone_[block] = true;
}

Range RangeAnalysis::paramRange(BlockId block, size_t index) {
  ValueId param = fn_.blocks[block].params[index];
  Range whole = *rangeOf(fn_.type(param));
  if (block == 0)
    return whole;
  std::optional<Range> start;
  struct BackEdge {
    InstId last;
    size_t target;
  };
  llvm::SmallVector<BackEdge, 2> back;
  for (BlockId pred : cfg_.predecessors(block)) {
    InstId last = fn_.terminator(pred);
    ArrayRef<ir::Target> targets = std::as_const(fn_).targets(last);
    for (size_t t = 0; t < targets.size(); ++t) {
      if (targets[t].block != block)
        continue;
      size_t given = ir::implicitArgs(fn_.insts[last].op, t);
      if (!isDone_[pred]) {
        back.push_back({last, t});
        continue;
      }
      Range from = whole;
      if (index >= given)
        from = args_.lookup(targets[t].argBegin + static_cast<uint32_t>(index - given));
      start = start ? start->joined(from) : from;
    }
  }
  if (!start)
    return whole;
  Range result = *start;
  for (const BackEdge &edge : back) {
    auto found = backEdgeRange(fn_.insts[edge.last], edge.target, param, index, *start);
    if (!found)
      return whole;
    result = result.joined(*found);
  }
  return result;
}

/// What a pass of a loop hands on to a parameter that starts in a range.
std::optional<Range> RangeAnalysis::backEdgeRange(const ir::Inst &last, size_t target,
                                                  ValueId param, size_t index, Range start) {
  Range whole = *rangeOf(fn_.type(param));
  ArrayRef<ValueId> operands =
      ArrayRef(fn_.operandPool).slice(last.operandBegin, last.operandCount);
  size_t given = ir::implicitArgs(last.op, target);
  if (index < given) {
    if (last.op != Op::ForStep && last.op != Op::StepWhile)
      return std::nullopt;
    if (operands[0] != param)
      return std::nullopt;
    // A limit from inside the loop has not been seen yet.
    Range limit = at(operands[1]);
    int64_t direction = 0;
    bool inclusive = true;
    if (last.op == Op::ForStep) {
      auto form = ir::ForStepForm::unpack(last.imm);
      direction = form.step == 0 ? 0 : form.down ? -1 : 1;
      inclusive = form.inclusive;
    } else if (auto step = ir::constantOf(fn_, operands[2])) {
      direction = signedValue(kI32Type, *step) > 0 ? 1 : -1;
      auto test = static_cast<ir::StepTest>(last.imm);
      bool isUpward = test == ir::StepTest::Less || test == ir::StepTest::LessEqual;
      if (isUpward != (direction > 0))
        return std::nullopt;
    }
    if (direction == 0)
      return std::nullopt;
    int64_t less = inclusive ? 0 : 1;
    if (direction > 0)
      return Range{start.lo, std::max(start.hi, limit.hi == whole.lo ? limit.hi : limit.hi - less)};
    return Range{std::min(start.lo, limit.lo == whole.hi ? limit.lo : limit.lo + less), start.hi};
  }
  const ir::Target &edge = fn_.targetPool[last.targetBegin + target];
  ValueId arg = fn_.operandPool[edge.argBegin + index - given];
  if (arg == param)
    return start;
  InstId definition = fn_.values[arg].inst;
  if (definition == kNone)
    return std::nullopt;
  const ir::Inst &change = fn_.insts[definition];
  if ((change.op != Op::Add && change.op != Op::Sub) || !isSignedInteger(fn_.type(param)))
    return std::nullopt; // an unsigned sum wraps
  ArrayRef<ValueId> terms = std::as_const(fn_).operands(definition);
  auto constant = ir::constantOf(fn_, terms[1]);
  if (terms[0] != param || !constant)
    return std::nullopt;
  int64_t step = signedValue(fn_.type(param), *constant);
  bool isUpward = (step >= 0) == (change.op == Op::Add);
  return isUpward ? Range{start.lo, whole.hi} : Range{whole.lo, start.hi};
}

void RangeAnalysis::learnFromBranch(BlockId block) {
  ArrayRef<BlockId> predecessors = cfg_.predecessors(block);
  if (predecessors.size() != 1)
    return;
  InstId last = fn_.terminator(predecessors[0]);
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(last);
  if (fn_.insts[last].op != Op::Branch || targets[0].block == targets[1].block)
    return;
  ValueId condition = replacements_.resolve(std::as_const(fn_).operands(last)[0]);
  InstId compare = fn_.values[condition].inst;
  if (compare == kNone)
    return;
  Op op = fn_.insts[compare].op;
  if (op != Op::Eq && op != Op::Ne && op != Op::Lt && op != Op::Le)
    return;
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(compare);
  if (rangeOf(fn_.type(operands[0])))
    learn(op, operands[0], operands[1], targets[0].block == block);
}

void RangeAnalysis::learn(Op op, ValueId left, ValueId right, bool holds) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(),
                    kMost = std::numeric_limits<int64_t>::max();
  if (op == Op::Eq || op == Op::Ne) {
    if (holds == (op == Op::Eq)) {
      Range a = at(left), b = at(right);
      narrow(left, b);
      narrow(right, a);
    }
    return;
  }
  if (!holds) { // not a < b is b <= a
    std::swap(left, right);
    op = op == Op::Lt ? Op::Le : Op::Lt;
  }
  Range a = at(left), b = at(right);
  int64_t gap = op == Op::Lt;
  if (b.hi != kLeast)
    narrow(left, {kLeast, b.hi - gap});
  if (a.lo != kMost)
    narrow(right, {a.lo + gap, kMost});
}

void RangeAnalysis::narrow(ValueId value, Range to) {
  value = replacements_.resolve(value);
  Range known = at(value);
  Range now{std::max(known.lo, to.lo), std::min(known.hi, to.hi)};
  if (now.lo > now.hi) // this place is not reached
    return;
  if (value >= ranges_.size())
    ranges_.resize(value + 1);
  undo_.push_back({value, ranges_[value]});
  ranges_[value] = now;
}

void RangeAnalysis::visit(InstId inst) {
  if (foldComparison(inst) || reduce(inst) || fn_.insts[inst].result == kNone)
    return;
  ValueId result = fn_.insts[inst].result;
  if (rangeOf(fn_.type(result)))
    if (auto range = evaluate(inst))
      set(result, *range);
}

std::optional<Range> RangeAnalysis::evaluate(InstId id) {
  ir::Inst &inst = fn_.insts[id];
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(id);
  TypeId type = fn_.type(inst.result);
  Range whole = *rangeOf(type);
  switch (inst.op) {
  case Op::Add:
  case Op::Sub:
  case Op::Mul: {
    auto range = exact(inst.op, at(operands[0]), at(operands[1]));
    if (!range)
      return std::nullopt;
    if (whole.contains(*range)) {
      if (isSignedInteger(type) && !inst.isProven) {
        inst.isProven = true;
        note("checks proven");
      }
      return range;
    }
    if (!isSignedInteger(type))
      return std::nullopt; // it wraps
    // What goes on has not overflowed.
    return Range{std::max(range->lo, whole.lo), std::min(range->hi, whole.hi)};
  }
  case Op::Mod: {
    auto divisor = ir::constantOf(fn_, operands[1]);
    int64_t number = !divisor           ? 0
                     : type == kU32Type ? static_cast<int64_t>(*divisor)
                                        : signedValue(type, *divisor);
    if (number <= 0)
      return std::nullopt;
    Range of = at(operands[0]);
    return Range{of.lo >= 0 ? 0 : std::max(of.lo, -(number - 1)),
                 of.hi <= 0 ? 0 : std::min(of.hi, number - 1)};
  }
  case Op::And: {
    Range a = at(operands[0]), b = at(operands[1]);
    if (a.lo < 0 && b.lo < 0)
      return std::nullopt;
    return Range{0, a.lo < 0 ? b.hi : b.lo < 0 ? a.hi : std::min(a.hi, b.hi)};
  }
  case Op::ArrLen:
  case Op::StrLen: return Range{0, INT32_MAX};
  case Op::Cvt: {
    TypeId from = fn_.type(operands[0]);
    if (from == kBoolType)
      return Range{0, 1};
    if (!rangeOf(from) || !whole.contains(at(operands[0])))
      return std::nullopt;
    return at(operands[0]);
  }
  default: return std::nullopt;
  }
}

bool RangeAnalysis::foldComparison(InstId id) {
  Op op = fn_.insts[id].op;
  if (op != Op::Lt && op != Op::Le && op != Op::Eq && op != Op::Ne)
    return false;
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(id);
  if (!rangeOf(fn_.type(operands[0])))
    return false;
  Range a = at(operands[0]), b = at(operands[1]);
  std::optional<bool> holds;
  if (op == Op::Lt || op == Op::Le) {
    if (a.hi < b.lo || (op == Op::Le && a.hi == b.lo))
      holds = true;
    else if (a.lo > b.hi || (op == Op::Lt && a.lo == b.hi))
      holds = false;
  } else if (a.hi < b.lo || b.hi < a.lo) {
    holds = op == Op::Ne;
  }
  if (!holds)
    return false;
  replace(id, insertConstant(fn_, id, kBoolType, *holds), "comparisons decided");
  return true;
}

/// x % c with x from 0 to c - 1 is x, and with a power of two for c and no negative x a mask.
bool RangeAnalysis::reduce(InstId id) {
  ir::Inst &inst = fn_.insts[id];
  if (inst.op != Op::Mod)
    return false;
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(id);
  TypeId type = fn_.type(inst.result);
  auto divisor = ir::constantOf(fn_, operands[1]);
  if (!divisor || type == kF64Type || *divisor == 0)
    return false;
  bool isUnsigned = type == kU64Type || type == kU32Type;
  int64_t number = isUnsigned ? static_cast<int64_t>(*divisor) : signedValue(type, *divisor);
  if (number <= 0)
    return false;
  if (type != kU64Type && at(operands[0]).lo >= 0 && at(operands[0]).hi < number) {
    replace(id, operands[0], "remainders dropped");
    return true;
  }
  bool isNonNegative = isUnsigned || at(operands[0]).lo >= 0;
  if (!isNonNegative || (number & (number - 1)) != 0)
    return false;
  // Beside the divisor, which is out of every loop already.
  ValueId mask =
      insertConstant(fn_, fn_.values[operands[1]].inst, type, static_cast<uint64_t>(number - 1));
  ir::Inst &now = fn_.insts[id];
  now.op = Op::And;
  now.isProven = false;
  fn_.operands(id)[1] = mask;
  note("remainders masked");
  if (type != kU64Type)
    set(now.result, Range{0, number - 1});
  return true;
}

} // namespace

Change analyzeRanges(PassContext &context) { return RangeAnalysis(context).run(); }

} // namespace orus::opt
