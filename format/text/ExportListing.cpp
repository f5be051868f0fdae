#include "format/text/ImageListing.h"

#include "format/base/Text.h"

namespace orus::text {

void appendExports(std::string &out, const image::LoadedImage &image, const ImageNames &names) {
  for (size_t i = 0; i < image.exports.size(); ++i) {
    const image::Export &row = image.exports[i];
    if (i == 0 || row.module != image.exports[i - 1].module)
      out += "; exports of " + names.module(row.module) + "\n";
    std::string kind(image::name(row.kind));
    out += ";   " + kind + std::string(kind.size() < 10 ? 10 - kind.size() : 1, ' ') +
           base::escaped(names.string(row.name)) + ": " + names.type(row.type);
    if (row.kind == image::ExportKind::Function)
      out += " = f" + std::to_string(row.item);
    out += '\n';
  }
}

} // namespace orus::text
