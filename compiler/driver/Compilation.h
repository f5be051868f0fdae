// One compilation in progress: the stages in order, each leaving its result for the next.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/codegen/Codegen.h"
#include "compiler/driver/Driver.h"
#include "compiler/driver/ModuleLoader.h"
#include "compiler/driver/StatsReport.h"
#include "compiler/ir/ExecutionCounts.h"
#include "compiler/ir/Ir.h"
#include "compiler/sema/Typed.h"
#include "compiler/syntax/Ast.h"
#include "format/base/OutputFile.h"

namespace orus::driver {

class Compilation {
public:
  Compilation(const Options &options, llvm::raw_ostream &log) : options_(options), log_(log) {}

  Outcome run();
  const basic::DiagnosticEngine &diagnostics() const { return diags_; }

private:
  Outcome runStages();

  using Failure = std::optional<base::Error>;

  /// The stages. Each returns what ends the compilation, if anything; errors in the source do not.
  Failure checkOutputs();
  Failure protectSource(const std::string &source) const;
  Failure readMain();
  Failure parse();
  Failure analyze();
  Failure loadProfile();
  Failure lower();
  Failure optimize();
  Failure generate();

  bool wants(EmitKind kind) const { return request(kind) != nullptr; }
  const EmitRequest *request(EmitKind kind) const;
  /// Whether a stage after the one that makes `kind` has to run.
  bool wantsBeyond(EmitKind kind) const;
  /// Writes a text form if it is wanted. The whole text exists before the file is touched.
  Failure emit(EmitKind kind, llvm::function_ref<void(llvm::raw_ostream &)> print);
  Failure writeBytes(const EmitRequest &request, base::ByteView bytes);
  Failure failGeneration(llvm::Error error);
  Failure emitAssembly(base::ByteView image);
  Failure writeDependencies();
  Failure reportStatistics();
  Failure reportRemarks();
  void checkHotLoops();
  bool wantsRemarks() const;
  void report(const codegen::LimitError &limit);
  void phase(const char *name);

  const Options &options_;
  llvm::raw_ostream &log_;
  basic::SourceManager sources_;
  basic::Interner names_;
  basic::DiagnosticEngine diags_{sources_, options_.warnings};
  basic::FileId mainFile_ = 0;
  std::unique_ptr<syntax::Ast> ast_; // of the main module, until the others are loaded
  std::vector<LoadedModule> modules_;
  std::vector<std::string> dependencies_; // the files of the modules used
  std::unique_ptr<sema::TypedProgram> program_;
  std::unique_ptr<ir::Module> module_;
  CompilationStatistics statistics_;
  basic::Remarks remarks_;
  std::vector<uint64_t> sourceHashes_;  // by function
  ir::ExecutionCounts counts_;          // of the profile that is used
  std::vector<sema::HotRange> hotCode_; // under --hot-loops=strict
};

} // namespace orus::driver
