// Loop rotation: a loop that tests at its top gets the test at its bottom as well, so that each
// pass takes one branch, and what the body does first is known to run if the loop is entered.
//
//   ^header(i): c = test(i); branch c, ^body, ^exit        ^latch: jump ^header(j)
// becomes
//   ^header(i): c = test(i); branch c, ^body(i), ^exit(i)  ^latch: d = test(j); branch d, ^body(j),
//   ^exit(j)
//
// What the header defines is handed to the body and the exit as parameters.
#include "compiler/opt/Edit.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::opt {

namespace {

constexpr size_t kMostCopied = 8; // instructions of a header, constants not counted

class Rotation {
public:
  explicit Rotation(PassContext &context)
      : context_(context), fn_(context.fn), cfg_(context.analyses.cfg()),
        dominators_(context.analyses.dominators()), loops_(context.analyses.loops()),
        uses_(fn_.values.size()) {}

  Change run() {
    if (loops_.loops().empty())
      return Change::None;
    for (BlockId block : cfg_.reversePostOrder())
      for (InstId i = fn_.blocks[block].first; i != kNone; i = fn_.insts[i].next)
        noteUses(i);
    unsigned count = 0;
    for (size_t loop = loops_.loops().size(); loop-- > 0;)
      count += rotate(static_cast<analysis::LoopId>(loop));
    if (!count)
      return Change::None;
    context_.counters.add("loops rotated", count);
    return Change::Graph;
  }

private:
  struct Shape {
    BlockId header, body, exit;
    size_t bodyEdge; // of the header's branch
    std::vector<BlockId> latches;
    std::vector<ValueId> handed; // what the header defines and others read
    std::vector<ValueId> merged; // of these, what is read behind an exit that has other ways in
  };

  void noteUses(InstId inst);
  std::optional<Shape> shapeOf(analysis::LoopId loop) const;
  bool findHanded(Shape &shape) const;
  /// Whether the block lies below `from` in the dominator tree. A block made here lies below the
  /// header that leads to it, and has nothing below itself.
  bool isBelow(BlockId from, BlockId block) const {
    if (from == block || madeBelow_.contains(from))
      return from == block;
    auto made = madeBelow_.find(block);
    return dominators_.dominates(from, made == madeBelow_.end() ? block : made->second);
  }
  bool rotate(analysis::LoopId loop);
  bool isMergeable(const Shape &shape) const;
  void mergeAtExit(const Shape &shape);
  void replaceBelow(BlockId from, ValueId value, ValueId by);
  void separateExit(Shape &shape);
  void addParams(const Shape &shape, BlockId to, size_t edge);
  void copyTest(const Shape &shape, BlockId latch);

