#include "compiler/driver/StatsReport.h"

#include "format/base/Text.h"
#include "format/text/LoopFields.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <algorithm>

namespace orus::driver {

namespace {

using image::BankSummary;

struct Field {
  const char *key, *title; // in JSON, and over its column
  uint32_t BankSummary::*value;
};

constexpr Field kFields[] = {
    {"maxPressure", "pressure", &BankSummary::maxPressure},
    {"pressureLine", "at line", &BankSummary::pressureLine},
    {"registersUsed", "registers", &BankSummary::registersUsed},
    {"spillSlots", "spills", &BankSummary::spillSlots},
    {"spillStores", "stores", &BankSummary::spillStores},
    {"spillLoads", "loads", &BankSummary::spillLoads},
    {"splits", "splits", &BankSummary::splits},
    {"coalesced", "coalesced", &BankSummary::coalesced},
    {"rematerialized", "remade", &BankSummary::rematerialized},
};

constexpr struct {
  const char *name;
  BankSummary codegen::FunctionStatistics::*summary;
} kBanks[] = {{"scalars", &codegen::FunctionStatistics::scalars},
              {"references", &codegen::FunctionStatistics::references}};

uint32_t lineOf(const ir::Function &fn, const basic::SourceManager &sources) {
  return fn.loc.valid() ? sources.lineColumn(fn.loc).line : 0;
}

std::string nameOf(const ir::Module &module, size_t function) {
  const ir::Function &fn = *module.functions[function];
  std::string name = fn.name.empty() ? "#" + std::to_string(function) : base::escaped(fn.name);
  return name;
}

/// Sums over all functions; of pressure and registers, the most of one function.
BankSummary total(const CompilationStatistics &stats,
                  BankSummary codegen::FunctionStatistics::*bank) {
  BankSummary sum;
  for (const codegen::FunctionStatistics &fn : stats.functions)
    for (const Field &field : kFields) {
      bool isMaximum =
          field.value == &BankSummary::maxPressure || field.value == &BankSummary::registersUsed;
      uint32_t value = (fn.*bank).*field.value;
      uint32_t &into = sum.*field.value;
      into = isMaximum ? std::max(into, value) : into + value;
    }
  sum.pressureLine = 0; // a line says nothing without its function
  return sum;
}

void printRow(llvm::raw_ostream &out, llvm::StringRef name, const char *bank,
              const BankSummary &summary) {
  out << llvm::formatv("{0,-24} {1,-10}", name, bank);
  for (const Field &field : kFields)
    out << llvm::formatv(" {0,9}", summary.*field.value);
  out << '\n';
}

void printLoops(llvm::raw_ostream &out, const CompilationStatistics &stats,
                const ir::Module &module) {
  for (size_t i = 0; i < stats.functions.size(); ++i)
    for (const image::LoopRecord &loop : stats.functions[i].loops)
      out << "loop of " << nameOf(module, i) << " at line " << loop.line << ": pressure "
          << loop.scalarPressure << " scalars, " << loop.referencePressure << " references, "
          << loop.spillLoads << " spill loads, " << loop.spillStores << " spill stores, "
          << loop.boxed << " boxed, " << loop.moduleAccesses << " module accesses, " << loop.calls
          << " calls, " << loop.instructions << " instructions\n";
}

llvm::json::Object toJson(const BankSummary &summary) {
  llvm::json::Object object;
  for (const Field &field : kFields)
    object[field.key] = summary.*field.value;
  return object;
}

llvm::json::Object toJson(const image::LoopRecord &loop) {
  llvm::json::Object object;
  for (const text::LoopField &field : text::kLoopFields)
    object[llvm::StringRef(field.key)] = loop.*field.member;
  return object;
}

} // namespace

void printStatistics(llvm::raw_ostream &out, const CompilationStatistics &stats,
                     const ir::Module &module, const basic::SourceManager &sources) {
  stats.passes.print(out, /*withTimes=*/false);
  out << llvm::formatv("{0,-24} {1,-10}", "function:line", "bank");
  for (const Field &field : kFields)
    out << llvm::formatv(" {0,9}", field.title);
  out << '\n';
  for (size_t i = 0; i < stats.functions.size(); ++i)
    for (const auto &bank : kBanks)
      if (const BankSummary &summary = stats.functions[i].*bank.summary; summary.registersUsed != 0)
        printRow(out,
                 nameOf(module, i) + ":" + std::to_string(lineOf(*module.functions[i], sources)),
                 bank.name, summary);
  printLoops(out, stats, module);
  for (const auto &bank : kBanks)
    printRow(out, "total", bank.name, total(stats, bank.summary));
}

void printStatisticsJson(llvm::raw_ostream &out, const CompilationStatistics &stats,
                         const ir::Module &module, const basic::SourceManager &sources) {
  llvm::json::Object passes;
  for (size_t i = 0; i < stats.passes.passes.size(); ++i) {
    const opt::PassStatistics &pass = stats.passes.passes[i];
    if (pass.runs == 0)
      continue;
    llvm::json::Object counters;
    for (const opt::Counters::Entry &entry : pass.counters.entries())
      counters[entry.what] = entry.count;
    passes[opt::allPasses()[i].name] = llvm::json::Object{
        {"runs", pass.runs}, {"changes", pass.changes}, {"counters", std::move(counters)}};
  }
  llvm::json::Array functions;
  for (size_t i = 0; i < stats.functions.size(); ++i) {
    const codegen::FunctionStatistics &fn = stats.functions[i];
    llvm::json::Object object{{"id", i},
                              {"name", llvm::json::fixUTF8(module.functions[i]->name)},
                              {"line", lineOf(*module.functions[i], sources)},
                              {"instructions", fn.instructions},
                              {"words", fn.words}};
    for (const auto &bank : kBanks)
      object[bank.name] = toJson(fn.*bank.summary);
    llvm::json::Array loops;
    for (const image::LoopRecord &loop : fn.loops)
      loops.push_back(toJson(loop));
    object["loops"] = std::move(loops);
    functions.push_back(std::move(object));
  }
  llvm::json::Object totals;
  for (const auto &bank : kBanks)
    totals[bank.name] = toJson(total(stats, bank.summary));
  out << llvm::formatv("{0:2}\n",
                       llvm::json::Value(llvm::json::Object{{"version", 1},
                                                            {"passes", std::move(passes)},
                                                            {"functions", std::move(functions)},
                                                            {"total", std::move(totals)}}));
}

} // namespace orus::driver
