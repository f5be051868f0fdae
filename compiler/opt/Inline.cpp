// Inlining of direct calls. Functions are visited callees first, so that what is inlined has been
// inlined into itself. A call of a value that is known to be a certain function becomes a direct
// call first.
//
// A small function that calls itself is inlined into itself once: each of its calls then does the
// work of two. Calls within larger cycles of functions stay.
//
// Stack traces must not change: an inlined instruction remembers the call it stands for
// (ir::InlineSite).
#include "compiler/opt/Edit.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::opt {

namespace {

// In instructions, constants not counted.
constexpr size_t kSmall = 24;       // always worth it
constexpr size_t kSmallInLoop = 60; // in a loop
constexpr size_t kHinted = 200;     // marked @inline
constexpr size_t kHot = 300;        // a good part of the run, as a profile says
constexpr size_t kHotRecursive = 60;
constexpr size_t kSmallRecursive = 24;
constexpr size_t kSmallInRecursive = 12; // into a function that recurs: its window stays small
constexpr size_t kMostGrowth = 2000;     // of one caller
constexpr unsigned kMostDepth = 16;      // of sites inside one another

/// The order in which functions are visited, and which of them call themselves in some way.
class CallGraph {
public:
  explicit CallGraph(const ir::Module &module);

  /// Callees before their callers, except in cycles.
  ArrayRef<image::FunctionId> bottomUp() const { return order_; }
  /// Functions of one number call each other.
  uint32_t component(image::FunctionId function) const { return component_[function]; }
  /// Whether a function can be called by itself, directly or through others.
  bool isRecursive(image::FunctionId function) const { return recursive_[function]; }

private:
  std::vector<image::FunctionId> order_;
  std::vector<uint32_t> component_;
  std::vector<bool> recursive_;
};

/// The functions that the code of a function calls directly, each once.
std::vector<image::FunctionId> calleesOf(const ir::Function &fn) {
  std::vector<image::FunctionId> callees;
  for (const ir::Inst &inst : fn.insts)
    if (inst.block != kNone && inst.op == Op::Call)
      callees.push_back(static_cast<image::FunctionId>(inst.imm));
  llvm::sort(callees);
  callees.erase(std::unique(callees.begin(), callees.end()), callees.end());
  return callees;
}

/// Tarjan's algorithm (SIAM J. Comput. 1972) with an explicit stack.
CallGraph::CallGraph(const ir::Module &module)
    : component_(module.functions.size(), kNone), recursive_(module.functions.size()) {
  struct Frame {
    image::FunctionId function;
    std::vector<image::FunctionId> callees;
    size_t next = 0;
  };
  size_t count = module.functions.size();
  std::vector<uint32_t> number(count, kNone), low(count);
  std::vector<image::FunctionId> open;
  std::vector<Frame> frames;
  uint32_t numbers = 0, components = 0;
  auto enter = [&](image::FunctionId function) {
    number[function] = low[function] = numbers++;
    open.push_back(function);
    frames.push_back({function, calleesOf(*module.functions[function])});
  };
  for (image::FunctionId root = 0; root < count; ++root) {
    if (number[root] != kNone)
      continue;
    enter(root);
    while (!frames.empty()) {
      Frame &frame = frames.back();
      image::FunctionId function = frame.function;
      if (frame.next < frame.callees.size()) {
        image::FunctionId callee = frame.callees[frame.next++];
        if (callee == function)
          recursive_[function] = true;
        if (number[callee] == kNone)
          enter(callee);
        else if (component_[callee] == kNone)
          low[function] = std::min(low[function], number[callee]);
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) {
        image::FunctionId caller = frames.back().function;
        low[caller] = std::min(low[caller], low[function]);
      }
      if (low[function] != number[function])
        continue;
      bool isCycle = open.back() != function;
      image::FunctionId member;
      do {
        member = open.back();
        open.pop_back();
        component_[member] = components;
        recursive_[member] = recursive_[member] || isCycle;
        order_.push_back(member);
      } while (member != function);
      ++components;
    }
  }
}

/// Puts copies of the body of one function into another.
class BodyCopy {
public:
  BodyCopy(ir::Function &caller, const ir::Function &callee, image::FunctionId id)
      : caller_(caller), callee_(callee), id_(id), cfg_(callee) {}

