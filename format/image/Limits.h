// The limits of an image. Writer and reader hold them both, so that what one writes the other
// reads.
#pragma once

#include <cstdint>

namespace orus::image {

inline constexpr uint64_t kMaxFileSize = uint64_t{1} << 30; // all offsets fit 31 bits
inline constexpr uint32_t kMaxSections = 64;
inline constexpr uint32_t kMaxModules = 65'535;
inline constexpr uint32_t kMaxFunctions = 1'000'000;
inline constexpr uint32_t kMaxTypes = 1'000'000;
inline constexpr uint32_t kMaxNatives = 65'535;
inline constexpr uint32_t kMaxParameters = 1'000;
inline constexpr uint32_t kMaxTypeNesting = 64;
inline constexpr uint32_t kMaxWindowSlots = 65'535;      // per bank: slot operands have 16 bits
inline constexpr uint32_t kMaxRegisters = 256;           // per bank: register operands have 8 bits
inline constexpr uint32_t kMaxModuleSlots = 65'535;      // per bank of one module
inline constexpr uint32_t kMaxFunctionWords = 4'194'304; // within reach of every branch
inline constexpr uint32_t kMaxConstants = 16'777'215;
inline constexpr uint32_t kMaxStrings = 16'777'215;
inline constexpr uint64_t kMaxStringBytes = uint64_t{64} << 20;
inline constexpr uint32_t kMaxNameBytes = 65'535;
inline constexpr uint32_t kMaxHandlersPerFunction = 65'535;
inline constexpr uint32_t kMaxHandlerNesting = 1'024;
inline constexpr uint32_t kMaxFiles = 65'535;
inline constexpr unsigned kMaxArchiveDepth = 32;

} // namespace orus::image
