// The records of functions: windows, and their shares of CODE, HANDLERS and LINES.
#include "format/verify/Program.h"

namespace orus::verify {

using image::TypeId;

namespace {

constexpr std::string_view kSection = "FUNCTIONS";
constexpr uint32_t kMaxRegisters = 256, kMaxWindow = 65535;
constexpr uint32_t kMaxCodeLength = 4194304, kCodeAlignment = 4;
constexpr uint32_t kMaxHandlers = 65535;

bool isInside(uint32_t begin, uint32_t count, size_t size) {
  return begin <= size && count <= size - begin;
}

} // namespace

bool Program::checkFunctions() {
  if (image_.functions.empty())
    return fail(RuleId::V2, kSection, Error::kNone, {"no functions"});
  for (size_t i = 0; i < image_.functions.size() && !report_.failed(); ++i)
    checkFunctionRecord(i);
  if (report_.failed())
    return false;
  checkCodeLayout();
  checkRanges();
  return !report_.failed();
}

bool Program::checkFunctionRecord(size_t index) {
  const image::Function &function = image_.functions[index];
  checkName(kSection, index, function.name, true);
  if (function.module >= image_.modules.size())
    return fail(RuleId::V2, kSection, index, {"no module ", function.module});
  if (!isFunctionType(function.signature))
    return fail(RuleId::V2, kSection, index, {"type ", function.signature, " is no function type"});
  const Signature &type = signature(function.signature);
  return checkBank(index, function.scalars, true, type) &&
         checkBank(index, function.references, false, type);
}

bool Program::checkBank(size_t index, const image::Bank &bank, bool isScalar,
                        const Signature &signature) {
  std::string_view bankName = isScalar ? "scalar" : "reference";
  size_t declared = bank.slotTypes.size();
  if (declared > kMaxWindow || bank.outgoing > kMaxWindow - declared)
    return fail(RuleId::V25, kSection, index,
                {"the ", bankName, " window has more than ", kMaxWindow, " slots"});
  if (bank.registers > declared || bank.registers > kMaxRegisters)
    return fail(RuleId::V25, kSection, index,
                {bank.registers, " ", bankName, " registers of ", declared, " declared slots"});
  uint32_t parameters = isScalar ? signature.scalarCount : signature.referenceCount;
  if (parameters > declared)
    return fail(RuleId::V25, kSection, index,
                {parameters, " ", bankName, " parameters in ", declared, " declared slots"});
  for (size_t slot = 0; slot < declared; ++slot) {
    TypeId type = bank.slotTypes[slot];
    if (type >= image_.types.size())
      return fail(RuleId::V2, kSection, index, {bankName, " slot ", slot, " has no type ", type});
    if ((type < image::kScalarTypeCount) != isScalar)
      return fail(RuleId::V8, kSection, index,
                  {bankName, " slot ", slot, " is of type ", image_.types.spelling(type)});
    if (slot >= parameters)
      continue;
    TypeId parameter = isScalar ? scalarParameter(signature, static_cast<uint32_t>(slot))
                                : referenceParameter(signature, static_cast<uint32_t>(slot));
    if (type != parameter)
      return fail(RuleId::V25, kSection, index,
                  {bankName, " slot ", slot, " holds a parameter of type ",
                   image_.types.spelling(parameter), " but is of type ",
                   image_.types.spelling(type)});
  }
  return true;
}

// Functions fill CODE in their order; what lies between two is padding.
bool Program::checkCodeLayout() {
  const std::vector<uint32_t> &code = image_.code;
  size_t end = 0;
  for (size_t i = 0; i <= image_.functions.size(); ++i) {
    bool atEnd = i == image_.functions.size();
    size_t offset = atEnd ? code.size() : image_.functions[i].codeOffset;
    if (!atEnd && offset % kCodeAlignment)
      return fail(RuleId::V4, kSection, i, {"the code offset ", offset, " is not aligned"});
    if (offset > code.size() || offset < end || offset - end >= kCodeAlignment)
      return atEnd ? fail(RuleId::V4, "CODE", Error::kNone, {"words after the last function"})
                   : fail(RuleId::V4, kSection, i,
                          {"the code begins at ", offset, ", the previous one ends at ", end});
    for (size_t word = end; word < offset; ++word)
      if (code[word] != 0)
        return fail(RuleId::V4, "CODE", word, {"padding that is not zero"});
    if (atEnd)
      break;
    uint32_t length = image_.functions[i].codeLength;
    if (length == 0 || length > kMaxCodeLength || length > code.size() - offset)
      return fail(RuleId::V4, kSection, i, {length, " words of code at ", offset});
    end = offset + length;
  }
  return true;
}

// Shares of HANDLERS and LINES are disjoint, so that checking all of them is linear.
bool Program::checkRanges() {
  size_t handlers = 0, lines = 0;
  for (size_t i = 0; i < image_.functions.size(); ++i) {
    const image::Function &function = image_.functions[i];
    if (!isInside(function.handlerBegin, function.handlerCount, image_.handlers.size()) ||
        function.handlerCount > kMaxHandlers)
      return fail(RuleId::V2, kSection, i,
                  {function.handlerCount, " handlers at ", function.handlerBegin});
    if (!isInside(function.lineBegin, function.lineCount, image_.lines.size()))
      return fail(RuleId::V2, kSection, i,
                  {function.lineCount, " line entries at ", function.lineBegin});
    if ((function.handlerCount && function.handlerBegin < handlers) ||
        (function.lineCount && function.lineBegin < lines))
      return fail(RuleId::V2, kSection, i, {"shares entries with an earlier function"});
    if (function.handlerCount)
      handlers = size_t{function.handlerBegin} + function.handlerCount;
    if (function.lineCount)
      lines = size_t{function.lineBegin} + function.lineCount;
  }
  return true;
}

} // namespace orus::verify
