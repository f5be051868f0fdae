// Dispatch by computed goto: every handler is a label of one function. The file is compiled with
// -fno-gcse -fno-crossjumping, without which g++ joins the dispatches again.
#include "vm/interp/Helpers.h"
#include "vm/interp/Interpreter.h"
#include "vm/interp/Operands.h"

#include "format/isa/Isa.h"

#include <array>
#include <limits>
#include <utility>

#pragma GCC diagnostic ignored "-Wpedantic"

namespace orus::vm {

struct Handler {
  const void *label;
};

#define OP(name) op##name:
#define COLD(name)                                                                                 \
  name:
#define TAIL(name) goto name
#define DISPATCH()                                                                                 \
  do {                                                                                             \
    ins = *pc;                                                                                     \
    goto *table[ins & 0xff].label;                                                                 \
  } while (0)
#define HALT() return

#include "vm/interp/Control.inc"

void interpret(Machine &machine) {
  static const Handler kHandlers[256] = {
      {&&halt},
#define ORUS_OP(ident, ...) {&&op##ident},
#include "format/isa/Opcodes.def"
  };
  std::array<Handler, 256> traced;
  for (unsigned op = 0; op < traced.size(); ++op)
    traced[op] = isTraced(machine, static_cast<uint8_t>(op))            ? Handler{&&traceOp}
                 : machine.isCounting                                   ? Handler{&&countOp}
                 : machine.profile && isSpill(static_cast<uint8_t>(op)) ? Handler{&&countSpill}
                                                                        : kHandlers[op];
  machine.table =
      machine.traced || machine.isCounting || machine.profile ? traced.data() : kHandlers;
  std::array<Handler, 256> checked;
  if (machine.paranoid) {
    checked.fill({&&paranoidOp});
    machine.unchecked = std::exchange(machine.table, checked.data());
  }
  enterProgram(machine);

  Machine *vm = &machine;
  const uint32_t *pc = vm->pc;
  uint64_t *S = vm->scalars;
  Ref *R = vm->references;
  const uint64_t *K;
  const Handler *table;
  uint64_t ins;
  RELOAD();
  DISPATCH();

#include "vm/interp/Handlers.inc"

  COLD(countOp) {
    vm->count(static_cast<uint8_t>(ins));
    goto *kHandlers[ins & 0xff].label;
  }
  COLD(countSpill) {
    ++vm->profile->words[vm->program.wordOf(pc)];
    goto *kHandlers[ins & 0xff].label;
  }
  COLD(traceOp) {
    vm->count(static_cast<uint8_t>(ins));
    traceInstruction(vm, pc, S, R);
    RELOAD();
    ins = *pc;
    goto *kHandlers[ins & 0xff].label;
  }
  COLD(paranoidOp) {
    if (!isSound(vm, pc, S, R))
      HALT();
    RELOAD();
    ins = *pc;
    goto * vm->unchecked[ins & 0xff].label;
  }
}

const char *dispatchName() { return "computed goto"; }

} // namespace orus::vm
