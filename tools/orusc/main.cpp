// orusc: compiles .orus source to an .orbc image.

#include "compiler/driver/Driver.h"
#include "format/base/OutputFile.h"
#include "format/base/Text.h"
#include "tools/common/BuildId.h"
#include "tools/common/Tool.h"

#include "format/base/ExitStatus.h"
#include "format/base/Version.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace {

using namespace orus;
using base::ExitStatus;
using driver::EmitKind;
namespace cl = llvm::cl;

cl::OptionCategory general("Compiling");
cl::OptionCategory modules("Modules");
cl::OptionCategory reporting("Diagnostics");
cl::OptionCategory inspection("Looking inside");

cl::opt<std::string> input(cl::Positional, cl::desc("SOURCE ('-': standard input)"),
                           cl::value_desc("source"), cl::cat(general));
cl::opt<std::string> output("o", cl::Prefix, cl::desc("Write to FILE ('-': standard output)"),
                            cl::value_desc("file"), cl::cat(general));
cl::opt<std::string> stdinName("stdin-name", cl::desc("What standard input is called"),
                               cl::value_desc("name"), cl::init("<stdin>"), cl::cat(general));
cl::list<std::string> emit("emit", cl::CommaSeparated,
                           cl::desc("What to write, as KIND or KIND=FILE: tokens, ast, typed-ast, "
                                    "ir, lir, asm, image (default image)"),
                           cl::value_desc("kind"), cl::cat(general));
cl::opt<bool> check("check", cl::desc("Stop after checking; write nothing"), cl::cat(general));
cl::opt<bool> writeIfChanged("write-if-changed",
                             cl::desc("Leave an output alone whose content would not change"),
                             cl::cat(general));
cl::opt<unsigned> level("O", cl::Prefix, cl::desc("Optimisation level: 0, 1, 2 (default 2)"),
                        cl::value_desc("level"), cl::init(2), cl::cat(general));
cl::opt<unsigned> registers("registers",
                            cl::desc("Register budget of each bank: 4 to 256 (default 256)"),
                            cl::value_desc("n"), cl::init(256), cl::cat(general));
cl::opt<unsigned> debug("g", cl::Prefix,
                        cl::desc("Debug information: 0 none, 1 source positions (default)"),
                        cl::value_desc("level"), cl::init(1), cl::cat(general));
cl::list<std::string> notes("note", cl::desc("Note in the image, for people and build systems"),
                            cl::value_desc("key=value"), cl::cat(general));
cl::opt<sema::HotLoops>
    hotLoops("hot-loops", cl::desc("Loops that must not work on dynamic values (E2901)"),
             cl::values(clEnumValN(sema::HotLoops::Marked, "marked", "those marked @hot (default)"),
                        clEnumValN(sema::HotLoops::All, "all", "every loop"),
                        clEnumValN(sema::HotLoops::Strict, "strict",
                                   "those marked, which must not spill nor reach module "
                                   "registers either (E2902, E2903)"),
                        clEnumValN(sema::HotLoops::Off, "off", "none")),
             cl::init(sema::HotLoops::Marked), cl::cat(general));
cl::opt<std::string> profileUse("profile-use",
                                cl::desc("Optimise for the counts that orusvm --profile-out wrote"),
                                cl::value_desc("file"), cl::cat(general));
cl::list<std::string> prefixMap("path-prefix-map",
                                cl::desc("Store source names that begin with OLD with NEW instead"),
                                cl::value_desc("old=new"), cl::cat(general));
cl::opt<std::string> root("root", cl::desc("Root folder of module paths (default: current folder)"),
                          cl::value_desc("dir"), cl::cat(modules));
cl::list<std::string> folders("I", cl::Prefix, cl::desc("Look for modules in DIR too"),
                              cl::value_desc("dir"), cl::cat(modules));
cl::list<std::string> mappings("M", cl::Prefix, cl::desc("The module NAME (dotted) is FILE"),
                               cl::value_desc("name=file"), cl::cat(modules));
