#include "format/image/Check.h"

#include "format/base/Text.h"
#include "format/image/Limits.h"

#include <algorithm>

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

// Names are shown in terminals and listings.
bool isName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && !base::firstInvalidUtf8(name) &&
         std::ranges::none_of(name,
                              [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

std::string defectOfMembers(const Type &type) {
  bool isStruct = type.kind == TypeKind::Struct;
  std::vector<std::string_view> names;
  for (const Member &member : type.members) {
    if (!isName(member.name))
      return "a member has no name that can be shown";
    names.push_back(member.name);
    if (isStruct && member.types.size() != 1)
      return "a field has one type";
    if (auto text = excess("payload values", member.types.size(), kMaxPayload); !text.empty())
      return text;
  }
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end())
    return "two members have one name";
  return isStruct ? excess("fields", type.members.size(), kMaxFields)
                  : excess("variants", type.members.size(), kMaxVariants);
}

} // namespace

std::string defectOf(const Type &type) {
  if (type.isNominal()) {
    if (!isName(type.name))
      return "a struct or enum has no name that can be shown";
    if (type.hasResult || !type.operands.empty())
      return "a struct or enum has members only";
    return defectOfMembers(type);
  }
  if (!type.name.empty() || !type.members.empty() || type.module != 0)
    return "only a struct or an enum has a name, a module and members";
  switch (type.kind) {
  case TypeKind::Function:
    if (type.hasResult && type.operands.empty())
      return "the result type is missing";
    return excess("parameters", type.operands.size() - type.hasResult, kMaxParameters);
  case TypeKind::Closure:
    if (type.hasResult || type.operands.empty())
      return "a closure type is a function type and those of its captures";
    return excess("captures", type.operands.size() - 1, kMaxCaptures);
  default: break;
  }
  if (type.hasResult || type.operands.size() != 1)
    return "an array or cell type has one operand and no result";
  return {};
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

std::string defectOf(const Note &note) {
  if (!isName(note.key))
    return "a note has no key that can be shown";
  return base::firstInvalidUtf8(note.value) ? "the value of a note is not UTF-8" : "";
}

std::string defectOf(std::string_view string) {
  if (auto text = excess("bytes", string.size(), kMaxStringBytes); !text.empty())
    return text;
  if (auto at = base::firstInvalidUtf8(string))
    return "byte " + std::to_string(*at) + " is not UTF-8";
  return {};
}

} // namespace orus::image
