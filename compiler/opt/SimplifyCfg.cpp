// Fewer blocks and jumps: edges go straight past blocks that only forward or decide what is known
// on the edge, and a block follows its only predecessor in one piece.
#include "compiler/ir/Effects.h"
#include "compiler/opt/Edit.h"

namespace orus::opt {

Change removeUnreachable(PassContext &context) {
  unsigned cleared = clearUnreachable(context.fn, context.analyses.cfg());
  if (cleared)
    context.counters.add("blocks emptied", cleared);
  return cleared ? Change::Graph : Change::None;
}

namespace {

// Rounds after which what is left is not worth the time; each is linear.
constexpr unsigned kMaxRounds = 4;
// Blocks passed by one edge in a round; bounds the walk around an empty endless loop.
constexpr unsigned kMaxSteps = 16;

class CfgSimplifier {
public:
  explicit CfgSimplifier(PassContext &context)
      : context_(context), fn_(context.fn), analyses_(context.analyses) {}

  Change run() {
    Change change = Change::None;
    for (unsigned round = 0; round < kMaxRounds; ++round) {
      changed_ = false;
      if (clearUnreachable(fn_, analyses_.cfg()))
        note("unreachable blocks emptied");
      dissolveRegions();
      for (BlockId block : analyses_.cfg().reversePostOrder())
        simplifyTerminator(fn_.terminator(block));
      threadEdges();
      refresh();
      mergeBlocks();
      refresh();
      if (!changed_)
        break;
      change = Change::Graph;
    }
    if (clearUnreachable(fn_, analyses_.cfg()))
      change = Change::Graph;
    return change;
  }

private:
  void note(const char *what) {
    context_.counters.add(what);
    changed_ = true;
  }

  /// Brings the analyses up to date after a step that changed edges.
  void refresh() {
    if (!changed_)
      return;
    analyses_.invalidate();
    clearUnreachable(fn_, analyses_.cfg());
    analyses_.invalidate();
  }

  void dissolveRegions();
  void simplifyTerminator(InstId inst);
  void threadEdges();
  void findPassable();
  bool keepsLoopsNatural(BlockId from, BlockId over);
  bool threadEdge(BlockId from, InstId inst, size_t index);
  void mergeBlocks();
  void absorb(BlockId block, BlockId next, Replacements &replacements);