cl::opt<std::string> library("stdlib",
                             cl::desc("Folder of the library (default: ../lib/orus "
                                      "beside the compiler)"),
                             cl::value_desc("dir"), cl::cat(modules));
cl::opt<bool> writeRule("MD", cl::desc("Write a rule for make that names every source"),
                        cl::cat(modules));
cl::opt<std::string> ruleFile("MF",
                              cl::desc("File of the rule (default: the image's name with .d)"),
                              cl::value_desc("file"), cl::cat(modules));
cl::opt<std::string> ruleTarget("MT", cl::desc("Target of the rule (default: the image)"),
                                cl::value_desc("target"), cl::cat(modules));
cl::opt<bool> phonyRules("MP", cl::desc("Add an empty rule for each module"), cl::cat(modules));
cl::opt<bool> verbose("v", cl::desc("Print the phases to standard error"), cl::cat(general));

cl::list<std::string> warnings("W", cl::Prefix,
                               cl::desc("NAME, no-NAME, all, none: switch warnings; error: treat "
                                        "them as errors"),
                               cl::value_desc("name"), cl::cat(reporting));
cl::opt<unsigned> maxErrors("max-errors", cl::desc("Print the first N errors only (0: all)"),
                            cl::value_desc("n"), cl::init(20), cl::cat(reporting));
cl::opt<std::string> remarkPasses("R", cl::ValueOptional,
                                  cl::desc("Print remarks on optimisation, of passes that match"),
                                  cl::value_desc("regex"), cl::cat(reporting));
cl::opt<std::string> remarkFile("remarks",
                                cl::desc("Write remarks to FILE in the YAML format of LLVM"),
                                cl::value_desc("file"), cl::cat(reporting));
cl::opt<std::string> explainCode("explain", cl::desc("Explain a diagnostic code and end"),
                                 cl::value_desc("code"), cl::cat(reporting));
cl::opt<std::string> format("diagnostic-format", cl::desc("human, short, json or sarif"),
                            cl::value_desc("format"), cl::cat(reporting));
cl::opt<std::string> diagnosticOutput("diagnostic-output",
                                      cl::desc("Write diagnostics to FILE, not standard error"),
                                      cl::value_desc("file"), cl::cat(reporting));
// LLVM has an option of this name, so ours is made in main().
cl::opt<basic::ColorMode> &color() {
  using basic::ColorMode;
  static cl::opt<ColorMode> option(
      "color", cl::desc("Whether human diagnostics are coloured"),
      cl::values(clEnumValN(ColorMode::Auto, "auto", "if standard error is a terminal"),
                 clEnumValN(ColorMode::Always, "always", ""),
                 clEnumValN(ColorMode::Never, "never", "")),
      cl::init(ColorMode::Auto), cl::cat(reporting));
  return option;
}

cl::opt<bool> verifyEach("verify-each", cl::desc("Verify the IR after every pass"),
                         cl::cat(inspection));
cl::opt<bool> checkAllocation("check-regalloc", cl::desc("Re-verify every register allocation"),
                              cl::cat(inspection));
cl::opt<std::string> passes("passes", cl::desc("Run these passes instead of those of the level"),
                            cl::value_desc("a,b"), cl::cat(inspection));
cl::opt<std::string> disabled("disable-passes", cl::desc("Leave these passes out"),
                              cl::value_desc("a,b"), cl::cat(inspection));
cl::opt<int> bisectLimit("opt-bisect-limit", cl::desc("Run the first N optional passes only"),
                         cl::value_desc("n"), cl::init(-1), cl::cat(inspection));
cl::opt<std::string> printAfter("print-after", cl::desc("Print the IR after these passes"),
                                cl::value_desc("a,b"), cl::cat(inspection));
cl::opt<bool> printAfterAll("print-after-all", cl::desc("Print the IR after every pass"),
                            cl::cat(inspection));
