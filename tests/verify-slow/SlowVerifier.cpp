#include "tests/verify-slow/SlowVerifier.h"

#include "tests/verify-slow/SlowFunction.h"

namespace orus::verify::slow {

std::optional<std::string> refuse(const image::LoadedImage &image) {
  for (size_t id = 0; id < image.functions.size(); ++id)
    try {
      SlowFunction(image, image.functions[id]).run();
    } catch (const Refusal &refusal) {
      return "function " + std::to_string(id) + " at " + std::to_string(refusal.pc) + ": " +
             refusal.why;
    }
  return std::nullopt;
}

} // namespace orus::verify::slow
