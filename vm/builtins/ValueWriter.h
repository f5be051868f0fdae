// The text forms of values: that of `print` (manual 9.2) and the literal form (11.11). Nested
// values are walked with an explicit stack.
#pragma once

#include "vm/builtins/Value.h"

#include <string>
#include <vector>

namespace orus::vm {

enum class TextForm : uint8_t { Print, Literal };

class ValueWriter {
public:
  ValueWriter(const ProgramNames &program, std::string &out) : program_(program), out_(out) {}
  /// Appends the text of a value; false if it is nested too deeply. Throws Stop beyond the size of
  /// a string.
  [[nodiscard]] bool write(Value value, TextForm form);

private:
  struct Level {
    Ref object; // an array, a struct or an enum
    uint32_t next, count;
    const char *close;
  };
  void writeScalar(Value value, TextForm form);
  void writeLeaf(Value value, TextForm form);
  void writeVariant(image::TypeId type, uint64_t variant);
  bool open(Ref object, TextForm form);

  const ProgramNames &program_;
  std::string &out_;
  std::vector<Level> levels_;
};

/// `text` in quotes, as the literal form shows strings.
void appendQuoted(std::string &out, std::string_view text);

} // namespace orus::vm
