#include "compiler/codegen/Moves.h"

#include <algorithm>

namespace orus::codegen {

using image::ScalarType;
using isa::Opcode;

// Whether instructions other than lds and sts can name the place.
bool MoveExpander::isDirect(Loc loc) const {
  return loc.space == Space::Register || (loc.space == Space::Outgoing && reachable_);
}

void MoveExpander::emit(Opcode op, std::initializer_list<int64_t> operands, uint32_t constant) {
  CodeInst inst;
  inst.inst.op = op;
  std::ranges::copy(operands, inst.inst.operands.begin());
  inst.constant = constant;
  code_.insts.push_back(inst);
}

// A place to pass a value through: an outgoing slot above all others, which takes any type, or,
// where those are out of reach, a register of the type. A value on its way (0) and one taken out of
// a cycle (1) can be needed at once.
Loc MoveExpander::scratch(TypeId type, unsigned which) {
  size_t bank = index(bankOf(type));
  if (reachable_) {
    scratchCount_[bank] = std::max(scratchCount_[bank], which + 1);
    return {Space::Outgoing, code_.outgoing[bank] + which};
  }
  auto &registers = code_.banks[bank].registers;
  auto [it, isNew] =
      scratchRegisters_.try_emplace({type, which}, static_cast<uint32_t>(registers.size()));
  if (isNew)
    registers.push_back(type);
  return {Space::Register, it->second};
}

void MoveExpander::loadConstant(Loc to, uint32_t index) {
  LirConstant constant = fn_.constants[index];
  int64_t slot = to.pack();
  if (constant.type == image::kString)
    return emit(Opcode::LdStr, {slot, static_cast<int64_t>(constant.bits)}, index);
  auto scalar = static_cast<ScalarType>(constant.type);
  bool isWide = scalar == ScalarType::I64 || scalar == ScalarType::U64;
  int64_t value = isWide ? static_cast<int64_t>(constant.bits)
                         : static_cast<int64_t>(static_cast<int32_t>(constant.bits));
  if (scalar != ScalarType::F64 && value == static_cast<int16_t>(value))
    return emit(isWide ? Opcode::LdiX : Opcode::LdiW, {slot, value}, index);
  emit(Opcode::Ldk, {slot, pools_.constant(scalar, constant.bits)}, index);
}

void MoveExpander::move(const ParallelMove &move) {
  bool isScalar = bankOf(move.type) == Bank::Scalar;
  size_t bank = index(bankOf(move.type));
  auto store = [&](Loc from) {
    code_.counts.stores[bank] += move.to.isMemory();
    emit(isScalar ? Opcode::Sts : Opcode::StsR, {from.pack(), move.to.pack()});
  };
  if (move.constant != kNone) {
    ++code_.counts.constants[bank];
    if (isDirect(move.to))
      return loadConstant(move.to, move.constant);
    Loc via = scratch(move.type, 0);
    loadConstant(via, move.constant);
    return store(via);
  }
  if (move.to == move.from)
    return;
  Loc from = move.from;
  if (!isDirect(from)) {
    Loc to = isDirect(move.to) ? move.to : scratch(move.type, 0);
    code_.counts.loads[bank] += from.isMemory();
    emit(isScalar ? Opcode::Lds : Opcode::LdsR, {to.pack(), from.pack()});
    from = to;
    if (from == move.to)
      return;
  }
  if (!isDirect(move.to))
    return store(from);
  ++code_.counts.moves[bank];
  emit(isScalar ? Opcode::Mov : Opcode::MovR, {move.to.pack(), from.pack()});
}

// Carries out each move once nothing reads its destination any more; what is left then are cycles.
// Constants are read by nothing and come last.
void MoveExpander::moveAll(llvm::SmallVectorImpl<ParallelMove> &moves) {
  auto isNothing = [](const ParallelMove &m) { return m.constant == kNone && m.to == m.from; };
  llvm::erase_if(moves, isNothing);
  llvm::SmallVector<ParallelMove, 4> last;
  llvm::copy_if(moves, std::back_inserter(last),
                [](const ParallelMove &m) { return m.constant != kNone; });
  llvm::erase_if(moves, [](const ParallelMove &m) { return m.constant != kNone; });
  if (!moves.empty())
    moveCycle(moves);
  for (const ParallelMove &m : last)
    move(m);
}

void MoveExpander::moveCycle(llvm::SmallVectorImpl<ParallelMove> &moves) {
  // Places of the two banks are told apart by a bit that no space uses.
  auto key = [](Loc loc, TypeId type) {
    return loc.pack() | static_cast<uint32_t>(bankOf(type)) << 31;
  };
  llvm::SmallDenseMap<uint32_t, uint32_t, 8> readers, writer; // by place
  for (size_t i = 0; i < moves.size(); ++i) {
    ++readers[key(moves[i].from, moves[i].type)];
    writer[key(moves[i].to, moves[i].type)] = static_cast<uint32_t>(i);
  }
  llvm::SmallVector<uint32_t, 8> ready;
  llvm::SmallVector<bool, 8> done(moves.size());
  auto isFree = [&](const ParallelMove &m) { return readers.lookup(key(m.to, m.type)) == 0; };
  auto finishReady = [&] {
    while (!ready.empty()) {
      uint32_t i = ready.pop_back_val();
      ParallelMove &m = moves[i];
      move(m);
      done[i] = true;
      uint32_t from = key(m.from, m.type);
      if (--readers[from] != 0)
        continue;
      if (auto it = writer.find(from); it != writer.end() && !done[it->second])
        ready.push_back(it->second);
    }
  };
  for (uint32_t i = static_cast<uint32_t>(moves.size()); i-- > 0;)
    if (isFree(moves[i]))
      ready.push_back(i);
  finishReady();
  for (uint32_t i = 0; i < moves.size(); ++i) {
    if (done[i])
      continue;
    // The one reader of the destination, the next in the cycle, reads the scratch place instead.
    uint32_t to = key(moves[i].to, moves[i].type);
    Loc saved = scratch(moves[i].type, 1);
    move({saved, moves[i].to, kNone, moves[i].type});
    for (ParallelMove &other : moves)
      if (key(other.from, other.type) == to)
        other.from = saved;
    readers[key(saved, moves[i].type)] = 1;
    readers[to] = 0;
    ready.push_back(i);
    finishReady();
  }
}

} // namespace orus::codegen
