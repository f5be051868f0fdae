#include "compiler/codegen/FunctionCodegen.h"

#include "compiler/codegen/Allocate.h"
#include "compiler/codegen/Checker.h"
#include "compiler/codegen/LoopSummary.h"
#include "compiler/codegen/Peephole.h"
#include "format/image/Limits.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/TimeProfiler.h"

namespace orus::codegen {

namespace {

/// What kept an attempt from fitting the window.
enum class Fit { Yes, TooManyRegisters, OutgoingOutOfReach, WindowTooLarge };

Fit fitOf(const Code &code) {
  for (Bank bank : {Bank::Scalar, Bank::Reference})
    if (code.banks[index(bank)].registers.size() > image::kMaxRegisters)
      return Fit::TooManyRegisters;
  for (Bank bank : {Bank::Scalar, Bank::Reference}) {
    uint32_t end = code.outgoingBase(bank) + code.outgoing[index(bank)];
    if (end > image::kMaxWindowSlots)
      return Fit::WindowTooLarge;
  }
  for (Bank bank : {Bank::Scalar, Bank::Reference}) {
    uint32_t end = code.outgoingBase(bank) + code.outgoing[index(bank)];
    if (end > image::kMaxRegisters && code.outgoing[index(bank)] != 0)
      return Fit::OutgoingOutOfReach;
  }
  return Fit::Yes;
}

llvm::Error limitError(const ir::Function &fn, llvm::Twine what) {
  std::string name = fn.name.empty() ? "this function" : "`" + fn.name + "`";
  return llvm::make_error<LimitError>(fn.loc, name + " " + what.str());
}

llvm::Expected<Allocated> allocateToFit(const ir::Function &fn, ProgramPools &pools,
                                        const CodegenOptions &options) {
  AllocationOptions how{options.registers, true, options.checkAllocation, options.fuse,
                        options.counts};
  for (;;) {
    Allocated out = allocate(fn, pools, how);
    switch (fitOf(out.code)) {
    case Fit::Yes: return out;
    case Fit::OutgoingOutOfReach:
      if (!how.reachable)
        return out;
      how.reachable = false;
      continue;
    case Fit::WindowTooLarge:
      return limitError(fn, "needs more than " + llvm::Twine(image::kMaxWindowSlots) +
                                " slots for its variables and values");
    case Fit::TooManyRegisters:
      if (how.registers == kMinRegisters)
        return limitError(fn, "has parameters and values of more types than fit into the " +
                                  llvm::Twine(image::kMaxRegisters) + " registers of a bank");
      how.registers = std::max(how.registers / 2, kMinRegisters);
    }
  }
}

std::optional<std::string> problemOf(const Allocated &allocated, uint32_t registers) {
  for (uint32_t pressure : allocated.pressureAfter)
    if (pressure > registers)
      return std::to_string(pressure) + " values in registers";
  return checkAllocation(allocated.reference, allocated.code);
}

uint32_t lineOf(ir::Position loc, const basic::SourceManager *sources) {
  return sources && loc.valid() ? sources->lineColumn(loc).line : 0;
}

/// Loops that spill themselves, not only in the loops inside.
void remarkOnSpills(const ir::Function &fn, const Allocated &allocated, basic::Remarks &remarks) {
  std::vector<LoopSummary> loops = summarizeLoops(allocated.lir, allocated.code);
  std::vector<uint32_t> loads(loops.size()), stores(loops.size());
  for (size_t i = 0; i < loops.size(); ++i) {
    loads[i] = loops[i].record.spillLoads;
    stores[i] = loops[i].record.spillStores;
    if (uint32_t parent = loops[i].record.parent) {
      loads[parent - 1] -= loads[i];
      stores[parent - 1] -= stores[i];
    }
  }
  for (size_t i = 0; i < loops.size(); ++i)
    if (loads[i] + stores[i] != 0)
      remarks
          .add(basic::Remark::Kind::Missed, "regalloc", "SpillInLoop",
               allocated.lir.loops[loops[i].loop].loc, fn.name)
          .text("each pass of this loop loads ")
          .value("Loads", std::to_string(loads[i]))
          .text(" and stores ")
          .value("Stores", std::to_string(stores[i]))
          .text(" spilled values: ")
          .value("Scalars", std::to_string(loops[i].record.scalarPressure))
          .text(" scalars and ")
          .value("References", std::to_string(loops[i].record.referencePressure))
          .text(" references are live at once");
}

} // namespace

llvm::Expected<image::Function> generateFunction(const ir::Function &fn, ProgramPools &pools,
                                                 EmitContext context,
                                                 const CodegenOptions &options) {
  llvm::TimeTraceScope scope("Generate function", [&] { return fn.name; });
  auto allocated = allocateToFit(fn, pools, options);
  if (!allocated)
    return allocated.takeError();
  if (options.lirOutput)
    print(allocated->lir, fn.name, *options.lirOutput);
  if (options.checkAllocation)
    if (auto wrong = problemOf(*allocated, options.registers))
      return llvm::createStringError("wrong allocation in `" + fn.name + "`, " + *wrong);
  image::Function record;
  record.signature = fn.signature;
  record.module = fn.module;
  record.closure = fn.closure;
  record.sourceHash = fn.sourceHash;
  record.line = fn.isModuleBody || !fn.sourceHash ? 0 : lineOf(fn.loc, context.sources);
  record.scalarSummary = allocated->summaries[index(Bank::Scalar)];
  record.referenceSummary = allocated->summaries[index(Bank::Reference)];
  record.scalarSummary.pressureLine = lineOf(allocated->peaks[0], context.sources);
  record.referenceSummary.pressureLine = lineOf(allocated->peaks[1], context.sources);
  if (options.fuse)
    joinMoves(allocated->code);
  size_t firstLoop = context.image.loops.size();
  emit(allocated->lir, allocated->code, context, record);
  if (record.codeLength > image::kMaxFunctionWords)
    return limitError(fn, "needs more than " + llvm::Twine(image::kMaxFunctionWords) +
                              " words of code");
  if (record.handlerCount > image::kMaxHandlersPerFunction)
    return limitError(fn, "has more than " + llvm::Twine(image::kMaxHandlersPerFunction) +
                              " parts protected by `try`");
  if (options.remarks)
    remarkOnSpills(fn, *allocated, *options.remarks);
  if (options.statistics)
    options.statistics->push_back({fn.name,
                                   static_cast<uint32_t>(allocated->code.insts.size()),
                                   record.codeLength,
                                   record.scalarSummary,
                                   record.referenceSummary,
                                   {context.image.loops.begin() + static_cast<ptrdiff_t>(firstLoop),
                                    context.image.loops.end()}});
  return record;
}

} // namespace orus::codegen
