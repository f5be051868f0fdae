#include "compiler/codegen/LoopSummary.h"

#include <algorithm>

namespace orus::codegen {

using image::LoopRecord;
using isa::Opcode;

bool isBoxed(Opcode op) {
  return std::ranges::any_of(isa::info(op).operands(), [](const isa::Operand &operand) {
    return operand.isRegister() && operand.type == isa::RegisterType::Any;
  });
}

static void count(LoopRecord &record, Opcode op) {
  if (op == Opcode::Jmp) // most of them only say which block comes next
    return;
  ++record.instructions;
  record.boxed += isBoxed(op);
  record.calls += isa::info(op).has(isa::kCalls);
  switch (op) {
  case Opcode::Lds:
  case Opcode::LdsR: ++record.spillLoads; break;
  case Opcode::Sts:
  case Opcode::StsR: ++record.spillStores; break;
  case Opcode::Ldm:
  case Opcode::LdmR:
  case Opcode::Stm:
  case Opcode::StmR: ++record.moduleAccesses; break;
  case Opcode::Mov:
  case Opcode::MovR: ++record.moves; break;
  case Opcode::Mov2:
  case Opcode::MovR2:
  case Opcode::MovSR: record.moves += 2; break;
  case Opcode::LdiW:
  case Opcode::LdiX:
  case Opcode::Ldk:
  case Opcode::LdStr: ++record.constants; break;
  default: break;
  }
}

/// Adds what an inner loop holds to the one around it.
static void include(LoopRecord &outer, const LoopRecord &inner) {
  outer.scalarPressure = std::max(outer.scalarPressure, inner.scalarPressure);
  outer.referencePressure = std::max(outer.referencePressure, inner.referencePressure);
  for (auto field : {&LoopRecord::spillLoads, &LoopRecord::spillStores, &LoopRecord::constants,
                     &LoopRecord::moves, &LoopRecord::boxed, &LoopRecord::moduleAccesses,
                     &LoopRecord::calls, &LoopRecord::instructions})
    outer.*field += inner.*field;
}

std::vector<LoopSummary> summarizeLoops(const LirFunction &fn, const Code &code) {
  std::vector<LoopRecord> records(fn.loops.size());
  for (BlockIndex b = 0; b < fn.blocks.size(); ++b) {
    if (fn.blocks[b].loop == kNone)
      continue;
    LoopRecord &record = records[fn.blocks[b].loop];
    record.scalarPressure =
        std::max(record.scalarPressure, code.blockPressure[index(Bank::Scalar)][b]);
    record.referencePressure =
        std::max(record.referencePressure, code.blockPressure[index(Bank::Reference)][b]);
    for (uint32_t at = code.blocks[b].first; at < code.blocks[b].last; ++at)
      count(record, code.insts[at].inst.op);
  }
  for (size_t i = records.size(); i-- > 0;)
    if (uint32_t parent = fn.loops[i].parent; parent != kNone)
      include(records[parent], records[i]);
  std::vector<LoopSummary> found;
  std::vector<uint32_t> numbers(records.size());
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (records[i].instructions == 0)
      continue;
    uint32_t parent = fn.loops[i].parent;
    records[i].parent = parent == kNone ? 0 : numbers[parent];
    records[i].depth = fn.loops[i].depth;
    found.push_back({i, records[i]});
    numbers[i] = static_cast<uint32_t>(found.size());
  }
  return found;
}

} // namespace orus::codegen
