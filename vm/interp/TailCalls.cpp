// Dispatch by guaranteed tail calls: every handler is a function, compiled alone, whose arguments
// are the interpreter's registers. With preserve_none the first four are machine registers that C++
// callees preserve, so that calling a helper costs no spill.
#include "vm/interp/Helpers.h"
#include "vm/interp/Interpreter.h"
#include "vm/interp/Operands.h"

#include "format/isa/Isa.h"

#include <array>
#include <limits>
#include <utility>

#if !defined(__clang__) || __clang_major__ < 19
#error "preserve_none needs clang 19; configure with ORUS_DISPATCH=goto"
#endif

#define ORUS_REGISTERS                                                                             \
  [[maybe_unused]] const uint32_t *pc, [[maybe_unused]] uint64_t *S, [[maybe_unused]] Ref *R,      \
      [[maybe_unused]] Machine *vm, [[maybe_unused]] const uint64_t *K,                            \
      [[maybe_unused]] const Handler *table, [[maybe_unused]] uint64_t ins
#define ORUS_PASS pc, S, R, vm, K, table, ins
#define ORUS_CONVENTION __attribute__((preserve_none))

namespace orus::vm {

struct Handler {
  ORUS_CONVENTION void (*run)(ORUS_REGISTERS);
};

namespace {

#define OP(name) ORUS_CONVENTION void op##name(ORUS_REGISTERS)
#define COLD(name) [[gnu::cold, gnu::noinline]] ORUS_CONVENTION void name(ORUS_REGISTERS)
#define TAIL(name) [[clang::musttail]] return name(ORUS_PASS)
#define DISPATCH()                                                                                 \
  do {                                                                                             \
    ins = *pc;                                                                                     \
    [[clang::musttail]] return table[ins & 0xff].run(ORUS_PASS);                                   \
  } while (0)
#define HALT() return

#include "vm/interp/Control.inc"

#define X(name) COLD(name);
ORUS_COLD_HANDLERS(X)
#undef X

#include "vm/interp/Handlers.inc"

// The table lies at the end of a page, away from the page offsets of windows and code: equal ones
// make loads wait for unrelated stores.
struct alignas(4096) Tables {
  char padding[2048];
  std::array<Handler, 256> handlers;
};
constinit const Tables kTables = {{}, [] {
                                    std::array<Handler, 256> handlers;
                                    handlers.fill({halt});
#define ORUS_OP(ident, ...) handlers[static_cast<uint8_t>(isa::Opcode::ident)] = {op##ident};
#include "format/isa/Opcodes.def"
                                    return handlers;
                                  }()};

COLD(countOp) {
  vm->count(static_cast<uint8_t>(ins));
  [[clang::musttail]] return kTables.handlers[ins & 0xff].run(ORUS_PASS);
}
COLD(countSpill) {
  ++vm->profile->words[vm->program.wordOf(pc)];
  [[clang::musttail]] return kTables.handlers[ins & 0xff].run(ORUS_PASS);
}
COLD(traceOp) {
  vm->count(static_cast<uint8_t>(ins));
  traceInstruction(vm, pc, S, R);
  RELOAD();
  ins = *pc;
  [[clang::musttail]] return kTables.handlers[ins & 0xff].run(ORUS_PASS);
}
COLD(paranoidOp) {
  if (!isSound(vm, pc, S, R))
    HALT();
  RELOAD();
  ins = *pc;
  [[clang::musttail]] return vm->unchecked[ins & 0xff].run(ORUS_PASS);
}

// A frame of its own without locals: handlers preserve no register, and code that addresses its
// locals by one, as that of the address sanitizer does, would lose them.
[[gnu::noinline]] void run(Machine *vm) {
  const uint32_t *pc = vm->pc;
  vm->table[*pc & 0xff].run(pc, vm->scalars, vm->references, vm, vm->constants, vm->table, *pc);
}

} // namespace

void interpret(Machine &machine) {
  std::array<Handler, 256> traced = kTables.handlers;
  for (unsigned op = 0; op < traced.size(); ++op)
    if (isTraced(machine, static_cast<uint8_t>(op)))
      traced[op] = {traceOp};
    else if (machine.isCounting)
      traced[op] = {countOp};
    else if (machine.profile && isSpill(static_cast<uint8_t>(op)))
      traced[op] = {countSpill};
  bool isWatched = machine.traced || machine.isCounting || machine.profile;
  machine.table = isWatched ? traced.data() : kTables.handlers.data();
  std::array<Handler, 256> checked;
  if (machine.paranoid) {
    checked.fill({paranoidOp});
    machine.unchecked = std::exchange(machine.table, checked.data());
  }
  enterProgram(machine);
  run(&machine);
}

const char *dispatchName() { return "tail calls"; }

} // namespace orus::vm
