// The build id of an image: the BLAKE3 hash of its file, by which crash reports, profiles and
// people name exactly one image. The hash itself is computed by the tools, which have a library for
// it.
#pragma once

#include "format/base/Bytes.h"
#include "format/image/Layout.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace orus::image {

using BuildId = std::array<uint8_t, kBuildIdBytes>;

/// The id that an image file has, if it has a place for one.
std::optional<BuildId> buildIdOf(base::ByteView file);

/// Sets the id of an image file and the checksums that cover it; false if it has no place for one.
/// The file to be hashed is the one with an id of zeros.
bool setBuildId(base::Bytes &file, const BuildId &id);

/// 64 lower-case hexadecimal digits.
std::string hex(const BuildId &id);
std::optional<BuildId> parseBuildId(std::string_view digits);

} // namespace orus::image
