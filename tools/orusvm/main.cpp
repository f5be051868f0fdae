// orusvm: runs an image.
#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"
#include "format/base/Panics.h"
#include "format/base/Text.h"
#include "format/base/Version.h"
#include "format/isa/Isa.h"
#include "format/profile/Profile.h"
#include "tools/common/BuildId.h"
#include "tools/common/Tool.h"
#include "tools/orusvm/Streams.h"
#include "vm/load/Load.h"
#include "vm/load/ReportWriter.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <numeric>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace orus;
using base::ExitStatus;
namespace cl = llvm::cl;

namespace {

cl::OptionCategory category("Options of orusvm");

// A number of bytes, with an optional unit K, M or G.
std::optional<uint64_t> parseSize(llvm::StringRef text) {
  constexpr llvm::StringRef kUnits = "kmg";
  size_t unit = text.empty() ? llvm::StringRef::npos : kUnits.find(text.lower().back());
  size_t shift = 0;
  if (unit != llvm::StringRef::npos) {
    shift = 10 * (unit + 1);
    text = text.drop_back();
  }
  uint64_t bytes;
  if (text.getAsInteger(10, bytes) || bytes == 0 || bytes > (UINT64_MAX >> 1) >> shift)
    return std::nullopt;
  return bytes << shift;
}

enum class Stress { Alloc, Safepoint };
enum class Traced { Calls, Ops, Gc };
enum class Color { Auto, Always, Never };

// Constructed by main(), as some take the names of options that LLVM has of its own.
struct Arguments {
  template <typename T> using Opt = cl::opt<T>;

  Opt<std::string> input{cl::Positional, cl::Required, cl::desc("IMAGE"), cl::cat(category)};
  cl::list<std::string> rest{cl::ConsumeAfter, cl::desc("[argument…]"), cl::cat(category)};
  Opt<bool> verifyOnly{"verify-only", cl::desc("verify the image and do not run it"),
                       cl::cat(category)};
  Opt<std::string> requireBuildId{
      "require-build-id", cl::desc("run only the image with this build id, which is recomputed"),
      cl::value_desc("HEX"), cl::cat(category)};
  Opt<std::string> maxHeap{"max-heap", cl::desc("end the program beyond this size of its heap"),
                           cl::value_desc("SIZE"), cl::cat(category)};
  Opt<std::string> maxStack{"max-stack", cl::desc("size of each of the two banks of the stack"),
                            cl::value_desc("SIZE"), cl::cat(category)};
  Opt<unsigned long long> fuel{"fuel", cl::desc("end the program after N calls and loop passes"),
                               cl::value_desc("N"), cl::cat(category)};
  Opt<double> timeout{"timeout", cl::desc("end the program after this time"),
                      cl::value_desc("SECONDS"), cl::cat(category)};
  Opt<bool> gcStats{"gc-stats", cl::desc("report on the garbage collector at the end"),
                    cl::cat(category)};
  Opt<std::string> profileOut{"profile-out",
                              cl::desc("write how often calls and loops ran to FILE"),
                              cl::value_desc("FILE"), cl::cat(category)};
  Opt<bool> pairStats{"pair-stats",
                      cl::desc("report which instructions ran one after the other; slows the run"),
                      cl::cat(category)};
  Opt<bool> stats{"stats", cl::desc("report on the execution at the end; slows it"),
                  cl::cat(category)};
  cl::bits<Stress> gcStress{
      "gc-stress", cl::CommaSeparated, cl::desc("collect garbage, and check the heap,"),
      cl::values(clEnumValN(Stress::Alloc, "alloc", "at every allocation"),
                 clEnumValN(Stress::Safepoint, "safepoint", "at every call and loop pass")),
      cl::cat(category)};
  cl::bits<Traced> traced{"trace", cl::CommaSeparated, cl::desc("show on standard error"),
                          cl::values(clEnumValN(Traced::Calls, "calls", "calls and returns"),
                                     clEnumValN(Traced::Ops, "ops", "every instruction"),
                                     clEnumValN(Traced::Gc, "gc", "every collection")),
                          cl::cat(category)};
  Opt<vm::ReportFormat> format{
      "diagnostic-format", cl::desc("form of error reports"),
      cl::values(clEnumValN(vm::ReportFormat::Human, "human", "for people (default)"),
                 clEnumValN(vm::ReportFormat::Short, "short", "one line each"),
                 clEnumValN(vm::ReportFormat::Json, "json", "one JSON object each"),
                 clEnumValN(vm::ReportFormat::Sarif, "sarif", "a SARIF log")),
      cl::cat(category)};
  Opt<bool> paranoid{"paranoid", cl::desc("check while running what was verified, for tests; slow"),
                     cl::cat(category)};
  Opt<std::string> diagnosticOutput{"diagnostic-output", cl::desc("write error reports to FILE"),
                                    cl::value_desc("FILE"), cl::cat(category)};
  Opt<Color> color{"color", cl::desc("colour reports for people"),
                   cl::values(clEnumValN(Color::Auto, "auto", "on a terminal (default)"),
                              clEnumValN(Color::Always, "always", "always"),
                              clEnumValN(Color::Never, "never", "never")),
                   cl::cat(category)};
};

Arguments &arguments() {
  static Arguments all;
  return all;
}

// What the environment says where the command line is silent; a usage error as text.
std::optional<std::string> readEnvironment() {
  const char *value = std::getenv("ORUS_DIAGNOSTIC_FORMAT");
  if (!value || !*value || arguments().format.getNumOccurrences())
    return std::nullopt;
  constexpr llvm::StringRef kNames[] = {"human", "short", "json", "sarif"};
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == value) {
      arguments().format = static_cast<vm::ReportFormat>(i);
      return std::nullopt;
    }
  return "ORUS_DIAGNOSTIC_FORMAT is '" + std::string(value) + "', not human, short, json or sarif";
}

