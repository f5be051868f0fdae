// Run-time failures as numbers and tables, expanded from Panics.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orus::base {

/// The kind of an error value: its first word under `typeof`.
enum class PanicKind : uint8_t {
#define ORUS_PANIC_KIND(ident, text) ident,
#include "format/base/Panics.def"
};

/// Code of an uncaught panic.
enum class PanicCode : uint8_t {
#define ORUS_PANIC_CODE(ident, code, name, catchable, why, help) ident,
#include "format/base/Panics.def"
};

/// A cause of a panic; the number is the operand of the instruction `raise`.
enum class Panic : uint8_t {
#define ORUS_PANIC(ident, codeIdent, kindIdent, text) ident,
#include "format/base/Panics.def"
};

/// Why an image cannot be run.
enum class ImageError : uint8_t {
#define ORUS_IMAGE_ERROR(ident, code, name, why, help) ident,
#include "format/base/Panics.def"
};

inline constexpr std::string_view kPanicKindTexts[] = {
#define ORUS_PANIC_KIND(ident, text) text,
#include "format/base/Panics.def"
};

struct PanicCodeInfo {
  std::string_view code, name;
  bool catchable;
  std::string_view why, help;
};

inline constexpr PanicCodeInfo kPanicCodes[] = {
#define ORUS_PANIC_CODE(ident, code, name, catchable, why, help) {code, name, catchable, why, help},
#include "format/base/Panics.def"
};

struct PanicInfo {
  std::string_view ident;
  PanicCode code;
  PanicKind kind;
  std::string_view text; // `{}` stands for a varying part
};

inline constexpr PanicInfo kPanics[] = {
#define ORUS_PANIC(ident, codeIdent, kindIdent, text)                                              \
  {#ident, PanicCode::codeIdent, PanicKind::kindIdent, text},
#include "format/base/Panics.def"
};
inline constexpr size_t kPanicCount = std::size(kPanics);

struct ImageErrorInfo {
  std::string_view code, name, why, help;
};

inline constexpr ImageErrorInfo kImageErrors[] = {
#define ORUS_IMAGE_ERROR(ident, code, name, why, help) {code, name, why, help},
#include "format/base/Panics.def"
};

constexpr const PanicInfo &info(Panic panic) { return kPanics[static_cast<size_t>(panic)]; }
constexpr const PanicCodeInfo &info(PanicCode code) {
  return kPanicCodes[static_cast<size_t>(code)];
}
constexpr const ImageErrorInfo &info(ImageError error) {
  return kImageErrors[static_cast<size_t>(error)];
}
constexpr std::string_view text(PanicKind kind) {
  return kPanicKindTexts[static_cast<size_t>(kind)];
}

/// Whether the text of the panic has no varying part, so that `raise` can give it.
constexpr bool hasFixedText(Panic panic) {
  return info(panic).text.find("{}") == std::string_view::npos;
}

} // namespace orus::base
