#include "compiler/opt/Optimizer.h"

#include "compiler/opt/LoopRemarks.h"

#include "compiler/ir/Printer.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/TimeProfiler.h"

#include <chrono>

namespace orus::opt {

void Counters::add(const char *what, uint64_t count) {
  for (Entry &entry : entries_)
    if (llvm::StringRef(entry.what) == what) {
      entry.count += count;
      return;
    }
  entries_.push_back({what, count});
}

namespace {

using FunctionPass = Change (*)(PassContext &);
using ModulePass = Change (*)(ModulePassContext &);

/// Exactly one is set, by PassInfo::isModulePass.
struct PassFunctions {
  FunctionPass onFunction;
  ModulePass onModule;
};
constexpr PassFunctions kFunctions[] = {
#define ORUS_PASS(ident, function, ...) {function, nullptr},
#define ORUS_MODULE_PASS(ident, function, ...) {nullptr, function},
#include "compiler/opt/Passes.def"
};

class Optimizer {
public:
  Optimizer(ir::Module &module, const Options &options)
      : module_(module), options_(options), printer_(module) {
    report_.passes.resize(allPasses().size());
  }

  /// Passes over functions that follow one another run function by function.
  Report run() {
    ArrayRef<PassId> passes =
        options_.passes ? ArrayRef(*options_.passes) : pipeline(options_.level);
    while (!passes.empty() && report_.failure.empty()) {
      if (passInfo(passes[0]).isModulePass) {
        runOnModule(passes[0]);
        passes = passes.drop_front();
        continue;
      }
      auto group = passes.take_until([](PassId pass) { return passInfo(pass).isModulePass; });
      for (image::FunctionId id = 0; id < module_.functions.size(); ++id)
        runOnFunction(group, id);
      passes = passes.drop_front(group.size());
    }
    if (options_.remarks)
      remarkOnLoops(module_, *options_.remarks);
    return std::move(report_);
  }

private:
  void runOnFunction(ArrayRef<PassId> passes, image::FunctionId id) {
    ir::Function &fn = *module_.functions[id];
    Analyses analyses(fn);
    for (PassId pass : passes) {
      if (!report_.failure.empty() || !allowed(pass, id))
        continue;
      std::string before = options_.verifyEach ? textOf(fn) : "";
      llvm::TimeTraceScope scope(passInfo(pass).name, [&] { return printer_.label(id); });
      PassContext context{module_, fn, analyses, statistics(pass).counters};
      Change change =
          timed(pass, [&] { return kFunctions[static_cast<size_t>(pass)].onFunction(context); });
      if (change == Change::Graph)
        analyses.invalidate();
      if (wantsDump(pass, change) && matchesFilter(id)) {
        printHeader(pass);
        printer_.print(*options_.dump, fn);
      }
      if (!options_.verifyEach)
        continue;
      recordErrors(pass, analysis::verify(module_, fn));
      if (change == Change::None && textOf(fn) != before)
        report_.failure += "after " + std::string(passInfo(pass).name) + ": " + printer_.label(id) +
                           " changed without being reported so\n";
    }
  }

  void runOnModule(PassId pass) {
    if (!allowed(pass, kNone))
      return;
    llvm::TimeTraceScope scope(passInfo(pass).name);
    ModulePassContext context{module_, statistics(pass).counters, options_.remarks,
                              options_.counts};
    Change change =
        timed(pass, [&] { return kFunctions[static_cast<size_t>(pass)].onModule(context); });
    if (wantsDump(pass, change)) {
      printHeader(pass);
      for (image::FunctionId id = 0; id < module_.functions.size(); ++id)
        if (matchesFilter(id))
          printer_.print(*options_.dump, *module_.functions[id]);
    }
    if (options_.verifyEach)
      recordErrors(pass, analysis::verify(module_));
  }

  PassStatistics &statistics(PassId pass) { return report_.passes[static_cast<size_t>(pass)]; }

  template <class F> Change timed(PassId pass, F run) {
    using Clock = std::chrono::steady_clock;
    PassStatistics &entry = statistics(pass);
    Clock::time_point start;
    if (options_.timePasses)
      start = Clock::now();
    Change change = run();
    if (options_.timePasses)
      entry.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    ++entry.runs;
    entry.changes += change != Change::None;
    return change;
  }

  /// Counts the execution for --opt-bisect-limit.
  bool allowed(PassId pass, image::FunctionId id) {
    if (llvm::is_contained(options_.disabled, pass))
      return false;
    ++executions_;
    if (options_.bisectLimit < 0)
      return true;
    bool runs = executions_ <= options_.bisectLimit;
    if (options_.dump)
      *options_.dump << "; bisect " << executions_ << ": " << (runs ? "" : "skips ")
                     << passInfo(pass).name << " on "
                     << (id == kNone ? "the module" : printer_.label(id)) << "\n";
    return runs;
  }

  bool wantsDump(PassId pass, Change change) const {
    return options_.dump &&
           (options_.printAfterAll || llvm::is_contained(options_.printAfter, pass) ||
            (options_.printChanged && change != Change::None));
  }

  bool matchesFilter(image::FunctionId id) const {
    return options_.filter.empty() || options_.filter == module_.functions[id]->name ||
           options_.filter == printer_.label(id);
  }

  void printHeader(PassId pass) { *options_.dump << "; after " << passInfo(pass).name << "\n"; }

  std::string textOf(const ir::Function &fn) const {
    std::string text;
    llvm::raw_string_ostream out(text);
    printer_.print(out, fn);
    return text;
  }

  void recordErrors(PassId pass, ArrayRef<analysis::VerifyError> errors) {
    for (const analysis::VerifyError &error : errors)
      report_.failure += "after " + std::string(passInfo(pass).name) + ": " + error.text() + "\n";
  }

  ir::Module &module_;
  const Options &options_;
  ir::Printer printer_;
  Report report_;
  int64_t executions_ = 0;
};

} // namespace

void Report::print(llvm::raw_ostream &out, bool withTimes) const {
  for (size_t i = 0; i < passes.size(); ++i) {
    const PassStatistics &pass = passes[i];
    if (pass.runs == 0)
      continue;
    out << llvm::left_justify(allPasses()[i].name, 14) << pass.runs << " runs, " << pass.changes
        << " changed something";
    if (withTimes)
      out << llvm::format(", %.3f ms", pass.seconds * 1000);
    for (const Counters::Entry &entry : pass.counters.entries())
      out << ", " << entry.count << " " << entry.what;
    out << "\n";
  }
}

Report optimize(ir::Module &module, const Options &options) {
  return Optimizer(module, options).run();
}

} // namespace orus::opt
