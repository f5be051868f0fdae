// Stands in for libFuzzer: runs the target on its seeds, then on a fixed number of their
// mutants, and on further ones until the seconds are over.
//
//   fuzz_NAME [--runs=N] [--seconds=N] [--seed=N] [--max-size=N] [--only=N] [--save=FILE]
//       [--suffix=.EXT] FILE|FOLDER…
//
// A run that crashes or hangs is named; --only=N does that run alone, --save=FILE writes its input.
#include "tests/fuzz/Fuzz.h"
#include "tests/fuzz/Mutator.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

using namespace orus;

namespace {

constexpr unsigned kMaxSeconds = 60; // for one input, also in a slow build
// Kilobytes that one input may add to the peak. The address sanitizer keeps freed memory for a
// while.
#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
constexpr long kMaxGrowth = 1'000'000;
#else
constexpr long kMaxGrowth = 64'000;
#endif

volatile std::sig_atomic_t currentRun = 0;

// Only what a signal handler may call.
void onSignal(int signal) {
  char text[] = "fuzz: run 0000000000 crashed or hung\n";
  auto run = static_cast<unsigned long>(currentRun);
  for (char *digit = text + 19; run != 0; run /= 10)
    *digit-- = static_cast<char>('0' + run % 10);
  if (::write(STDERR_FILENO, text, sizeof text - 1) >= 0)
    std::signal(signal, SIG_DFL);
  std::raise(signal);
}

long peakKilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

base::Bytes contentOf(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Options {
  size_t runs = 1000, seconds = 0, maxSize = 16 << 10;
  uint64_t seed = 1;
  std::optional<size_t> only;
  std::string save, suffix;
  std::vector<std::filesystem::path> files;
};

// The text after `name`, if the argument begins with it.
std::optional<std::string> valueOf(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name))
    return std::nullopt;
  return std::string(argument.substr(name.size()));
}

bool readOption(std::string_view argument, Options &options) {
  auto text = [&](std::string_view name, std::string &into) {
    auto value = valueOf(argument, name);
    return value && (into = *value, true);
  };
  auto number = [&](std::string_view name, auto &into) {
    auto value = valueOf(argument, name);
    return value && (into = std::strtoull(value->c_str(), nullptr, 10), true);
  };
  return number("--runs=", options.runs) || number("--seconds=", options.seconds) ||
         number("--seed=", options.seed) || number("--max-size=", options.maxSize) ||
         number("--only=", options.only) || text("--save=", options.save) ||
         text("--suffix=", options.suffix);
}

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (readOption(argv[i], options))
      continue;
    if (std::filesystem::is_directory(argv[i]))
      for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[i]))
        options.files.push_back(entry.path());
    else
      options.files.emplace_back(argv[i]);
  }
  std::erase_if(options.files, [&](const std::filesystem::path &path) {
    return !std::filesystem::is_regular_file(path) || !path.native().ends_with(options.suffix);
  });
  std::ranges::sort(options.files);
  return options;
}

void run(size_t number, const base::Bytes &input, const Options &options) {
  currentRun = static_cast<std::sig_atomic_t>(number);
  if (!options.save.empty())
    std::ofstream(options.save, std::ios::binary)
        .write(reinterpret_cast<const char *>(input.data()),
               static_cast<std::streamsize>(input.size()));
  long before = peakKilobytes();
  ::alarm(kMaxSeconds);
  LLVMFuzzerTestOneInput(input.data(), input.size());
  ::alarm(0);
  fuzz::require(peakKilobytes() - before < kMaxGrowth,
                "run " + std::to_string(number) + " took more memory than an input may");
}

} // namespace

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  std::vector<base::Bytes> seeds;
  for (const auto &path : options.files)
    if (base::Bytes content = contentOf(path); content.size() <= options.maxSize)
      seeds.push_back(std::move(content));
  fuzz::require(!seeds.empty(), "no seeds");
  // With a stack of its own, since what is looked for may be an overflow of the usual one.
  static char stack[64 * 1024];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action{};
  action.sa_handler = onSignal;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM})
    ::sigaction(signal, &action, nullptr);
  // Runs 0 to n - 1 are the seeds themselves. Each mutant depends on its number only.
  size_t total = std::max(seeds.size() + options.runs, options.only.value_or(0) + 1), number = 0;
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  for (; number < total || (!options.only && std::chrono::steady_clock::now() < end); ++number) {
    if (options.only && number != *options.only)
      continue;
    fuzz::Random random(options.seed * 0x100000001 + number);
    run(number,
        number < seeds.size() ? seeds[number] : fuzz::mutant(seeds, options.maxSize, random),
        options);
  }
  std::printf("%zu seeds, %zu mutants\n", seeds.size(), number - seeds.size());
  return 0;
}