  PassContext &context_;
  ir::Function &fn_;
  const Cfg &cfg_;
  const Dominators &dominators_;
  const Loops &loops_;
  std::vector<std::vector<InstId>> uses_; // by value: instructions and edges that read it
  llvm::DenseMap<BlockId, BlockId> madeBelow_;
};

void Rotation::noteUses(InstId inst) {
  uses_.resize(fn_.values.size());
  for (ValueId operand : fn_.operands(inst))
    uses_[operand].push_back(inst);
  for (const ir::Target &target : fn_.targets(inst))
    for (ValueId arg : fn_.args(target))
      uses_[arg].push_back(inst);
}

std::optional<Rotation::Shape> Rotation::shapeOf(analysis::LoopId loop) const {
  Shape shape;
  shape.header = loops_[loop].header;
  const ir::Block &header = fn_.blocks[shape.header];
  const ir::Inst &branch = fn_.insts[header.last];
  if (branch.op != Op::Branch)
    return std::nullopt;
  ArrayRef<ir::Target> targets = std::as_const(fn_).targets(header.last);
  bool first = loops_.contains(loop, targets[0].block),
       second = loops_.contains(loop, targets[1].block);
  if (first == second)
    return std::nullopt;
  shape.bodyEdge = first ? 0 : 1;
  shape.body = targets[shape.bodyEdge].block;
  shape.exit = targets[1 - shape.bodyEdge].block;
  if (shape.body == shape.header || cfg_.predecessors(shape.body).size() != 1)
    return std::nullopt;
  size_t size = 0;
  for (InstId i = header.first; i != kNone; i = fn_.insts[i].next)
    size += fn_.insts[i].op != Op::Const;
  if (size > kMostCopied)
    return std::nullopt;
  for (BlockId pred : cfg_.predecessors(shape.header)) {
    if (!loops_.contains(loop, pred))
      continue;
    if (fn_.insts[fn_.terminator(pred)].op != Op::Jump ||
        fn_.blocks[pred].handler != header.handler)
      return std::nullopt;
    shape.latches.push_back(pred);
  }
  return shape;
}

/// False if something that body and exit both lead to reads what the header defines.
bool Rotation::findHanded(Shape &shape) const {
  const ir::Block &header = fn_.blocks[shape.header];
  std::vector<ValueId> defined(header.params.begin(), header.params.end());
  for (InstId i = header.first; i != kNone; i = fn_.insts[i].next)
    if (fn_.insts[i].result != kNone)
      defined.push_back(fn_.insts[i].result);
  bool exitIsOwn = cfg_.predecessors(shape.exit).size() == 1;
  bool exitMerges = !exitIsOwn && isMergeable(shape);
  for (ValueId value : defined) {
    bool isRead = false, isReadBehind = false;
    for (InstId use : uses_[value]) {
      BlockId block = fn_.insts[use].block;
      if (block == kNone || block == shape.header)
        continue;
      isRead = true;
      if (isBelow(shape.body, block))
        continue;
      if (!(exitIsOwn || exitMerges) || !isBelow(shape.exit, block))
        return false;
      isReadBehind = true;
    }
    if (isRead)
      shape.handed.push_back(value);
    if (isReadBehind && exitMerges)
      shape.merged.push_back(value);
  }
  return true;
}

/// Whether the exit is only reached from the header and from the body, by edges that take
/// arguments.
bool Rotation::isMergeable(const Shape &shape) const {
  return llvm::all_of(cfg_.predecessors(shape.exit), [&](BlockId pred) {
    return fn_.blocks[pred].handler != shape.exit &&
           (pred == shape.header || isBelow(shape.body, pred));
  });
}

/// Puts another value in the place of one below a block, the block included.
void Rotation::replaceBelow(BlockId from, ValueId value, ValueId by) {
  uses_.resize(fn_.values.size());
  std::vector<InstId> &old = uses_[value];
  auto moved = std::partition(old.begin(), old.end(), [&](InstId use) {
    BlockId block = fn_.insts[use].block;
    return block == kNone || !isBelow(from, block);
  });
  std::vector<InstId> here(moved, old.end());
  old.erase(moved, old.end());
  for (InstId use : here) {
    for (ValueId &operand : fn_.operands(use))
      operand = operand == value ? by : operand;
    for (ir::Target &target : fn_.targets(use))
      for (ValueId &arg : fn_.args(target))
        arg = arg == value ? by : arg;
  }
  llvm::append_range(uses_[by], here);
}

/// Gives an exit that the body leads to as well parameters for what is read behind it.
void Rotation::mergeAtExit(const Shape &shape) {
  for (ValueId value : shape.merged) {
    ValueId param = fn_.addParam(shape.exit, fn_.type(value));
    replaceBelow(shape.exit, value, param);
    for (BlockId pred : cfg_.predecessors(shape.exit)) {
      InstId terminator = fn_.terminator(pred);
      for (ir::Target &target : fn_.targets(terminator)) {
        if (target.block != shape.exit)
          continue;
        llvm::SmallVector<ValueId, 8> args(std::as_const(fn_).args(target));
        args.push_back(value);
        fn_.setArgs(target, args);
        uses_[value].push_back(terminator);
      }
    }
  }
}

/// An exit that others lead to as well gets a block of its own in front.
void Rotation::separateExit(Shape &shape) {
  if (cfg_.predecessors(shape.exit).size() == 1)
    return;
  InstId branch = fn_.terminator(shape.header);
  BlockId made = fn_.addBlock(fn_.blocks[shape.exit].handler);
  fn_.blocks[made].loopDepth = fn_.blocks[shape.exit].loopDepth;
  fn_.blocks[made].handler = fn_.blocks[shape.header].handler;
  llvm::SmallVector<ValueId, 8> params;
  for (ValueId param : fn_.blocks[shape.exit].params)
    params.push_back(fn_.addParam(made, fn_.type(param)));
  fn_.targets(branch)[1 - shape.bodyEdge].block = made;
  noteUses(fn_.terminate(made, Op::Jump, {}, {{shape.exit, params}}));
  madeBelow_[made] = shape.header;
  shape.exit = made;
}

/// Hands what the header defines to one of its successors, where parameters take its place.
void Rotation::addParams(const Shape &shape, BlockId to, size_t edge) {
  InstId branch = fn_.terminator(shape.header);
  ir::Target &target = fn_.targets(branch)[edge];
  llvm::SmallVector<ValueId, 8> args(fn_.args(target));
  for (ValueId value : shape.handed) {
    ValueId param = fn_.addParam(to, fn_.type(value));
    args.push_back(value);
    replaceBelow(to, value, param);
    uses_[value].push_back(branch);
  }
  fn_.setArgs(fn_.targets(branch)[edge], args);
}

/// Puts the test in the place of a jump to the header.
void Rotation::copyTest(const Shape &shape, BlockId latch) {
  InstId jump = fn_.terminator(latch);
  llvm::DenseMap<ValueId, ValueId> values;
  ArrayRef<ValueId> args = std::as_const(fn_).args(std::as_const(fn_).targets(jump)[0]);
  for (size_t i = 0; i < args.size(); ++i)
    values[fn_.blocks[shape.header].params[i]] = args[i];
  auto mapped = [&](ArrayRef<ValueId> list) {
    llvm::SmallVector<ValueId, 8> result;
    for (ValueId value : list) {
      auto found = values.find(value);
      result.push_back(found == values.end() ? value : found->second);
    }
    return result;
  };
  fn_.remove(jump);
  for (InstId i = fn_.blocks[shape.header].first; i != kNone; i = fn_.insts[i].next) {
    const ir::Inst inst = fn_.insts[i];
    llvm::SmallVector<ValueId, 8> operands = mapped(std::as_const(fn_).operands(i));
    if (inst.op == Op::Branch) {
      llvm::SmallVector<ValueId, 8> edges[2];
      for (size_t k = 0; k < 2; ++k)
        edges[k] = mapped(std::as_const(fn_).args(std::as_const(fn_).targets(i)[k]));
      std::pair<BlockId, ArrayRef<ValueId>> targets[] = {{fn_.targets(i)[0].block, edges[0]},
                                                         {fn_.targets(i)[1].block, edges[1]}};
      noteUses(fn_.terminate(latch, Op::Branch, operands, targets, inst.imm, inst.loc));
      return;
    }
    TypeId type = inst.result == kNone ? kNone : fn_.type(inst.result);
    InstId copy = fn_.append(latch, inst.op, type, operands, inst.imm, inst.loc);
    noteUses(copy);
    if (inst.result != kNone)
      values[inst.result] = fn_.insts[copy].result;
  }
}

bool Rotation::rotate(analysis::LoopId loop) {
  std::optional<Shape> shape = shapeOf(loop);
  if (!shape || !findHanded(*shape))
    return false;
  mergeAtExit(*shape);
  separateExit(*shape);
  addParams(*shape, shape->body, shape->bodyEdge);
  addParams(*shape, shape->exit, 1 - shape->bodyEdge);
  for (BlockId latch : shape->latches)
    copyTest(*shape, latch);
  return true;
}

} // namespace

Change rotateLoops(PassContext &context) { return Rotation(context).run(); }

} // namespace orus::opt
