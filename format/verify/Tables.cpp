// Names, constants, natives and the manifest.
#include "format/verify/Program.h"

#include "format/base/Text.h"
#include "format/isa/Natives.h"

namespace orus::verify {

using image::ScalarType;

namespace {

// RegisterType of a native's table row as a type id; those rows only name predefined types.
constexpr image::TypeId typeIdOf(isa::RegisterType type) {
  switch (type) {
  case isa::RegisterType::Bool: return static_cast<image::TypeId>(ScalarType::Bool);
  case isa::RegisterType::I32: return static_cast<image::TypeId>(ScalarType::I32);
  case isa::RegisterType::U32: return static_cast<image::TypeId>(ScalarType::U32);
  case isa::RegisterType::I64: return static_cast<image::TypeId>(ScalarType::I64);
  case isa::RegisterType::U64: return static_cast<image::TypeId>(ScalarType::U64);
  case isa::RegisterType::F64: return static_cast<image::TypeId>(ScalarType::F64);
  case isa::RegisterType::Str: return image::kString;
  case isa::RegisterType::Any: return image::kAny;
  case isa::RegisterType::Range: return image::kRange;
  case isa::RegisterType::Error: return image::kError;
  default: return UINT32_MAX;
  }
}

bool isCanonical(ScalarType type, uint64_t bits) {
  switch (type) {
  case ScalarType::Bool: return bits <= 1;
  case ScalarType::I32:
  case ScalarType::U32: return bits <= UINT32_MAX;
  case ScalarType::I64:
  case ScalarType::U64:
  case ScalarType::F64: return true;
  }
  return false;
}

} // namespace

bool Program::checkName(std::string_view section, size_t index, image::StringId id,
                        bool mayBeEmpty) {
  if (id >= image_.stringCount())
    return fail(RuleId::V2, section, index, {"no string ", id});
  std::string_view text = image_.string(id);
  if (text.empty() && !mayBeEmpty)
    return fail(RuleId::V3, section, index, {"an empty name"});
  if (checkedNames_[id])
    return true;
  if (text.size() > image::kMaxNameBytes)
    return fail(RuleId::V3, section, index,
                {"a name of ", text.size(), " bytes, the limit is ", image::kMaxNameBytes});
  if (text.find('\0') != std::string_view::npos)
    return fail(RuleId::V3, section, index, {"a name that holds a NUL byte"});
  checkedNames_[id] = 1;
  return true;
}

// The reader has checked all but what needs the modules.
bool Program::checkTypes() {
  for (image::TypeId id = image::kFirstComposite; id < image_.types.size(); ++id)
    if (image_.types[id].isNominal() && image_.types[id].module >= image_.modules.size())
      fail(RuleId::V2, "TYPES", id, {"no module ", image_.types[id].module});
  return !report_.failed();
}

bool Program::checkConstants() {
  for (size_t i = 0; i < image_.constantBits.size(); ++i)
    if (!isCanonical(image_.constantTypes[i], image_.constantBits[i]))
      fail(RuleId::V10, "CONST", i,
           {"not the canonical form of a value of type ", image::name(image_.constantTypes[i])});
  return !report_.failed();
}

bool Program::checkNatives() {
  for (size_t i = 0; i < image_.natives.size(); ++i)
    checkNative(i);
  return !report_.failed();
}

bool Program::checkNative(size_t index) {
  constexpr std::string_view kSection = "NATIVES";
  const image::Native &native = image_.natives[index];
  if (!checkName(kSection, index, native.name, false))
    return false;
  if (!isFunctionType(native.signature))
    return fail(RuleId::V2, kSection, index, {"type ", native.signature, " is no function type"});
  std::string_view nativeName = image_.string(native.name);
  auto id = isa::findNative(nativeName);
  if (!id)
    return fail(RuleId::V15, kSection, index, {"unknown native ", base::quoted(nativeName)});
  const isa::NativeInfo &info = isa::info(*id);
  const image::Type &type = image_.types[native.signature];
  bool same = type.hasResult && type.operands.size() == info.parameters().size() + 1u &&
              type.operands.back() == typeIdOf(info.result);
  for (size_t i = 0; same && i < info.parameters().size(); ++i)
    same = type.operands[i] == typeIdOf(info.parameters()[i]);
  if (!same)
    return fail(RuleId::V15, kSection, index,
                {"native ", base::quoted(nativeName), " has another signature than ",
                 image_.types.spelling(native.signature)});
  return true;
}

bool Program::checkManifest() {
  return checkTakesAndReturnsNothing("MANIFEST", Error::kNone, image_.manifest.entry);
}

bool Program::checkTakesAndReturnsNothing(std::string_view section, size_t index,
                                          image::FunctionId id) {
  if (id >= image_.functions.size())
    return fail(RuleId::V2, section, index, {"no function ", id});
  image::TypeId type = image_.functions[id].signature;
  if (image_.functions[id].closure)
    return fail(RuleId::V17, section, index,
                {"function ", id, " has captures where one without is needed"});
  if (isFunctionType(type) && !image_.types[type].operands.empty())
    return fail(RuleId::V17, section, index,
                {"function ", id, " has the signature ", image_.types.spelling(type),
                 " where one without parameters and result is needed"});
  return true;
}

} // namespace orus::verify
