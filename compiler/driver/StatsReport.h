// What --stats tells of a compilation: what each pass did, and for each function how much the
// register allocator had to fit in and how it did. docs/reference/statistics.md has the schema.
#pragma once

#include "compiler/basic/Source.h"
#include "compiler/codegen/Codegen.h"
#include "compiler/opt/Optimizer.h"

#include "llvm/Support/raw_ostream.h"

#include <vector>

namespace orus::driver {

struct CompilationStatistics {
  opt::Report passes;
  std::vector<codegen::FunctionStatistics> functions; // as in the module
};

/// For people: a line for each pass, then a table of functions and banks with a total.
void printStatistics(llvm::raw_ostream &out, const CompilationStatistics &stats,
                     const ir::Module &module, const basic::SourceManager &sources);

/// The same as one JSON document.
void printStatisticsJson(llvm::raw_ostream &out, const CompilationStatistics &stats,
                         const ir::Module &module, const basic::SourceManager &sources);

} // namespace orus::driver