  /// Replaces a call; its result is then the parameter of a new block, which `replacements` says.
  void replace(InstId call, std::vector<std::pair<ValueId, ValueId>> &replacements);

private:
  void copyBlocks(ir::Position call, BlockId around, ArrayRef<ValueId> arguments);
  void copyInst(InstId inst, BlockId into, BlockId rest);
  bool copyCaptureUse(const ir::Inst &inst);
  void copySites(ir::Position call);
  bool isEnteredOnce() const { return cfg_.predecessors(0).empty(); }
  ir::Position positionOf(const ir::Inst &inst) const {
    uint32_t site = inst.loc.site == kNone ? firstSite_ : firstSite_ + 1 + inst.loc.site;
    return {inst.loc, site};
  }
  llvm::SmallVector<ValueId, 8> mapped(ArrayRef<ValueId> values) const {
    llvm::SmallVector<ValueId, 8> result;
    for (ValueId value : values)
      result.push_back(values_[value]);
    return result;
  }

  ir::Function &caller_;
  const ir::Function &callee_;
  image::FunctionId id_;
  Cfg cfg_;
  std::vector<ValueId> values_;
  std::vector<BlockId> blocks_;
  uint32_t firstSite_ = 0, firstLocal_ = 0;
  ValueId closure_ = kNone; // the function value called, if it was made in the caller
};

void BodyCopy::copySites(ir::Position call) {
  firstSite_ = static_cast<uint32_t>(caller_.inlineSites.size());
  caller_.inlineSites.push_back({id_, call});
  for (size_t i = 0, end = callee_.inlineSites.size(); i < end; ++i) {
    ir::InlineSite site = callee_.inlineSites[i];
    site.call.site = site.call.site == kNone ? firstSite_ : firstSite_ + 1 + site.call.site;
    caller_.inlineSites.push_back(site);
  }
}

/// Makes the blocks with their parameters, so that edges can lead to them. The parameters of the
/// function are its arguments, unless it jumps back to its first block.
void BodyCopy::copyBlocks(ir::Position call, BlockId around, ArrayRef<ValueId> arguments) {
  copySites(call);
  firstLocal_ = static_cast<uint32_t>(caller_.locals.size());
  llvm::append_range(caller_.locals, callee_.locals);
  values_.assign(callee_.values.size(), kNone);
  blocks_.assign(callee_.blocks.size(), kNone);
  for (BlockId block : cfg_.reversePostOrder()) {
    blocks_[block] = caller_.addBlock(kNone);
    ir::Block &copy = caller_.blocks[blocks_[block]];
    copy.loopDepth = caller_.blocks[around].loopDepth + callee_.blocks[block].loopDepth;
    ArrayRef<ValueId> params = callee_.blocks[block].params;
    for (size_t i = 0; i < params.size(); ++i)
      values_[params[i]] = block == 0 && isEnteredOnce()
                               ? arguments[i]
                               : caller_.addParam(blocks_[block], callee_.type(params[i]));
  }
  for (BlockId block : cfg_.reversePostOrder()) {
    BlockId handler = callee_.blocks[block].handler;
    caller_.blocks[blocks_[block]].handler =
        handler == kNone ? caller_.blocks[around].handler : blocks_[handler];
  }
}

void BodyCopy::copyInst(InstId from, BlockId into, BlockId rest) {
  const ir::Inst inst = callee_.insts[from];
  llvm::SmallVector<ValueId, 8> operands = mapped(callee_.operands(from));
  ir::Position position = positionOf(inst);
  if (inst.op == Op::Return) {
    std::pair<BlockId, ArrayRef<ValueId>> edge(rest, operands);
    caller_.terminate(into, Op::Jump, {}, edge, 0, position);
    return;
  }
  bool isLocal = ir::opInfo(inst.op).imm == ir::ImmKind::Local;
  uint64_t imm = isLocal ? inst.imm + firstLocal_ : inst.imm;
  if (!ir::opInfo(inst.op).terminates) {
    TypeId type = inst.result == kNone ? kNone : callee_.type(inst.result);
    InstId copy = caller_.append(into, inst.op, type, operands, imm, position);
    if (inst.result != kNone)
      values_[inst.result] = caller_.insts[copy].result;
    return;
  }
  llvm::SmallVector<llvm::SmallVector<ValueId, 8>, 2> args;
  llvm::SmallVector<std::pair<BlockId, ArrayRef<ValueId>>, 2> edges;
  for (const ir::Target &target : callee_.targets(from))
    args.push_back(mapped(callee_.args(target)));
  for (size_t i = 0; i < args.size(); ++i)
    edges.push_back({blocks_[callee_.targets(from)[i].block], args[i]});
  caller_.terminate(into, inst.op, operands, edges, imm, position);
}

/// Reads of captures give the values that the closure was made of.
bool BodyCopy::copyCaptureUse(const ir::Inst &inst) {
  if (closure_ == kNone || inst.operandCount == 0 ||
      callee_.operandPool[inst.operandBegin] != callee_.blocks[0].params.back())
    return false;
  values_[inst.result] = inst.op == Op::CaptureGet
                             ? caller_.operands(caller_.values[closure_].inst)[inst.imm]
                             : closure_; // ClosureValue
  return true;
}

void BodyCopy::replace(InstId call, std::vector<std::pair<ValueId, ValueId>> &replacements) {
  const ir::Inst inst = caller_.insts[call];
  llvm::SmallVector<ValueId, 8> arguments(caller_.operands(call));
  closure_ = kNone;
  if (inst.op == Op::CallValue) {
    closure_ = arguments.front();
    arguments.erase(arguments.begin());
    arguments.push_back(kNone); // stands for the closure, whose uses copyCaptureUse replaces
  }
  BlockId rest = splitAfter(caller_, call);
  if (inst.result != kNone)
    replacements.push_back({inst.result, caller_.addParam(rest, caller_.type(inst.result))});
  copyBlocks(inst.loc, inst.block, arguments);
  caller_.remove(call);
  std::pair<BlockId, ArrayRef<ValueId>> entry(blocks_[0], {});
  if (!isEnteredOnce())
    entry.second = arguments;
  caller_.terminate(inst.block, Op::Jump, {}, entry);
  for (BlockId block : cfg_.reversePostOrder())
    for (InstId i = callee_.blocks[block].first; i != kNone; i = callee_.insts[i].next)
      if (!copyCaptureUse(callee_.insts[i]))
        copyInst(i, blocks_[block], rest);
}

class Inliner {
public:
  explicit Inliner(ModulePassContext &context)
      : module_(context.module), counters_(context.counters), remarks_(context.remarks),
        counts_(context.counts), graph_(module_), sizes_(module_.functions.size()),
        depths_(module_.functions.size()) {}

