// Proves, before the first instruction runs, that an image cannot make the interpreter leave its
// windows, misread a value or use one that was never written. Linear in the size of the image.
#pragma once

#include "format/base/Result.h"
#include "format/image/LoadedImage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace orus::verify {

/// The rule that an image breaks; Rules.def explains them.
enum class RuleId : uint8_t {
  None,
#define ORUS_VERIFY_RULE(ident, name, meaning) ident,
#include "format/verify/Rules.def"
};

struct RuleInfo {
  RuleId id{};
  std::string_view ident;   // "V13"
  std::string_view name;    // "calls"
  std::string_view meaning; // what an accepted image satisfies
};

/// All rules, in the order of RuleId.
std::span<const RuleInfo> rules();
/// "V13"; empty for None.
std::string_view name(RuleId rule);

/// The first rule that an image was found to break, and where.
struct Error {
  static constexpr uint32_t kNone = UINT32_MAX;

  RuleId rule = RuleId::None;
  std::string_view section;  // "TYPES", "CODE", …
  uint32_t index = kNone;    // row of the section, if one row is at fault
  uint32_t function = kNone; // if the error is in code
  uint32_t pc = kNone;       // word in the function
  std::string functionName;  // as in the image, may be empty
  std::string sentence;

  /// "TYPES[12]", or "CODE, function 3 (main) at 12".
  std::string place() const;
  /// `place: rule: sentence`.
  std::string text() const;
  base::Error toBase() const;
};

struct VerifyOptions {
  /// For tests of the tests: violations of this rule are passed over.
  RuleId disabledRule = RuleId::None;
};

/// The first violation in a fixed order, or nothing if the image may run.
[[nodiscard]] std::optional<Error> verify(const image::LoadedImage &image,
                                          const VerifyOptions &options = {});
/// The same for an image that was built in memory and is within the limits of the format.
[[nodiscard]] std::optional<Error> verify(const image::Image &image,
                                          const VerifyOptions &options = {});

} // namespace orus::verify
