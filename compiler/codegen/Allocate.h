// Register allocation for one function: outgoing slots, spilling, coalescing and assignment in
// order.
#pragma once

#include "compiler/codegen/Code.h"
#include "compiler/ir/ExecutionCounts.h"

namespace orus::codegen {

struct AllocationOptions {
  uint32_t registers = 256; // values of a bank that may be in registers at one time
  bool reachable = true;    // 8-bit operands are expected to reach the outgoing slots
  bool forCheck = false;    // keep what the checker needs
  bool fuse = true;         // as in CodegenOptions, like what follows
  const ir::ExecutionCounts *counts = nullptr;
};

/// A function with every value in its place.
struct Allocated {
  LirFunction lir;
  LirFunction reference; // as selected, if asked for
  Code code;
  std::array<image::BankSummary, kBankCount> summaries; // without lines
  std::array<SourceLoc, kBankCount> peaks;              // where the pressure is highest
  std::array<uint32_t, kBankCount> pressureAfter{};     // of the rewritten function
};

Allocated allocate(const ir::Function &fn, ProgramPools &pools, const AllocationOptions &options);

} // namespace orus::codegen