  Change run() {
    for (image::FunctionId id = 0; id < module_.functions.size(); ++id)
      sizes_[id] = sizeOf(*module_.functions[id]);
    Change change = Change::None;
    for (image::FunctionId id : graph_.bottomUp()) {
      change |= runOn(id);
      sizes_[id] = sizeOf(*module_.functions[id]);
    }
    return change;
  }

private:
  static constexpr unsigned kRounds = 4;

  static size_t sizeOf(const ir::Function &fn) {
    return static_cast<size_t>(llvm::count_if(fn.insts, [](const ir::Inst &inst) {
      return inst.block != kNone && inst.op != Op::Const && inst.op != Op::Jump;
    }));
  }
  Change runOn(image::FunctionId id);
  unsigned useKnownFunctions(ir::Function &fn);
  std::optional<image::FunctionId> calleeOf(const ir::Function &fn, const ir::Inst &call) const;
  bool capturesAreOnlyRead(const ir::Function &callee) const;
  bool inlineInto(image::FunctionId id, unsigned round);
  /// The last round in which a call of the function itself is looked at.
  unsigned selfRounds(const ir::Function &fn, InstId call) const {
    std::optional<uint64_t> count = countOf(fn, call);
    return count && counts_->isHot(*count) ? 1 : 0;
  }
  const char *obstacle(image::FunctionId caller, image::FunctionId id, unsigned loopDepth,
                       std::optional<uint64_t> count) const;
  /// How often a call ran, if a profile knows.
  std::optional<uint64_t> countOf(const ir::Function &fn, InstId call) const {
    return counts_ ? counts_->calls(module_, fn, fn.insts[call].loc) : std::nullopt;
  }
  void remark(const ir::Function &fn, InstId call, image::FunctionId callee,
              const char *reason) const;

