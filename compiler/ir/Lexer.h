// Tokens of the text form of the intermediate representation.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace orus::ir {

enum class TokenKind : uint8_t {
  End,
  Word,     // add, i32, local.get
  Number,   // 12, -3, 2.5e-7, 0x1f, inf, -inf
  String,   // "text", with its escapes replaced in `text`
  Value,    // %12
  Block,    // ^3
  Local,    // $0
  Label,    // @name#4: `text` is the name, `number` the part after #
  TypeName, // &name#4: likewise, a struct or an enum
  Location, // !120
  Punct,    // ( ) [ ] { } , : = + - < > ->
  Error,    // `text` says why
};

struct Token {
  TokenKind kind = TokenKind::End;
  uint32_t line = 1, column = 1;
  llvm::StringRef spelling; // as written
  std::string text;         // String, Label, TypeName, Error
  uint32_t number = 0;      // Value, Block, Local, Location, Label, TypeName
};

/// Splits text into tokens one at a time; `;` starts a comment. Any bytes are accepted: what is not
/// a token comes back as an Error token.
class Lexer {
public:
  explicit Lexer(llvm::StringRef text) : text_(text) {}
  Token next();

private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skipBlanks();
  llvm::StringRef takeWhile(bool (*accept)(char));
  bool readNumber(uint32_t &number);
  bool readString(std::string &out);
  bool readEscape(std::string &out);
  void readLabel(Token &token, TokenKind kind);

  llvm::StringRef text_;
  size_t at_ = 0, lineStart_ = 0;
  uint32_t line_ = 1;
};

} // namespace orus::ir
