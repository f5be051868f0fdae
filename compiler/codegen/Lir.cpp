#include "compiler/codegen/Lir.h"

namespace orus::codegen {

LirInst LirFunction::move(VReg to, Source from) {
  LirInst inst;
  inst.kind = LirInst::Kind::Move;
  inst.result = to;
  inst.argBegin = static_cast<uint32_t>(args.size());
  inst.argCount = 1;
  args.push_back(from);
  return inst;
}

} // namespace orus::codegen
