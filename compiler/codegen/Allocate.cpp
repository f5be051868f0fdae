#include "compiler/codegen/Allocate.h"

#include "compiler/codegen/Segments.h"
#include "compiler/codegen/Selection.h"
#include "compiler/codegen/Spill.h"

namespace orus::codegen {

namespace {

class Allocation {
public:
  Allocation(const ir::Function &fn, ProgramPools &pools, const AllocationOptions &options)
      : fn_(fn), pools_(pools), options_(options) {}

  Allocated run() {
    LirFunction &lir = out_.lir;
    lir = select(fn_, pools_, {options_.fuse, options_.counts});
    OutgoingAreas areas = placeOutgoing(lir, options_.reachable);
    if (options_.forCheck)
      out_.reference = lir;
    AdjacencyList preds = predecessors(lir);
    LirLiveness liveness(lir, preds);
    std::vector<LiveRange> ranges = liveRanges(lir, liveness);
    if (limit(preds, liveness, ranges)) {
      liveness = LirLiveness(lir, preds);
      removeDeadMoves(lir, liveness);
      splitSegments(lir, liveness);
      ranges = liveRanges(lir, liveness);
    }
    if (options_.forCheck)
      for (Bank bank : {Bank::Scalar, Bank::Reference})
        out_.pressureAfter[index(bank)] = pressure(lir, ranges, bank).max;
    CoalescingCounts counts;
    Webs webs = coalesce(lir, preds, std::move(ranges), counts);
    Assignment assignment = assignSlots(lir, webs, pools_.types);
    out_.code = resolve(lir, assignment, areas, options_.reachable, pools_);
    out_.code.blockPressure = std::move(blockPressure_);
    summarize(counts);
    return std::move(out_);
  }

private:
  // Whether the function was changed.
  bool limit(const AdjacencyList &preds, const LirLiveness &liveness,
             llvm::ArrayRef<LiveRange> ranges) {
    std::array<Pressure, kBankCount> before{pressure(out_.lir, ranges, Bank::Scalar),
                                            pressure(out_.lir, ranges, Bank::Reference)};
    for (size_t bank = 0; bank < kBankCount; ++bank)
      out_.peaks[bank] = positionAround(before[bank].maxAt);
    for (size_t bank = 0; bank < kBankCount; ++bank)
      blockPressure_[bank] = before[bank].blockMax;
    bool changed = false;
    for (Bank bank : {Bank::Scalar, Bank::Reference}) {
      const Pressure &at = before[index(bank)];
      image::BankSummary &summary = out_.summaries[index(bank)];
      summary.maxPressure = at.max;
      if (at.max <= options_.registers)
        continue;
      SpillCounts counts = limitPressure(out_.lir, preds, liveness, at, bank, options_.registers);
      summary.splits = counts.splits;
      summary.rematerialized = counts.rematerialized;
      changed = true;
    }
    return changed;
  }

  // The source position of an instruction, or of the last one before it that has one.
  SourceLoc positionAround(uint32_t at) const {
    while (at > 0 && !out_.lir.insts[at].loc.valid())
      --at;
    return out_.lir.insts[at].loc;
  }

  void summarize(const CoalescingCounts &coalescing) {
    for (size_t bank = 0; bank < kBankCount; ++bank) {
      image::BankSummary &summary = out_.summaries[bank];
      summary.registersUsed = static_cast<uint32_t>(out_.code.banks[bank].registers.size());
      summary.spillSlots = static_cast<uint32_t>(out_.code.banks[bank].spills.size());
      summary.spillLoads = out_.code.counts.loads[bank];
      summary.spillStores = out_.code.counts.stores[bank];
      summary.coalesced = coalescing.coalesced[bank];
    }
  }

  const ir::Function &fn_;
  ProgramPools &pools_;
  const AllocationOptions &options_;
  Allocated out_;
  std::array<std::vector<uint32_t>, kBankCount> blockPressure_;
};

} // namespace

Allocated allocate(const ir::Function &fn, ProgramPools &pools, const AllocationOptions &options) {
  return Allocation(fn, pools, options).run();
}

} // namespace orus::codegen
