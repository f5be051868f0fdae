// UTF-8 checking, and escaping of text that is shown to people or tools.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace orus::base {

/// Offset of the first byte that is not part of well-formed UTF-8 (no over-long forms, surrogates
/// or code points above U+10FFFF).
std::optional<size_t> firstInvalidUtf8(std::string_view text);

/// `text` fit for a terminal: control characters, bidirectional controls, line separators and bytes
/// that are not UTF-8 appear as `\n`, `\x1b` or `\u{202e}`. Everything else is unchanged.
std::string escaped(std::string_view text);

/// `text` as a literal in double quotes; like `escaped`, with `"` and `\` escaped too, so that it
/// can be read back without loss.
std::string quoted(std::string_view text);

/// `text` as a JSON string in double quotes; bytes that are not UTF-8 become U+FFFD.
std::string jsonQuoted(std::string_view text);

} // namespace orus::base
