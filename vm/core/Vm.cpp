#include "vm/include/orus/Vm.h"

#include "format/profile/Collect.h"
#include "vm/core/Machine.h"
#include "vm/interp/Interpreter.h"
#include "vm/interp/Paranoid.h"

namespace orus::vm {

Vm::Vm(image::LoadedImage image, const Options &options, OutputSink &output, InputSource &input,
       TraceSink *trace)
    : machine_(std::make_unique<Machine>(std::move(image), options, output, input, trace)) {
  if (options.paranoid) {
    paranoid_ = std::make_unique<Paranoid>(*machine_);
    machine_->paranoid = paranoid_.get();
  }
}

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
          gc.pauses.percentile(0.99),
          gc.pauses.percentile(0.999),
          machine_->heap.allocatedBytes(),
          gc.promotedBytes,
          gc.peakBytes,
          machine_->heap.oldBytes(),
          machine_->fuelUsed(),
          machine_->strings.bytesCopied(),
          machine_->executed,
          machine_->pairs};
}

profile::Profile Vm::executionProfile() const {
  if (!machine_->profile)
    return {};
  std::vector<profile::CalledTarget> targets;
  for (auto [key, count] : machine_->profile->targets)
    targets.push_back({static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), count});
  return profile::collect(machine_->program.image(), machine_->profile->words, targets);
}

} // namespace orus::vm