// LLVM has an option of this name, so ours is made in main().
cl::opt<std::string> &statistics() {
  static cl::opt<std::string> option(
      "stats", cl::ValueOptional,
      cl::desc("Report what passes and register allocation did, to standard error or as json:FILE"),
      cl::value_desc("json:file"), cl::cat(inspection));
  return option;
}
// Made in main() like the others, so that no library can have taken the name before.
cl::opt<std::string> &timeTrace() {
  static cl::opt<std::string> option(
      "time-trace", cl::desc("Write the times of stages and passes to FILE, for chrome://tracing"),
      cl::value_desc("file"), cl::cat(inspection));
  return option;
}
cl::opt<bool> timeReport("time-report", cl::desc("Report how long each pass took"),
                         cl::cat(inspection));
cl::opt<bool> printChanged("print-changed", cl::desc("Print the IR after passes that changed it"),
                           cl::cat(inspection));
cl::opt<std::string> filter("filter", cl::desc("Print the IR of this function only"),
                            cl::value_desc("function"), cl::cat(inspection));

constexpr std::pair<llvm::StringRef, EmitKind> kEmitNames[] = {
    {"tokens", EmitKind::Tokens}, {"ast", EmitKind::Ast}, {"typed-ast", EmitKind::TypedAst},
    {"ir", EmitKind::Ir},         {"lir", EmitKind::Lir}, {"asm", EmitKind::Asm},
    {"image", EmitKind::Image},
};

int usage(const llvm::Twine &message) { return tools::fail(ExitStatus::Usage, message); }

/// `main.orus` gives `main.orbc`; standard input has no name to derive one from.
std::string imagePath() {
  if (!output.empty())
    return output;
  llvm::StringRef source = input;
  source.consume_back(".orus");
  return input == "-" ? std::string() : source.str() + ".orbc";
}

/// Fills in what is to be written; a status to end with if the request makes no sense.
std::optional<int> setOutputs(driver::Options &options) {
  std::vector<std::string> wanted(emit.begin(), emit.end());
  if (wanted.empty() && !check)
    wanted.push_back("image");
  if (check && !wanted.empty())
    return usage("--check writes nothing, so --emit cannot stand beside it");
  for (const std::string &word : wanted) {
    auto [name, path] = llvm::StringRef(word).split('=');
    const auto *found =
        llvm::find_if(kEmitNames, [&](const auto &entry) { return entry.first == name; });
    if (found == std::end(kEmitNames))
      return usage("unknown kind '" + name + "' for --emit");
    bool isImage = found->second == EmitKind::Image;
    std::string to = !path.empty()                         ? path.str()
                     : isImage                             ? imagePath()
                     : output.empty() || wanted.size() > 1 ? "-"
                                                           : output.getValue();
    if (to.empty())
      return usage("an image from standard input needs -o");
    if (llvm::any_of(options.outputs, [&](const auto &o) { return o.kind == found->second; }))
      return usage("'" + name + "' is asked for twice by --emit");
    options.outputs.push_back({found->second, to});
  }
  return std::nullopt;
}

std::optional<int> setReports(driver::Options &options) {
  options.timeReport = timeReport;
  options.timeTraceFile = timeTrace();
  if (timeReport && llvm::all_of(options.outputs,
                                 [](const auto &request) { return request.kind < EmitKind::Ir; }))
    return usage("--time-report needs an output that passes run for");
  if (remarkPasses.getNumOccurrences())
    options.remarkPasses = remarkPasses.empty() ? "." : remarkPasses.getValue();
  options.remarkFile = remarkFile;
  std::string problem;
  if (!options.remarkPasses.empty() && !llvm::Regex(options.remarkPasses).isValid(problem))
    return usage("-R: " + problem);
  bool makesCode = llvm::any_of(options.outputs,
                                [](const auto &request) { return request.kind >= EmitKind::Lir; });
  if (!makesCode && (remarkPasses.getNumOccurrences() || !remarkFile.empty()))
    return usage("-R and --remarks need an output that code is generated for");
  if (!statistics().getNumOccurrences())
    return std::nullopt;
  llvm::StringRef form = statistics();
  options.statistics = form.empty();
  bool isJson = form.consume_front("json:");
  if (!options.statistics && (!isJson || form.empty()))
    return usage("--stats takes nothing or json:FILE");
  options.statisticsFile = form;
  if (llvm::all_of(options.outputs,
                   [](const auto &request) { return request.kind < EmitKind::Lir; }))
    return usage("--stats needs an output that code is generated for");
  return std::nullopt;
}

