// Loops that count by one, `while i < n: …; i = i + 1`, become counted loops: the addition, its
// check, the comparison and the branch are one operation, ForStep. The loop must have been rotated.
//
// The check is not needed: a pass begins only with i < n, so i + 1 is at most n.
#include "compiler/opt/Edit.h"

namespace orus::opt {

namespace {

class CountedLoops {
public:
  explicit CountedLoops(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        loops_(context.analyses.loops()), uses_(countUses(fn_, cfg_)) {}

  Change run() {
    unsigned count = 0;
    for (BlockId block : cfg_.reversePostOrder())
      count += convert(block);
    if (!count)
      return Change::None;
    context_.counters.add("loops counted", count);
    return Change::Values;
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

} // namespace

Change countLoops(PassContext &context) { return CountedLoops(context).run(); }

} // namespace orus::opt