bool wantsColor() {
  if (arguments().color != Color::Auto)
    return arguments().color == Color::Always;
  const char *noColor = std::getenv("NO_COLOR"), *term = std::getenv("TERM");
  return arguments().diagnosticOutput.empty() && isatty(STDERR_FILENO) && !(noColor && *noColor) &&
         llvm::StringRef(term ? term : "") != "dumb";
}

vm::ReportOptions reportOptions() {
  return {arguments().format, wantsColor(), std::string(base::version())};
}

// Where reports go: standard error, or a file that is opened before the program runs.
class Reports {
public:
  static base::Result<Reports> open() {
    Reports reports;
    if (arguments().diagnosticOutput.empty())
      return reports;
    auto file = base::OutputFile::create(arguments().diagnosticOutput);
    if (!file)
      return std::unexpected(file.error());
    reports.file_.emplace(std::move(*file));
    return reports;
  }
  base::Result<void> finish(const std::string &text) {
    if (!file_) {
      llvm::errs() << text;
      return {};
    }
    if (auto written = file_->write(base::asBytes(text)); !written)
      return written;
    return file_->commit();
  }

private:
  std::optional<base::OutputFile> file_;
};

// The catalogue entry for an image that cannot be run, if the error has one.
const base::ImageErrorInfo *imageError(base::ErrorKind kind) {
  switch (kind) {
  case base::ErrorKind::NotAnImage: return &base::info(base::ImageError::NotAnImage);
  case base::ErrorKind::Version: return &base::info(base::ImageError::ImageVersion);
  case base::ErrorKind::Damaged:
  case base::ErrorKind::TooLarge: return &base::info(base::ImageError::ImageDamaged);
  case base::ErrorKind::Rejected: return &base::info(base::ImageError::ImageRejected);
  default: return nullptr;
  }
}

// An error before the program runs. It has no place in a source.
int failToLoad(Reports &reports, const base::Error &error) {
  const base::ImageErrorInfo *entry = imageError(error.kind);
  vm::ReportFormat format = arguments().format;
  if (format != vm::ReportFormat::Json) {
    if (auto written = reports.finish(vm::formatEmptyRun(reportOptions())); !written)
      return tools::fail(written.error());
    return entry ? tools::failImage(arguments().input, error) : tools::fail(error);
  }
  std::string text = R"({"tool":"orusvm","severity":"error")";
  if (entry)
    text += ",\"code\":" + base::jsonQuoted(entry->code) +
            ",\"name\":" + base::jsonQuoted(entry->name) +
            ",\"category\":\"image\",\"file\":" + base::jsonQuoted(arguments().input);
  text += ",\"message\":" + base::jsonQuoted(error.text()) + "}\n";
  if (auto written = reports.finish(text); !written)
    return tools::fail(written.error());
  return base::code(base::exitStatus(error.kind));
}