  PassContext &context_;
  ir::Function &fn_;
  Analyses &analyses_;
  bool changed_ = false;
  std::vector<bool> passable_;       // by block
  std::vector<uint32_t> paramIndex_; // by value: of the parameters of passable blocks
};

/// A protected region in which nothing can panic needs no handler.
void CfgSimplifier::dissolveRegions() {
  llvm::SmallVector<InstId, 4> entries;
  for (BlockId block : analyses_.cfg().reversePostOrder())
    if (fn_.insts[fn_.terminator(block)].op == Op::TryEnter)
      entries.push_back(fn_.terminator(block));
  if (entries.empty())
    return;
  std::vector<bool> needed(fn_.blocks.size());
  for (BlockId block : analyses_.cfg().reversePostOrder()) {
    BlockId handler = fn_.blocks[block].handler;
    if (handler == kNone || needed[handler])
      continue;
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
      if (mayPanic(fn_, inst))
        needed[handler] = true;
  }
  auto outermostNeeded = [&](BlockId handler) {
    while (handler != kNone && !needed[handler])
      handler = fn_.blocks[handler].handler;
    return handler;
  };
  std::vector<BlockId> handlers;
  for (const ir::Block &block : fn_.blocks)
    handlers.push_back(outermostNeeded(block.handler));
  for (BlockId block = 0; block < fn_.blocks.size(); ++block)
    fn_.blocks[block].handler = handlers[block];
  for (InstId entry : entries)
    if (!needed[fn_.targets(entry)[1].block]) {
      makeJump(fn_, entry, 0);
      note("protected regions dissolved");
    }
  refresh();
}

/// Branches both ways to one place, known conditions and negated ones.
void CfgSimplifier::simplifyTerminator(InstId id) {
  ir::Inst &inst = fn_.insts[id];
  if (inst.op == Op::Branch) {
    ValueId condition = fn_.operands(id)[0];
    InstId definition = fn_.values[condition].inst;
    if (definition != kNone && fn_.insts[definition].op == Op::Not) {
      fn_.operands(id)[0] = fn_.operands(definition)[0];
      std::swap(fn_.targets(id)[0], fn_.targets(id)[1]);
      note("branches inverted");
    }
  }
  if (inst.op != Op::Branch && inst.op != Op::Switch)
    return;
  if (auto known = constantOf(fn_, fn_.operands(id)[0])) {
    uint64_t way = inst.op == Op::Branch ? !*known : *known;
    makeJump(fn_, id, std::min<uint64_t>(way, inst.targetCount - 1));
    return note("branches with a known condition folded");
  }
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(id);
  const ir::Target &first = targets[0];
  for (const ir::Target &other : targets.drop_front())
    if (other.block != first.block || fn_.args(other) != fn_.args(first))
      return;
  makeJump(fn_, id, 0);
  note("branches to one place removed");
}

/// Finds the blocks without instructions that an edge can go past: all such a block does is jump,
/// or branch on one of its parameters, and nothing else uses its parameters. That stays so while
/// edges are threaded, since a block that passes such a parameter on is the block itself.
void CfgSimplifier::findPassable() {
  const Cfg &cfg = analyses_.cfg();
  std::vector<uint32_t> foreignUses = countUses(fn_, cfg);
  passable_.assign(fn_.blocks.size(), false);
  paramIndex_.resize(fn_.values.size());
  std::vector<bool> isHandler(fn_.blocks.size());
  for (BlockId block : cfg.reversePostOrder())
    if (fn_.blocks[block].handler != kNone)
      isHandler[fn_.blocks[block].handler] = true;
  for (BlockId id : cfg.reversePostOrder()) {
    const ir::Block &block = fn_.blocks[id];
    Op op = fn_.insts[block.last].op;
    if (id == 0 || isHandler[id] || block.first != block.last ||
        (op != Op::Jump && op != Op::Branch))
      continue;
    auto forgive = [&](ValueId value) {
      if (fn_.values[value].inst == kNone && fn_.values[value].block == id)
        --foreignUses[value];
    };
    for (ValueId operand : fn_.operands(block.last))
      forgive(operand);
    for (const ir::Target &target : fn_.targets(block.last))
      for (ValueId arg : fn_.args(target))
        forgive(arg);
    for (uint32_t i = 0; i < block.params.size(); ++i)
      paramIndex_[block.params[i]] = i;
    passable_[id] =
        llvm::all_of(block.params, [&](ValueId param) { return foreignUses[param] == 0; });
  }
}

/// Going past a loop header that branches, from one of several edges into the loop, would give the
/// loop a second entry.
bool CfgSimplifier::keepsLoopsNatural(BlockId from, BlockId over) {
  analysis::LoopId loop = analyses_.loops().loopOf(over);
  if (loop == kNone || analyses_.loops()[loop].header != over ||
      analyses_.loops().contains(loop, from))
    return true;
  return llvm::count_if(analyses_.cfg().predecessors(over),
                        [&](BlockId pred) { return !analyses_.loops().contains(loop, pred); }) == 1;
}

/// Moves one edge past the block it leads to.
bool CfgSimplifier::threadEdge(BlockId from, InstId id, size_t index) {
  const ir::Target target = fn_.targets(id)[index];
  BlockId over = target.block;
  if (!passable_[over])
    return false;
  unsigned implicit = implicitArgs(fn_.insts[id].op, index);
  ArrayRef<ValueId> params = fn_.blocks[over].params;
  auto argumentFor = [&](ValueId value) {
    const ir::Value &v = fn_.values[value];
    if (v.inst != kNone || v.block != over || paramIndex_[value] < implicit)
      return value;
    return fn_.args(target)[paramIndex_[value] - implicit];
  };
  InstId last = fn_.terminator(over);
  bool isBranch = fn_.insts[last].op == Op::Branch;
  size_t way = 0;
  if (isBranch) {
    ValueId condition = argumentFor(fn_.operands(last)[0]);
    auto known = constantOf(fn_, condition);
    if (!known || condition == fn_.operands(last)[0] || !keepsLoopsNatural(from, over))
      return false;
    way = *known ? 0 : 1;
  }
  const ir::Target onward = fn_.targets(last)[way];
  if (onward.block == over)
    return false;
  ArrayRef<ValueId> given = std::as_const(fn_).args(onward);
  llvm::SmallVector<ValueId, 8> args;
  if (implicit) { // must go on as the first argument, and only so
    if (given.empty() || given[0] != params[0] || llvm::is_contained(given.drop_front(), params[0]))
      return false;
    given = given.drop_front();
  }
  for (ValueId value : given)
    args.push_back(argumentFor(value));
  ir::Target &edge = fn_.targets(id)[index];
  edge.block = onward.block;
  fn_.setArgs(edge, args);
  note(isBranch ? "edges threaded past a known branch" : "edges threaded past a jump");
  return true;
}

void CfgSimplifier::threadEdges() {
  findPassable();
  for (BlockId block : analyses_.cfg().reversePostOrder()) {
    InstId last = fn_.terminator(block);
    if (fn_.insts[last].op == Op::TryEnter)
      continue; // the block it leads to begins the region
    for (size_t i = 0; i < fn_.targets(last).size(); ++i)
      for (unsigned step = 0; step < kMaxSteps && threadEdge(block, last, i); ++step)
        ;
  }
}

void CfgSimplifier::absorb(BlockId block, BlockId next, Replacements &replacements) {
  InstId jump = fn_.terminator(block);
  ArrayRef<ValueId> args = std::as_const(fn_).args(fn_.targets(jump)[0]);
  ir::Block &from = fn_.blocks[next];
  for (size_t i = 0; i < args.size(); ++i)
    replacements.replace(from.params[i], args[i]);
  fn_.remove(jump);
  ir::Block &to = fn_.blocks[block];
  for (InstId inst = from.first; inst != kNone; inst = fn_.insts[inst].next)
    fn_.insts[inst].block = block;
  fn_.insts[from.first].prev = to.last;
  (to.last == kNone ? to.first : fn_.insts[to.last].next) = from.first;
  to.last = from.last;
  from.first = from.last = kNone;
  from.params.clear();
  from.handler = kNone;
}

void CfgSimplifier::mergeBlocks() {
  const Cfg &cfg = analyses_.cfg();
  std::vector<uint32_t> incoming(fn_.blocks.size(), 0);
  for (BlockId block : cfg.reversePostOrder()) {
    for (const ir::Target &target : fn_.targets(fn_.terminator(block)))
      ++incoming[target.block];
    if (fn_.blocks[block].handler != kNone)
      ++incoming[fn_.blocks[block].handler];
  }
  Replacements replacements(fn_);
  for (BlockId block : cfg.reversePostOrder()) {
    while (fn_.blocks[block].first != kNone) { // else absorbed itself
      InstId last = fn_.terminator(block);
      if (fn_.insts[last].op != Op::Jump)
        break;
      BlockId next = fn_.targets(last)[0].block;
      if (next == block || next == 0 || incoming[next] != 1 ||
          fn_.blocks[next].handler != fn_.blocks[block].handler)
        break;
      absorb(block, next, replacements);
      note("blocks merged");
    }
  }
  replacements.apply(fn_);
}

} // namespace

Change simplifyCfg(PassContext &context) { return CfgSimplifier(context).run(); }

} // namespace orus::opt
