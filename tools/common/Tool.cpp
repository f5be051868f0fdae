#include "tools/common/Tool.h"

#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"
#include "format/base/Panics.h"
#include "format/base/StandardStreams.h"
#include "format/base/Text.h"
#include "format/base/Version.h"
#include "format/image/Layout.h"
#include "format/image/Schema.h"
#include "format/isa/Isa.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ORUS_TOOL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ORUS_TOOL_SANITIZED
#endif
#endif

namespace orus::tools {
namespace {

using base::ExitStatus;

const char *tool = "orus";

// Only what a signal handler may call.
void writeRaw(const char *text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0)
    return;
}

[[noreturn]] void die(ExitStatus status, const char *message) {
  base::removePendingOutputs();
  writeRaw(tool);
  writeRaw(": ");
  writeRaw(message);
  writeRaw("\n");
  ::_exit(base::code(status));
}

// Filled in before anything can crash, as a handler may not format.
char crashReport[256] = "internal error; please report it";

void onCrash(int) { die(ExitStatus::Internal, crashReport); }

void onFatalError(void *, const char *reason, bool) {
  writeRaw(tool);
  writeRaw(": ");
  writeRaw(reason);
  writeRaw("\n");
  die(ExitStatus::Internal, crashReport);
}

void onNoMemory() { die(ExitStatus::Limit, "out of memory"); }
void onNoMemoryInLlvm(void *, const char *, bool) { onNoMemory(); }

void describeCrash(const char *buildId) {
  std::string release(base::version());
  std::snprintf(crashReport, sizeof crashReport,
                "internal error; please report it, with the input and this: %s %s, instruction set "
                "%08x%s%s",
                tool, release.c_str(), isa::kOpcodeTableHash, buildId ? ", build id " : "",
                buildId ? buildId : "");
}

[[maybe_unused]] void catchCrashes() {
  static char stack[64 * 1024]; // a crash may be due to the main stack
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action{};
  action.sa_handler = onCrash;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    ::sigaction(signal, &action, nullptr);
}

// True if everything printed so far has been written.
bool flushOutput() {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return true;
  std::error_code error = llvm::outs().error();
  llvm::outs().clear_error();
  llvm::errs() << tool << ": cannot write standard output: " << base::systemReason(error.value())
               << '\n';
  return false;
}

// Also reached from within LLVM, which ends the process after --help and --version.
void atExit() {
  bool isWritten = flushOutput();
  llvm::errs().clear_error(); // nowhere to report that to
  if (!isWritten)
    ::_exit(base::code(ExitStatus::IoError));
}

void printVersion(llvm::raw_ostream &out, bool isVerbose) {
  out << tool << ' ' << base::version() << '\n';
  if (!isVerbose)
    return;
  out << "image format " << image::kFormatMajor << '.' << image::kFormatMinor
      << ", instruction set " << llvm::format_hex_no_prefix(isa::kOpcodeTableHash, 8)
      << ", records " << llvm::format_hex_no_prefix(image::schemaHash(), 8) << '\n'
      << "LLVM Support " << LLVM_VERSION_STRING << '\n';
}

// LLVM takes the name of a response file that cannot be opened for an unknown argument.
std::optional<base::Error> missingResponseFile(int argc, char **argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i)
    if (argv[i][0] == '@' && argv[i][1])
      if (auto file = base::InputFile::open(argv[i] + 1); !file)
        return base::Error{base::ErrorKind::Usage, file.error().message, {}};
  return std::nullopt;
}

std::optional<base::ImageError> imageError(base::ErrorKind kind) {
  switch (kind) {
  case base::ErrorKind::NotAnImage: return base::ImageError::NotAnImage;
  case base::ErrorKind::Version: return base::ImageError::ImageVersion;
  case base::ErrorKind::Damaged:
  case base::ErrorKind::TooLarge: return base::ImageError::ImageDamaged;
  case base::ErrorKind::Rejected: return base::ImageError::ImageRejected;
  default: return std::nullopt;
  }
}

// LLVM Support registers options for its timers, statistics and colours when options are first
// asked for.
void removeLlvmOptions() {
  const llvm::cl::OptionCategory *general = &llvm::cl::getGeneralCategory(),
                                 *colors = &llvm::getColorCategory();
  llvm::SmallVector<llvm::cl::Option *, 32> unwanted;
  for (auto &[name, option] : llvm::cl::getRegisteredOptions())
    if (llvm::is_contained({general, colors}, option->Categories.front()))
      unwanted.push_back(option);
  for (llvm::cl::Option *option : unwanted)
    option->removeArgument();
}

} // namespace

void nameImageInCrashes(const image::BuildId &id) { describeCrash(image::hex(id).c_str()); }

void start(const char *toolName) {
  tool = toolName;
  describeCrash(nullptr);
  removeLlvmOptions();
  base::secureStandardStreams();
  std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails then, and is reported
#ifndef ORUS_TOOL_SANITIZED      // sanitizers report crashes themselves
  catchCrashes();
  std::set_new_handler(onNoMemory);
#endif
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onNoMemoryInLlvm);
  llvm::outs();
  llvm::errs();
  std::atexit(atExit); // after the streams exist, so that it runs before they go
}

std::optional<int> parse(int argc, char **argv, const CommandLine &line) {
  if (auto error = missingResponseFile(argc, argv))
    return fail(*error);
  bool isVerbose = false;
  for (int i = 1; i < argc; ++i)
    isVerbose |= std::strcmp(argv[i], "-v") == 0;
  llvm::cl::SetVersionPrinter(
      [isVerbose](llvm::raw_ostream &out) { printVersion(out, isVerbose); });
  llvm::cl::HideUnrelatedOptions(line.categories);
  std::string errors;
  llvm::raw_string_ostream stream(errors);
  if (llvm::cl::ParseCommandLineOptions(argc, argv, line.overview, &stream, line.environment,
                                        /*LongOptionsUseDoubleDash=*/true))
    return std::nullopt;
  llvm::errs() << errors;
  return base::code(ExitStatus::Usage);
}

int fail(const base::Error &error) { return fail(base::exitStatus(error.kind), error.text()); }

int fail(ExitStatus status, const llvm::Twine &message) {
  flushOutput(); // what was printed so far comes first
  llvm::errs() << tool << ": " << base::escaped(message.str()) << '\n';
  return base::code(status);
}

int failImage(const std::string &path, const base::Error &error) {
  std::string message = base::inputName(path) + ": ";
  if (auto row = imageError(error.kind))
    (message += base::info(*row).code) += ": ";
  return fail(base::exitStatus(error.kind), message + error.text());
}

int finish(ExitStatus status) {
  return flushOutput() ? base::code(status) : base::code(ExitStatus::IoError);
}

} // namespace orus::tools
