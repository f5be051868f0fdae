// The type table (V3), in one pass because ids refer only to lower ids.
#include "format/verify/Program.h"

#include <algorithm>
#include <numeric>

namespace orus::verify {

using image::TypeId;
using image::TypeKind;

namespace {

constexpr std::string_view kSection = "TYPES";
constexpr size_t kMaxParameters = 1000;
constexpr unsigned kMaxNesting = 64;

bool isBefore(const image::Type &a, const image::Type &b) {
  if (a.kind != b.kind)
    return a.kind < b.kind;
  if (a.hasResult != b.hasResult)
    return a.hasResult < b.hasResult;
  return a.operands < b.operands;
}

} // namespace

bool Program::checkTypes() {
  const image::TypeTable &types = image_.types;
  if (!checkPredefinedTypes())
    return false;
  signatureOf_.assign(types.size(), 0);
  std::vector<uint8_t> depth(types.size(), 1);
  for (TypeId id = image::kFirstComposite; id < types.size(); ++id) {
    if (checkComposite(id, depth) && types[id].kind == TypeKind::Function)
      addSignature(id);
    if (report_.failed())
      return false;
  }
  return checkNoDuplicateTypes();
}

bool Program::checkPredefinedTypes() {
  static const image::TypeTable predefined;
  for (TypeId id = 0; id < image::kFirstComposite; ++id)
    if (id >= image_.types.size() || image_.types[id] != predefined[id])
      return fail(RuleId::V3, kSection, id, {"this row is not the predefined type"});
  return true;
}

bool Program::checkComposite(TypeId id, std::vector<uint8_t> &depth) {
  const image::Type &type = image_.types[id];
  for (TypeId operand : type.operands)
    if (operand >= id)
      return fail(RuleId::V3, kSection, id, {"refers to type ", operand, ", which is not earlier"});
  switch (type.kind) {
  case TypeKind::Array:
    if (type.operands.size() != 1 || type.hasResult)
      return fail(RuleId::V3, kSection, id, {"an array type has one operand and no result"});
    break;
  case TypeKind::Function:
    if (type.hasResult && type.operands.empty())
      return fail(RuleId::V3, kSection, id, {"the result type is missing"});
    if (type.operands.size() - type.hasResult > kMaxParameters)
      return fail(
          RuleId::V3, kSection, id,
          {type.operands.size() - type.hasResult, " parameters, the limit is ", kMaxParameters});
    break;
  default: return fail(RuleId::V3, kSection, id, {"neither an array nor a function type"});
  }
  unsigned deepest = 0;
  for (TypeId operand : type.operands)
    deepest = std::max<unsigned>(deepest, depth[operand]);
  if (deepest >= kMaxNesting)
    return fail(RuleId::V3, kSection, id, {"nested deeper than ", kMaxNesting, " levels"});
  depth[id] = static_cast<uint8_t>(deepest + 1);
  return true;
}

bool Program::checkNoDuplicateTypes() {
  const image::TypeTable &types = image_.types;
  if (types.size() <= image::kFirstComposite)
    return true;
  std::vector<TypeId> order(types.size() - image::kFirstComposite);
  std::iota(order.begin(), order.end(), image::kFirstComposite);
  std::ranges::sort(order, [&](TypeId a, TypeId b) { return isBefore(types[a], types[b]); });
  auto same =
      std::ranges::adjacent_find(order, [&](TypeId a, TypeId b) { return types[a] == types[b]; });
  if (same == order.end())
    return true;
  auto [first, second] = std::minmax(same[0], same[1]);
  return fail(RuleId::V3, kSection, second, {"the same type as row ", first});
}

void Program::addSignature(TypeId id) {
  const image::Type &type = image_.types[id];
  Signature signature;
  signature.first = static_cast<uint32_t>(parameters_.size());
  size_t count = type.operands.size() - type.hasResult;
  for (bool scalar : {true, false})
    for (size_t i = 0; i < count; ++i) {
      TypeId parameter = type.operands[i];
      if ((parameter < image::kScalarTypeCount) != scalar)
        continue;
      parameters_.push_back(parameter);
      ++(scalar ? signature.scalarCount : signature.referenceCount);
    }
  if (type.hasResult)
    signature.result = type.operands.back();
  signatureOf_[id] = static_cast<uint32_t>(signatures_.size());
  signatures_.push_back(signature);
}

} // namespace orus::verify
