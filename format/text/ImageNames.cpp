#include "format/text/ImageNames.h"

#include "format/base/Text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace orus::text {
namespace {

constexpr size_t kMaxLiteral = 60;
constexpr size_t kMaxType = 200;

// At most `most` bytes of a text, cut between characters.
std::string cut(std::string_view text, size_t most) {
  if (text.size() <= most)
    return std::string(text);
  while (most && (static_cast<uint8_t>(text[most]) & 0xC0) == 0x80)
    --most;
  return std::string(text.substr(0, most));
}

std::string hex(uint64_t bits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(bits));
  return text;
}

std::string spellF64(uint64_t bits) {
  double value = std::bit_cast<double>(bits);
  if (!std::isfinite(value))
    return hex(bits);
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

} // namespace

ImageNames::ImageNames(const image::LoadedImage &image)
    : image_(image),
      bodyOf_(image.functions.size(), static_cast<image::ModuleId>(image.modules.size())) {
  for (image::ModuleId m = 0; m < image.modules.size(); ++m)
    if (image::FunctionId body = image.modules[m].initializer; body < bodyOf_.size())
      bodyOf_[body] = std::min(bodyOf_[body], m);
}

std::string_view ImageNames::string(image::StringId id) const {
  return id < image_.strings.size() ? image_.strings[id] : std::string_view();
}

std::string ImageNames::literal(image::StringId id) const {
  if (id >= image_.strings.size())
    return "?";
  std::string_view text = image_.strings[id];
  return base::quoted(cut(text, kMaxLiteral)) + (text.size() > kMaxLiteral ? "…" : "");
}

std::string ImageNames::typeOperand(image::TypeId id) {
  if (id < image::kFirstComposite)
    return image::TypeTable().spelling(id);
  return "t" + std::to_string(id);
}

std::string ImageNames::type(image::TypeId id) const {
  std::string text = image_.types.spelling(id);
  return text.size() > kMaxType ? cut(text, kMaxType) + "…" : text;
}

std::string ImageNames::module(image::ModuleId id) const {
  if (id >= image_.modules.size())
    return "?";
  return base::escaped(cut(string(image_.modules[id].name), kMaxType));
}

std::string ImageNames::function(image::FunctionId id) const {
  if (id >= image_.functions.size())
    return "?";
  if (std::string_view name = string(image_.functions[id].name); !name.empty())
    return base::escaped(cut(name, kMaxType));
  if (bodyOf_[id] < image_.modules.size())
    return "body of module " + module(bodyOf_[id]);
  return "anonymous function";
}

std::string ImageNames::constantValue(uint32_t id) const {
  uint64_t bits = image_.constantBits[id];
  switch (image_.constantTypes[id]) {
  case image::ScalarType::F64: return spellF64(bits);
  case image::ScalarType::I64: return std::to_string(static_cast<int64_t>(bits));
  case image::ScalarType::U64: return std::to_string(bits);
  case image::ScalarType::I32:
    if (bits >> 32 == 0)
      return std::to_string(static_cast<int32_t>(bits));
    break;
  case image::ScalarType::Bool:
  case image::ScalarType::U32:
    if (bits >> 32 == 0)
      return std::to_string(bits);
    break;
  }
  return hex(bits);
}

std::string ImageNames::constant(uint32_t id) const {
  if (id >= image_.constantBits.size() || id >= image_.constantTypes.size())
    return "?";
  return std::string(image::name(image_.constantTypes[id])) + " " + constantValue(id);
}

std::string ImageNames::moduleSlot(uint32_t slot, bool isScalar) const {
  auto base = isScalar ? &image::Module::scalarBase : &image::Module::referenceBase;
  auto bank = isScalar ? &image::Module::scalars : &image::Module::references;
  // Windows follow one another; among modules without slots the last is found, so step back.
  auto it = std::ranges::upper_bound(image_.modules, slot, {}, base);
  while (it != image_.modules.begin()) {
    const image::Module &m = *--it;
    if (m.*base <= slot && slot - m.*base < (m.*bank).size()) {
      const image::ModuleSlot &found = (m.*bank)[slot - m.*base];
      return base::escaped(cut(string(found.name), kMaxType)) + ": " + type(found.type);
    }
    if (!(m.*bank).empty())
      break;
  }
  return "?";
}

std::string ImageNames::native(uint32_t id) const {
  if (id >= image_.natives.size())
    return "?";
  const image::Native &native = image_.natives[id];
  return base::escaped(cut(string(native.name), kMaxType)) + ": " + type(native.signature);
}

std::string ImageNames::file(uint32_t id) const {
  if (id >= image_.files.size())
    return "?";
  return base::escaped(string(image_.files[id].name));
}

} // namespace orus::text
