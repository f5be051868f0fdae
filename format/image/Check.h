// What single records and strings must fulfil beyond decoding, for writer and reader alike.
#pragma once

#include "format/image/Description.h"
#include "format/image/Image.h"

#include <string>
#include <string_view>

namespace orus::image {

// Each says how the thing exceeds a limit or contradicts itself; empty if it does not.

std::string defectOf(const Type &type);
std::string defectOf(const Function &function);
std::string defectOf(const Module &module);
inline std::string defectOf(const Manifest &) { return {}; }
inline std::string defectOf(const Native &) { return {}; }
inline std::string defectOf(const SourceFile &) { return {}; }
std::string defectOf(const Note &note);
inline std::string defectOf(const Export &) { return {}; }
inline std::string defectOf(const OpcodeRow &) { return {}; }
std::string defectOf(std::string_view string);

} // namespace orus::image
