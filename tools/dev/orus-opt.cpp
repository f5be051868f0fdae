// Reads the text form of the intermediate representation, optimises it and prints it, for tests of
// single passes and for work on them.
#include "compiler/ir/Parser.h"
#include "compiler/ir/Printer.h"
#include "compiler/opt/Optimizer.h"
#include "format/base/InputFile.h"
#include "tools/common/Tool.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"

using namespace orus;
namespace cl = llvm::cl;

namespace {

cl::OptionCategory category("Options of orus-opt");
cl::opt<std::string> input(cl::Positional, cl::desc("FILE"), cl::init("-"), cl::cat(category));
cl::opt<unsigned> level("O", cl::desc("run the pipeline of this level"), cl::init(0), cl::Prefix,
                        cl::cat(category));
cl::opt<std::string> passes("passes", cl::desc("run these passes in place of a pipeline"),
                            cl::value_desc("a,b"), cl::cat(category));
cl::opt<std::string> printAfter("print-after", cl::desc("print each function after these passes"),
                                cl::value_desc("a,b"), cl::cat(category));
cl::opt<bool> printAfterAll("print-after-all", cl::desc("print each function after every pass"),
                            cl::cat(category));
cl::opt<bool> printChanged("print-changed", cl::desc("print functions after they have changed"),
                           cl::cat(category));
cl::opt<std::string> filter("filter", cl::desc("only print this function"),
                            cl::value_desc("FUNCTION"), cl::cat(category));
cl::opt<long> bisectLimit("opt-bisect-limit",
                          cl::desc("run only the first N passes, and name them"),
                          cl::value_desc("N"), cl::init(-1), cl::cat(category));
cl::opt<bool> stats("pass-stats", cl::desc("print what the passes did, in place of the result"),
                    cl::cat(category));
cl::opt<bool> timePasses("time-passes", cl::desc("with --pass-stats: how long they took"),
                         cl::cat(category));
cl::opt<bool> listPasses("list-passes", cl::desc("print the passes and end"), cl::cat(category));
cl::opt<bool> noVerify("no-verify", cl::desc("do not verify after each pass"), cl::cat(category));

constexpr uint64_t kMaxText = 256 << 20;

int list() {
  for (const opt::PassInfo &pass : opt::allPasses())
    llvm::outs() << llvm::left_justify(pass.name, 14) << "-O" << pass.level << "  " << pass.summary
                 << "\n";
  return tools::finish(base::ExitStatus::Success);
}

/// Fills in the options of the pass manager; the name of an unknown pass.
std::optional<std::string> readOptions(opt::Options &options) {
  options.level = level;
  if (passes.getNumOccurrences()) {
    auto named = opt::parsePasses(passes);
    if (!named)
      return named.error();
    options.passes = *named;
  }
  auto after = opt::parsePasses(printAfter);
  if (!after)
    return after.error();
  options.printAfter = *after;
  options.printAfterAll = printAfterAll;
  options.printChanged = printChanged;
  options.filter = filter;
  options.verifyEach = !noVerify;
  options.bisectLimit = bisectLimit;
  options.timePasses = timePasses;
  options.dump = &llvm::outs();
  return std::nullopt;
}

void printResult(const ir::Module &module, const opt::Report &report) {
  if (stats)
    return report.print(llvm::outs(), timePasses);
  if (printAfterAll || printChanged || printAfter.getNumOccurrences() ||
      bisectLimit.getNumOccurrences())
    return;
  ir::Printer printer(module);
  if (filter.empty())
    return printer.print(llvm::outs());
  for (image::FunctionId id = 0; id < module.functions.size(); ++id)
    if (module.functions[id]->name == filter || printer.label(id) == filter)
      printer.print(llvm::outs(), *module.functions[id]);
}

} // namespace

int main(int argc, char **argv) {
  tools::start("orus-opt");
  if (auto status = tools::parse(
          argc, argv, {{&category}, "Optimise the text form of the intermediate representation."}))
    return *status;
  if (listPasses)
    return list();
  opt::Options options;
  if (auto unknown = readOptions(options))
    return tools::fail(base::ExitStatus::Usage, "no such pass: " + *unknown);
  auto text = base::readFile(input, kMaxText);
  if (!text)
    return tools::fail(text.error());
  auto module = ir::parseModule(base::asText(text->view()));
  if (!module)
    return tools::fail(base::ExitStatus::SourceErrors,
                       base::inputName(input) + ":" + module.error().text());
  for (const analysis::VerifyError &error : analysis::verify(**module))
    return tools::fail(base::ExitStatus::SourceErrors, error.text());
  opt::Report report = opt::optimize(**module, options);
  printResult(**module, report);
  if (!report.failure.empty()) {
    llvm::errs() << report.failure;
    return tools::finish(base::ExitStatus::Internal);
  }
  return tools::finish(base::ExitStatus::Success);
}
