// The lines of the source files of an image, as far as the files are at hand and unchanged.
#pragma once

#include "format/image/LoadedImage.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string_view>
#include <vector>

namespace orus::objdump {

class Sources {
public:
  explicit Sources(const image::LoadedImage &image) : image_(image), files_(image.files.size()) {}

  /// Line `line` (from 1) of a file; nothing if the file is not found or its hash differs.
  std::optional<std::string_view> line(uint32_t file, uint32_t line);

private:
  struct File {
    bool isRead = false;
    base::AlignedBuffer text;
    std::vector<std::string_view> lines;
  };
  void read(uint32_t file);

  const image::LoadedImage &image_;
  std::vector<File> files_;
};

} // namespace orus::objdump
