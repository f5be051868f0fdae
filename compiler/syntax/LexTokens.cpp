// The spelling of single tokens, manual 1.4 to 1.9.
#include "compiler/basic/Utf8.h"
#include "compiler/syntax/CharacterClass.h"
#include "compiler/syntax/Keywords.h"
#include "compiler/syntax/Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Unicode.h"

namespace orus::syntax {

using namespace basic;

/// Reads the token at at_, which is no blank, and moves behind it. False if there was none: what
/// stood there is reported and skipped.
bool Lexer::scan(Token &token) {
  switch (charClass(*at_)) {
  case CharClass::Letter: scanName(token); return true;
  case CharClass::Sign: scanSign(token); return true;
  case CharClass::Digit: scanNumber(token); return true;
  case CharClass::Quote: scanString(token); return true;
  case CharClass::Apostrophe: return scanLabel(token);
  default: skipInvalid(); return false;
  }
}

void Lexer::scanName(Token &token) {
  const char *from = at_++;
  while (at_ != end_ && isNameChar(*at_))
    ++at_;
  token.kind = keywords::classify(from, static_cast<size_t>(at_ - from), end_);
}

/// Moves over digits and the `_` between them. A `_` before anything but a digit is malformed,
/// unless it begins a word: that is a suffix then.
const char *Lexer::scanDigits(const char *at, bool hex, bool &malformed) const {
  auto isDigitHere = [hex](char c) { return hex ? isHexDigit(c) : isDigit(c); };
  if (at == end_ || (!isDigitHere(*at) && *at != '_'))
    return at;
  malformed |= *at == '_';
  while (at != end_) {
    if (isDigitHere(*at)) {
      ++at;
      continue;
    }
    if (*at != '_')
      break;
    char next = at + 1 != end_ ? at[1] : ' ';
    if (!isDigitHere(next) && next != '_' && isNameChar(next))
      break;
    malformed |= !isDigitHere(next);
    ++at;
  }
  return at;
}

void Lexer::scanNumber(Token &token) {
  const char *from = at_;
  const char *problem = nullptr;
  bool malformed = false;
  token.kind = TokenKind::Number;
  bool isHex = *at_ == '0' && end_ - at_ > 1 && (at_[1] == 'x' || at_[1] == 'X');
  if (isHex) {
    const char *digits = at_ + 2;
    at_ = scanDigits(digits, true, malformed);
    if (at_ == digits)
      problem = "write hexadecimal digits after `0x`";
  } else {
    at_ = scanDigits(at_, false, malformed);
    if (*from == '0' && at_ - from > 1)
      problem = "remove the 0 in front; there are no octal numbers";
    if (end_ - at_ > 1 && *at_ == '.' && isDigit(at_[1]))
      at_ = scanDigits(at_ + 1, false, malformed);
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      const char *digits = at_ + 1;
      if (digits != end_ && (*digits == '+' || *digits == '-'))
        ++digits;
      bool hasDigits = digits != end_ && (isDigit(*digits) || *digits == '_');
      bool isWord = digits == at_ + 1 && digits != end_ && charClass(*digits) == CharClass::Letter;
      if (hasDigits && !(isWord && *digits != '_')) {
        at_ = scanDigits(digits, false, malformed);
      } else if (!isWord) {
        at_ = digits;
        problem = "write digits after the exponent sign `e`";
      }
    }
  }
  if (!problem && malformed)
    problem = "`_` may stand between two digits only";
  if (problem) {
    while (at_ != end_ && isNameChar(*at_))
      ++at_;
    error(Diag::MalformedNumber, from, at_, "this number is incomplete or has stray characters")
        .help(problem);
    token.malformed = true;
    return;
  }
  if (at_ != end_ && isNameChar(*at_))
    scanSuffix(token, at_);
}

