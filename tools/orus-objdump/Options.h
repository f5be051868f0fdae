// The command line of orus-objdump.
#pragma once

#include "llvm/Support/Regex.h"

#include <optional>
#include <string>

namespace orus::objdump {

struct Options {
  std::string input;
  bool header = false, sections = false, records = false, code = false, bytes = false;
  bool registers = false, exports = false, loops = false, sizes = false, lines = false,
       source = false, addresses = true;
  bool json = false, verify = false;
  std::string other;                    // to compare with; empty: none
  std::string stripTo;                  // empty: do not strip
  std::string profile;                  // empty: none
  std::string section;                  // empty: all
  std::optional<llvm::Regex> functions; // none: all
};

/// Fills `options`; a status to end with, if the usage is wrong.
std::optional<int> parseOptions(int argc, char **argv, Options &options);

} // namespace orus::objdump
