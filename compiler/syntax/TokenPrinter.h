// The text form of tokens, `--emit=tokens`.
#pragma once

#include "compiler/basic/Source.h"
#include "compiler/syntax/Tokens.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace orus::syntax {

/// Writes one line for each token: its range, its kind, and the spelling of what was written.
///
///   1:1-1:2 Name x
///   1:3-1:4 Assign =
///   1:5-1:6 Number 1
///   1:6-2:1 Newline
///   2:1-2:1 Eof
///
/// A token with an error in its spelling ends in ` malformed`.
void printTokens(llvm::raw_ostream &out, llvm::ArrayRef<Token> tokens,
                 const basic::SourceManager &sources);

} // namespace orus::syntax
