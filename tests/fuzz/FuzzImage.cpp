// The reader of images: container, archive, and reading of what is damaged.
#include "tests/fuzz/Images.h"

using namespace orus;

namespace {

void read(base::ByteView bytes) {
  auto image = image::readImage(bytes);
  image::PartialImage partial = image::readPartially(fuzz::bufferOf(bytes));
  fuzz::require(image.has_value() == !partial.error.has_value(),
                "reading and partial reading disagree");
  if (!image)
    fuzz::require(image.error().text() == partial.error->text(),
                  "reading and partial reading give different errors");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read({data, size});
  read(fuzz::imageOf(data, size));
  return 0;
}
