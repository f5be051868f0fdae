#include "compiler/ir/Ir.h"

#include <array>
#include <cassert>

namespace orus::ir {

namespace {

constexpr OpInfo makeInfo(const char *text, int operands, bool hasResult, ImmKind imm,
                          const char *effects) {
  OpInfo info{text, operands, hasResult, imm, false, false, false, false, false, false, false};
  for (const char *p = effects; *p != 0; ++p) {
    switch (*p) {
    case 'P': info.mayPanic = true; break;
    case 'G': info.mayCollect = true; break;
    case 'R': info.reads = true; break;
    case 'W': info.writes = true; break;
    case 'I': info.io = true; break;
    case 'C': info.calls = true; break;
    case 'T': info.terminates = true; break;
    default: break;
    }
  }
  return info;
}

constexpr OpInfo kOps[] = {
#define ORUS_IR_OP(ident, text, operands, result, imm, effects, meaning)                           \
  makeInfo(text, operands, result != 0, ImmKind::imm, effects),
#include "compiler/ir/Ops.def"
};

/// Appends `items` to `pool`, of which they may be a part, and returns where they begin.
uint32_t appendTo(std::vector<ValueId> &pool, ArrayRef<ValueId> items) {
  auto begin = static_cast<uint32_t>(pool.size());
  llvm::SmallVector<ValueId, 8> copy(items.begin(), items.end());
  pool.insert(pool.end(), copy.begin(), copy.end());
  return begin;
}

} // namespace

const OpInfo &opInfo(Op op) { return kOps[static_cast<size_t>(op)]; }

BlockId Function::addBlock(BlockId handler) {
  auto id = static_cast<BlockId>(blocks.size());
  blocks.emplace_back().handler = handler;
  return id;
}

ValueId Function::addParam(BlockId block, TypeId type) {
  auto id = static_cast<ValueId>(values.size());
  values.push_back({type, kNone, block});
  blocks[block].params.push_back(id);
  return id;
}

InstId Function::make(Op op, TypeId type, ArrayRef<ValueId> operands, uint64_t imm, Position at) {
  auto id = static_cast<InstId>(insts.size());
  Inst inst;
  inst.op = op;
  inst.operandBegin = appendTo(operandPool, operands);
  inst.operandCount = static_cast<uint32_t>(operands.size());
  inst.targetBegin = static_cast<uint32_t>(targetPool.size());
  inst.imm = imm;
  inst.loc = at;
  if (opInfo(op).hasResult && type != kNone) {
    inst.result = static_cast<ValueId>(values.size());
    values.push_back({type, id, kNone});
  }
  insts.push_back(inst);
  return id;
}

InstId Function::append(BlockId block, Op op, TypeId type, ArrayRef<ValueId> operands, uint64_t imm,
                        Position at) {
  InstId id = make(op, type, operands, imm, at);
  insertAtEnd(block, id);
  return id;
}

InstId Function::terminate(BlockId block, Op op, ArrayRef<ValueId> operands,
                           ArrayRef<std::pair<BlockId, ArrayRef<ValueId>>> targets, uint64_t imm,
                           Position at) {
  assert(opInfo(op).terminates);
  InstId id = make(op, kNone, operands, imm, at);
  insts[id].targetBegin = static_cast<uint32_t>(targetPool.size());
  insts[id].targetCount = static_cast<uint32_t>(targets.size());
  for (const auto &[target, args] : targets) {
    uint32_t begin = appendTo(operandPool, args);
    targetPool.push_back({target, begin, static_cast<uint32_t>(args.size())});
  }
  insertAtEnd(block, id);
  return id;
}

void Function::insertAtEnd(BlockId block, InstId id) {
  Block &b = blocks[block];
  Inst &inst = insts[id];
  inst.block = block;
  inst.prev = b.last;
  inst.next = kNone;
  (b.last == kNone ? b.first : insts[b.last].next) = id;
  b.last = id;
}

void Function::insertBefore(InstId before, InstId id) {
  Inst &inst = insts[id];
  Inst &at = insts[before];
  Block &b = blocks[at.block];
  inst.block = at.block;
  inst.prev = at.prev;
  inst.next = before;
  (at.prev == kNone ? b.first : insts[at.prev].next) = id;
  at.prev = id;
}

void Function::unlink(InstId id) {
  Inst &inst = insts[id];
  Block &b = blocks[inst.block];
  (inst.prev == kNone ? b.first : insts[inst.prev].next) = inst.next;
  (inst.next == kNone ? b.last : insts[inst.next].prev) = inst.prev;
  inst.block = inst.prev = inst.next = kNone;
}

void Function::remove(InstId id) {
  unlink(id);
  Inst &inst = insts[id];
  inst.operandCount = inst.targetCount = 0;
}

llvm::MutableArrayRef<ValueId> Function::operands(InstId id) {
  const Inst &inst = insts[id];
  return {operandPool.data() + inst.operandBegin, inst.operandCount};
}
ArrayRef<ValueId> Function::operands(InstId id) const {
  const Inst &inst = insts[id];
  return {operandPool.data() + inst.operandBegin, inst.operandCount};
}
llvm::MutableArrayRef<Target> Function::targets(InstId id) {
  const Inst &inst = insts[id];
  return {targetPool.data() + inst.targetBegin, inst.targetCount};
}
ArrayRef<Target> Function::targets(InstId id) const {
  const Inst &inst = insts[id];
  return {targetPool.data() + inst.targetBegin, inst.targetCount};
}
llvm::MutableArrayRef<ValueId> Function::args(const Target &target) {
  return {operandPool.data() + target.argBegin, target.argCount};
}
ArrayRef<ValueId> Function::args(const Target &target) const {
  return {operandPool.data() + target.argBegin, target.argCount};
}

void Function::setArgs(Target &target, ArrayRef<ValueId> args) {
  if (args.size() > target.argCount) {
    target.argBegin = appendTo(operandPool, args);
  } else {
    // `args` may be a part of what is overwritten.
    llvm::SmallVector<ValueId, 8> copy(args.begin(), args.end());
    std::copy(copy.begin(), copy.end(), operandPool.begin() + target.argBegin);
  }
  target.argCount = static_cast<uint32_t>(args.size());
}

image::StringId Module::string(StringRef text) {
  auto [it, isNew] = stringIds_.try_emplace(text, static_cast<image::StringId>(strings.size()));
  if (isNew)
    strings.push_back(text.str());
  return it->second;
}

} // namespace orus::ir