/// Searching of modules, and the rule for make.
std::optional<int> setModules(driver::Options &options, const char *executable) {
  options.search.root = root;
  options.search.folders.assign(folders.begin(), folders.end());
  for (const std::string &mapping : mappings) {
    auto [name, file] = llvm::StringRef(mapping).split('=');
    if (name.empty() || file.empty())
      return usage("-M takes NAME=FILE");
    options.search.mappings.push_back({name.str(), file.str()});
  }
  if (const char *path = std::getenv("ORUSPATH"))
    options.search.environment = driver::splitSearchPath(path);
  options.search.library = library;
  if (library.empty()) {
    llvm::SmallString<128> folder(llvm::sys::path::parent_path(
        llvm::sys::fs::getMainExecutable(executable, reinterpret_cast<void *>(&usage))));
    llvm::sys::path::append(folder, "..", "lib", "orus");
    llvm::sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    options.search.library = folder.str();
  }
  bool wantsRule = writeRule;
  if (!wantsRule && (ruleFile.getNumOccurrences() || ruleTarget.getNumOccurrences() || phonyRules))
    return usage("-MF, -MT and -MP need -MD");
  if (!wantsRule)
    return std::nullopt;
  auto image = llvm::find_if(options.outputs,
                             [](const auto &request) { return request.kind == EmitKind::Image; });
  if (image == options.outputs.end())
    return usage("-MD needs an image to make a rule for");
  if (image->path == "-" && (ruleFile.empty() || ruleTarget.empty()))
    return usage("-MD needs -MF and -MT if the image goes to standard output");
  options.dependencyTarget = ruleTarget.empty() ? image->path : ruleTarget.getValue();
  options.dependencyFile = ruleFile;
  if (ruleFile.empty()) {
    llvm::StringRef name = image->path;
    name.consume_back(".orbc");
    options.dependencyFile = name.str() + ".d";
  }
  options.phonyDependencies = phonyRules;
  return std::nullopt;
}

std::optional<int> setOptimizer(opt::Options &options) {
  options.level = level;
  options.bisectLimit = bisectLimit;
  options.verifyEach = verifyEach;
  options.printAfterAll = printAfterAll;
  options.printChanged = printChanged;
  options.filter = filter;
  auto named = opt::parsePasses(passes);
  if (passes.getNumOccurrences() && !named)
    return usage("there is no pass '" + llvm::Twine(named.error()) + "'");
  if (passes.getNumOccurrences())
    options.passes = std::move(*named);
  auto left = opt::parsePasses(disabled);
  if (!left)
    return usage("there is no pass '" + llvm::Twine(left.error()) + "'");
  options.disabled = std::move(*left);
  auto printed = opt::parsePasses(printAfter);
  if (printAfter.getNumOccurrences() && !printed)
    return usage("there is no pass '" + llvm::Twine(printed.error()) + "'");
  if (printAfter.getNumOccurrences())
    options.printAfter = std::move(*printed);
  return std::nullopt;
}

