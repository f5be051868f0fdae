// What a particular instruction may do, where that is less than its row in Ops.def says: the type
// or a constant operand often excludes a panic. Running out of memory is not counted as a panic: it
// ends the program (manual 8.4), and an optimisation may allocate less.
#pragma once

#include "compiler/ir/Ir.h"

#include <optional>

namespace orus::ir {

/// Whether it may panic where it stands.
bool mayPanic(const Function &fn, InstId inst);

/// Whether it may panic if it runs where it did not before, with these operands.
bool mayPanicElsewhere(const Function &fn, InstId inst);

/// Whether its only effect is its result, so that it can go when the result is unused.
bool isRemovable(const Function &fn, InstId inst);

/// Whether it gives the same result, or panics alike, each time it runs with the same operands, and
/// does nothing else. Not so for what makes an object with an identity or reads what may change.
bool isPure(const Function &fn, InstId inst);

/// Whether it writes memory, does input or output, or calls: what must keep its place relative to
/// panics and to operations of the same sort.
bool hasSideEffect(const Function &fn, InstId inst);

/// The bits of a scalar constant, if the value is defined by Op::Const.
inline std::optional<uint64_t> constantOf(const Function &fn, ValueId value) {
  InstId inst = fn.values[value].inst;
  if (inst == kNone || fn.insts[inst].op != Op::Const)
    return std::nullopt;
  return fn.insts[inst].imm;
}

} // namespace orus::ir
