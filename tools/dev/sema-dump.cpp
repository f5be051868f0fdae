// Analyses one file and prints the typed program, or only the diagnostics, for work on sema.
#include "compiler/basic/Render.h"
#include "compiler/sema/Sema.h"
#include "compiler/sema/TypedPrinter.h"
#include "compiler/syntax/Parser.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"

#include <chrono>

using namespace orus;

namespace {

enum class Emit { Errors, Typed, Times };

llvm::cl::opt<std::string> input(llvm::cl::Positional, llvm::cl::desc("FILE"), llvm::cl::Required);
llvm::cl::opt<Emit> emit("emit", llvm::cl::desc("what to print"), llvm::cl::init(Emit::Errors),
                         llvm::cl::values(clEnumValN(Emit::Errors, "errors", "diagnostics"),
                                          clEnumValN(Emit::Typed, "typed-ast", "typed program"),
                                          clEnumValN(Emit::Times, "times", "lines per second")));
llvm::cl::opt<std::string> format("diagnostic-format", llvm::cl::init("short"));
llvm::cl::list<std::string> warnings("W", llvm::cl::Prefix, llvm::cl::desc("warnings"));

int run() {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(input);
  if (!buffer)
    return 66;
  basic::SourceManager sources;
  auto file = sources.add(std::move(*buffer), input);
  if (!file)
    return 66;
  basic::Interner interner;
  basic::WarningOptions enabled;
  for (const std::string &flag : warnings)
    if (!enabled.apply(flag))
      return 64;
  basic::DiagnosticEngine diags(sources, enabled);
  auto ast = syntax::parse(*file, sources, interner, diags);
  if (diags.hasErrors())
    diags.dropWarnings();
  int status = 0;
  if (!ast->hasErrors) {
    auto begin = std::chrono::steady_clock::now();
    sema::SourceModule module{ast.get(), interner.intern(llvm::sys::path::stem(input)), {}};
    auto program = sema::analyze(module, interner, diags, {size_t{256} << 20});
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    if (!program) {
      llvm::errs() << "orus-sema-dump: " << llvm::toString(program.takeError()) << "\n";
      status = 1;
    } else if (*program && emit == Emit::Typed) {
      sema::printTyped(llvm::outs(), **program, interner);
    }
    if (emit == Emit::Times)
      llvm::outs() << llvm::format("sema %.2f M lines/s\n",
                                   static_cast<double>(sources.text(*file).count('\n')) /
                                       time.count() / 1e6);
  }
  basic::RenderOptions options;
  options.format = basic::parseDiagnosticFormat(format).value_or(basic::DiagnosticFormat::Short);
  options.maxErrors = 0;
  basic::renderDiagnostics(llvm::errs(), diags, options);
  return diags.hasErrors() ? 65 : status;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  constexpr unsigned kStack = 512u << 20;
  int status = 0;
  llvm::thread worker(std::optional<unsigned>(kStack), [&] { status = run(); });
  worker.join();
  return status;
}
