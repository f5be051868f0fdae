#include "compiler/codegen/Program.h"

namespace orus::codegen {

uint32_t ProgramPools::constant(image::ScalarType type, uint64_t bits) {
  auto [it, isNew] = constantIds_.try_emplace({bits, static_cast<uint32_t>(type)},
                                              static_cast<uint32_t>(constants.size()));
  if (isNew)
    constants.push_back({type, bits});
  return it->second;
}

static TypeId typeOf(isa::RegisterType type) {
  using enum isa::RegisterType;
  switch (type) {
  case Str: return image::kString;
  case Any: return image::kAny;
  case Range: return image::kRange;
  case Error: return image::kError;
  default:
    return static_cast<TypeId>(type); // the exact scalar types have the numbers of ScalarType
  }
}

uint32_t ProgramPools::native(isa::NativeId id) {
  uint32_t &number = nativeIds_[static_cast<size_t>(id)];
  if (number == 0) {
    const isa::NativeInfo &info = isa::info(id);
    std::vector<TypeId> parameters;
    for (isa::RegisterType parameter : info.parameters())
      parameters.push_back(typeOf(parameter));
    natives.push_back(id);
    nativeSignatures.push_back(types.function(parameters, typeOf(info.result)));
    number = static_cast<uint32_t>(natives.size());
  }
  return number - 1;
}

} // namespace orus::codegen
