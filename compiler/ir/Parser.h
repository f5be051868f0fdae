// Reads the text form of the intermediate representation (docs/design/lowering-and-ir.md), as tests
// and dumps hold it. Accepts any bytes; what it accepts is well-formed in its references (every id
// exists) but obeys the rules of the IR only if Verifier.h says so.
#pragma once

#include "compiler/ir/Ir.h"

#include <expected>

namespace orus::ir {

/// 1-based place of the first mistake.
struct ParseError {
  uint32_t line = 0, column = 0;
  std::string message;

  /// `line:column: message`
  std::string text() const;
};

/// Value and block numbers are kept as written, so that printing gives the same text back.
[[nodiscard]] std::expected<std::unique_ptr<Module>, ParseError> parseModule(StringRef text);

} // namespace orus::ir
