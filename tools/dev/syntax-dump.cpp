// Prints the tokens or the AST of a file, or only its syntax errors, for work on the front end.
#include "compiler/basic/Render.h"
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"
#include "compiler/syntax/TokenPrinter.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/thread.h"

#include <chrono>

using namespace orus;

namespace {

enum class Emit { Errors, Tokens, Ast, Times };

llvm::cl::opt<std::string> input(llvm::cl::Positional, llvm::cl::desc("FILE"), llvm::cl::Required);
llvm::cl::opt<Emit> emit("emit", llvm::cl::desc("what to print"), llvm::cl::init(Emit::Errors),
                         llvm::cl::values(clEnumValN(Emit::Errors, "errors", "syntax errors"),
                                          clEnumValN(Emit::Tokens, "tokens", "tokens"),
                                          clEnumValN(Emit::Ast, "ast", "the AST"),
                                          clEnumValN(Emit::Times, "times", "lines per second")));
llvm::cl::opt<std::string> format("diagnostic-format", llvm::cl::init("short"));

template <typename F> double seconds(F work) {
  auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int run() {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(input);
  if (!buffer) {
    llvm::errs() << "orus-syntax-dump: cannot open '" << input << "'\n";
    return 66;
  }
  basic::SourceManager sources;
  auto file = sources.add(std::move(*buffer), input);
  if (!file)
    return 66;
  basic::Interner interner;
  basic::DiagnosticEngine diags(sources);
  if (emit == Emit::Tokens) {
    syntax::SyntaxErrors errors(sources);
    syntax::printTokens(llvm::outs(), syntax::lexFile(*file, sources, errors), sources);
    errors.flush(diags);
  } else if (emit == Emit::Times) {
    auto lines = static_cast<double>(sources.text(*file).count('\n'));
    syntax::SyntaxErrors errors(sources);
    double lexing = seconds([&] { syntax::lexFile(*file, sources, errors); });
    double all = seconds([&] { syntax::parse(*file, sources, interner, diags); });
    llvm::outs() << llvm::format("lexer %.2f M lines/s, parser %.2f M lines/s\n",
                                 lines / lexing / 1e6, lines / all / 1e6);
  } else {
    auto ast = syntax::parse(*file, sources, interner, diags);
    if (emit == Emit::Ast)
      syntax::printAst(llvm::outs(), *ast, sources, interner);
  }
  basic::RenderOptions options;
  options.format = basic::parseDiagnosticFormat(format).value_or(basic::DiagnosticFormat::Short);
  options.maxErrors = 0;
  basic::renderDiagnostics(llvm::errs(), diags, options);
  return diags.hasErrors() ? 65 : 0;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  constexpr unsigned kStack = 64u << 20;
  int status = 0;
  llvm::thread worker(std::optional<unsigned>(kStack), [&] { status = run(); });
  worker.join();
  return status;
}