void Lexer::scanSuffix(Token &token, const char *suffix) {
  while (at_ != end_ && isNameChar(*at_))
    ++at_;
  llvm::StringRef text(suffix, static_cast<size_t>(at_ - suffix));
  bool known = llvm::StringSwitch<bool>(text)
                   .Cases("i32", "i64", "u32", "u64", "u", "f64", true)
                   .Default(false);
  if (known)
    return;
  token.malformed = true;
  error(Diag::UnknownSuffix, suffix, at_, ("`" + text + "` is not a number suffix").str());
}

void Lexer::scanString(Token &token) {
  const char *open = at_++;
  token.kind = TokenKind::String;
  while (at_ != end_ && *at_ != '"' && *at_ != '\n') {
    if (*at_ != '\\') {
      ++at_;
      continue;
    }
    bool crBeforeLineEnd = end_ - at_ > 2 && at_[1] == '\r' && at_[2] == '\n';
    if (end_ - at_ < 2 || at_[1] == '\n' || crBeforeLineEnd) {
      ++at_;
      continue;
    }
    token.hasEscapes = true;
    if (!llvm::StringRef("ntr0\\\"").contains(at_[1])) {
      reportEscape(at_);
      token.malformed = true;
    }
    at_ += 2; // the further bytes of a longer character are read as text
  }
  if (at_ != end_ && *at_ == '"') {
    ++at_;
    return;
  }
  if (at_ != end_ && at_[-1] == '\r')
    --at_;
  token.malformed = true;
  error(Diag::UnterminatedString, open, open + 1, "this text never closes")
      .fix("add `\"`", range(at_, at_), "\"");
}

void Lexer::reportEscape(const char *backslash) {
  llvm::StringRef rest(backslash + 1, static_cast<size_t>(end_ - backslash - 1));
  uint32_t size = decodeUtf8(rest).size;
  bool shown = size > 1 || llvm::isPrint(rest[0]);
  std::string what = shown ? ("`\\" + rest.take_front(size) + "`").str() : "`\\` here";
  error(Diag::InvalidEscape, backslash, backslash + 1 + size, what + " is not an escape")
      .fix("write `\\\\` for a backslash", range(backslash, backslash), "\\");
}

bool Lexer::scanLabel(Token &token) {
  const char *quote = at_++;
  if (at_ == end_ || charClass(*at_) != CharClass::Letter) {
    error(Diag::BadLabel, quote, quote + 1, "a label is `'` directly followed by a name")
        .help("a text stands between two `\"`; a label looks like `'name: while …:`");
    return false;
  }
  while (at_ != end_ && isNameChar(*at_))
    ++at_;
  token.kind = TokenKind::Label;
  const char *name = quote + 1;
  TokenKind word = keywords::classify(name, static_cast<size_t>(at_ - name), end_);
  if (word != TokenKind::Name)
    error(Diag::BadLabel, quote, at_,
          ("`" + tokenText(word) + "` is a keyword and cannot be a label").str())
        .help(("try `'" + tokenText(word) + "_` or another word").str());
  return true;
}

void Lexer::reserved(Token &token, unsigned size) {
  llvm::StringRef text(at_, size);
  error(Diag::ReservedSyntax, at_, at_ + size,
        ("`" + text + "` is not part of this version of Orus").str());
  token.kind = TokenKind::Reserved;
  at_ += size;
}

/// A sign of another language: reported, and read as what it means.
void Lexer::foreign(Token &token, unsigned size, TokenKind meaning, llvm::StringRef spelling) {
  const char *after = at_ + size;
  bool isWord = llvm::isAlpha(spelling[0]);
  std::string insert = spelling.str();
  if (isWord && at_ != begin_ && isNameChar(at_[-1]))
    insert.insert(0, " ");
  if (isWord && after != end_ && charClass(*after) != CharClass::Blank)
    insert += " ";
  error(Diag::ForeignSpelling, at_, after, ("Orus writes this `" + spelling + "`").str())
      .help(("write `" + spelling + "`").str())
      .fix(("write `" + spelling + "`").str(), range(at_, after), insert);
  token.kind = meaning;
  at_ = after;
}

