#include "vm/interp/Helpers.h"

#include "vm/builtins/Compare.h"
#include "vm/builtins/Natives.h"
#include "vm/builtins/Numbers.h"
#include "vm/builtins/PrintLine.h"
#include "vm/builtins/Sort.h"
#include "vm/core/Stop.h"
#include "vm/interp/Paranoid.h"

#include "format/isa/Isa.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <new>

namespace orus::vm {

namespace {

using base::Panic;
using image::ScalarType;
using isa::Opcode;

// Fields of the instruction at pc.
unsigned fieldA(const uint32_t *pc) { return (pc[0] >> 8) & 0xff; }
unsigned fieldB(const uint32_t *pc) { return (pc[0] >> 16) & 0xff; }
unsigned fieldC(const uint32_t *pc) { return pc[0] >> 24; }
unsigned fieldD(const uint32_t *pc) { return pc[0] >> 16; }

// Runs the body of a helper with the registers saved, and turns what it throws into the end of the
// run. The body returns false if it has noted a panic.
template <typename Body>
bool guarded(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, Body body) noexcept {
  vm->save(pc, S, R);
  try {
    return body();
  } catch (const Stop &stopped) {
    // A value beyond the size limits is a fault of the program.
    bool isFault = stopped.panic == Panic::OutOfMemory;
    vm->stop(isFault ? Status::Panicked : Status::LimitReached, stopped.panic);
  } catch (const std::bad_alloc &) {
    vm->stop(Status::LimitReached, Panic::OutOfMemory);
  } catch (const OutputFailure &) {
    vm->stop(Status::OutputFailed);
  } catch (const Interrupted &) {
    vm->stop(Status::Interrupted);
  }
  return false;
}

bool failWith(Machine *vm, Panic panic, std::initializer_list<std::string_view> arguments = {}) {
  vm->setPanic(panic, arguments);
  return false;
}

bool isNegative(ScalarType type, uint64_t bits) {
  return (type == ScalarType::I32 && static_cast<int32_t>(bits) < 0) ||
         (type == ScalarType::I64 && static_cast<int64_t>(bits) < 0);
}

const ElementLayout &layoutOfSlot(Machine *vm, Ref array) {
  return vm->program.layout(array->type);
}

bool failWrongType(Machine *vm, image::TypeId expected, Ref found) {
  const image::TypeTable &types = vm->program.types();
  return failWith(vm, Panic::WrongType, {types.spelling(expected), types.spelling(found->type)});
}

struct Bases {
  uint32_t scalar, reference;
};
Bases packedBases(const uint32_t *pc) { return {pc[2] & 0xffff, pc[2] >> 16}; }

// The arguments in outgoing slots that the function type describes, in order.
std::vector<Value> argumentsAt(Machine *vm, const uint32_t *pc, const uint64_t *S, const Ref *R) {
  const image::TypeTable &types = vm->program.types();
  auto [scalar, reference] = packedBases(pc);
  std::vector<Value> arguments;
  for (size_t i = 0, count = types.parameterCount(pc[1]); i < count; ++i) {
    image::TypeId type = types.parameter(pc[1], i);
    arguments.push_back(types.storage(type).isScalar ? scalarValue(type, S[scalar++])
                                                     : referenceValue(R[reference++]));
  }
  return arguments;
}

// A line of output that is taken back unless it is complete.
class PendingLine {
public:
  explicit PendingLine(std::string &output) : output_(output), length_(output.size()) {}
  ~PendingLine() {
    if (length_ < output_.size())
      output_.resize(length_);
  }
  void keep() { length_ = output_.size(); }
  PendingLine(const PendingLine &) = delete;
  PendingLine &operator=(const PendingLine &) = delete;

private:
  std::string &output_;
  size_t length_;
};

} // namespace

void enterProgram(Machine &machine) noexcept {
  uint64_t *base = machine.windows.scalars() + Windows::kRecordWords;
  base[-1] = reinterpret_cast<uint64_t>(&Machine::kHalt);
  base[-2] = reinterpret_cast<uint64_t>(base);
  base[-3] = reinterpret_cast<uint64_t>(machine.windows.references());
  machine.save(machine.entries[machine.program.image().manifest.entry], base,
               machine.windows.references());
}

ORUS_HELPER(poll) {
  return guarded(vm, pc, S, R, [&] {
    vm->poll();
    return true;
  });
}

bool extendStack(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, uint64_t *base) noexcept {
  return guarded(vm, pc, S, R, [&] {
    if (!vm->windows.raiseLimit(base))
      return failWith(vm, Panic::StackOverflow);
    vm->limit = vm->windows.limit();
    return true;
  });
}

void raise(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, Panic panic) noexcept {
  guarded(vm, pc, S, R, [&] { return failWith(vm, panic); });
}

bool unwind(Machine *vm) noexcept {
  return guarded(vm, vm->pc, vm->scalars, vm->references, [&] {
    return vm->unwind() &&
           (!vm->paranoid || vm->paranoid->caught(vm->pc, vm->scalars, vm->references));
  });
}

bool isSound(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R) noexcept {
  return vm->paranoid->check(pc, S, R);
}

ORUS_HELPER(castPanic) {
  return guarded(vm, pc, S, R, [&] {
    switch (static_cast<Opcode>(pc[0] & 0xff)) {
    case Opcode::CvtI32U64: return failWith(vm, Panic::CastNegative, {"i32"});
    case Opcode::CvtI64U64: return failWith(vm, Panic::CastNegative, {"i64"});
    case Opcode::CvtI64U32: return failWith(vm, Panic::CastSignedRange, {"i64", "u32"});
    case Opcode::CvtU64I32: return failWith(vm, Panic::CastTooLarge, {"i32"});
    case Opcode::CvtU64I64: return failWith(vm, Panic::CastTooLarge, {"i64"});
    case Opcode::CvtU64U32: return failWith(vm, Panic::CastTooLarge, {"u32"});
    case Opcode::CvtFI32: return failWith(vm, Panic::CastSignedRange, {"f64", "i32"});
    case Opcode::CvtFI64: return failWith(vm, Panic::CastSignedRange, {"f64", "i64"});
    case Opcode::CvtFU32: return failWith(vm, Panic::CastSignedRange, {"f64", "u32"});
    default: return failWith(vm, Panic::CastSignedRange, {"f64", "u64"});
    }
  });
}

namespace {
bool failArrayIndex(Machine *vm, const uint32_t *pc, const uint64_t *S, unsigned slot) {
  bool negative = isNegative(vm->program.slotType(pc, slot), S[slot]);
  return failWith(vm, negative ? Panic::ArrayIndexNegative : Panic::ArrayIndexOutOfBounds);
}
} // namespace

void failIndex(Machine *vm, const uint32_t *pc, uint64_t *S, Ref *R, uint32_t slot) noexcept {
  guarded(vm, pc, S, R, [&] { return failArrayIndex(vm, pc, S, slot); });
}

ORUS_HELPER(indexPanic) {
  return guarded(vm, pc, S, R, [&] {
    auto op = static_cast<Opcode>(pc[0] & 0xff);
    bool isStore =
        op == Opcode::ASetB || op == Opcode::ASetW || op == Opcode::ASetX || op == Opcode::ASetR;
    unsigned slot = isStore ? fieldB(pc) : fieldC(pc);
    if (op != Opcode::SGet)
      return failArrayIndex(vm, pc, S, slot);
    bool negative = isNegative(vm->program.slotType(pc, slot), S[slot]);
    return failWith(vm, negative ? Panic::StringIndexNegative : Panic::StringIndexOutOfBounds);
  });
}

ORUS_HELPER(wrongTypePanic) {
  return guarded(vm, pc, S, R, [&] { return failWrongType(vm, pc[1], R[fieldB(pc)]); });
}

ORUS_HELPER(moduleSlotPanic) {
  return guarded(vm, pc, S, R, [&] {
    return failWith(vm, Panic::Uninitialized, {vm->program.moduleReferenceName(pc[1])});
  });
}

ORUS_HELPER(uninitializedPanic) {
  return guarded(vm, pc, S, R, [&] {
    return failWith(vm, Panic::Uninitialized, {vm->program.image().strings[pc[1]]});
  });
}

ORUS_HELPER(loadString) {
  return guarded(vm, pc, S, R, [&] {
    vm->literals[pc[1]] = vm->strings.makeLiteral(vm->program.image().strings[pc[1]]);
    R[fieldA(pc)] = vm->literals[pc[1]];
    return true;
  });
}

ORUS_HELPER(loadFunction) {
  return guarded(vm, pc, S, R, [&] {
    auto *value = static_cast<FunctionValue *>(vm->heap.allocateImmortal(
        Kind::Function, vm->program.function(pc[1]).signature, 0, sizeof(FunctionValue)));
    value->aux = vm->program.closureSlot(pc[1]);
    value->function = pc[1];
    value->references = value->scalars = 0;
    vm->functionValues[pc[1]] = value;
    R[fieldA(pc)] = value;
    return true;
  });
}

ORUS_HELPER(concatStrings) {
  return guarded(vm, pc, S, R, [&] {
    R[fieldA(pc)] = vm->strings.concat(&R[fieldB(pc)], &R[fieldC(pc)]);
    return true;
  });
}

ORUS_HELPER(newArrayObject) {
  return guarded(vm, pc, S, R, [&] {
    R[fieldA(pc)] = newArray(vm->heap, vm->program.layout(pc[1]), fieldD(pc));
    return true;
  });
}

ORUS_HELPER(fillArrayScalar) {
  return guarded(vm, pc, S, R, [&] {
    R[fieldA(pc)] = fillScalar(vm->heap, vm->program.layout(pc[1]), S[fieldB(pc)],
                               static_cast<int64_t>(S[fieldC(pc)]));
    return true;
  });
}

ORUS_HELPER(fillArrayReference) {
  return guarded(vm, pc, S, R, [&] {
    R[fieldA(pc)] = fillReference(vm->heap, vm->program.layout(pc[1]), &R[fieldB(pc)],
                                  static_cast<int64_t>(S[fieldC(pc)]));
    return true;
  });
}

ORUS_HELPER(growForPush) {
  return guarded(vm, pc, S, R, [&] {
    Ref *slot = &R[fieldA(pc)];
    growArray(vm->heap, layoutOfSlot(vm, *slot), slot);
    return true;
  });
}

ORUS_HELPER(rememberElement) {
  return guarded(vm, pc, S, R, [&] {
    Buffer *elements = static_cast<Array *>(R[fieldA(pc)])->elements;
    vm->heap.remember(elements, elements->refs() + S[fieldB(pc)]);
    return true;
  });
}

ORUS_HELPER(rememberPushed) {
  return guarded(vm, pc, S, R, [&] {
    auto *array = static_cast<Array *>(R[fieldA(pc)]);
    vm->heap.remember(array->elements, array->elements->refs() + array->length - 1);
    return true;
  });
}

ORUS_HELPER(sliceArray) {
  return guarded(vm, pc, S, R, [&] {
    const Ref *source = &R[fieldB(pc)];
    auto start = static_cast<int64_t>(S[fieldC(pc)]), end = static_cast<int64_t>(S[pc[1]]);
    if (auto panic = checkSlice(static_cast<const Array *>(*source), start, end))
      return failWith(vm, *panic);
    R[fieldA(pc)] = slice(vm->heap, layoutOfSlot(vm, *source), source, start, end);
    return true;
  });
}

ORUS_HELPER(repeatArray) {
  return guarded(vm, pc, S, R, [&] {
    const Ref *source = &R[fieldB(pc)];
    auto count = static_cast<int64_t>(S[fieldC(pc)]);
    if (!canRepeat(static_cast<const Array *>(*source), count))
      return failWith(vm, Panic::BadRepetition);
    R[fieldA(pc)] = repeat(vm->heap, layoutOfSlot(vm, *source), source, count);
    return true;
  });
}

ORUS_HELPER(sortArray) {
  return guarded(vm, pc, S, R, [&] {
    const Ref *source = &R[fieldB(pc)];
    if (!isSortable(vm->program.types(), static_cast<const Array *>(*source)))
      return failWith(vm, Panic::NotSortable);
    R[fieldA(pc)] = sorted(vm->heap, vm->program.types(), source);
    return true;
  });
}

ORUS_HELPER(boxScalar) {
  return guarded(vm, pc, S, R, [&] {
    auto *box = vm->heap.make<Box>(Kind::Box, pc[1]);
    box->payload = S[fieldB(pc)];
    R[fieldA(pc)] = box;
    return true;
  });
}

// Fills the fields of a new object from the outgoing slots that the instruction names.
template <typename T>
static void takeFields(Heap &heap, T *object, const Shape &shape, const uint32_t *pc,
                       const uint64_t *S, const Ref *R) {
  auto [scalar, reference] = packedBases(pc);
  std::copy_n(R + reference, shape.references, object->refs());
  std::copy_n(S + scalar, shape.words - shape.references, object->words() + shape.references);
  heap.recordBulkStore(object);
}

ORUS_HELPER(newObject) {
  return guarded(vm, pc, S, R, [&] {
    unsigned variant = fieldD(pc);
    const Shape &shape = vm->program.shapes().of(pc[1], variant);
    Object *object =
        vm->heap.allocate(Kind::Record, pc[1], static_cast<uint16_t>(variant), shape.bytes);
    takeFields(vm->heap, static_cast<Record *>(object), shape, pc, S, R);
    R[fieldA(pc)] = object;
    return true;
  });
}

ORUS_HELPER(newClosure) {
  return guarded(vm, pc, S, R, [&] {
    const image::Function &function = vm->program.function(pc[1]);
    const Shape &shape = vm->program.captureShape(pc[1]);
    auto *value = static_cast<FunctionValue *>(
        vm->heap.allocate(Kind::Function, function.signature, vm->program.closureSlot(pc[1]),
                          sizeof(FunctionValue) + size_t{shape.words} * sizeof(uint64_t)));
    value->function = pc[1];
    value->references = static_cast<uint16_t>(shape.references);
    value->scalars = static_cast<uint16_t>(shape.words - shape.references);
    takeFields(vm->heap, value, shape, pc, S, R);
    R[fieldA(pc)] = value;
    return true;
  });
}

ORUS_HELPER(newScalarCell) {
  return guarded(vm, pc, S, R, [&] {
    auto *cell = vm->heap.make<ScalarCell>(Kind::ScalarCell, pc[1]);
    cell->value = S[fieldB(pc)];
    R[fieldA(pc)] = cell;
    return true;
  });
}

ORUS_HELPER(newReferenceCell) {
  return guarded(vm, pc, S, R, [&] {
    auto *cell = vm->heap.make<RefCell>(Kind::RefCell, pc[1]);
    cell->value = R[fieldB(pc)];
    R[fieldA(pc)] = cell;
    return true;
  });
}

ORUS_HELPER(rememberField) {
  return guarded(vm, pc, S, R, [&] {
    vm->heap.remember(R[fieldA(pc)], nullptr); // objects are remembered as wholes
    return true;
  });
}

ORUS_HELPER(castAny) {
  return guarded(vm, pc, S, R, [&] {
    Ref held = R[fieldB(pc)];
    auto target = static_cast<ScalarType>(pc[1]);
    if (held->type >= image::kScalarTypeCount)
      return failWrongType(vm, pc[1], held);
    CastResult cast =
        castScalar(static_cast<ScalarType>(held->type), target, static_cast<Box *>(held)->payload);
    if (!cast.panic) {
      S[fieldA(pc)] = cast.bits;
      return true;
    }
    std::string_view from = image::name(static_cast<ScalarType>(held->type));
    std::string_view to = image::name(target);
    if (*cast.panic == Panic::CastSignedRange)
      return failWith(vm, *cast.panic, {from, to});
    return failWith(vm, *cast.panic, {*cast.panic == Panic::CastNegative ? from : to});
  });
}

ORUS_HELPER(castAnyToString) {
  return guarded(vm, pc, S, R, [&] {
    Ref held = R[fieldB(pc)];
    if (held->type == image::kString) {
      R[fieldA(pc)] = held;
      return true;
    }
    if (held->type >= image::kScalarTypeCount)
      return failWrongType(vm, image::kString, held);
    R[fieldA(pc)] = textOfScalar(vm->strings, static_cast<ScalarType>(held->type),
                                 static_cast<Box *>(held)->payload);
    return true;
  });
}

ORUS_HELPER(equalDynamic) {
  return guarded(vm, pc, S, R, [&] {
    Equality result = compareValues(vm->program.types(), referenceValue(R[fieldB(pc)]),
                                    referenceValue(R[fieldC(pc)]));
    if (result == Equality::TooDeep)
      return failWith(vm, Panic::NestingTooDeep);
    S[fieldA(pc)] = result == Equality::Equal;
    return true;
  });
}

ORUS_HELPER(printLine) {
  return guarded(vm, pc, S, R, [&] {
    PendingLine line(vm->output.pending());
    if (!appendPrintLine(vm->program, vm->output.pending(), argumentsAt(vm, pc, S, R)))
      return failWith(vm, Panic::NestingTooDeep);
    line.keep();
    vm->output.appended();
    return true;
  });
}

ORUS_HELPER(assertEqual) {
  return guarded(vm, pc, S, R, [&] {
    std::vector<Value> arguments = argumentsAt(vm, pc, S, R);
    Value expected = arguments.back(), actual = arguments[arguments.size() - 2];
    Equality result = compareDeep(vm->program.types(), actual, expected);
    if (result == Equality::Equal)
      return true;
    std::string expectedText, actualText;
    if (result == Equality::TooDeep ||
        !ValueWriter(vm->program, expectedText).write(expected, TextForm::Literal) ||
        !ValueWriter(vm->program, actualText).write(actual, TextForm::Literal))
      return failWith(vm, Panic::NestingTooDeep);
    std::string_view label;
    if (arguments.size() == 3)
      label = viewOf(static_cast<const String *>(arguments[0].ref));
    if (label.empty())
      return failWith(vm, Panic::AssertionFailedUnlabelled, {expectedText, actualText});
    return failWith(vm, Panic::AssertionFailed, {label, expectedText, actualText});
  });
}

ORUS_HELPER(callNative) {
  return guarded(vm, pc, S, R, [&] {
    auto [scalar, reference] = packedBases(pc);
    return runNative(*vm, vm->program.native(pc[1]), S + scalar, R + reference);
  });
}

double floatRemainder(double a, double b) noexcept { return std::fmod(a, b); }

} // namespace orus::vm
