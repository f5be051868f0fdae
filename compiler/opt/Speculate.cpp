// Calls of function values of which a profile says that they are mostly one function:
//
//   r = callv f(x)      becomes      c = eq f, func @g; branch c, ^direct, ^other
//                                    ^direct: a = call @g(x); jump ^rest(a)
//                                    ^other:  b = callv f(x); jump ^rest(b)
//
// so that @g can be inlined (Hoelzle & Ungar, PLDI 1994). A function without captures is one value
// wherever it is mentioned, so identity is the test.
#include "compiler/opt/Edit.h"
#include "compiler/opt/Fold.h"

namespace orus::opt {

namespace {

class Speculation {
public:
  Speculation(ModulePassContext &context, const llvm::DenseMap<uint64_t, image::FunctionId> &byHash,
              ir::Function &fn)
      : context_(context), byHash_(byHash), fn_(fn) {}

  Change run() {
    std::vector<std::pair<InstId, image::FunctionId>> sites;
    for (InstId id = 0; id < fn_.insts.size(); ++id)
      if (fn_.insts[id].block != kNone && fn_.insts[id].op == Op::CallValue)
        if (auto target = targetOf(id))
          sites.push_back({id, *target});
    // From the end of each block, so that each split moves what has not been moved before.
    for (auto [id, target] : llvm::reverse(sites))
      split(id, target);
    replacements_.apply(fn_);
    return sites.empty() ? Change::None : Change::Graph;
  }

private:
  /// The function that takes at least six calls of ten, if it can be called directly.
  std::optional<image::FunctionId> targetOf(InstId id) const {
    constexpr uint64_t kShare = 60; // per cent
    uint64_t total = 0;
    ir::ExecutionCounts::Target most;
    for (const ir::ExecutionCounts::Target &target : context_.counts->targets(fn_.insts[id].loc)) {
      total += target.count;
      if (target.count > most.count)
        most = target;
    }
    auto found = byHash_.find(most.sourceHash);
    if (!context_.counts->isHot(total) || most.count * 100 < total * kShare ||
        found == byHash_.end())
      return std::nullopt;
    const ir::Function &callee = *context_.module.functions[found->second];
    TypeId type = fn_.type(std::as_const(fn_).operands(id)[0]);
    if (callee.closure || callee.signature != type)
      return std::nullopt;
    return found->second;
  }

  void split(InstId id, image::FunctionId target) {
    BlockId block = fn_.insts[id].block, handler = fn_.blocks[block].handler;
    ir::Position loc = fn_.insts[id].loc;
    llvm::SmallVector<ValueId, 4> operands(std::as_const(fn_).operands(id));
    ValueId result = fn_.insts[id].result;
    TypeId type = result == kNone ? kNone : fn_.type(result);
    BlockId rest = splitAfter(fn_, id);
    BlockId direct = fn_.addBlock(handler), other = fn_.addBlock(handler);
    fn_.blocks[direct].loopDepth = fn_.blocks[other].loopDepth = fn_.blocks[block].loopDepth;
    fn_.remove(id);
    auto value = [&](InstId inst) { return fn_.insts[inst].result; };
    ValueId known = value(fn_.append(block, Op::Func, fn_.type(operands[0]), {}, target, loc));
    ValueId same = value(fn_.append(block, Op::Eq, kBoolType, {operands[0], known}, 0, loc));
    fn_.terminate(block, Op::Branch, {same}, {{direct, {}}, {other, {}}}, 0, loc);
    auto leave = [&](BlockId from, InstId call) {
      llvm::SmallVector<ValueId, 1> args;
      if (result != kNone)
        args.push_back(value(call));
      fn_.terminate(from, Op::Jump, {}, {{rest, args}}, 0, loc);
    };
    leave(direct, fn_.append(direct, Op::Call, type, ArrayRef(operands).drop_front(), target, loc));
    leave(other, fn_.append(other, Op::CallValue, type, operands, 0, loc));
    if (result != kNone)
      replacements_.replace(result, fn_.addParam(rest, type));
    context_.counters.add("calls tested");
  }

  ModulePassContext &context_;
  const llvm::DenseMap<uint64_t, image::FunctionId> &byHash_;
  ir::Function &fn_;
  Replacements replacements_{fn_};
};

} // namespace

Change speculateCalls(ModulePassContext &context) {
  if (!context.counts)
    return Change::None;
  llvm::DenseMap<uint64_t, image::FunctionId> byHash;
  for (image::FunctionId id = 0; id < context.module.functions.size(); ++id)
    if (uint64_t hash = context.module.functions[id]->sourceHash)
      byHash.try_emplace(hash, id);
  Change change = Change::None;
  for (const auto &fn : context.module.functions)
    change |= Speculation(context, byHash, *fn).run();
  return change;
}

} // namespace orus::opt
