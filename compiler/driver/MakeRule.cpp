#include "compiler/driver/MakeRule.h"

namespace orus::driver {

/// As GNU make reads names: `$` is doubled, white space, `#` and `:` follow a backslash.
static std::string escaped(llvm::StringRef name) {
  std::string text;
  for (char c : name) {
    if (c == '$')
      text += '$';
    else if (c == ' ' || c == '\t' || c == '#' || c == ':')
      text += '\\';
    text += c;
  }
  return text;
}

std::string makeRule(llvm::StringRef target, llvm::ArrayRef<std::string> files, bool phony) {
  std::string text = escaped(target) + ":";
  for (const std::string &file : files)
    text += " \\\n  " + escaped(file);
  text += '\n';
  if (phony && !files.empty())
    for (const std::string &file : files.drop_front())
      text += escaped(file) + ":\n";
  return text;
}

} // namespace orus::driver
