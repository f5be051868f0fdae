#include "compiler/syntax/TokenPrinter.h"

namespace orus::syntax {

void printTokens(llvm::raw_ostream &out, llvm::ArrayRef<Token> tokens,
                 const basic::SourceManager &sources) {
  for (const Token &token : tokens) {
    basic::LineColumn begin = sources.lineColumn({token.begin});
    basic::LineColumn end = sources.lineColumn({token.end});
    out << begin.line << ':' << begin.column << '-' << end.line << ':' << end.column << ' '
        << tokenKindName(token.kind);
    if (!isLayout(token.kind))
      out << ' ' << sources.text(token.range());
    if (token.malformed)
      out << " malformed";
    out << '\n';
  }
}

} // namespace orus::syntax
