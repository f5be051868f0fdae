// Lexer, parser, and the text forms of tokens and trees.
#include "compiler/basic/Render.h"
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"
#include "compiler/syntax/TokenPrinter.h"
#include "tests/fuzz/Fuzz.h"

#include "llvm/Support/thread.h"

using namespace orus;

namespace {

constexpr unsigned kStack = 64u << 20; // what the parser asks for, and as much again

void parse(llvm::StringRef text) {
  basic::SourceManager sources;
  auto file = sources.add(llvm::MemoryBuffer::getMemBufferCopy(text), "fuzz.orus");
  if (!file)
    return;
  basic::Interner names;
  basic::DiagnosticEngine diags(sources);
  auto ast = syntax::parse(*file, sources, names, diags);
  fuzz::require(ast != nullptr, "no tree");
  fuzz::require(ast->hasErrors == diags.hasErrors(), "the tree and the reports disagree on errors");
  syntax::printAst(llvm::nulls(), *ast, sources, names);
  syntax::SyntaxErrors errors(sources);
  syntax::printTokens(llvm::nulls(), syntax::lexFile(*file, sources, errors), sources);
  for (auto format : {basic::DiagnosticFormat::Human, basic::DiagnosticFormat::Sarif}) {
    basic::RenderOptions options;
    options.format = format;
    basic::renderDiagnostics(llvm::nulls(), diags, options);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::thread worker(std::optional<unsigned>(kStack),
                      [&] { parse({reinterpret_cast<const char *>(data), size}); });
  worker.join();
  return 0;
}
