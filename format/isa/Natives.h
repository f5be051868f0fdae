// The native functions as C++, expanded from Natives.def.
#pragma once

#include "format/isa/Isa.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace orus::isa {

enum class NativeId : uint8_t {
#define ORUS_NATIVE(ident, ...) ident,
#include "format/isa/Natives.def"
};

struct NativeInfo {
  std::string_view ident, name;
  bool mayPanic = false, mayCollect = false, hasInputOutput = false;
  std::string_view meaning;
  RegisterType result{};
  uint8_t parameterCount = 0;
  std::array<RegisterType, 3> parameterArray{};

  constexpr std::span<const RegisterType> parameters() const {
    return {parameterArray.data(), parameterCount};
  }
};

namespace detail {

template <class... Parameters>
consteval NativeInfo makeNative(std::string_view ident, std::string_view name,
                                std::string_view effects, std::string_view meaning,
                                RegisterType result, Parameters... parameters) {
  static_assert(sizeof...(parameters) <= 3);
  if (effects.find_first_not_of("PGI") != std::string_view::npos)
    throw "unknown effect letter";
  return {ident,   name,   effects.contains('P'), effects.contains('G'), effects.contains('I'),
          meaning, result, sizeof...(parameters), {parameters...}};
}

// Lets the types in Natives.def be written without qualification.
namespace natives {
using enum RegisterType;
inline constexpr NativeInfo kTable[] = {
#define ORUS_NATIVE(ident, name, effects, meaning, ...)                                            \
  makeNative(#ident, name, effects, meaning, __VA_ARGS__),
#include "format/isa/Natives.def"
};
} // namespace natives

} // namespace detail

inline constexpr std::span<const NativeInfo> kNatives = detail::natives::kTable;

constexpr const NativeInfo &info(NativeId id) { return kNatives[static_cast<size_t>(id)]; }

/// The native with this name in an image.
std::optional<NativeId> findNative(std::string_view name);

} // namespace orus::isa
