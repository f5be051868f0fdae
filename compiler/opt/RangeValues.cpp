// Range values that only loops of the same function read become cells with the next number, which
// scalar replacement then dissolves:
//
//   ^h: range.next %r, ^body(next, …), ^exit      becomes
//   ^h: n = cell.get %r; c = lt n, stop; branch c, ^go, ^exit
//   ^go: m = add n, 1; cell.set %r, m; jump ^body(n, …)
//
// Only steps of 1 and -1: with these the sum is never beyond the end, so it cannot overflow.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"
#include "format/isa/Natives.h"

#include "llvm/ADT/MapVector.h"

namespace orus::opt {

namespace {

class RangeValues {
public:
  explicit RangeValues(PassContext &context) : context_(context), fn_(context.fn) {}

  Change run() {
    const Cfg &cfg = context_.analyses.cfg();
    for (BlockId block : cfg.reversePostOrder())
      for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next)
        if (isSimpleRange(id))
          ranges_[fn_.insts[id].result] = {id, {}};
    if (ranges_.empty())
      return Change::None;
    dropOthers(cfg);
    Replacements cells(fn_);
    for (const auto &[value, range] : ranges_)
      convert(value, range, cells);
    cells.apply(fn_);
    return ranges_.empty() ? Change::None : Change::Graph;
  }

private:
  struct LocalRange {
    InstId made = kNone;
    std::vector<InstId> loops; // their RangeNext
  };

  bool isSimpleRange(InstId id) const {
    const ir::Inst &inst = fn_.insts[id];
    if (inst.op != Op::CallNative || inst.imm != static_cast<uint64_t>(isa::NativeId::MakeRange))
      return false;
    auto step = ir::constantOf(fn_, std::as_const(fn_).operands(id)[2]);
    return step == uint64_t{1} || step == ~uint64_t{0};
  }

  /// Leaves the ranges that nothing but loops uses.
  void dropOthers(const Cfg &cfg) {
    auto drop = [&](ValueId value) { ranges_.erase(value); };
    for (BlockId block : cfg.reversePostOrder())
      for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next) {
        for (ValueId operand : std::as_const(fn_).operands(id)) {
          auto it = ranges_.find(operand);
          if (it != ranges_.end() && fn_.insts[id].op == Op::RangeNext)
            it->second.loops.push_back(id);
          else
            drop(operand);
        }
        for (const ir::Target &target : std::as_const(fn_).targets(id))
          llvm::for_each(std::as_const(fn_).args(target), drop);
      }
  }

  void convert(ValueId value, const LocalRange &range, Replacements &cells) {
    llvm::SmallVector<ValueId, 3> bounds(std::as_const(fn_).operands(range.made));
    bool isDown = ir::constantOf(fn_, bounds[2]) != uint64_t{1};
    TypeId type = context_.module.types.cell(kI64Type);
    InstId made = fn_.make(Op::CellNew, type, {bounds[0]}, 0, fn_.insts[range.made].loc);
    fn_.insertBefore(range.made, made);
    ValueId cell = fn_.insts[made].result;
    for (InstId loop : range.loops)
      expand(loop, cell, bounds, isDown);
    fn_.remove(range.made);
    cells.replace(value, cell);
    context_.counters.add("ranges dissolved");
  }

  void expand(InstId loop, ValueId cell, ArrayRef<ValueId> bounds, bool isDown) {
    BlockId block = fn_.insts[loop].block;
    ir::Position loc = fn_.insts[loop].loc;
    ir::Target body = fn_.targets(loop)[0], exit = fn_.targets(loop)[1];
    llvm::SmallVector<ValueId, 4> bodyArgs(fn_.args(body)), exitArgs(fn_.args(exit));
    fn_.remove(loop);
    auto value = [&](InstId inst) { return fn_.insts[inst].result; };
    ValueId next = value(fn_.append(block, Op::CellGet, kI64Type, {cell}, 0, loc));
    ValueId left = isDown ? bounds[1] : next, right = isDown ? next : bounds[1];
    ValueId more = value(fn_.append(block, Op::Lt, kBoolType, {left, right}, 0, loc));
    BlockId go = fn_.addBlock(fn_.blocks[block].handler);
    fn_.blocks[go].loopDepth = fn_.blocks[block].loopDepth;
    fn_.terminate(block, Op::Branch, {more}, {{go, {}}, {exit.block, exitArgs}}, 0, loc);
    InstId sum = fn_.append(go, Op::Add, kI64Type, {next, bounds[2]}, 0, loc);
    fn_.insts[sum].isProven = true;
    fn_.append(go, Op::CellSet, kNone, {cell, value(sum)}, 0, loc);
    bodyArgs.insert(bodyArgs.begin(), next);
    fn_.terminate(go, Op::Jump, {}, {{body.block, bodyArgs}}, 0, loc);
  }

  PassContext &context_;
  ir::Function &fn_;
  llvm::MapVector<ValueId, LocalRange> ranges_;
};

} // namespace

Change dissolveRanges(PassContext &context) { return RangeValues(context).run(); }

} // namespace orus::opt
