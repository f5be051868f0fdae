#include "format/verify/Subject.h"

namespace orus::verify {

Subject::Subject(const image::LoadedImage &image)
    : manifest(image.manifest), types(image.types), natives(image.natives),
      functions(image.functions), code(image.code), handlers(image.handlers),
      modules(image.modules), exports(image.exports), lines(image.lines), files(image.files),
      inlinedCalls(image.inlinedCalls), loops(image.loops), constantTypes(image.constantTypes),
      constantBits(image.constantBits), loadedStrings_(&image.strings) {}

Subject::Subject(const image::Image &image)
    : manifest(image.manifest), types(image.types), natives(image.natives),
      functions(image.functions), code(image.code), handlers(image.handlers),
      modules(image.modules), exports(image.exports), lines(image.lines), files(image.files),
      inlinedCalls(image.inlinedCalls), loops(image.loops), strings_(image.strings) {
  for (const image::Constant &constant : image.constants) {
    ownConstantTypes_.push_back(constant.type);
    ownConstantBits_.push_back(constant.bits);
  }
  constantTypes = ownConstantTypes_;
  constantBits = ownConstantBits_;
}

} // namespace orus::verify