vm::Options options() {
  vm::Options chosen;
  chosen.maxHeap = parseSize(arguments().maxHeap).value_or(0);
  chosen.maxStack = parseSize(arguments().maxStack).value_or(chosen.maxStack);
  chosen.fuel = arguments().fuel;
  chosen.timeout = arguments().timeout;
  chosen.stressAllocations = arguments().gcStress.isSet(Stress::Alloc);
  chosen.stressSafepoints = arguments().gcStress.isSet(Stress::Safepoint);
  chosen.checkHeap = arguments().gcStress.getBits() != 0;
  chosen.trace =
      static_cast<uint8_t>((arguments().traced.isSet(Traced::Calls) ? vm::kTraceCalls : 0) |
                           (arguments().traced.isSet(Traced::Ops) ? vm::kTraceOps : 0) |
                           (arguments().traced.isSet(Traced::Gc) ? vm::kTraceGc : 0));
  chosen.profile = !arguments().profileOut.empty();
  chosen.countInstructions = arguments().stats || arguments().pairStats;
  chosen.paranoid = arguments().paranoid;
  return chosen;
}

// The opcodes that were executed, the most frequent first.
void printInstructions(llvm::raw_ostream &out, const std::array<uint64_t, 256> &executed) {
  std::vector<uint8_t> order;
  uint64_t total = 0;
  for (unsigned op = 0; op < executed.size(); ++op) {
    total += executed[op];
    if (executed[op] && isa::isAssigned(static_cast<uint8_t>(op)))
      order.push_back(static_cast<uint8_t>(op));
  }
  std::ranges::sort(order, std::greater(),
                    [&](uint8_t op) { return std::pair(executed[op], -op); });
  out << "instructions:          " << total << '\n';
  for (uint8_t op : order)
    out << llvm::formatv("  {0,-20} {1,12} {2,6:F1} %\n",
                         isa::info(static_cast<isa::Opcode>(op)).mnemonic, executed[op],
                         100.0 * static_cast<double>(executed[op]) / static_cast<double>(total));
}

// The instructions that most often ran one after the other.
void printPairs(llvm::raw_ostream &out, const vm::Statistics &found) {
  constexpr size_t kShown = 40;
  uint64_t total = std::accumulate(found.executed.begin(), found.executed.end(), uint64_t{0});
  std::vector<uint32_t> order;
  for (uint32_t pair = 0; pair < found.pairs.size(); ++pair)
    if (found.pairs[pair] && pair >> 8) // no opcode has the number 0
      order.push_back(pair);
  std::ranges::sort(order, std::greater(),
                    [&](uint32_t pair) { return std::pair(found.pairs[pair], ~pair); });
  out << "pairs:\n";
  for (uint32_t pair : llvm::ArrayRef(order).take_front(kShown))
    out << llvm::formatv(
        "  {0,-20} {1,-20} {2,12} {3,6:F1} %\n",
        isa::info(static_cast<isa::Opcode>(pair >> 8)).mnemonic,
        isa::info(static_cast<isa::Opcode>(pair & 0xff)).mnemonic, found.pairs[pair],
        100.0 * static_cast<double>(found.pairs[pair]) / static_cast<double>(total));
}

void printStatistics(const vm::Statistics &found) {
  llvm::raw_ostream &out = llvm::errs();
  if (arguments().gcStats)
    out << "young collections:     " << found.youngCollections << '\n'
        << "full collections:      " << found.fullCollections << '\n'
        << "total pause:           " << llvm::format("%.3f ms\n", found.gcNanoseconds * 1e-6)
        << "longest pause:         "
        << llvm::format("%.3f ms\n", found.longestPauseNanoseconds * 1e-6)
        << "99 % of pauses within: " << llvm::format("%.3f ms\n", found.pause99 * 1e-6)
        << "99.9 % within:         " << llvm::format("%.3f ms\n", found.pause999 * 1e-6)
        << "bytes allocated:       " << found.allocatedBytes << '\n'
        << "bytes promoted:        " << found.promotedBytes << '\n'
        << "most bytes in old use: " << found.peakOldBytes << '\n'
        << "bytes in old use:      " << found.oldBytes << '\n';
  if (arguments().stats)
    out << "calls and loop passes: " << found.fuelUsed << '\n'
        << "bytes allocated:       " << found.allocatedBytes << '\n'
        << "string bytes copied:   " << found.stringBytesCopied << '\n';
  if (arguments().stats)
    printInstructions(out, found.executed);
  if (arguments().pairStats)
    printPairs(out, found);
}

// Ends as an unhandled signal would have ended the process.
[[noreturn]] void dieBySignal(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::_Exit(128 + signal);
}

ExitStatus statusOf(const vm::Outcome &outcome) {
  if (outcome.status == vm::Status::Finished)
    return ExitStatus::Success;
  // The stack has a limit in any case; it is the user's only if the size was given.
  bool isStackLimit = outcome.report.code == base::info(base::PanicCode::StackOverflow).code &&
                      arguments().maxStack.getNumOccurrences();
  bool isLimit = outcome.status == vm::Status::LimitReached || isStackLimit;
  return isLimit ? ExitStatus::Limit : ExitStatus::Panic;
}

