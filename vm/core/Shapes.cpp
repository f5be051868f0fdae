#include "vm/core/Shapes.h"

#include <algorithm>

namespace orus::vm {

Shapes::Shapes(const image::TypeTable &types) : first_(types.size()) {
  for (image::TypeId type = 0; type < types.size(); ++type) {
    first_[type] = static_cast<uint32_t>(shapes_.size());
    if (!types[type].isNominal() || types.isPlainEnum(type))
      continue;
    bool isStruct = types[type].kind == image::TypeKind::Struct;
    size_t variants = isStruct ? 1 : types[type].members.size();
    for (uint32_t variant = 0; variant < variants; ++variant) {
      const image::ObjectLayout &layout = types.layout(type, variant);
      auto words = static_cast<uint32_t>(layout.types.size());
      shapes_.push_back({layout.references, words, 8 + 8 * std::max(words, 1u)});
    }
  }
}

} // namespace orus::vm
