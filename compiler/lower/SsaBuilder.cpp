#include "compiler/lower/SsaBuilder.h"

#include <algorithm>

namespace orus::lower {

using ir::kNone;

VarId SsaBuilder::addVariable(image::TypeId type) {
  variableTypes_.push_back(type);
  return static_cast<VarId>(variableTypes_.size() - 1);
}

BlockId SsaBuilder::addBlock(BlockId handler) {
  BlockId block = fn_.addBlock(handler);
  states_.resize(block + 1);
  return block;
}

void SsaBuilder::write(VarId var, BlockId block, ValueId value) {
  definitions_[key(var, block)] = value;
}

ValueId SsaBuilder::resolve(ValueId value) {
  ValueId root = value;
  while (root < forward_.size() && forward_[root] != kNone)
    root = forward_[root];
  while (value != root) {
    ValueId next = forward_[value];
    forward_[value] = root;
    value = next;
  }
  return root;
}

ValueId SsaBuilder::read(VarId var, BlockId block) {
  if (auto it = definitions_.find(key(var, block)); it != definitions_.end())
    return resolve(it->second);
  // Walk up a chain of blocks with one predecessor with a loop: source code makes long ones.
  llvm::SmallVector<BlockId, 16> chain;
  BlockId at = block;
  ValueId value = kNone;
  while (value == kNone) {
    const BlockState &state = states_[at];
    if (state.sealed && state.edges.size() == 1) {
      chain.push_back(at);
      at = edges_[state.edges[0]].from;
      if (auto it = definitions_.find(key(var, at)); it != definitions_.end())
        value = resolve(it->second);
      continue;
    }
    value = readThroughPredecessors(var, at);
  }
  for (BlockId passed : chain)
    write(var, passed, value);
  return value;
}

ValueId SsaBuilder::readThroughPredecessors(VarId var, BlockId block) {
  ValueId param = addParameter(var, block);
  write(var, block, param);
  if (!states_[block].sealed) {
    states_[block].incomplete.push_back({var, param});
    return param;
  }
  addOperands(var, block, fn_.blocks[block].params.size() - 1);
  ValueId value = resolve(param);
  write(var, block, value);
  return value;
}

ValueId SsaBuilder::addParameter(VarId var, BlockId block) {
  ValueId param = fn_.addParam(block, variableTypes_[var]);
  isVariableParam_.resize(param + 1);
  isVariableParam_[param] = true;
  return param;
}

void SsaBuilder::addOperands(VarId var, BlockId block, size_t paramIndex) {
  if (states_[block].edges.empty())
    undefinedRead_ = true;
  for (size_t i = 0; i < states_[block].edges.size(); ++i) {
    uint32_t edge = states_[block].edges[i];
    ValueId value = read(var, edges_[edge].from);
    // Reading may have added later parameters to this block and their arguments to this edge.
    EdgeState &state = edges_[edge];
    size_t index = paramIndex - state.implicitFirst;
    if (state.args.size() <= index)
      state.args.resize(index + 1, kNone);
    state.args[index] = value;
  }
  removeIfTrivial(block, paramIndex);
}

bool SsaBuilder::removeIfTrivial(BlockId block, size_t paramIndex) {
  ValueId param = fn_.blocks[block].params[paramIndex];
  ValueId same = kNone;
  for (uint32_t edge : states_[block].edges) {
    EdgeState &state = edges_[edge];
    size_t index = paramIndex - state.implicitFirst;
    if (index >= state.args.size() || state.args[index] == kNone)
      return false; // still being filled in
    ValueId value = resolve(state.args[index]);
    if (value == param || value == same)
      continue;
    if (same != kNone)
      return false;
    same = value;
  }
  if (same == kNone)
    return false;
  if (forward_.size() <= param)
    forward_.resize(std::max<size_t>(fn_.values.size(), param + 1), kNone);
  forward_[param] = same;
  return true;
}

void SsaBuilder::seal(BlockId block) {
  states_[block].sealed = true;
  auto incomplete = std::move(states_[block].incomplete);
  states_[block].incomplete.clear();
  for (auto [var, param] : incomplete) {
    const auto &params = fn_.blocks[block].params;
    size_t index = 0;
    while (params[index] != param)
      ++index;
    addOperands(var, block, index);
  }
}

void SsaBuilder::terminate(BlockId block, ir::Op op, llvm::ArrayRef<ValueId> operands,
                           llvm::ArrayRef<Edge> targets, uint64_t imm, basic::SourceLoc loc) {
  llvm::SmallVector<std::pair<BlockId, llvm::ArrayRef<ValueId>>, 2> plain;
  for (const Edge &target : targets)
    plain.push_back({target.block, {}});
  ir::InstId inst = fn_.terminate(block, op, operands, plain, imm, loc);
  uint32_t index = fn_.insts[inst].targetBegin;
  edges_.resize(fn_.targetPool.size());
  for (const Edge &target : targets) {
    EdgeState &edge = edges_[index];
    edge.from = block;
    edge.to = target.block;
    edge.args.assign(target.args.begin(), target.args.end());
    edge.implicitFirst = target.implicitFirst;
    states_[target.block].edges.push_back(index++);
  }
}

void SsaBuilder::removeTrivialParameters() {
  struct Place {
    BlockId block;
    uint32_t index;
  };
  auto isOpen = [&](ValueId value) {
    return value < isVariableParam_.size() && isVariableParam_[value] && resolve(value) == value;
  };
  // A parameter can only become trivial when one that it takes is replaced.
  std::vector<Place> places(isVariableParam_.size());
  std::vector<std::vector<ValueId>> takers(isVariableParam_.size());
  std::vector<ValueId> work;
  for (BlockId block = 0; block < states_.size(); ++block) {
    const auto &params = fn_.blocks[block].params;
    for (uint32_t i = 0; i < params.size(); ++i) {
      if (!isOpen(params[i]))
        continue;
      places[params[i]] = {block, i};
      work.push_back(params[i]);
      for (uint32_t edge : states_[block].edges) {
        const EdgeState &state = edges_[edge];
        size_t index = i - state.implicitFirst;
        if (index >= state.args.size() || state.args[index] == kNone)
          continue;
        if (ValueId arg = resolve(state.args[index]); arg != params[i] && isOpen(arg))
          takers[arg].push_back(params[i]);
      }
    }
  }
  std::ranges::reverse(work);
  while (!work.empty()) {
    ValueId param = work.back();
    work.pop_back();
    if (resolve(param) != param || !removeIfTrivial(places[param].block, places[param].index))
      continue;
    std::vector<ValueId> waiting = std::move(takers[param]);
    work.insert(work.end(), waiting.begin(), waiting.end());
    ValueId same = resolve(param);
    if (!isOpen(same))
      continue;
    if (takers[same].size() < waiting.size())
      std::swap(takers[same], waiting);
    takers[same].insert(takers[same].end(), waiting.begin(), waiting.end());
  }
}

void SsaBuilder::writeEdges() {
  llvm::SmallVector<ValueId, 8> args;
  for (uint32_t index = 0; index < edges_.size(); ++index) {
    EdgeState &edge = edges_[index];
    if (edge.to == kNone)
      continue;
    args.clear();
    const auto &params = fn_.blocks[edge.to].params;
    for (size_t i = edge.implicitFirst; i < params.size(); ++i)
      if (resolve(params[i]) == params[i] && i - edge.implicitFirst < edge.args.size())
        args.push_back(resolve(edge.args[i - edge.implicitFirst]));
    fn_.setArgs(fn_.targetPool[index], args);
  }
}

bool SsaBuilder::finish() {
  removeTrivialParameters();
  // Operands first: setArgs appends to the same pool.
  for (ValueId &operand : fn_.operandPool)
    operand = resolve(operand);
  writeEdges();
  for (ir::Block &block : fn_.blocks)
    llvm::erase_if(block.params, [&](ValueId param) { return resolve(param) != param; });
  return !undefinedRead_;
}

} // namespace orus::lower
