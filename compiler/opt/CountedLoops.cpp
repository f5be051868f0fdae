// Loops that count by one, `while i < n: …; i = i + 1`, become counted loops: the addition, its
// check, the comparison and the branch are one operation, ForStep. The loop must have been rotated.
//
// The check is not needed: a pass begins only with i < n, so i + 1 is at most n. Loops with another
// step or test keep the check, in the operation StepWhile.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"

namespace orus::opt {

namespace {

class CountedLoops {
public:
  explicit CountedLoops(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        loops_(context.analyses.loops()), uses_(countUses(fn_, cfg_)) {}

  Change run() {
    unsigned count = 0, stepped = 0;
    for (BlockId block : cfg_.reversePostOrder()) {
      bool isCounted = convert(block);
      count += isCounted;
      stepped += !isCounted && convertChecked(block);
    }
    if (count)
      context_.counters.add("loops counted", count);
    if (stepped)
      context_.counters.add("loops stepped", stepped);
    return count || stepped ? Change::Values : Change::None;
  }

private:
  /// `counter` < `limit` holds where the edge is taken.
  struct Test {
    ValueId counter, limit;
  };
  std::optional<Test> testOf(BlockId block, BlockId to) const;
  bool isOne(ValueId value) const;
  bool isSame(ValueId a, ValueId b) const;
  bool convert(BlockId latch);
  /// The sum that a latch tests for going on, and how.
  struct StepLoop {
    InstId sum, compare;
    ValueId counter, limit, step;
    ir::StepTest test;
    size_t param;  // of the counter in the body
    size_t goesOn; // the target that is the body
  };
  std::optional<StepLoop> stepLoopOf(BlockId latch) const;
  bool convertChecked(BlockId latch);
  bool isTestedOnEntry(BlockId body, BlockId latch, size_t param, ValueId limit) const;
  void moveFirst(BlockId body, size_t param);

  const ir::Inst *definition(ValueId value) const {
    InstId inst = fn_.values[value].inst;
    return inst == kNone ? nullptr : &fn_.insts[inst];
  }

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  const Loops &loops_;
  std::vector<uint32_t> uses_;
};

bool CountedLoops::isOne(ValueId value) const {
  const ir::Inst *inst = definition(value);
  return inst && inst->op == Op::Const && inst->imm == 1;
}

/// Whether two values are one, or constants of one number.
bool CountedLoops::isSame(ValueId a, ValueId b) const {
  const ir::Inst *first = definition(a), *second = definition(b);
  return a == b || (first && second && first->op == Op::Const && second->op == Op::Const &&
                    first->imm == second->imm && fn_.type(a) == fn_.type(b));
}

/// What a block that ends in a branch tests for going to `to`, its first target.
std::optional<CountedLoops::Test> CountedLoops::testOf(BlockId block, BlockId to) const {
  InstId terminator = fn_.terminator(block);
  const ir::Inst &branch = fn_.insts[terminator];
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(terminator);
  if (branch.op != Op::Branch || targets[0].block != to || targets[1].block == to)
    return std::nullopt;
  InstId compare = fn_.values[std::as_const(fn_).operands(terminator)[0]].inst;
  if (compare == kNone || fn_.insts[compare].op != Op::Lt)
    return std::nullopt;
  ArrayRef<ValueId> operands = std::as_const(fn_).operands(compare);
  TypeId type = fn_.type(operands[0]);
  if (type != static_cast<TypeId>(image::ScalarType::I32) &&
      type != static_cast<TypeId>(image::ScalarType::I64))
    return std::nullopt;
  return Test{operands[0], operands[1]};
}

/// Every other edge into the body comes from the same test of what it hands over; a block that only
/// leads on may lie between.
bool CountedLoops::isTestedOnEntry(BlockId body, BlockId latch, size_t param, ValueId limit) const {
  for (BlockId pred : cfg_.predecessors(body)) {
    if (pred == latch)
      continue;
    InstId terminator = fn_.terminator(pred);
    if (fn_.insts[terminator].op != Op::Jump && fn_.insts[terminator].op != Op::Branch)
      return false;
    ValueId given = std::as_const(fn_).args(std::as_const(fn_).targets(terminator)[0])[param];
    std::optional<Test> test = testOf(pred, body);
    if (fn_.insts[terminator].op == Op::Jump && cfg_.predecessors(pred).size() == 1) {
      BlockId before = cfg_.predecessors(pred)[0];
      test = testOf(before, pred);
      auto own = llvm::find(fn_.blocks[pred].params, given);
      if (test && own != fn_.blocks[pred].params.end())
        given = std::as_const(fn_).args(std::as_const(fn_).targets(
            fn_.terminator(before))[0])[static_cast<size_t>(own - fn_.blocks[pred].params.begin())];
    }
    if (!test || !isSame(test->limit, limit) || !isSame(given, test->counter))
      return false;
  }
  return true;
}

/// Makes a parameter the first one, on every edge into the block.
void CountedLoops::moveFirst(BlockId body, size_t param) {
  if (param == 0)
    return;
  auto &params = fn_.blocks[body].params;
  std::rotate(params.begin(), params.begin() + static_cast<ptrdiff_t>(param),
              params.begin() + static_cast<ptrdiff_t>(param) + 1);
  for (BlockId pred : cfg_.predecessors(body))
    for (ir::Target &target : fn_.targets(fn_.terminator(pred)))
      if (target.block == body) {
        llvm::MutableArrayRef<ValueId> args = fn_.args(target);
        std::rotate(args.begin(), args.begin() + param, args.begin() + param + 1);
      }
}

bool CountedLoops::convert(BlockId latch) {
  InstId terminator = fn_.terminator(latch);
  if (fn_.insts[terminator].op != Op::Branch)
    return false;
  BlockId body = std::as_const(fn_).targets(terminator)[0].block;
  analysis::LoopId loop = loops_.loopOf(latch);
  if (loop == kNone || loops_[loop].header != body)
    return false;
  std::optional<Test> test = testOf(latch, body);
  const ir::Inst *add = test ? definition(test->counter) : nullptr;
  if (!add || add->op != Op::Add || add->block != latch)
    return false;
  InstId sum = fn_.values[test->counter].inst;
  ArrayRef<ValueId> terms = std::as_const(fn_).operands(sum);
  ValueId counter = isOne(terms[1]) ? terms[0] : isOne(terms[0]) ? terms[1] : kNone;
  if (counter == kNone || loops_.contains(loop, fn_.blockOf(test->limit)))
    return false;
  auto &params = fn_.blocks[body].params;
  auto found = llvm::find(params, counter);
  if (found == params.end())
    return false;
  auto param = static_cast<size_t>(found - params.begin());
  // The sum is read by the comparison and on the edges, and nowhere else; the comparison by the
  // branch alone.
  ArrayRef<ValueId> args = std::as_const(fn_).args(std::as_const(fn_).targets(terminator)[0]);
  llvm::SmallVector<ValueId, 8> leaving(
      std::as_const(fn_).args(std::as_const(fn_).targets(terminator)[1]));
  ValueId condition = std::as_const(fn_).operands(terminator)[0];
  auto reads =
      static_cast<uint32_t>(llvm::count(args, test->counter) + llvm::count(leaving, test->counter));
  if (args[param] != test->counter || llvm::count(args, test->counter) != 1 ||
      uses_[test->counter] != reads + 1 || uses_[condition] != 1 ||
      !isTestedOnEntry(body, latch, param, test->limit))
    return false;
  // The last sum is the limit.
  std::ranges::replace(leaving, test->counter, test->limit);
  moveFirst(body, param);
  llvm::SmallVector<ValueId, 8> onward(
      std::as_const(fn_).args(std::as_const(fn_).targets(terminator)[0]).drop_front());
  BlockId exit = std::as_const(fn_).targets(terminator)[1].block;
  ir::Position loc = fn_.insts[terminator].loc;
  InstId compare = fn_.values[condition].inst;
  fn_.remove(terminator);
  fn_.remove(compare);
  fn_.remove(sum);
  std::pair<BlockId, ArrayRef<ValueId>> targets[] = {{body, onward}, {exit, leaving}};
  fn_.terminate(latch, Op::ForStep, {counter, test->limit}, targets, ir::ForStepForm{1}.pack(),
                loc);
  return true;
}

std::optional<CountedLoops::StepLoop> CountedLoops::stepLoopOf(BlockId latch) const {
  InstId terminator = fn_.terminator(latch);
  analysis::LoopId loop = loops_.loopOf(latch);
  if (fn_.insts[terminator].op != Op::Branch || loop == kNone)
    return std::nullopt;
  BlockId body = loops_[loop].header;
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(terminator);
  StepLoop found{};
  found.goesOn = targets[0].block == body ? 0 : 1;
  ValueId condition = std::as_const(fn_).operands(terminator)[0];
  found.compare = fn_.values[condition].inst;
  if (targets[found.goesOn].block != body || targets[1 - found.goesOn].block == body ||
      found.compare == kNone || uses_[condition] != 1)
    return std::nullopt;
  const ir::Inst &compare = fn_.insts[found.compare];
  if ((compare.op != Op::Lt && compare.op != Op::Le) || compare.block != latch)
    return std::nullopt;
  // not a < b is b <= a
  bool orEqual = (compare.op == Op::Le) != (found.goesOn == 1);
  ValueId left = std::as_const(fn_).operands(found.compare)[0],
          right = std::as_const(fn_).operands(found.compare)[1];
  if (found.goesOn == 1)
    std::swap(left, right);
  auto isStepped = [&](ValueId value) {
    const ir::Inst *sum = definition(value);
    return fn_.type(value) == kI32Type && sum && sum->block == latch &&
           (sum->op == Op::Add || sum->op == Op::Sub);
  };
  bool isLeft = isStepped(left);
  if (!isLeft && !isStepped(right))
    return std::nullopt;
  ValueId next = isLeft ? left : right;
  found.limit = isLeft ? right : left;
  found.test = isLeft ? (orEqual ? ir::StepTest::LessEqual : ir::StepTest::Less)
                      : (orEqual ? ir::StepTest::GreaterEqual : ir::StepTest::Greater);
  found.sum = fn_.values[next].inst;
  // Read by the comparison and as the next counter, and nowhere else.
  ArrayRef<ValueId> args = std::as_const(fn_).args(targets[found.goesOn]);
  if (uses_[next] != 2 || llvm::count(args, next) != 1 || found.limit == next)
    return std::nullopt;
  found.param = static_cast<size_t>(llvm::find(args, next) - args.begin());
  ValueId param = fn_.blocks[body].params[found.param];
  ArrayRef<ValueId> terms = std::as_const(fn_).operands(found.sum);
  bool isFirst = terms[0] == param;
  if (!isFirst && (terms[1] != param || fn_.insts[found.sum].op == Op::Sub))
    return std::nullopt;
  found.counter = param;
  found.step = terms[isFirst ? 1 : 0];
  // The sum may panic later only if nothing else happens in between.
  for (InstId inst = fn_.insts[found.sum].next; inst != terminator; inst = fn_.insts[inst].next)
    if (ir::mayPanic(fn_, inst) || ir::hasSideEffect(fn_, inst))
      return std::nullopt;
  return found;
}

bool CountedLoops::convertChecked(BlockId latch) {
  std::optional<StepLoop> loop = stepLoopOf(latch);
  if (!loop)
    return false;
  InstId terminator = fn_.terminator(latch);
  BlockId body = loops_[loops_.loopOf(latch)].header;
  if (fn_.insts[loop->sum].op == Op::Sub) {
    std::optional<uint64_t> step = ir::constantOf(fn_, loop->step);
    auto number = static_cast<int32_t>(step.value_or(0));
    if (number == 0 || number == INT32_MIN) // also for no constant
      return false;
    InstId outside = fn_.terminator(context_.analyses.dominators().idom(body));
    loop->step = insertConstant(fn_, outside, kI32Type, static_cast<uint32_t>(-number));
  }
  moveFirst(body, loop->param);
  ArrayRef<ir::Target> before = std::as_const(fn_).targets(terminator);
  llvm::SmallVector<ValueId, 8> onward(std::as_const(fn_).args(before[loop->goesOn]).drop_front());
  llvm::SmallVector<ValueId, 8> leaving(std::as_const(fn_).args(before[1 - loop->goesOn]));
  BlockId exit = before[1 - loop->goesOn].block;
  ir::Position loc = fn_.insts[loop->sum].loc;
  fn_.remove(terminator);
  fn_.remove(loop->compare);
  fn_.remove(loop->sum);
  std::pair<BlockId, ArrayRef<ValueId>> targets[] = {{body, onward}, {exit, leaving}};
  fn_.terminate(latch, Op::StepWhile, {loop->counter, loop->limit, loop->step}, targets,
                static_cast<uint64_t>(loop->test), loc);
  return true;
}

} // namespace

Change countLoops(PassContext &context) { return CountedLoops(context).run(); }

} // namespace orus::opt
