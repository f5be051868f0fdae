// An image as a JSON document.
#pragma once

#include "format/base/Result.h"
#include "format/image/LoadedImage.h"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace orus::text {

/// Which members the document has.
struct JsonSelection {
  bool header = false, sections = false, records = false, registers = false, code = false;
  bool exports = false, loops = false;      // alone; both are among the records
  std::vector<image::FunctionId> functions; // that are listed, if `listsFunctions`
  bool listsFunctions = false;
  /// How often an instruction ran, by word of CODE; 0: unknown or never.
  std::function<uint64_t(uint32_t word)> count;
};

/// Passes the document to `sink` piece by piece.
void writeJson(const image::LoadedImage &image, const JsonSelection &selection,
               const std::optional<base::Error> &error,
               const std::function<void(std::string_view)> &sink);

} // namespace orus::text
