#include "format/isa/Natives.h"

namespace orus::isa {

std::optional<NativeId> findNative(std::string_view name) {
  for (size_t i = 0; i < kNatives.size(); ++i)
    if (kNatives[i].name == name)
      return static_cast<NativeId>(i);
  return std::nullopt;
}

} // namespace orus::isa