  ir::Module &module_;
  Counters &counters_;
  basic::Remarks *remarks_;
  const ir::ExecutionCounts *counts_; // null without a profile
  CallGraph graph_;
  std::vector<size_t> sizes_;
  std::vector<unsigned> depths_; // of the inline sites in each function
  InstId firstNew_ = 0; // instructions from here on are copies, where functions become known
};

/// What is inlined may call its parameters, which are known functions then: a few rounds.
Change Inliner::runOn(image::FunctionId id) {
  ir::Function &fn = *module_.functions[id];
  Change change = Change::None;
  for (unsigned round = 0; round < kRounds; ++round) {
    unsigned known = useKnownFunctions(fn);
    change |= known ? Change::Values : Change::None;
    if (!inlineInto(id, round))
      break;
    change = Change::Graph;
  }
  return change;
}

/// Makes calls of the values of functions without captures direct.
unsigned Inliner::useKnownFunctions(ir::Function &fn) {
  unsigned count = 0;
  for (ir::Inst &inst : fn.insts) {
    if (inst.block == kNone || inst.op != Op::CallValue)
      continue;
    InstId definition = fn.values[fn.operandPool[inst.operandBegin]].inst;
    if (definition == kNone || fn.insts[definition].op != Op::Func)
      continue;
    inst.op = Op::Call;
    inst.imm = fn.insts[definition].imm;
    ++inst.operandBegin;
    --inst.operandCount;
    ++count;
  }
  if (count)
    counters_.add("known callees", count);
  return count;
}

/// The function that a call reaches, as far as it can be inlined: by its number, or through a value
/// made in the same function of captures that it only reads.
std::optional<image::FunctionId> Inliner::calleeOf(const ir::Function &fn,
                                                   const ir::Inst &call) const {
  if (call.op == Op::Call) {
    auto id = static_cast<image::FunctionId>(call.imm);
    return module_.functions[id]->closure ? std::nullopt : std::optional(id);
  }
  if (call.op != Op::CallValue)
    return std::nullopt;
  InstId definition = fn.values[fn.operandPool[call.operandBegin]].inst;
  if (definition == kNone || fn.insts[definition].op != Op::ClosureNew)
    return std::nullopt;
  auto id = static_cast<image::FunctionId>(fn.insts[definition].imm);
  return capturesAreOnlyRead(*module_.functions[id]) ? std::optional(id) : std::nullopt;
}

bool Inliner::capturesAreOnlyRead(const ir::Function &callee) const {
  Cfg cfg(callee);
  ValueId closure = callee.blocks[0].params.back();
  for (BlockId block : cfg.reversePostOrder())
    for (InstId i = callee.blocks[block].first; i != kNone; i = callee.insts[i].next) {
      const ir::Inst &inst = callee.insts[i];
      bool reads = inst.op == Op::CaptureGet || inst.op == Op::ClosureValue;
      if (!reads && llvm::is_contained(callee.operands(i), closure))
        return false;
      for (const ir::Target &target : callee.targets(i))
        if (llvm::is_contained(callee.args(target), closure) || target.block == 0)
          return false;
    }
  return true;
}

/// What speaks against it; null if nothing does.
const char *Inliner::obstacle(image::FunctionId caller, image::FunctionId id, unsigned loopDepth,
                              std::optional<uint64_t> count) const {
  const ir::Function &from = *module_.functions[caller], &callee = *module_.functions[id];
  if (callee.noinline)
    return "it is marked `@noinline`";
  if (depths_[id] >= kMostDepth)
    return "too many calls inside one another are inlined already";
  size_t size = sizes_[id];
  bool isHot = count && counts_->isHot(*count);
  if (count == uint64_t{0} && !callee.inlineHint)
    return "it did not run when the profile was made";
  if (id == caller && loopDepth != 0 && !isHot)
    return "it calls itself in a loop";
  if (id == caller)
    return size <= (isHot ? kHotRecursive : kSmallRecursive) ? nullptr
                                                             : "it calls itself and is too large";
  if (graph_.component(id) == graph_.component(caller) || graph_.isRecursive(id))
    return "it calls itself, directly or through others";
  size_t limit = isHot                       ? kHot
                 : callee.inlineHint         ? kHinted
                 : loopDepth > 0 || from.hot ? kSmallInLoop
                                             : kSmall;
  if (callee.cold || from.cold || graph_.isRecursive(caller))
    limit = std::min(limit, kSmallInRecursive);
  return size <= limit ? nullptr : "it is too large";
}

void Inliner::remark(const ir::Function &fn, InstId call, image::FunctionId callee,
                     const char *reason) const {
  if (!remarks_ || !fn.insts[call].loc.valid())
    return;
  using Kind = basic::Remark::Kind;
  std::string name = module_.functions[callee]->name;
  basic::Remark &remark =
      remarks_->add(reason ? Kind::Missed : Kind::Passed, "inline",
                    reason ? "CallNotInlined" : "CallInlined", fn.insts[call].loc, fn.name);
  remark.text("the call of ")
      .value("Callee", name.empty() ? "a function expression" : "`" + name + "`")
      .text(reason ? " stays: " : " is inlined, ");
  if (reason)
    remark.text(reason).text(", ");
  remark.value("Size", std::to_string(sizes_[callee]))
      .text(sizes_[callee] == 1 ? " operation" : " operations");
}

/// The first round looks at all calls, the further ones at those that were copied before.
bool Inliner::inlineInto(image::FunctionId id, unsigned round) {
  ir::Function &fn = *module_.functions[id];
  Cfg cfg(fn);
  struct Site {
    InstId call;
    image::FunctionId callee;
  };
  std::vector<Site> sites;
  // From the end of each block, so that each split moves what has not been moved before.
  for (BlockId block : cfg.reversePostOrder())
    for (InstId i = fn.blocks[block].last; i != kNone; i = fn.insts[i].prev)
      if (round == 0 || i >= firstNew_)
        if (auto callee = calleeOf(fn, fn.insts[i]);
            callee && (round <= selfRounds(fn, i) || *callee != id))
          sites.push_back({i, *callee});
  firstNew_ = static_cast<InstId>(fn.insts.size());
  if (sites.empty())
    return false;
  Dominators dominators(cfg);
  Loops loops(cfg, dominators);
  // To be inlined into itself; later the function is in the midst of changes.
  std::optional<ir::Function> original;
  if (llvm::is_contained(llvm::map_range(sites, [](Site site) { return site.callee; }), id))
    original = fn;
  llvm::DenseMap<image::FunctionId, std::unique_ptr<BodyCopy>> copies;
  std::vector<std::pair<ValueId, ValueId>> replacements;
  size_t growth = 0;
  unsigned depth = depths_[id];
  for (Site site : sites) {
    const char *reason = growth + sizes_[site.callee] > kMostGrowth
                             ? "its caller has grown enough"
                             : obstacle(id, site.callee, loops.depth(fn.insts[site.call].block),
                                        countOf(fn, site.call));
    remark(fn, site.call, site.callee, reason);
    if (reason)
      continue;
    std::unique_ptr<BodyCopy> &copy = copies[site.callee];
    if (!copy)
      copy = std::make_unique<BodyCopy>(
          fn, site.callee == id ? *original : *module_.functions[site.callee], site.callee);
    growth += sizes_[site.callee];
    copy->replace(site.call, replacements);
    depth = std::max(depth, depths_[site.callee] + 1 + (round ? depths_[id] : 0));
    counters_.add("calls inlined");
  }
  depths_[id] = depth;
  if (copies.empty())
    return false;
  Replacements all(fn);
  for (auto [value, by] : replacements)
    all.replace(value, by);
  all.apply(fn);
  clearUnreachable(fn, Cfg(fn)); // a callee may never return
  return true;
}

} // namespace

Change inlineCalls(ModulePassContext &context) { return Inliner(context).run(); }

} // namespace orus::opt
