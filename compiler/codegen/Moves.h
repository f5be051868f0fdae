// Expands moves between places of a window, one by one or in parallel.
#pragma once

#include "compiler/codegen/Code.h"

namespace orus::codegen {

/// One assignment of a parallel move.
struct ParallelMove {
  Loc to;
  Loc from;
  uint32_t constant = kNone; // if set, instead of `from`
  TypeId type = 0;
};

class MoveExpander {
public:
  MoveExpander(const LirFunction &fn, Code &code, bool reachable, ProgramPools &pools)
      : fn_(fn), code_(code), reachable_(reachable), pools_(pools) {}

  void move(const ParallelMove &move);
  /// As if all sources were read before any destination is written. Destinations are distinct.
  void moveAll(llvm::SmallVectorImpl<ParallelMove> &moves);
  /// Outgoing slots that scratch values take beyond those of calls, by bank.
  uint32_t scratchCount(Bank bank) const { return scratchCount_[index(bank)]; }

private:
  void moveCycle(llvm::SmallVectorImpl<ParallelMove> &moves);
  bool isDirect(Loc loc) const;
  Loc scratch(TypeId type, unsigned which);
  void loadConstant(Loc to, uint32_t constant);
  void emit(isa::Opcode op, std::initializer_list<int64_t> operands, uint32_t constant = kNone);

  const LirFunction &fn_;
  Code &code_;
  bool reachable_;
  ProgramPools &pools_;
  std::array<uint32_t, kBankCount> scratchCount_{};
  llvm::DenseMap<std::pair<TypeId, unsigned>, uint32_t> scratchRegisters_;
};

} // namespace orus::codegen
