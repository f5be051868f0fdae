// Blocks, edges and terminators.
#include "compiler/codegen/BlockOrder.h"
#include "compiler/codegen/Selection.h"
#include "compiler/codegen/Selector.h"

#include <algorithm>

namespace orus::codegen {

using ir::Op;
using isa::Opcode;

LirFunction select(const ir::Function &fn, ProgramPools &pools, const SelectionOptions &options) {
  return Selector(fn, pools, options).run();
}

Selector::Selector(const ir::Function &fn, ProgramPools &pools, const SelectionOptions &options)
    : fn_(fn), pools_(pools), fuse_(options.fuse), counts_(options.counts), cfg_(fn),
      dominators_(cfg_), loops_(cfg_, dominators_), demand_(fn, cfg_),
      blockIndex_(fn.blocks.size(), kNone), inRegister_(fn.values.size()),
      isFused_(fn.values.size()), isInverted_(fn.values.size()) {}

LirFunction Selector::run() {
  out_.signature = fn_.signature;
  out_.closure = fn_.closure;
  out_.loc = fn_.loc;
  out_.inlineSites = fn_.inlineSites;
  out_.vregs.reserve(fn_.values.size() + fn_.locals.size());
  for (const ir::Value &value : fn_.values)
    out_.vregs.push_back({value.type});
  for (TypeId type : fn_.locals) {
    locals_.push_back(out_.addVReg(type));
    out_.vregs.back().isLocal = true;
  }
  for (analysis::LoopId loop = 0; loop < loops_.loops().size(); ++loop)
    out_.loops.push_back({loops_[loop].parent, loops_[loop].depth, positionOf(loop)});
  std::vector<ir::BlockId> order = linearOrder(fn_, cfg_, loops_);
  numberBlocks(order);
  for (ir::BlockId block : llvm::reverse(order))
    selectBlock(block);
  selectEntryStub();
  finish();
  return std::move(out_);
}

// A loop is where the first thing in it is that was not inlined any deeper than the loop itself.
ir::Position Selector::positionOf(analysis::LoopId loop) const {
  auto depthOf = [&](uint32_t site) {
    unsigned depth = 0;
    for (; site != ir::kNone; site = fn_.inlineSites[site].call.site)
      ++depth;
    return depth;
  };
  ir::Position found;
  unsigned foundDepth = 0;
  for (ir::BlockId block : loops_.blocks(loop))
    for (ir::InstId id = fn_.blocks[block].first; id != ir::kNone; id = fn_.insts[id].next) {
      const ir::Position &at = fn_.insts[id].loc;
      if (!at.valid())
        continue;
      unsigned depth = depthOf(at.site);
      if (!found.valid() || depth < foundDepth ||
          (depth == foundDepth && at.offset < found.offset)) {
        found = at;
        foundDepth = depth;
      }
    }
  return found;
}

/// Whether a profile says so of a call in the block.
bool Selector::didNotRun(const ir::Block &block) const {
  if (!counts_)
    return false;
  for (ir::InstId id = block.first; id != ir::kNone; id = fn_.insts[id].next)
    if (ir::opInfo(fn_.insts[id].op).calls &&
        counts_->calls(pools_.module, fn_, fn_.insts[id].loc) == uint64_t{0})
      return true;
  return false;
}

bool Selector::isMerge(ir::BlockId block) const {
  return demand_.incomingEdges(block) + (block == 0) > 1;
}

static unsigned successorCount(const ir::Inst &terminator) {
  return terminator.op == Op::TryEnter ? 1 : terminator.targetCount;
}

// An edge into a merge is split unless it is the only one out of its block; edges of a switch that
// pass the same arguments to one block share a block in between.
void Selector::collectEdges(ir::BlockId block, llvm::SmallVectorImpl<Edge> &edges) {
  const ir::Inst &terminator = fn_.insts[fn_.terminator(block)];
  llvm::ArrayRef<ir::Target> targets = llvm::ArrayRef(fn_.targetPool)
                                           .slice(terminator.targetBegin, terminator.targetCount)
                                           .take_front(successorCount(terminator));
  llvm::SmallDenseMap<ir::BlockId, size_t, 4> last;
  BlockIndex split = blockIndex_[block];
  for (const ir::Target &target : targets) {
    if (targets.size() == 1 || !isMerge(target.block)) {
      edges.push_back({&target, blockIndex_[target.block], false, false});
      continue;
    }
    auto [it, isNew] = last.try_emplace(target.block, edges.size());
    bool same = !isNew && terminator.op == Op::Switch &&
                fn_.args(*edges[it->second].target) == fn_.args(target);
    BlockIndex index = same ? edges[it->second].block : ++split;
    it->second = edges.size();
    edges.push_back({&target, index, true, !same});
  }
}

void Selector::numberBlocks(llvm::ArrayRef<ir::BlockId> order) {
  BlockIndex next = fn_.blocks.empty() || demand_.incomingEdges(0) == 0 ? 0 : 1;
  llvm::SmallVector<Edge, 4> edges;
  for (ir::BlockId block : order) {
    blockIndex_[block] = next++;
    edges.clear();
    collectEdges(block, edges);
    for (const Edge &edge : edges)
      if (edge.isSplit)
        next = std::max(next, edge.block + 1);
  }
  out_.blocks.resize(next);
  blockEnds_.resize(next);
}

void Selector::describeBlock(ir::BlockId block) {
  LirBlock &out = out_.blocks[blockIndex_[block]];
  const ir::Block &in = fn_.blocks[block];
  out.handler = in.handler == ir::kNone ? kNone : blockIndex_[in.handler];
  out.loopDepth = loops_.depth(block);
  out.loop = loops_.loopOf(block);
  out.isCold = fn_.insts[in.last].op == Op::Raise || didNotRun(in);
  if (isMerge(block))
    for (ValueId param : in.params)
      if (demand_.isNeeded(param))
        out.params.push_back(param);
}

void Selector::selectBlock(ir::BlockId block) {
  BlockIndex index = blockIndex_[block];
  const ir::Inst &terminator = fn_.insts[fn_.terminator(block)];
  describeBlock(block);
  llvm::SmallVector<Edge, 4> edges;
  collectEdges(block, edges);
  for (const Edge &edge : edges)
    out_.blocks[index].successors.push_back(edge.block);

  // What the terminator itself gives to its first target, or the panic to a handler.
  for (size_t i = 0; i < terminator.targetCount; ++i) {
    if (ir::implicitArgs(terminator.op, i) == 0)
      continue;
    const ir::Target &target = fn_.targetPool[terminator.targetBegin + i];
    bool isCatch = terminator.op == Op::TryEnter;
    bool isSplit = !isCatch && edges[i].isSplit;
    LirBlock &to = out_.blocks[isCatch ? blockIndex_[target.block] : edges[i].block];
    VReg param = fn_.blocks[target.block].params[0];
    bool isTied = terminator.op == Op::ForStep || terminator.op == Op::StepWhile;
    to.entryDef = isCatch ? EntryDef::Catch : isTied ? EntryDef::Tied : EntryDef::Taken;
    to.entryValue = isSplit ? out_.addVReg(type(param)) : param;
    if (isCatch) // several regions may share a handler
      to.params.clear();
  }
  for (size_t i = edges.size(); i-- > 0;)
    if (edges[i].ownsBlock)
      selectEdgeBlock(terminator, i, edges[i]);

  blockEnds_[index] = static_cast<uint32_t>(out_.insts.size());
  selectTerminator(terminator, edges);
  for (ir::InstId id = terminator.prev; id != ir::kNone; id = fn_.insts[id].prev) {
    const ir::Inst &inst = fn_.insts[id];
    if (inst.result != ir::kNone && isFused_[inst.result])
      continue;
    if (hasEffect(inst.op) || demand_.isNeeded(inst.result))
      selectInst(inst);
  }
}

void Selector::selectEdgeBlock(const ir::Inst &terminator, size_t target, const Edge &edge) {
  LirBlock &block = out_.blocks[edge.block];
  const LirBlock &from = out_.blocks[blockIndex_[terminator.block]];
  block.successors.push_back(blockIndex_[edge.target->block]);
  block.handler = from.handler;
  block.loop = from.loop;
  while (block.loop != kNone && !loops_.contains(block.loop, edge.target->block))
    block.loop = loops_[block.loop].parent;
  block.loopDepth = block.loop == kNone ? 0 : loops_[block.loop].depth;
  blockEnds_[edge.block] = static_cast<uint32_t>(out_.insts.size());
  emitJump(*edge.target, ir::implicitArgs(terminator.op, target) ? block.entryValue : kNone,
           terminator.loc);
}

void Selector::emitJump(const ir::Target &target, VReg first, ir::Position loc) {
  llvm::SmallVector<Source, 4> args;
  if (isMerge(target.block)) {
    llvm::ArrayRef<ValueId> params = fn_.blocks[target.block].params;
    llvm::ArrayRef<ValueId> given = fn_.args(target);
    size_t implicit = params.size() - given.size();
    for (size_t i = 0; i < params.size(); ++i)
      if (demand_.isNeeded(params[i]))
        args.push_back(i < implicit ? Source::vreg(first) : source(given[i - implicit]));
  }
  setArgs(emit(Opcode::Jmp, {0}, loc), args);
}

void Selector::selectTerminator(const ir::Inst &inst, llvm::ArrayRef<Edge> edges) {
  switch (inst.op) {
  case Op::Jump:
  case Op::TryEnter: return emitJump(*edges[0].target, kNone, inst.loc);
  case Op::Branch: return selectBranch(inst);
  case Op::Switch:
    emit(Opcode::Switch, {use(operand(inst, 0)), static_cast<int64_t>(edges.size() - 1)}, inst.loc);
    return;
  case Op::ForStep: return selectForStep(inst, edges);
  case Op::StepWhile: return selectStepWhile(inst);
  case Op::RangeNext:
    emit(Opcode::RangeNext, {out_.blocks[edges[0].block].entryValue, use(operand(inst, 0)), 0},
         inst.loc);
    return;
  case Op::Return: return selectReturn(inst);
  default: emit(Opcode::Raise, {static_cast<int64_t>(inst.imm)}, inst.loc);
  }
}

void Selector::selectReturn(const ir::Inst &inst) {
  if (inst.operandCount == 0) {
    emit(Opcode::Ret, {}, inst.loc);
    return;
  }
  ValueId value = operand(inst, 0);
  emit(ir::isScalar(type(value)) ? Opcode::RetS : Opcode::RetR, {use(value)}, inst.loc);
}

namespace {

/// Counted loop instructions of one type: constant step up and down, exclusive and inclusive, then
/// step in a register.
struct ForOps {
  Opcode up, upInclusive, down, downInclusive, variable, variableInclusive;
};
constexpr ForOps kForI32{Opcode::ForUpI32,     Opcode::ForUpEqI32, Opcode::ForDownI32,
                         Opcode::ForDownEqI32, Opcode::ForVarI32,  Opcode::ForVarEqI32};
constexpr ForOps kForI64{Opcode::ForUpI64,     Opcode::ForUpEqI64, Opcode::ForDownI64,
                         Opcode::ForDownEqI64, Opcode::ForVarI64,  Opcode::ForVarEqI64};
// The step gives the direction, so that an unsigned counter only goes up.
constexpr ForOps kForU{Opcode::ForUpU,  Opcode::ForUpEqU, Opcode::Invalid,
                       Opcode::Invalid, Opcode::ForVarU,  Opcode::ForVarEqU};

} // namespace

void Selector::selectForStep(const ir::Inst &inst, llvm::ArrayRef<Edge>) {
  ValueId counter = operand(inst, 0);
  auto form = ir::ForStepForm::unpack(inst.imm);
  auto scalar = static_cast<image::ScalarType>(type(counter));
  const ForOps &ops = scalar == image::ScalarType::I32   ? kForI32
                      : scalar == image::ScalarType::I64 ? kForI64
                                                         : kForU;
  Opcode op = form.step == 0 ? (form.inclusive ? ops.variableInclusive : ops.variable)
              : form.down    ? (form.inclusive ? ops.downInclusive : ops.down)
                             : (form.inclusive ? ops.upInclusive : ops.up);
  int64_t step = form.step == 0 ? use(operand(inst, 2)) : form.step;
  // The instruction steps a copy, which usually turns out to be the counter itself.
  VReg copy = out_.addVReg(type(counter));
  emit(op, {copy, use(operand(inst, 1)), step, 0}, inst.loc);
  emitMove(copy, source(counter));
}

void Selector::selectStepWhile(const ir::Inst &inst) {
  static constexpr Opcode kOps[ir::kStepTestCount] = {Opcode::StepLtI32, Opcode::StepLeI32,
                                                      Opcode::StepGtI32, Opcode::StepGeI32};
  ValueId counter = operand(inst, 0);
  VReg copy = out_.addVReg(type(counter));
  emit(kOps[inst.imm], {copy, use(operand(inst, 1)), use(operand(inst, 2)), 0}, inst.loc);
  emitMove(copy, source(counter));
}

// A function whose first block is the target of a jump gets a block in front of it.
void Selector::selectEntryStub() {
  llvm::ArrayRef<ValueId> params = fn_.blocks[0].params;
  bool isStub = demand_.incomingEdges(0) != 0;
  llvm::SmallVector<Source, 4> args;
  std::array<uint32_t, kBankCount> homes{};
  for (ValueId param : params) {
    uint32_t home = homes[index(bankOf(type(param)))]++;
    VReg reg = isStub ? out_.addVReg(type(param)) : param;
    out_.vregs[reg].fixed = home;
    out_.params.push_back(demand_.isNeeded(param) ? reg : kNone);
    if (demand_.isNeeded(param))
      args.push_back(Source::vreg(reg));
  }
  if (!isStub)
    return;
  out_.blocks[0].successors.push_back(blockIndex_[0]);
  blockEnds_[0] = static_cast<uint32_t>(out_.insts.size());
  setArgs(emit(Opcode::Jmp, {0}), args);
}

void Selector::finish() {
  std::ranges::reverse(out_.insts);
  auto total = static_cast<uint32_t>(out_.insts.size());
  for (uint32_t at = 0; at < total; ++at)
    out_.insts[at].origin = at;
  uint32_t first = 0;
  for (size_t i = 0; i < out_.blocks.size(); ++i) {
    out_.blocks[i].first = first;
    first = out_.blocks[i].last = total - blockEnds_[i];
  }
}

LirInst &Selector::emit(isa::Opcode op, std::initializer_list<int64_t> operands, ir::Position loc) {
  LirInst inst;
  inst.op = op;
  std::ranges::copy(operands, inst.operands.begin());
  inst.loc = loc;
  out_.insts.push_back(inst);
  return out_.insts.back();
}

LirInst &Selector::emitMove(VReg to, Source from, ir::Position loc) {
  LirInst inst;
  inst.kind = LirInst::Kind::Move;
  inst.result = to;
  inst.loc = loc;
  setArgs(inst, from);
  out_.insts.push_back(inst);
  return out_.insts.back();
}

void Selector::setArgs(LirInst &inst, llvm::ArrayRef<Source> args) {
  inst.argBegin = static_cast<uint32_t>(out_.args.size());
  inst.argCount = static_cast<uint32_t>(args.size());
  out_.args.insert(out_.args.end(), args.begin(), args.end());
}

int64_t Selector::use(ValueId value) {
  inRegister_[value] = true;
  return value;
}

Source Selector::source(ValueId value) {
  value = resolve(value);
  if (const ir::Inst *inst = definition(value)) {
    if (inst->op == Op::Const)
      return Source::constant(constantIndex({type(value), inst->imm}));
    if (inst->op == Op::Str)
      return Source::constant(constantIndex({image::kString, inst->imm}));
  }
  return Source::vreg(value);
}

uint32_t Selector::constantIndex(LirConstant constant) {
  auto [it, isNew] = constantIds_.try_emplace({constant.bits, constant.type},
                                              static_cast<uint32_t>(out_.constants.size()));
  if (isNew)
    out_.constants.push_back(constant);
  return it->second;
}

std::optional<int64_t> Selector::constantOf(ValueId value) const {
  const ir::Inst *inst = definition(value);
  if (!inst || inst->op != Op::Const)
    return std::nullopt;
  switch (static_cast<image::ScalarType>(type(value))) {
  case image::ScalarType::F64: return std::nullopt;
  case image::ScalarType::I64:
  case image::ScalarType::U64: return static_cast<int64_t>(inst->imm);
  default: return static_cast<int32_t>(inst->imm);
  }
}

} // namespace orus::codegen
