// The state of a running program. What every handler needs comes first, so that it is reached with
// short displacements; the registers of the interpreter (pc and window bases) are stored here at
// safepoints only.
#pragma once

#include "vm/core/Output.h"
#include "vm/core/ProfileCounts.h"
#include "vm/core/Program.h"
#include "vm/core/Strings.h"
#include "vm/core/Windows.h"

#include <atomic>
#include <chrono>
#include <optional>

namespace orus::vm {

/// Thrown at a safepoint after Vm::interrupt().
struct Interrupted {};

/// What the input() builtin reads, by lines.
class LineReader {
public:
  explicit LineReader(InputSource &source) : source_(source) {}
  /// The next line without its terminator; nothing at the end of the input.
  std::optional<std::string> next();
  void announce() { source_.announce(); }

private:
  bool fill();
  InputSource &source_;
  std::string buffer_;
  size_t at_ = 0;
  bool isAfterReturn_ = false;
};

struct Handler; // of the form of dispatch that was built
class Paranoid;

class Machine final : public RootSource {
public:
  Machine(image::LoadedImage image, const Options &options, OutputSink &output, InputSource &input,
          TraceSink *trace);

  // ---- read and written by handlers
  int64_t fuel = 0;               // calls and loop passes until the next poll
  uint64_t *limit;                // highest scalar base of a callee (Windows::limit)
  const uint32_t *const *entries; // first instruction of each function
  const uint64_t *constants;
  const Handler *table = nullptr; // by opcode, possibly tracing
  uint64_t *moduleScalars;
  Ref *moduleReferences;
  const Shapes *shapes;
  String **literals;              // by string id; null until first loaded
  FunctionValue **functionValues; // by function id; null until first loaded
  const uint32_t *pc = nullptr;   // at safepoints and panics: the instruction
  uint64_t *scalars = nullptr;    // its window
  Ref *references = nullptr;

  Program program;
  Windows windows;
  Heap heap;
  Strings strings;
  Output output;
  LineReader input;
  TraceSink *trace;                     // null if nothing is traced
  const uint8_t traced;                 // of Trace
  const bool isCounting;                // Options::countInstructions
  std::array<uint64_t, 256> executed{}; // by opcode, if isCounting
  std::vector<uint64_t> pairs;          // as Statistics::pairs
  uint8_t previousOp = 0;               // that count() has counted

  std::unique_ptr<ProfileCounts> profile; // if Options::profile
  Paranoid *paranoid = nullptr;           // looks at every instruction; set by who runs the machine
  const Handler *unchecked = nullptr;     // what runs after it has looked

  /// Counts an instruction that is about to run.
  void count(uint8_t op) {
    ++executed[op];
    if (isCounting)
      ++pairs[previousOp << 8 | op];
    previousOp = op;
  }

  /// Remembers where execution is; needed before anything that may collect or panic.
  void save(const uint32_t *atPc, uint64_t *atScalars, Ref *atReferences) {
    pc = atPc;
    scalars = atScalars;
    references = atReferences;
  }

  /// Begins the time that the timeout measures.
  void startClock();
  /// What happens when `fuel` is used up: limits, interrupts, stress. Throws what ends the run. The
  /// call or pass that caused the poll is not counted yet.
  void poll();
  /// Accounts for the call or loop pass at the saved pc, which has caused a poll.
  void sample();
  uint64_t fuelUsed() const { return fuelGranted_ - static_cast<uint64_t>(fuel); }

  // ---- panics (Panics.cpp)
  /// Notes a panic for unwind(); each `{}` of its text is replaced by an argument.
  void setPanic(base::Panic panic, std::initializer_list<std::string_view> arguments = {});
  /// Makes the handler of the noted panic the saved state; false if there is none, or if the run
  /// was stopped before.
  bool unwind();
  /// Ends the run for a reason that cannot be caught.
  void stop(Status status, base::Panic panic);
  void stop(Status status) { outcome.status = status; }

  void visitRoots(RootVisitor &visitor) override;
  void collected(bool full, size_t oldBytes, uint64_t nanoseconds) override;

  /// The word that the entry function returns to; no opcode has the number 0.
  static constexpr uint32_t kHalt = 0;
  Outcome outcome;
  std::atomic<bool> interrupted = false;

private:
  void report(base::Panic panic, std::string_view text);
  StackFrame frameAt(uint32_t function, const SourcePosition &position) const;
  void collectFrames(PanicReport &into) const;

  const Options options_;
  std::vector<uint64_t> moduleScalars_;
  std::vector<Ref> moduleReferences_;
  std::vector<String *> literals_;
  std::vector<FunctionValue *> functionValues_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  uint64_t fuelGranted_ = 0, lastGrant_ = 0;
  base::Panic panic_{};
  std::string panicText_;
};

/// The text of a panic with its varying parts filled in.
std::string panicText(base::Panic panic, std::initializer_list<std::string_view> arguments);

} // namespace orus::vm
