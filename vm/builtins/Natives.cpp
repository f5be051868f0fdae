#include "vm/builtins/Natives.h"

#include "vm/builtins/Numbers.h"

#include <bit>
#include <cmath>

namespace orus::vm {

namespace {

using base::Panic;
using image::ScalarType;
using isa::NativeId;

bool fail(Machine &machine, Panic panic, std::initializer_list<std::string_view> arguments = {}) {
  machine.setPanic(panic, arguments);
  return false;
}

// The argument as messages quote it (manual 11.7).
std::string shortened(std::string_view text) {
  constexpr size_t kShown = 52;
  return text.size() <= kShown ? std::string(text) : std::string(text.substr(0, kShown)) + "...";
}

bool intOfText(Machine &machine, std::string_view text, uint64_t *result) {
  ParsedInt parsed = parseInt(text);
  switch (parsed.error) {
  case ParseError::None: *result = static_cast<uint32_t>(parsed.value); return true;
  case ParseError::Overflow: return fail(machine, Panic::IntTextOverflow, {shortened(text)});
  case ParseError::Decimal: return fail(machine, Panic::IntTextDecimal, {shortened(text)});
  case ParseError::Form: break;
  }
  return fail(machine, Panic::IntText, {shortened(text)});
}

bool intOfScalar(Machine &machine, ScalarType type, uint64_t bits, uint64_t *result) {
  std::string text;
  if (type != ScalarType::F64) {
    bool isSigned = type == ScalarType::I32 || type == ScalarType::I64;
    int64_t value =
        type == ScalarType::I32 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
    bool fits = isSigned ? value >= INT32_MIN && value <= INT32_MAX : bits <= INT32_MAX;
    *result = static_cast<uint32_t>(bits);
    if (fits)
      return true;
    appendInteger(text, type, bits);
    return fail(machine, Panic::IntOverflow, {text});
  }
  auto value = std::bit_cast<double>(bits);
  if (!std::isfinite(value))
    return fail(machine, Panic::IntNotFinite);
  appendShort(text, value);
  if (value != std::trunc(value))
    return fail(machine, Panic::IntFraction, {text});
  if (value < INT32_MIN || value > INT32_MAX)
    return fail(machine, Panic::IntOverflow, {text});
  *result = static_cast<uint32_t>(static_cast<int32_t>(value));
  return true;
}

bool floatOfText(Machine &machine, std::string_view text, uint64_t *result) {
  ParsedFloat parsed = parseFloat(text);
  *result = std::bit_cast<uint64_t>(parsed.value);
  if (parsed.error == ParseError::None)
    return true;
  return fail(machine,
              parsed.error == ParseError::Overflow ? Panic::FloatTextOverflow : Panic::FloatText,
              {shortened(text)});
}

// What int() and float() call the type of a dynamic value that they cannot take.
std::string_view unsuitableType(const Machine &machine, Value value) {
  std::string_view name = typeName(machine.program, value);
  return name == "function" ? "value" : name;
}

bool numberOfAny(Machine &machine, Ref held, bool wantsInt, uint64_t *result) {
  Value value = referenceValue(held);
  if (value.type == image::kString) {
    std::string_view text = viewOf(static_cast<const String *>(held));
    return wantsInt ? intOfText(machine, text, result) : floatOfText(machine, text, result);
  }
  if (!value.isScalar() || value.scalarType() == ScalarType::Bool)
    return fail(machine, wantsInt ? Panic::IntType : Panic::FloatType,
                {unsuitableType(machine, value)});
  if (wantsInt)
    return intOfScalar(machine, value.scalarType(), value.bits, result);
  *result = castScalar(value.scalarType(), ScalarType::F64, value.bits).bits;
  return true;
}

String *typeofError(Machine &machine, const Error *error) {
  std::string text(base::text(base::info(static_cast<Panic>(error->aux)).kind));
  text += ' ';
  text += viewOf(error->text);
  return machine.strings.make(text);
}

String *typeofAny(Machine &machine, Ref held) {
  if (held->kind == Kind::Error)
    return typeofError(machine, static_cast<Error *>(held));
  return machine.strings.make(typeName(machine.program, referenceValue(held)));
}

bool readLine(Machine &machine, std::string_view prompt, bool hasPrompt, Ref *result) {
  if (hasPrompt)
    machine.output.pending() += prompt;
  machine.output.flush();
  if (!hasPrompt)
    machine.input.announce();
  std::optional<std::string> line = machine.input.next();
  if (machine.interrupted.load(std::memory_order_relaxed))
    throw Interrupted{};
  if (!line)
    return fail(machine, Panic::EndOfInput);
  *result = machine.strings.make(*line);
  return true;
}

bool makeRange(Machine &machine, const uint64_t *bounds, Ref *result) {
  if (bounds[2] == 0)
    return fail(machine, Panic::BadRangeArguments);
  auto *range = machine.heap.make<Range>(Kind::Range, image::kRange);
  range->next = static_cast<int64_t>(bounds[0]);
  range->stop = static_cast<int64_t>(bounds[1]);
  range->step = static_cast<int64_t>(bounds[2]);
  *result = range;
  return true;
}

double monotonicSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

bool runNative(Machine &machine, NativeId native, uint64_t *scalars, Ref *references) {
  auto text = [&] { return viewOf(static_cast<const String *>(references[0])); };
  auto asText = [&](ScalarType type) {
    references[0] = textOfScalar(machine.strings, type, scalars[0]);
    return true;
  };
  auto asInt = [&](ScalarType type) { return intOfScalar(machine, type, scalars[0], &scalars[0]); };
  switch (native) {
  case NativeId::StringOfBool: return asText(ScalarType::Bool);
  case NativeId::StringOfI32: return asText(ScalarType::I32);
  case NativeId::StringOfU32: return asText(ScalarType::U32);
  case NativeId::StringOfI64: return asText(ScalarType::I64);
  case NativeId::StringOfU64: return asText(ScalarType::U64);
  case NativeId::StringOfF64: return asText(ScalarType::F64);
  case NativeId::IntOfI64: return asInt(ScalarType::I64);
  case NativeId::IntOfU32: return asInt(ScalarType::U32);
  case NativeId::IntOfU64: return asInt(ScalarType::U64);
  case NativeId::IntOfF64: return asInt(ScalarType::F64);
  case NativeId::IntOfString: return intOfText(machine, text(), scalars);
  case NativeId::IntOfAny: return numberOfAny(machine, references[0], true, scalars);
  case NativeId::FloatOfString: return floatOfText(machine, text(), scalars);
  case NativeId::FloatOfAny: return numberOfAny(machine, references[0], false, scalars);
  case NativeId::TypeofAny: references[0] = typeofAny(machine, references[0]); return true;
  case NativeId::TypeofError:
    references[0] = typeofError(machine, static_cast<Error *>(references[0]));
    return true;
  case NativeId::Input: return readLine(machine, {}, false, references);
  case NativeId::InputPrompt: return readLine(machine, text(), true, references);
  case NativeId::Timestamp: scalars[0] = std::bit_cast<uint64_t>(monotonicSeconds()); return true;
  case NativeId::MakeRange: return makeRange(machine, scalars, references);
  case NativeId::RangeBound:
    return scalars[0] <= INT64_MAX || fail(machine, Panic::BadRangeArguments);
  }
  return true;
}

} // namespace orus::vm
