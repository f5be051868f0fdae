#include "compiler/syntax/Tokens.h"

namespace orus::syntax {

llvm::StringRef tokenText(TokenKind kind) {
  static constexpr llvm::StringLiteral kTexts[] = {
#define ORUS_TOKEN(ident, text) text,
#include "compiler/syntax/Tokens.def"
  };
  return kTexts[static_cast<size_t>(kind)];
}

llvm::StringRef tokenKindName(TokenKind kind) {
  static constexpr llvm::StringLiteral kNames[] = {
#define ORUS_TOKEN(ident, text) #ident,
#include "compiler/syntax/Tokens.def"
  };
  return kNames[static_cast<size_t>(kind)];
}

} // namespace orus::syntax
