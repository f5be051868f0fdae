// The records of functions: windows, and their shares of CODE, HANDLERS and LINES.
#include "format/verify/Program.h"

#include "format/image/Check.h"

namespace orus::verify {

using image::TypeId;

namespace {

constexpr std::string_view kSection = "FUNCTIONS";
constexpr uint32_t kCodeAlignment = image::kFunctionAlignment;

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
  if (std::string defect = image::defectOf(function); !defect.empty())
    return fail(RuleId::V25, kSection, index, {defect});
  const Signature &type = signature(function.signature);
  return checkBank(index, function.scalars, true, type) &&
         checkBank(index, function.references, false, type) && checkClosure(index, type);
}

// The running closure is one more parameter in the reference bank.
bool Program::checkClosure(size_t index, const Signature &signature) {
  const image::Function &function = image_.functions[index];
  TypeId closure = function.closure;
  if (!closure)
    return true;
  if (closure >= image_.types.size())
    return fail(RuleId::V2, kSection, index, {"no type ", closure});
  const image::Type &type = image_.types[closure];
  if (type.kind != image::TypeKind::Closure || type.operands[0] != function.signature)
    return fail(RuleId::V14, kSection, index,
                {image_.types.spelling(closure), " is no closure type of the signature ",
                 image_.types.spelling(function.signature)});
  const std::vector<TypeId> &slots = function.references.slotTypes;
  if (signature.referenceCount >= slots.size() || slots[signature.referenceCount] != closure)
    return fail(RuleId::V25, kSection, index,
                {"reference slot ", signature.referenceCount, " does not hold the closure"});
  return true;
}

bool Program::checkBank(size_t index, const image::Bank &bank, bool isScalar,
                        const Signature &signature) {
  std::string_view bankName = isScalar ? "scalar" : "reference";
  size_t declared = bank.slotTypes.size();
  uint32_t parameters = isScalar ? signature.scalarCount : signature.referenceCount;
  if (parameters > declared)
    return fail(RuleId::V25, kSection, index,
                {parameters, " ", bankName, " parameters in ", declared, " declared slots"});
  for (size_t slot = 0; slot < declared; ++slot) {
    TypeId type = bank.slotTypes[slot];
    if (type >= image_.types.size())
      return fail(RuleId::V2, kSection, index, {bankName, " slot ", slot, " has no type ", type});
    // An enum without payloads is declared where it is named, but held as its value.
    if ((type < image::kScalarTypeCount) != isScalar || image_.types.isPlainEnum(type))
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
  std::span<const uint32_t> code = image_.code;
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
    if (length == 0 || length > code.size() - offset)
      return fail(RuleId::V4, kSection, i, {length, " words of code at ", offset});
    end = offset + length;
  }
  return true;
}

// Shares of HANDLERS and LINES are disjoint, so that checking all of them is linear. A stripped
// image has no lines, whatever its functions say.
bool Program::checkRanges() {
  size_t handlers = 0, lines = 0;
  for (size_t i = 0; i < image_.functions.size() && !report_.failed(); ++i) {
    const image::Function &function = image_.functions[i];
    checkRange(i, "handlers", function.handlerBegin, function.handlerCount, image_.handlers.size(),
               handlers);
    if (!image_.lines.empty())
      checkRange(i, "line entries", function.lineBegin, function.lineCount, image_.lines.size(),
                 lines);
  }
  return !report_.failed();
}

bool Program::checkRange(size_t index, const char *what, uint32_t begin, uint32_t count,
                         size_t size, size_t &end) {
  if (begin > size || count > size - begin)
    return fail(RuleId::V2, kSection, index,
                {count, " ", what, " at ", begin, ", there are ", size});
  if (count == 0)
    return true;
  if (begin < end)
    return fail(RuleId::V2, kSection, index, {"shares ", what, " with an earlier function"});
  end = size_t{begin} + count;
  return true;
}

} // namespace orus::verify
