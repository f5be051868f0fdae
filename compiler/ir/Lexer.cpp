#include "compiler/ir/Lexer.h"

#include "compiler/ir/Text.h"

#include "llvm/Support/ConvertUTF.h"

namespace orus::ir {

using llvm::StringRef;

static bool isWordChar(char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; }
static bool isNumberChar(char c) { return llvm::isAlnum(c) || c == '.'; }

void Lexer::skipBlanks() {
  for (; at_ < text_.size(); ++at_) {
    char c = text_[at_];
    if (c == '\n') {
      ++line_;
      lineStart_ = at_ + 1;
    } else if (c == ';') {
      at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

StringRef Lexer::takeWhile(bool (*accept)(char)) {
  size_t start = at_;
  while (at_ < text_.size() && accept(text_[at_]))
    ++at_;
  return text_.slice(start, at_);
}

bool Lexer::readNumber(uint32_t &number) {
  return !takeWhile(llvm::isDigit).getAsInteger(10, number);
}

/// After the backslash.
bool Lexer::readEscape(std::string &out) {
  char c = peek();
  ++at_;
  switch (c) {
  case 'n': out += '\n'; return true;
  case 'r': out += '\r'; return true;
  case 't': out += '\t'; return true;
  case '"':
  case '\\': out += c; return true;
  case 'x': {
    unsigned value = 0;
    if (text_.substr(at_, 2).size() != 2 || text_.substr(at_, 2).getAsInteger(16, value))
      return false;
    at_ += 2;
    out += static_cast<char>(value);
    return true;
  }
  case 'u': {
    size_t end = text_.find('}', at_);
    unsigned value = 0;
    if (peek() != '{' || end == StringRef::npos ||
        text_.slice(at_ + 1, end).getAsInteger(16, value) || value > 0x10FFFF)
      return false;
    at_ = end + 1;
    char buffer[4], *to = buffer;
    if (!llvm::ConvertCodePointToUTF8(value, to))
      return false;
    out.append(buffer, to);
    return true;
  }
  default: return false;
  }
}

/// At the opening quote.
bool Lexer::readString(std::string &out) {
  ++at_;
  while (at_ < text_.size() && text_[at_] != '\n') {
    char c = text_[at_++];
    if (c == '"')
      return true;
    if (c != '\\')
      out += c;
    else if (!readEscape(out))
      return false;
  }
  return false;
}

/// After the `@` or `&`.
void Lexer::readLabel(Token &token, TokenKind kind) {
  token.kind = kind;
  if (peek() == '"') {
    if (!readString(token.text))
      token.kind = TokenKind::Error;
  } else {
    token.text = takeWhile(isLabelChar).str();
  }
  token.number = kNone;
  if (peek() == '#') {
    ++at_;
    if (!readNumber(token.number))
      token.kind = TokenKind::Error;
  }
  if (token.kind == TokenKind::Error)
    token.text = kind == TokenKind::Label ? "bad function label" : "bad type name";
}

Token Lexer::next() {
  skipBlanks();
  Token token;
  token.line = line_;
  token.column = static_cast<uint32_t>(at_ - lineStart_) + 1;
  if (at_ >= text_.size())
    return token;
  size_t start = at_;
  char c = peek();
  auto numbered = [&](TokenKind kind) {
    ++at_;
    token.kind = readNumber(token.number) && token.number != kNone ? kind : TokenKind::Error;
    token.text = "a number must follow here";
  };
  switch (c) {
  case '%': numbered(TokenKind::Value); break;
  case '^': numbered(TokenKind::Block); break;
  case '$': numbered(TokenKind::Local); break;
  case '!': numbered(TokenKind::Location); break;
  case '@': ++at_, readLabel(token, TokenKind::Label); break;
  case '&': ++at_, readLabel(token, TokenKind::TypeName); break;
  case '"':
    token.kind = readString(token.text) ? TokenKind::String : TokenKind::Error;
    if (token.kind == TokenKind::Error)
      token.text = "bad string";
    break;
  case '-':
    token.kind = TokenKind::Punct;
    ++at_;
    if (peek() == '>') {
      ++at_;
    } else if (isNumberChar(peek())) {
      token.kind = TokenKind::Number;
      takeWhile(isNumberChar);
    }
    break;
  default:
    if (llvm::isDigit(c)) {
      token.kind = TokenKind::Number;
      takeWhile(isNumberChar);
    } else if (isWordChar(c)) {
      token.kind = TokenKind::Word;
      takeWhile(isWordChar);
    } else {
      ++at_;
      bool known = StringRef("()[]{},:=+<>").contains(c);
      token.kind = known ? TokenKind::Punct : TokenKind::Error;
      token.text = "character that starts no token";
    }
  }
  // The exponent's sign: 1e-5.
  if (token.kind == TokenKind::Number && (peek() == '-' || peek() == '+') &&
      text_.slice(start, at_).ends_with("e") && !text_.slice(start, at_).starts_with("0x")) {
    ++at_;
    takeWhile(isNumberChar);
  }
  token.spelling = text_.slice(start, at_);
  return token;
}

} // namespace orus::ir
