#include "format/image/Check.h"

#include "format/base/Text.h"
#include "format/image/Limits.h"

namespace orus::image {
namespace {

std::string excess(const char *what, uint64_t value, uint64_t limit) {
  if (value <= limit)
    return {};
  return std::to_string(value) + " " + what + " exceed the limit of " + std::to_string(limit);
}

// The sum of slots is formed in 64 bits, so that hostile counts cannot wrap.
std::string defectOf(const Bank &bank) {
  if (bank.registers > bank.slotTypes.size())
    return std::to_string(bank.registers) + " registers, but types for " +
           std::to_string(bank.slotTypes.size()) + " slots";
  if (auto text = excess("registers", bank.registers, kMaxRegisters); !text.empty())
    return text;
  return excess("slots", uint64_t{bank.slotTypes.size()} + bank.outgoing, kMaxWindowSlots);
}

} // namespace

std::string defectOf(const Type &type) {
  if (type.kind != TypeKind::Function)
    return {};
  return excess("parameters", type.operands.size() - (type.hasResult && !type.operands.empty()),
                kMaxParameters);
}

std::string defectOf(const Function &function) {
  for (const Bank *bank : {&function.scalars, &function.references})
    if (auto text = defectOf(*bank); !text.empty())
      return text;
  if (auto text = excess("instruction words", function.codeLength, kMaxFunctionWords);
      !text.empty())
    return text;
  return excess("handlers", function.handlerCount, kMaxHandlersPerFunction);
}

std::string defectOf(const Module &module) {
  if (auto text = excess("scalar slots", module.scalars.size(), kMaxModuleSlots); !text.empty())
    return text;
  return excess("reference slots", module.references.size(), kMaxModuleSlots);
}

std::string defectOf(std::string_view string) {
  if (auto text = excess("bytes", string.size(), kMaxStringBytes); !text.empty())
    return text;
  if (auto at = base::firstInvalidUtf8(string))
    return "byte " + std::to_string(*at) + " is not UTF-8";
  return {};
}

} // namespace orus::image
