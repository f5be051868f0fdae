// From the text of one file to its AST: lexing with layout, then recursive descent with recovery
// (manual 12.3). The grammar is that of the manual's grammar.ebnf.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/basic/Source.h"
#include "compiler/syntax/Ast.h"

#include <memory>

namespace orus::syntax {

/// How deeply expressions, types and blocks may be nested in each other (E1050). The height of an
/// Ast is a small multiple of it, apart from the left spines of BinaryExpr.
constexpr unsigned kMaxNesting = 2048;

/// Parses a file and reports all E1xxx of it. There always is an Ast; Ast::hasErrors tells whether
/// it is the whole program. Needs up to 32 MiB of stack for the deepest accepted nesting. String
/// values without escapes refer to the text in `sources`.
std::unique_ptr<Ast> parse(basic::FileId file, const basic::SourceManager &sources,
                           basic::Interner &interner, basic::DiagnosticEngine &diags);

} // namespace orus::syntax