// A stored id proves nothing about the bytes around it, so it is computed.
std::optional<int> checkBuildId(base::ByteView file) {
  if (!arguments().requireBuildId.getNumOccurrences())
    return std::nullopt;
  auto id = tools::computeBuildId(file);
  if (id && id == image::parseBuildId(arguments().requireBuildId.getValue()))
    return std::nullopt;
  return tools::failImage(arguments().input,
                          {base::ErrorKind::Rejected,
                           "the build id is " + (id ? image::hex(*id) : "missing") + ", not " +
                               arguments().requireBuildId.getValue(),
                           {}});
}

int run(image::LoadedImage image, Reports &reports) {
  std::set_new_handler(nullptr); // the machine reports a lack of memory itself
  tools::StandardOutput output;
  tools::StandardInput source;
  tools::StandardTrace trace;
  vm::Vm machine(std::move(image), options(), output, source, &trace);
  vm::Outcome outcome;
  {
    tools::SignalScope signals(machine);
    outcome = machine.run();
  }
  printStatistics(machine.statistics());
  if (!arguments().profileOut.empty()) {
    std::string text = profile::print(machine.executionProfile());
    base::ByteView bytes(reinterpret_cast<const uint8_t *>(text.data()), text.size());
    if (auto written = base::writeFile(arguments().profileOut, bytes); !written)
      return tools::fail(written.error());
  }
  bool isEnd = outcome.status == vm::Status::Finished;
  if (int signal = tools::SignalScope::received(); signal && !isEnd)
    dieBySignal(signal);
  if (outcome.status == vm::Status::OutputFailed) {
    if (output.error() == EPIPE) // the reader wants no more, not even a message
      return base::code(ExitStatus::IoError);
    return tools::fail(ExitStatus::IoError,
                       "cannot write standard output: " + base::systemReason(output.error()));
  }
  std::string text = isEnd ? vm::formatEmptyRun(reportOptions())
                           : vm::formatReport(outcome.report, reportOptions());
  if (auto written = reports.finish(text); !written)
    return tools::fail(written.error());
  return tools::finish(statusOf(outcome));
}

} // namespace

int main(int argc, char **argv) {
  tools::start("orusvm");
  arguments();
  if (auto status = tools::parse(argc, argv, {{&category}, "Run an Orus image."}))
    return *status;
  if (auto problem = readEnvironment())
    return tools::fail(ExitStatus::Usage, *problem);
  for (const auto *size : {&arguments().maxHeap, &arguments().maxStack})
    if (size->getNumOccurrences() && !parseSize(*size))
      return tools::fail(ExitStatus::Usage, "--" + size->ArgStr + "=" + size->getValue() +
                                                " is no size such as 65536, 512K, 64M or 2G");
  if (arguments().requireBuildId.getNumOccurrences() &&
      !image::parseBuildId(arguments().requireBuildId.getValue()))
    return tools::fail(ExitStatus::Usage, "--require-build-id needs 64 hexadecimal digits");
  if (arguments().timeout.getNumOccurrences() && !(arguments().timeout > 0))
    return tools::fail(ExitStatus::Usage, "--timeout needs a number of seconds above 0");
  if (arguments().fuel.getNumOccurrences() && arguments().fuel == 0)
    return tools::fail(ExitStatus::Usage, "--fuel needs a number above 0");
  // Not only after a long run.
  std::error_code ignored;
  std::filesystem::path folder =
      std::filesystem::path(arguments().profileOut.getValue()).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return tools::fail(ExitStatus::CannotCreate,
                       "cannot create " + base::inputName(arguments().profileOut) +
                           ": no such folder " + base::inputName(folder.string()));
  for (const auto *written : {&arguments().profileOut, &arguments().diagnosticOutput})
    if (!written->empty() && base::isSameFile(*written, arguments().input))
      return tools::fail(ExitStatus::Usage, "the output " + base::inputName(*written) +
                                                " is the image; it would be overwritten");
  auto reports = Reports::open();
  if (!reports)
    return tools::fail(reports.error());
  auto image = vm::loadImage(arguments().input);
  if (!image)
    return failToLoad(*reports, image.error());
  if (auto id = image::buildIdOf(image->bytes.view()))
    tools::nameImageInCrashes(*id);
  if (auto status = checkBuildId(image->bytes.view()))
    return *status;
  if (arguments().verifyOnly)
    return tools::finish(ExitStatus::Success);
  try {
    return run(std::move(*image), *reports);
  } catch (const std::bad_alloc &) {
    return tools::fail(ExitStatus::Limit, "out of memory");
  }
}
