// Inputs of the targets that take images. Bytes get the checksums that they should have: mutants
// with those of their original would never get beyond them. Anything else is read as the text form
// of an image, whose mutants mostly are images with something wrong in one place.
#pragma once

#include "format/image/Layout.h"
#include "format/image/Reader.h"
#include "format/image/Writer.h"
#include "format/text/ImageText.h"
#include "tests/fuzz/Fuzz.h"

namespace orus::fuzz {

/// The image that an input stands for; empty if it is a text with a mistake in it.
inline base::Bytes imageOf(const uint8_t *data, size_t size) {
  base::Bytes bytes(data, data + size);
  if (size == 0 || data[0] == image::kMagic[0]) {
    image::updateChecksums(bytes);
    return bytes;
  }
  auto assembled = text::assembleImage(base::asText(bytes));
  return assembled ? std::move(*assembled) : base::Bytes();
}

} // namespace orus::fuzz
