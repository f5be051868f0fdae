// Names and texts for the ids of an image, also for ids that are out of range: a listing is printed
// before anybody has verified the image.
#pragma once

#include "format/image/LoadedImage.h"

#include <string>
#include <string_view>
#include <vector>

namespace orus::text {

class ImageNames {
public:
  explicit ImageNames(const image::LoadedImage &image);

  /// The text of a string; empty if there is none with that id.
  std::string_view string(image::StringId id) const;
  /// A string literal that is cut if it is long; `?` for an id out of range.
  std::string literal(image::StringId id) const;
  /// `i32` or `t12`, as the text form writes types.
  static std::string typeOperand(image::TypeId id);
  /// As in source, cut if it is long.
  std::string type(image::TypeId id) const;
  /// The name of a function, or `body of module NAME`, or `anonymous function`.
  std::string function(image::FunctionId id) const;
  std::string module(image::ModuleId id) const;
  /// `f64 1.5`; the value alone is valid in a `.const` directive.
  std::string constant(uint32_t id) const;
  std::string constantValue(uint32_t id) const;
  /// `name: type` of an absolute module slot.
  std::string moduleSlot(uint32_t slot, bool isScalar) const;
  std::string native(uint32_t id) const;
  /// `main.orus` of a row of FILES.
  std::string file(uint32_t id) const;

private:
  const image::LoadedImage &image_;
  std::vector<image::ModuleId> bodyOf_; // by function; size of modules: none
};

} // namespace orus::text
