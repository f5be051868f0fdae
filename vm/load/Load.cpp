#include "vm/load/Load.h"

#include "format/image/Reader.h"
#include "format/verify/Verifier.h"

namespace orus::vm {

namespace {

base::Result<image::LoadedImage> verified(base::Result<image::LoadedImage> image) {
  if (!image)
    return image;
  if (auto violation = verify::verify(*image))
    return std::unexpected(violation->toBase());
  return image;
}

} // namespace

base::Result<image::LoadedImage> loadImage(const std::string &path) {
  auto bytes = image::readImageFile(path);
  if (!bytes)
    return std::unexpected(bytes.error());
  return verified(image::readImage(std::move(*bytes)));
}

base::Result<image::LoadedImage> loadImage(base::ByteView bytes) {
  return verified(image::readImage(bytes));
}

} // namespace orus::vm
