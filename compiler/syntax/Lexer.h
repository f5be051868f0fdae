// The lexer with the layout rules of manual 1.3. It works in batches that end at the latest with a
// logical line, so that the parser can have brackets forgotten that turn out never to be closed.
#pragma once

#include "compiler/syntax/SyntaxErrors.h"
#include "compiler/syntax/Tokens.h"

#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace orus::syntax {

class Lexer {
public:
  /// The text of the file must be UTF-8.
  Lexer(basic::FileId file, const basic::SourceManager &sources, SyntaxErrors &errors);

  /// Appends at least one token: the rest of the current logical line, but at most some hundreds.
  /// At the end of the file it appends Eof, any number of times.
  void lex(std::vector<Token> &out);

  /// Continues at a token of the current logical line as if `depth` brackets were open there. If
  /// there are none and the token is the first of its line, a logical line begins with it.
  void restart(const Token &at, unsigned depth, std::vector<Token> &out);

  /// The width of the indentation of the current logical line.
  uint32_t indentation() const { return indents_.back(); }
  /// The width of the indentation of the line on which a token stands.
  uint32_t indentationOf(const Token &token) const;

private:
  const char *pointer(uint32_t offset) const { return begin_ + (offset - base_); }
  uint32_t offset(const char *at) const { return base_ + static_cast<uint32_t>(at - begin_); }
  basic::SourceRange range(const char *from, const char *to) const {
    return {{offset(from)}, {offset(to)}};
  }
  basic::Diagnostic &error(basic::Diag id, const char *from, const char *to, std::string message) {
    return errors_.report(SyntaxErrors::Phase::Lexer, id, range(from, to), std::move(message));
  }

  void beginLine();
  bool skipBlanks();
  void skipBlockComment();
  void applyLayout(std::vector<Token> &out, const char *tokenBegin);
  void reportIndentation(uint32_t width, size_t openBlocks);
  void finish(std::vector<Token> &out);

  bool scan(Token &token);
  void scanName(Token &token);
  void scanNumber(Token &token);
  const char *scanDigits(const char *at, bool hex, bool &malformed) const;
  void scanSuffix(Token &token, const char *suffix);
  void scanString(Token &token);
  void reportEscape(const char *backslash);
  bool scanLabel(Token &token);
  void scanSign(Token &token);
  void reserved(Token &token, unsigned size);
  void foreign(Token &token, unsigned size, TokenKind meaning, llvm::StringRef spelling);
  void skipInvalid();

  SyntaxErrors &errors_;
  const char *begin_, *end_, *at_;
  uint32_t base_;

  llvm::SmallVector<uint32_t, 16> indents_{0};
  llvm::SmallVector<uint32_t, 16> indentsAtEnd_; // before they were closed by the end of the file
  unsigned depth_ = 0;                           // open brackets
  bool atLineStart_ = true;    // before the first character of a line outside of brackets
  bool layoutPending_ = false; // the current line has produced no token yet
  bool crossedLine_ = false;   // a line end lies between the last token and at_
  const char *lineStart_;
  uint32_t lineWidth_ = 0;
  const char *indentEnd_;
  uint32_t lastBadWidth_ = 0; // reported for the line before
};

/// Every token of a file, for dumps and tests.
std::vector<Token> lexFile(basic::FileId file, const basic::SourceManager &sources,
                           SyntaxErrors &errors);

} // namespace orus::syntax
