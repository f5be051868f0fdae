// Remarks as lines for people and as a file for tools.
#pragma once

#include "compiler/basic/Remarks.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

namespace orus::driver {

/// Prints those whose pass matches, by place: `file:line:column: remark: sentence [pass]`.
void printRemarks(llvm::raw_ostream &out, const basic::Remarks &remarks,
                  const basic::SourceManager &sources, const llvm::Regex &passes);

/// LLVM's YAML format for remarks, which llvm-remarkutil and opt-viewer read.
llvm::Error writeRemarks(llvm::raw_ostream &out, const basic::Remarks &remarks,
                         const basic::SourceManager &sources);

} // namespace orus::driver
