// Loop-invariant code motion. What cannot panic moves in front of the loop from anywhere in it.
// What may panic only moves if it runs first thing in the loop, so that a panic keeps its place.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"
#include "compiler/opt/Memory.h"

#include "llvm/ADT/DenseSet.h"

namespace orus::opt {

namespace {

using analysis::LoopId;

class InvariantMotion {
public:
  explicit InvariantMotion(PassContext &context)
      : context_(context), fn_(context.fn), classes_(fn_) {}

  Change run() {
    if (context_.analyses.loops().loops().empty())
      return Change::None;
    bool newBlocks = makePreheaders();
    if (newBlocks)
      context_.analyses.invalidate();
    findWrites();
    // Inner loops first: what leaves one lands in the loop around it.
    const Loops &loops = context_.analyses.loops();
    for (LoopId loop = static_cast<LoopId>(loops.loops().size()); loop-- > 0;)
      hoistFrom(loop);
    return newBlocks ? Change::Graph : hoisted_ ? Change::Values : Change::None;
  }

private:
  bool makePreheaders();
  bool isHandler(BlockId block) const {
    return llvm::any_of(context_.analyses.cfg().predecessors(block),
                        [&](BlockId pred) { return fn_.blocks[pred].handler == block; });
  }
  BlockId preheader(LoopId loop) const {
    return preheaderOf(fn_, context_.analyses.cfg(), context_.analyses.loops(), loop);
  }
  void makePreheader(LoopId loop);
  void findWrites();
  void hoistFrom(LoopId loop);
  bool isInvariant(LoopId loop, InstId inst) const;
  bool isUnwritten(LoopId loop, InstId inst);

  PassContext &context_;
  ir::Function &fn_;
  AliasClasses classes_;
  std::vector<llvm::SmallDenseSet<AliasClass>> writes_; // by loop
  unsigned hoisted_ = 0;
};

bool InvariantMotion::makePreheaders() {
  bool made = false;
  const Loops &loops = context_.analyses.loops();
  for (LoopId loop = 0; loop < loops.loops().size(); ++loop)
    if (preheader(loop) == kNone && !isHandler(loops[loop].header)) {
      makePreheader(loop);
      made = true;
    }
  return made;
}

/// Leads the edges that enter the loop through a new block with the parameters of the header.
void InvariantMotion::makePreheader(LoopId loop) {
  const Loops &loops = context_.analyses.loops();
  BlockId header = loops[loop].header;
  BlockId preheader = fn_.addBlock(fn_.blocks[header].handler);
  llvm::SmallVector<ValueId, 8> args;
  for (size_t i = 0; i < fn_.blocks[header].params.size(); ++i)
    args.push_back(fn_.addParam(preheader, fn_.type(fn_.blocks[header].params[i])));
  for (BlockId pred : context_.analyses.cfg().predecessors(header)) {
    if (loops.contains(loop, pred))
      continue;
    for (ir::Target &target : fn_.targets(fn_.terminator(pred)))
      if (target.block == header)
        target.block = preheader;
  }
  fn_.terminate(preheader, Op::Jump, {}, {{header, args}});
}

/// For each loop the alias classes written in it, inner loops included.
void InvariantMotion::findWrites() {
  const Loops &loops = context_.analyses.loops();
  writes_.resize(loops.loops().size());
  llvm::SmallVector<AliasClass, 2> written;
  for (BlockId block : context_.analyses.cfg().reversePostOrder()) {
    LoopId loop = loops.loopOf(block);
    if (loop == kNone)
      continue;
    written.clear();
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
      classes_.writtenBy(inst, written);
    writes_[loop].insert(written.begin(), written.end());
  }
  for (LoopId loop = static_cast<LoopId>(loops.loops().size()); loop-- > 0;)
    if (LoopId parent = loops[loop].parent; parent != kNone)
      writes_[parent].insert(writes_[loop].begin(), writes_[loop].end());
}

/// Whether all operands are defined outside.
bool InvariantMotion::isInvariant(LoopId loop, InstId inst) const {
  return llvm::none_of(fn_.operands(inst), [&](ValueId operand) {
    return context_.analyses.loops().contains(loop, fn_.blockOf(operand));
  });
}

/// Whether the instruction has no effect, and its result only depends on operands and on memory
/// that the loop does not write.
bool InvariantMotion::isUnwritten(LoopId loop, InstId inst) {
  AliasClass alias = classes_.readBy(inst);
  if (alias == kNone)
    return fn_.insts[inst].op == Op::ChkInit || isPure(fn_, inst);
  return !writes_[loop].contains(alias) &&
         !(classes_.isVisibleToCalls(alias) && writes_[loop].contains(AliasClasses::kCalls));
}

void InvariantMotion::hoistFrom(LoopId loop) {
  const Loops &loops = context_.analyses.loops();
  BlockId header = loops[loop].header, outside = preheader(loop);
  if (outside == kNone)
    return;
  InstId destination = fn_.terminator(outside);
  for (BlockId block : loops.blocks(loop)) {
    if (loops.loopOf(block) != loop)
      break; // the loop's own blocks come first
    // Whether all before this instruction in the first pass either is gone or cannot be noticed.
    bool isFirst = block == header;
    for (InstId inst = fn_.blocks[block].first, next = kNone; inst != kNone; inst = next) {
      next = fn_.insts[inst].next;
      if (opInfo(fn_.insts[inst].op).terminates)
        break;
      // Memory that is not there must not be asked for either.
      bool isSafe = !mayPanicElsewhere(fn_, inst) && !opInfo(fn_.insts[inst].op).mayCollect;
      if ((isSafe || isFirst) && isInvariant(loop, inst) && isUnwritten(loop, inst)) {
        fn_.unlink(inst);
        fn_.insertBefore(destination, inst);
        ++hoisted_;
        context_.counters.add("instructions hoisted");
        continue;
      }
      isFirst &= !mayPanic(fn_, inst) && !hasSideEffect(fn_, inst);
    }
  }
}

} // namespace

Change hoistInvariants(PassContext &context) { return InvariantMotion(context).run(); }

} // namespace orus::opt
