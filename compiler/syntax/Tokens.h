// Tokens: 12 bytes each, a kind and the byte range of the spelling. Line ends and indentation are
// tokens (manual 1.3); inside brackets none of them is produced.
#pragma once

#include "compiler/basic/Source.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace orus::syntax {

enum class TokenKind : uint8_t {
#define ORUS_TOKEN(ident, text) ident,
#include "compiler/syntax/Tokens.def"
};

struct Token {
  uint32_t begin = 0, end = 0; // offsets of SourceLocs
  TokenKind kind = TokenKind::Eof;
  bool firstOnLine = false; // a line end lies between this token and the one before it
  bool malformed = false;   // a number or text with an error that the lexer reported
  bool hasEscapes = false;  // a text whose value is not its spelling

  bool is(TokenKind k) const { return kind == k; }
  basic::SourceRange range() const { return {{begin}, {end}}; }
};
static_assert(sizeof(Token) == 12);

/// The spelling of a keyword or sign; a description of any other kind.
llvm::StringRef tokenText(TokenKind kind);
/// The name of the kind in dumps: `Name`, `LeftParen`.
llvm::StringRef tokenKindName(TokenKind kind);

constexpr bool isKeyword(TokenKind kind) {
  return kind >= TokenKind::And && kind <= TokenKind::While;
}
/// Made by layout rather than written.
constexpr bool isLayout(TokenKind kind) { return kind <= TokenKind::Dedent; }
constexpr bool isOpener(TokenKind kind) {
  return kind == TokenKind::LeftParen || kind == TokenKind::LeftBracket ||
         kind == TokenKind::LeftBrace;
}
constexpr bool isCloser(TokenKind kind) {
  return kind == TokenKind::RightParen || kind == TokenKind::RightBracket ||
         kind == TokenKind::RightBrace;
}
constexpr bool isCompoundAssign(TokenKind kind) {
  return kind >= TokenKind::PlusAssign && kind <= TokenKind::PercentAssign;
}
constexpr bool isAssignment(TokenKind kind) {
  return kind >= TokenKind::Assign && kind <= TokenKind::ColonAssign;
}

} // namespace orus::syntax
