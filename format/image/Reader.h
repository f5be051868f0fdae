// Reading of images: from bytes or a file to a LoadedImage, refusing everything that is not exactly
// an image. Work and memory are bounded by the size of the file, whatever it says.
#pragma once

#include "format/base/Result.h"
#include "format/image/LoadedImage.h"

#include <optional>
#include <string>

namespace orus::image {

/// Reads an image from a private copy of `bytes`. Errors: NotAnImage, Version, Damaged, TooLarge,
/// OutOfMemory.
base::Result<LoadedImage> readImage(base::ByteView bytes);

/// Reads an image from a buffer that becomes part of it.
base::Result<LoadedImage> readImage(base::AlignedBuffer bytes);

/// Reads a file; `-` is standard input. An input that does not begin as an image is not read any
/// further. A first line `#!…` is skipped.
base::Result<base::AlignedBuffer> readImageFile(const std::string &path);

/// What can be read of an image that may be damaged, with the first error.
struct PartialImage {
  LoadedImage image;
  bool hasHeader = false;
  std::optional<base::Error> error;
};
PartialImage readPartially(base::AlignedBuffer bytes);

} // namespace orus::image
