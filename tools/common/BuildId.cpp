#include "tools/common/BuildId.h"

#include "llvm/Support/BLAKE3.h"

namespace orus::tools {

std::optional<image::BuildId> computeBuildId(base::ByteView file) {
  base::Bytes copy(file.begin(), file.end());
  if (!image::setBuildId(copy, {}))
    return std::nullopt;
  return llvm::BLAKE3::hash<image::kBuildIdBytes>(copy);
}

void sealImage(base::Bytes &file) {
  if (auto id = computeBuildId(file))
    image::setBuildId(file, *id);
}

} // namespace orus::tools