std::optional<int> setOptions(driver::Options &options, const char *executable) {
  if (input.empty())
    return usage("no input; usage: orusc [options] SOURCE");
  if (level > 2)
    return usage("-O takes 0, 1 or 2");
  if (debug > 1)
    return usage("-g takes 0 or 1");
  if (registers < 4 || registers > 256)
    return usage("--registers takes 4 to 256");
  for (const std::string &flag : warnings)
    if (!options.warnings.apply(flag))
      return usage("there is no warning '" + llvm::Twine(flag) + "'");
  for (const std::string &map : prefixMap) {
    auto [from, to] = llvm::StringRef(map).split('=');
    if (!llvm::StringRef(map).contains('='))
      return usage("--path-prefix-map takes OLD=NEW");
    options.pathPrefixes.push_back({from.str(), to.str()});
  }
  for (const std::string &note : notes) {
    auto [key, value] = llvm::StringRef(note).split('=');
    bool isShown = llvm::none_of(
        key, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (key.empty() || !isShown || !llvm::StringRef(note).contains('=') ||
        base::firstInvalidUtf8(note))
      return usage("--note takes KEY=VALUE, in UTF-8");
    if (!options.notes.try_emplace(key.str(), value.str()).second)
      return usage("there are two notes '" + key + "'");
  }
  options.input = input;
  options.inputName = input == "-" ? stdinName : input;
  options.checkOnly = check;
  options.seal = tools::sealImage;
  options.writeIfChanged = writeIfChanged;
  options.verbose = verbose;
  options.registers = registers;
  options.debug = debug;
  options.hotLoops = hotLoops;
  options.profile = profileUse;
  options.checkAllocation = checkAllocation;
  if (auto status = setOptimizer(options.optimizer))
    return status;
  if (auto status = setOutputs(options))
    return status;
  if (auto status = setReports(options))
    return status;
  return setModules(options, executable);
}

std::optional<int> setRendering(basic::RenderOptions &render) {
  const char *fromEnvironment = std::getenv("ORUS_DIAGNOSTIC_FORMAT");
  llvm::StringRef name = !format.empty()                       ? llvm::StringRef(format)
                         : fromEnvironment && *fromEnvironment ? llvm::StringRef(fromEnvironment)
                                                               : llvm::StringRef("human");
  auto parsed = basic::parseDiagnosticFormat(name);
  if (!parsed)
    return usage("unknown diagnostic format '" + name + "'; there are human, short, json, sarif");
  render.format = *parsed;
  render.maxErrors = maxErrors;
  render.tool = "orusc";
  render.toolVersion = llvm::StringRef(base::version().data(), base::version().size());
  render.color = basic::wantsColor(
      color(), diagnosticOutput.empty() && llvm::sys::Process::StandardErrIsDisplayed(),
      std::getenv("NO_COLOR"), std::getenv("TERM"));
  return std::nullopt;
}

int report(const driver::Outcome &outcome) {
  if (outcome.error)
    return tools::fail(*outcome.error);
  return tools::finish(outcome.status);
}

} // namespace

int main(int argc, char **argv) {
  tools::start("orusc");
  color();
  statistics();
  timeTrace();
  // The flag lets one dash do for names of two letters.
  for (cl::Option *option :
       std::initializer_list<cl::Option *>{&writeRule, &ruleFile, &ruleTarget, &phonyRules})
    option->setMiscFlag(cl::Grouping);
  tools::CommandLine line{{&general, &modules, &reporting, &inspection},
                          "orusc: compiles Orus source to an image for orusvm\n",
                          "ORUSC_FLAGS"};
  if (auto status = tools::parse(argc, argv, line))
    return *status;
  if (!explainCode.empty()) {
    if (!basic::explain(llvm::outs(), explainCode))
      return usage("there is no diagnostic '" + llvm::Twine(explainCode) + "'");
    return tools::finish(ExitStatus::Success);
  }
  driver::Options options;
  basic::RenderOptions render;
  if (auto status = setRendering(render))
    return *status;
  if (auto status = setOptions(options, argv[0]))
    return *status;
  if (diagnosticOutput.empty())
    return report(driver::compile(options, render, llvm::errs()));

  auto file = base::OutputFile::create(diagnosticOutput);
  if (!file)
    return tools::fail(file.error());
  options.otherOutputs.push_back(diagnosticOutput);
  std::string text;
  llvm::raw_string_ostream stream(text);
  driver::Outcome outcome = driver::compile(options, render, stream);
  // After a usage error the file may be a source.
  if (outcome.status == ExitStatus::Usage)
    return report(outcome);
  if (auto written = file->write(base::asBytes(text)); !written)
    return tools::fail(written.error());
  if (auto committed = file->commit(); !committed)
    return tools::fail(committed.error());
  return report(outcome);
}
