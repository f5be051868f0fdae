// What every tool does alike: start, command line, messages, and an end that notices when its
// output could not be written.
#pragma once

#include "format/base/Result.h"
#include "format/image/BuildId.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <optional>
#include <string>
#include <vector>

namespace llvm::cl {
class OptionCategory;
}

namespace orus::tools {

/// The first call of a main(): secures the standard streams, reports crashes and lack of memory in
/// the way of the tools, and sees to it that no exit with unwritten output is a success. Removes
/// the options that LLVM Support has of its own: a tool's option of one of these names (`stats`,
/// `color`) must be constructed after this call.
void start(const char *toolName);

struct CommandLine {
  std::vector<const llvm::cl::OptionCategory *> categories; // shown by --help; others are hidden
  llvm::StringRef overview;
  const char *environment = nullptr; // variable with further options
};

/// Parses the command line into the cl::opt objects. `--help` and `--version` end the process. A
/// status to end with, if the usage is wrong.
std::optional<int> parse(int argc, char **argv, const CommandLine &line);

/// Prints `tool: message` to standard error, with control characters escaped; the exit status.
int fail(const base::Error &error);
int fail(base::ExitStatus status, const llvm::Twine &message);

/// The same for an error in the content of the image `path`: `tool: 'x.orbc': E0903: CODE, …`.
int failImage(const std::string &path, const base::Error &error);

/// The build id of the image at work, for the report of a crash.
void nameImageInCrashes(const image::BuildId &id);

/// Flushes standard output. The status to end with: `status`, or 74 if something was not written.
int finish(base::ExitStatus status);

} // namespace orus::tools
