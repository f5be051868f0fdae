#include "vm/core/Machine.h"

#include "vm/core/Stop.h"

namespace orus::vm {

namespace {

// Between two looks at the clock and the interrupt flag.
constexpr uint64_t kPollPeriod = 1024;

HeapOptions heapOptions(const Options &options) {
  return {options.maxHeap, options.youngBytes, options.stressAllocations, options.checkHeap};
}

} // namespace

Machine::Machine(image::LoadedImage image, const Options &options, OutputSink &outputSink,
                 InputSource &inputSource, TraceSink *traceSink)
    : program(std::move(image)), windows(options.maxStack, program.largestWindow()),
      heap(heapOptions(options), *this, program.shapes()), strings(heap), output(outputSink),
      input(inputSource), trace(traceSink), traced(options.trace),
      isCounting(options.countInstructions), options_(options),
      moduleScalars_(program.moduleScalars()), moduleReferences_(program.moduleReferences()),
      literals_(program.image().strings.size()), functionValues_(program.image().functions.size()) {
  if (options.profile) {
    profile = std::make_unique<ProfileCounts>();
    profile->words.resize(program.image().code.size());
  }
  if (isCounting)
    pairs.resize(size_t{256} * 256);
  limit = windows.limit();
  entries = program.entries();
  constants = program.constants();
  shapes = &program.shapes();
  moduleScalars = moduleScalars_.data();
  moduleReferences = moduleReferences_.data();
  literals = literals_.data();
  functionValues = functionValues_.data();
}

void Machine::startClock() {
  constexpr double kNever = 1e9; // seconds, beyond the life of a process; also what would overflow
  if (options_.timeout > 0 && options_.timeout < kNever)
    deadline_ = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(options_.timeout));
}

void Machine::poll() {
  ++fuel;
  if (interrupted.load(std::memory_order_relaxed))
    throw Interrupted{};
  if (deadline_ && std::chrono::steady_clock::now() >= *deadline_)
    throw Stop{base::Panic::TimeLimit};
  if (options_.stressSafepoints)
    heap.collectFull();
  uint64_t granted = options_.stressSafepoints ? 1 : profile ? profile->nextPeriod() : kPollPeriod;
  if (options_.fuel) {
    granted = std::min(granted, options_.fuel - fuelGranted_);
    if (granted == 0)
      throw Stop{base::Panic::FuelLimit};
  }
  fuelGranted_ += granted;
  lastGrant_ = granted;
  if (profile)
    sample();
  fuel += static_cast<int64_t>(granted);
}

void Machine::sample() {
  uint32_t word = program.wordOf(pc);
  profile->words[word] += lastGrant_;
  auto op = static_cast<isa::Opcode>(isa::opcodeByte(*pc));
  if (op == isa::Opcode::CallC || op == isa::Opcode::CallCW) {
    unsigned slot = op == isa::Opcode::CallC ? *pc >> 24 : *pc >> 8 & 0xff;
    auto callee = static_cast<const FunctionValue *>(references[slot])->function;
    profile->targets[uint64_t{word} << 32 | callee] += lastGrant_;
  }
}

void Machine::visitRoots(RootVisitor &visitor) {
  if (!moduleReferences_.empty())
    visitor.visit(moduleReferences, moduleReferences + moduleReferences_.size());
  if (!pc)
    return;
  const image::Function &function = program.function(program.functionAt(program.wordOf(pc)));
  Ref *top = references + function.references.size();
  windows.clearDead(top, scalars);
  limit = windows.limit();
  visitor.visit(windows.references(), top);
}

void Machine::collected(bool full, size_t oldBytes, uint64_t nanoseconds) {
  if (traced & kTraceGc)
    trace->line((full ? "full collection: " : "young collection: ") + std::to_string(oldBytes) +
                " bytes in old use, " + std::to_string(nanoseconds / 1000) + " us");
}

} // namespace orus::vm
