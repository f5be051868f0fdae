// The verifier, held against the slow one.
#include "format/verify/Verifier.h"
#include "tests/fuzz/Images.h"
#include "tests/verify-slow/SlowVerifier.h"

using namespace orus;

namespace {

constexpr size_t kMaxWords = 4096; // beyond it the slow verifier is too slow

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto image = image::readImage(fuzz::imageOf(data, size));
  if (!image)
    return 0;
  auto error = verify::verify(*image);
  // Tables are checked by one verifier only, and a budget is a matter of speed.
  bool isComparable =
      !error || (error->function != verify::Error::kNone && error->rule != verify::RuleId::Budget);
  if (!isComparable || image->code.size() > kMaxWords)
    return 0;
  auto slow = verify::slow::refuse(*image);
  fuzz::require(slow.has_value() == error.has_value(),
                "the verifiers disagree: " + (error ? error->text() : "accepted") + " / " +
                    slow.value_or("accepted"));
  return 0;
}
