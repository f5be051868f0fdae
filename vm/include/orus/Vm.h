// Embedding of the Orus virtual machine: load an image, run it, look at the outcome. Nothing is
// global: any number of machines may exist in a process, in any threads, each freed completely.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orus::base {
struct Error;
}
namespace orus::image {
struct LoadedImage;
}

namespace orus::profile {
struct Profile;
}

namespace orus::vm {

/// Takes what the program prints.
class OutputSink {
public:
  virtual ~OutputSink() = default;
  /// Writes all of `bytes`; false if that failed for good, which ends the run.
  virtual bool write(std::string_view bytes) = 0;
};

/// Gives what `input()` reads.
class InputSource {
public:
  virtual ~InputSource() = default;
  /// Reads some bytes; 0 at the end of the input or on an error.
  virtual size_t read(char *into, size_t size) = 0;
  /// Called before the first read of an input() without a prompt: the place for one of its own.
  virtual void announce() {}
};

/// Which events are reported to the TraceSink.
enum Trace : uint8_t { kTraceCalls = 1, kTraceOps = 2, kTraceGc = 4 };

class TraceSink {
public:
  virtual ~TraceSink() = default;
  /// One line, without a newline.
  virtual void line(std::string_view text) = 0;
};

struct Options {
  size_t maxHeap = 0;                  // bytes; 0: unlimited (E0042)
  size_t maxStack = size_t{64} << 20;  // bytes of each of the two banks (E0030)
  uint64_t fuel = 0;                   // calls and loop passes; 0: unlimited (E0040)
  double timeout = 0;                  // seconds; 0: unlimited (E0041)
  size_t youngBytes = size_t{2} << 20; // size of the young generation
  bool stressAllocations = false;      // collect at every allocation
  bool stressSafepoints = false;       // collect at every call and loop pass
  bool checkHeap = false;              // check the heap after every collection
  uint8_t trace = 0;                   // of Trace
  bool profile = false;                // count calls, loop passes and spills
  bool countInstructions = false;      // by opcode and by pair; slows execution
  bool paranoid = false;               // assert before each instruction what the verifier proved
};

struct StackFrame {
  std::string function; // empty: the top level of a module or a function expression
  bool isTopLevel = false;
  std::string file;
  uint32_t line = 0, column = 0; // 0 if unknown
};

/// An uncaught panic.
struct PanicReport {
  std::string code, name; // "E0001", "division-by-zero"
  std::string kind, text; // "runtime error", "Division by zero"
  std::string why, help;
  uint64_t fileHash = 0;                // xxh3-64 of the source of the first frame
  std::vector<StackFrame> frames;       // the failing place, then the active calls, innermost first
  size_t omittedAfter = 0, omitted = 0; // so many frames are left out after the first ones
};

enum class Status : uint8_t {
  Finished,
  Panicked,     // report says why
  LimitReached, // report says which: memory of the system, heap, fuel or time
  Interrupted,
  OutputFailed,
};

struct Outcome {
  Status status = Status::Finished;
  PanicReport report;
};

struct Statistics {
  uint64_t youngCollections = 0, fullCollections = 0;
  uint64_t gcNanoseconds = 0, longestPauseNanoseconds = 0;
  uint64_t pause99 = 0, pause999 = 0; // nanoseconds that 99 and 99.9 % of the pauses do not exceed
  uint64_t allocatedBytes = 0, promotedBytes = 0, peakOldBytes = 0, oldBytes = 0;
  uint64_t fuelUsed = 0; // calls and loop passes
  uint64_t stringBytesCopied = 0;
  std::array<uint64_t, 256> executed{}; // by opcode, if Options::countInstructions
  /// How often an instruction ran right after another: at 256 * the first opcode + the second.
  /// Empty unless Options::countInstructions.
  std::vector<uint64_t> pairs;
};

class Machine;
class Paranoid;

/// One program, ready to run once.
class Vm {
public:
  /// Takes an image that has passed the verifier. Throws std::bad_alloc without memory.
  Vm(image::LoadedImage image, const Options &options, OutputSink &output, InputSource &input,
     TraceSink *trace = nullptr);
  ~Vm();
  Vm(const Vm &) = delete;
  Vm &operator=(const Vm &) = delete;

  /// Runs the program to its end; its output has been passed to the sink then.
  Outcome run();
  /// Asks a run to stop at the next safepoint. May be called from a signal handler or a thread.
  void interrupt();
  Statistics statistics() const;
  /// What was counted, in the form of a profile; empty unless Options::profile. Calls and loop
  /// passes are counted one by one at first and by samples in a long run.
  profile::Profile executionProfile() const;

private:
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Paranoid> paranoid_; // if Options::paranoid
};

} // namespace orus::vm
