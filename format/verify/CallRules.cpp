// Rules about calls, natives, operations with arguments in outgoing slots, and returns.
#include "format/verify/Code.h"

namespace orus::verify {

using image::TypeId;

namespace {

// Words of the frame record below the scalar window of a callee.
constexpr uint32_t kFrameWords = 3;

Bases basesAt(const Instruction &instruction, unsigned operand) {
  return {static_cast<uint32_t>(instruction.immediate(operand)),
          static_cast<uint32_t>(instruction.immediate(operand + 1))};
}

// Puts the result into the first slot from the bases on.
bool placeResult(Code &code, const Instruction &at, RuleId rule, const Signature &signature,
                 Bases bases) {
  if (!signature.result)
    return true;
  Window &window = code.window(signature.returnsScalar());
  uint32_t slot = signature.returnsScalar() ? bases.scalar : bases.reference;
  if (!window.outgoing.contains(slot))
    return code.fail(rule, at, {"there is no outgoing slot for the result"});
  window.outgoing.write(slot, code.valueOf(*signature.result));
  return true;
}

// A call that gives the callee a window of its own. One compare at run time covers both banks
// because the reference base is never above the scalar base.
bool checkCall(Code &code, const Instruction &at, RuleId rule, const Signature &signature,
               Bases bases) {
  Window &scalars = code.window(true), &references = code.window(false);
  if (bases.scalar > scalars.size || bases.scalar < scalars.declared() ||
      bases.scalar - scalars.declared() < kFrameWords)
    return code.fail(RuleId::V13, at,
                     {"the scalar base ", bases.scalar,
                      " leaves no room for the frame record in "
                      "the outgoing slots ",
                      scalars.declared(), " to ", scalars.size});
  if (bases.reference > references.size || bases.reference < references.declared())
    return code.fail(RuleId::V13, at,
                     {"the reference base ", bases.reference, " is not in the outgoing slots ",
                      references.declared(), " to ", references.size});
  if (bases.reference > bases.scalar)
    return code.fail(
        RuleId::V25, at,
        {"the reference base ", bases.reference, " is above the scalar base ", bases.scalar});
  if (!code.checkArguments(at, rule, signature, bases.scalar, bases.reference))
    return false;
  scalars.outgoing.lose(bases.scalar - kFrameWords);
  references.outgoing.lose(bases.reference);
  return placeResult(code, at, rule, signature, bases);
}

// An operation that reads its arguments in place. A bank without arguments and result is not
// touched, but its base must not point out of the window all the same.
bool checkInPlace(Code &code, const Instruction &at, const Signature &signature, Bases bases) {
  for (bool isScalar : {true, false}) {
    Window &window = code.window(isScalar);
    uint32_t base = isScalar ? bases.scalar : bases.reference;
    if (base > window.size)
      return code.fail(RuleId::V15, at, {"the base ", base, " is outside of the window"});
  }
  if (!code.checkArguments(at, RuleId::V15, signature, bases.scalar, bases.reference))
    return false;
  if (signature.scalarCount || signature.returnsScalar())
    code.window(true).outgoing.lose(bases.scalar);
  if (signature.referenceCount || signature.returnsReference())
    code.window(false).outgoing.lose(bases.reference);
  return placeResult(code, at, RuleId::V15, signature, bases);
}

// The function type w1 of print and assert_eq, which describes their arguments.
const Signature *describedArguments(Code &code, const Instruction &at) {
  auto type = static_cast<TypeId>(at.immediate(0));
  if (code.program().isFunctionType(type) && !code.image().types[type].hasResult)
    return &code.program().signature(type);
  code.fail(RuleId::V15, at,
            {code.image().types.spelling(type), " is no function type without result"});
  return nullptr;
}

} // namespace

bool checkDirectCall(Code &code, Instruction &instruction) {
  auto callee = static_cast<size_t>(instruction.immediate(2));
  TypeId type = code.image().functions[callee].signature;
  const Signature &signature = code.program().signature(type);
  auto slot = basesAt(instruction, 0).reference + signature.referenceCount;
  TypeId closure = code.image().functions[callee].closure;
  if (closure && !code.checkArgument(instruction, RuleId::V13, code.window(false), slot, closure))
    return false;
  return checkCall(code, instruction, RuleId::V13, code.program().signature(type),
                   basesAt(instruction, 0));
}

bool checkClosureCall(Code &code, Instruction &instruction) {
  unsigned callee = instruction.isRegister(0) ? 0 : 2;
  return checkCall(code, instruction, RuleId::V14,
                   code.program().signature(instruction.value[callee]),
                   basesAt(instruction, callee == 0 ? 1 : 0));
}

bool checkFunctionValue(Code &code, Instruction &instruction) {
  auto function = static_cast<size_t>(instruction.immediate(1));
  if (code.image().functions[function].closure)
    return code.fail(RuleId::V14, instruction, {"function ", function, " has captures"});
  instruction.result = code.image().functions[function].signature;
  instruction.mismatch = RuleId::V14;
  return true;
}

bool checkNativeCall(Code &code, Instruction &instruction) {
  const image::Native &native = code.image().natives[static_cast<size_t>(instruction.immediate(0))];
  return checkInPlace(code, instruction, code.program().signature(native.signature),
                      packedBases(instruction, 1));
}

bool checkArguments(Code &code, Instruction &instruction) {
  const Signature *signature = describedArguments(code, instruction);
  return signature && checkInPlace(code, instruction, *signature, packedBases(instruction, 1));
}

bool checkAssertArguments(Code &code, Instruction &instruction) {
  const Signature *signature = describedArguments(code, instruction);
  if (!signature)
    return false;
  const auto &operands = code.image().types[static_cast<TypeId>(instruction.immediate(0))].operands;
  size_t count = operands.size();
  bool isLabelled = count == 3 && operands[0] == image::kString;
  if ((count != 2 && !isLabelled) || operands[count - 2] != operands[count - 1])
    return code.fail(RuleId::V15, instruction,
                     {"needs an optional label and two values of one type"});
  return checkInPlace(code, instruction, *signature, packedBases(instruction, 1));
}

bool checkReturn(Code &code, Instruction &instruction) {
  std::optional<TypeId> result = code.program().signature(code.function().signature).result;
  bool fits = instruction.info().operandCount == 0
                  ? !result
                  : result &&
                        (*result < image::kScalarTypeCount) ==
                            instruction.info().operandArray[0].isScalar() &&
                        code.mayBe(instruction.value[0], *result);
  if (!fits)
    return code.fail(RuleId::V17, instruction,
                     {"the function has the signature ",
                      code.image().types.spelling(code.function().signature)});
  return true;
}

// Checked when the instruction is decoded, because it shapes the flow.
bool checkSwitchTable(Code &, Instruction &) { return true; }

} // namespace orus::verify
