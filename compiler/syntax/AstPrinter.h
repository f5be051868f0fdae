// The text form of the AST, `--emit=ast`.
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/basic/Source.h"
#include "compiler/syntax/Ast.h"

#include "llvm/Support/raw_ostream.h"

namespace orus::syntax {

/// Writes one line for each node, children indented by two: an optional role, the kind, the range,
/// then what is not a node of its own. `x: i32 = -y + 1` on the first line of a file is
///
///   Assign 1:1-1:16
///     target Name 1:1-1:2 x
///       type PathType 1:4-1:7 i32
///     value Binary 1:10-1:16 + 1:13
///       Unary 1:10-1:12 - 1:10
///         Name 1:11-1:12 y
///       Number 1:15-1:16 1
///
/// Texts are quoted and escaped; numbers are written as values with their suffix. A position alone
/// is that of a sign or word the node keeps.
void printAst(llvm::raw_ostream &out, const Ast &ast, const basic::SourceManager &sources,
              const basic::Interner &interner);

} // namespace orus::syntax
