#include "vm/include/orus/Vm.h"

#include "vm/core/Machine.h"
#include "vm/interp/Interpreter.h"

namespace orus::vm {

Vm::Vm(image::LoadedImage image, const Options &options, OutputSink &output, InputSource &input,
       TraceSink *trace)
    : machine_(std::make_unique<Machine>(std::move(image), options, output, input, trace)) {}

Vm::~Vm() = default;

Outcome Vm::run() {
  machine_->startClock();
  interpret(*machine_);
  // The output of the program comes before any report of its end.
  try {
    machine_->output.flush();
  } catch (const OutputFailure &) {
    machine_->outcome.status = Status::OutputFailed;
  }
  return std::move(machine_->outcome);
}

void Vm::interrupt() { machine_->interrupted.store(true, std::memory_order_relaxed); }

Statistics Vm::statistics() const {
  const GcStatistics &gc = machine_->heap.statistics();
  return {gc.youngCollections,
          gc.fullCollections,
          gc.totalNanoseconds,
          gc.longestNanoseconds,
          machine_->heap.allocatedBytes(),
          gc.promotedBytes,
          gc.peakBytes,
          machine_->heap.oldBytes(),
          machine_->fuelUsed(),
          machine_->strings.bytesCopied(),
          machine_->executed,
          machine_->pairs};
}

} // namespace orus::vm