void Lexer::scanSign(Token &token) {
  using enum TokenKind;
  auto peek = [this](size_t i) { return static_cast<size_t>(end_ - at_) > i ? at_[i] : '\0'; };
  const char next = peek(1);
  auto take = [&](unsigned size, TokenKind kind) {
    at_ += size;
    token.kind = kind;
  };
  auto withEqual = [&](TokenKind alone, TokenKind followed) {
    next == '=' ? take(2, followed) : take(1, alone);
  };
  switch (*at_) {
  case '(': ++depth_; return take(1, LeftParen);
  case '[': ++depth_; return take(1, LeftBracket);
  case '{': ++depth_; return take(1, LeftBrace);
  case ')': depth_ -= depth_ != 0; return take(1, RightParen);
  case ']': depth_ -= depth_ != 0; return take(1, RightBracket);
  case '}': depth_ -= depth_ != 0; return take(1, RightBrace);
  case ',': return take(1, Comma);
  case ';': return take(1, Semicolon);
  case '@': return take(1, At);
  case '+': return next == '+' ? take(2, PlusPlus) : withEqual(Plus, PlusAssign);
  case '-': return next == '>' ? take(2, Arrow) : withEqual(Minus, MinusAssign);
  case '*': return next == '*' ? reserved(token, 2) : withEqual(Star, StarAssign);
  case '/': return withEqual(Slash, SlashAssign);
  case '%': return withEqual(Percent, PercentAssign);
  case '<': return next == '<' ? reserved(token, 2) : withEqual(Less, LessEqual);
  case '>': return next == '>' ? reserved(token, 2) : withEqual(Greater, GreaterEqual);
  case ':': return next == ':' ? reserved(token, 2) : withEqual(Colon, ColonAssign);
  case '.':
    if (next != '.')
      return take(1, Dot);
    return peek(2) == '=' ? take(3, DotDotEqual) : take(2, DotDot);
  case '=':
    if (next != '=')
      return take(1, Assign);
    return peek(2) == '=' ? foreign(token, 3, EqualEqual, "==") : take(2, EqualEqual);
  case '!':
    if (next != '=')
      return foreign(token, 1, Not, "not");
    return peek(2) == '=' ? foreign(token, 3, NotEqual, "!=") : take(2, NotEqual);
  case '&': return next == '&' ? foreign(token, 2, And, "and") : reserved(token, 1);
  case '|': return next == '|' ? foreign(token, 2, Or, "or") : reserved(token, 1);
  default: return reserved(token, 1); // ? ^ ~
  }
}

namespace {

/// The plain character that a look-alike stands for, or 0.
char plainForm(uint32_t c) {
  if ((c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB)
    return '"';
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
    return '-';
  if (c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x3000 || c == 0xFEFF)
    return ' ';
  return 0;
}

} // namespace

void Lexer::skipInvalid() {
  const char *from = at_;
  while (at_ != end_ && charClass(*at_) == CharClass::Invalid)
    ++at_;
  llvm::StringRef run(from, static_cast<size_t>(at_ - from));
  CodePoint first = decodeUtf8(run);
  std::string code = llvm::utohexstr(first.value);
  code = "U+" + std::string(code.size() < 4 ? 4 - code.size() : 0, '0') + code;
  std::string shown = code;
  char plain = plainForm(first.value);
  if (plain != ' ' && llvm::sys::unicode::isPrintable(static_cast<int>(first.value)))
    shown = run.take_front(first.size).str();
  Diagnostic &d =
      error(Diag::InvalidCharacter, from, at_, "`" + shown + "` has no meaning in Orus");
  if (shown != code && first.size > 1)
    d.label("the character " + code);
  if (plain)
    d.help(plain == ' ' ? std::string("retype it as a plain blank")
                        : std::string("retype it as the plain character `") + plain + "`");
}

} // namespace orus::syntax
