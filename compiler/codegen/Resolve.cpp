#include "compiler/codegen/Moves.h"

#include <algorithm>

namespace orus::codegen {

namespace {

class Resolver {
public:
  Resolver(const LirFunction &fn, const Assignment &assignment, OutgoingAreas areas, bool reachable,
           ProgramPools &pools)
      : fn_(fn), locs_(assignment.locs), areas_(areas), moves_(fn, code_, reachable, pools) {
    code_.banks = assignment.banks;
    code_.outgoing = areas.size;
  }

  Code run() {
    code_.blocks.resize(fn_.blocks.size());
    code_.insts.reserve(fn_.insts.size() + fn_.insts.size() / 4);
    for (size_t b = 0; b < fn_.blocks.size(); ++b) {
      code_.blocks[b].first = static_cast<uint32_t>(code_.insts.size());
      for (uint32_t at = fn_.blocks[b].first; at < fn_.blocks[b].last; ++at)
        resolve(fn_.blocks[b], at);
      code_.blocks[b].last = static_cast<uint32_t>(code_.insts.size());
      if (fn_.blocks[b].entryDef == EntryDef::Catch)
        code_.catchSlots[static_cast<BlockIndex>(b)] = locs_[fn_.blocks[b].entryValue];
    }
    for (Bank bank : {Bank::Scalar, Bank::Reference})
      code_.outgoing[index(bank)] += moves_.scratchCount(bank);
    int64_t lead = areas_.referenceLead + code_.outgoingBase(Bank::Reference) -
                   code_.outgoingBase(Bank::Scalar);
    code_.scalarPadding = static_cast<uint32_t>(std::max<int64_t>(lead, 0));
    return std::move(code_);
  }

private:
  void resolve(const LirBlock &block, uint32_t at) {
    const LirInst &inst = fn_.insts[at];
    if (inst.isMove())
      return moves_.move(assignment(locs_[inst.result], fn_.argsOf(inst)[0]));
    if (inst.kind == LirInst::Kind::Dead)
      return;
    if (inst.argCount != 0)
      passArguments(block, inst);
    CodeInst out;
    out.inst = {inst.op, inst.operands};
    out.origin = inst.origin;
    out.loc = inst.loc;
    out.secondLoc = inst.secondLoc;
    const isa::OpInfo &op = isa::info(inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i)
      if (op.operandArray[i].isRegister())
        out.inst.operands[i] = locs_[static_cast<VReg>(inst.operands[i])].pack();
    code_.insts.push_back(out);
    if (inst.takesOutgoing() && inst.result != kNone) {
      TypeId type = fn_.vregs[inst.result].type;
      Loc slot{Space::Outgoing, windowBases(inst).at[index(bankOf(type))]};
      moves_.move({locs_[inst.result], slot, kNone, type});
    }
  }

  ParallelMove assignment(Loc to, Source from) const {
    TypeId type = fn_.typeOf(from);
    if (from.isConstant())
      return {to, to, from.constant(), type};
    return {to, locs_[from.vreg()], kNone, type};
  }

  // To outgoing slots for a call, to the parameters of the next block for a jump.
  void passArguments(const LirBlock &block, const LirInst &inst) {
    llvm::SmallVector<ParallelMove, 8> moves;
    llvm::ArrayRef<Source> args = fn_.argsOf(inst);
    bool isCall = inst.takesOutgoing();
    std::array<uint32_t, kBankCount> next = isCall ? windowBases(inst).at : decltype(next){};
    for (size_t i = 0; i < args.size(); ++i) {
      Loc to = isCall ? Loc{Space::Outgoing, next[index(bankOf(fn_.typeOf(args[i])))]++}
                      : locs_[fn_.blocks[block.successors[0]].params[i]];
      moves.push_back(assignment(to, args[i]));
    }
    moves_.moveAll(moves);
  }

  const LirFunction &fn_;
  llvm::ArrayRef<Loc> locs_;
  OutgoingAreas areas_;
  Code code_;
  MoveExpander moves_;
};

} // namespace

Code resolve(const LirFunction &fn, const Assignment &assignment, OutgoingAreas areas,
             bool reachable, ProgramPools &pools) {
  return Resolver(fn, assignment, areas, reachable, pools).run();
}

} // namespace orus::codegen
