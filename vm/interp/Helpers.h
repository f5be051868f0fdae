// What handlers leave to ordinary functions: whatever allocates, panics with a computed text or is
// rare. Each takes the registers of the interpreter and decodes its own operands; false means that
// a panic is noted (Machine::unwind) or the run ends. None of them throws.
#pragma once

#include "vm/core/Machine.h"

namespace orus::vm {

#define ORUS_HELPER(name) bool name(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R) noexcept

ORUS_HELPER(poll);
bool extendStack(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, uint64_t *base) noexcept;
void raise(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, base::Panic panic) noexcept;
bool unwind(Machine *vm) noexcept;

// Panics whose text depends on the instruction's operands.
ORUS_HELPER(castPanic);
ORUS_HELPER(indexPanic);
/// Notes the panic for an index, in a scalar slot, that is beyond an array. `pc` may lie within an
/// instruction: its position is that of the panic.
void failIndex(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, uint32_t slot) noexcept;
ORUS_HELPER(wrongTypePanic);
ORUS_HELPER(moduleSlotPanic);
ORUS_HELPER(uninitializedPanic);

ORUS_HELPER(loadString);
ORUS_HELPER(loadFunction);
ORUS_HELPER(concatStrings);
ORUS_HELPER(newArrayObject);
ORUS_HELPER(fillArrayScalar);
ORUS_HELPER(fillArrayReference);
ORUS_HELPER(growForPush);
ORUS_HELPER(rememberElement);
ORUS_HELPER(rememberPushed);
ORUS_HELPER(sliceArray);
ORUS_HELPER(repeatArray);
ORUS_HELPER(sortArray);
ORUS_HELPER(boxScalar);
ORUS_HELPER(newObject);
ORUS_HELPER(newClosure);
ORUS_HELPER(newScalarCell);
ORUS_HELPER(newReferenceCell);
ORUS_HELPER(rememberField);
ORUS_HELPER(castAny);
ORUS_HELPER(castAnyToString);
ORUS_HELPER(equalDynamic);
ORUS_HELPER(printLine);
ORUS_HELPER(assertEqual);
ORUS_HELPER(callNative);

double floatRemainder(double a, double b) noexcept;

/// Puts the window of the entry function in place.
void enterProgram(Machine &machine) noexcept;

/// Whether the opcode moves a value to or from a spill slot.
bool isSpill(uint8_t opcode);

/// Lets Machine::paranoid look at an instruction; false if the run must end.
bool isSound(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R) noexcept;

// Tracing (Trace.cpp).
bool isTraced(const Machine &machine, uint8_t opcode);
void traceInstruction(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R) noexcept;

} // namespace orus::vm
