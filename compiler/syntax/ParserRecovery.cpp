// Reporting, and going on after an error (manual 12.3).
#include "compiler/syntax/ParserImpl.h"

#include "llvm/ADT/Twine.h"

namespace orus::syntax {

using llvm::Twine;

Diagnostic &Parser::error(Diag id, SourceRange range, std::string message) {
  lineHasError_ = true;
  if (giveUp_)
    return errors_.discard();
  return errors_.report(SyntaxErrors::Phase::Parser, id, range, std::move(message));
}

/// A token as it is named in messages.
std::string Parser::describe(const Token &token) const {
  constexpr size_t kMaxShown = 40;
  if (isLayout(token.kind))
    return tokenText(token.kind).str();
  StringRef text = spelling(token);
  if (token.is(TokenKind::String))
    return "this text";
  if (text.size() > kMaxShown)
    return ("`" + text.take_front(kMaxShown) + "…`").str();
  return ("`" + text + "`").str();
}

std::string Parser::describePrevious() const { return describe(last_); }

/// Reports what stands at the current token, or its absence, with the narrowest code.
Diagnostic &Parser::unexpected(StringRef whatFits) {
  using enum TokenKind;
  if (onSameLine()) {
    if (isCloser(cur_.kind))
      return error(Diag::UnmatchedCloser, cur_.range(),
                   "this " + describe(cur_) + " does not match anything");
    if (cur_.is(Label))
      return error(Diag::BadLabel, cur_.range(), "a label must stand before a loop");
    if (cur_.is(At)) {
      bool named = peek().is(Name) && peek().begin == cur_.end;
      SourceRange range{{cur_.begin}, {named ? peek().end : cur_.end}};
      return error(Diag::MisplacedAttribute, range,
                   ("`" + sources_.text(range) + "` cannot stand here").str())
          .help("it belongs on a line of its own before a loop or a function");
    }
    if (cur_.is(PlusPlus))
      return error(Diag::ForeignSpelling, cur_.range(), "Orus writes this `+= 1`")
          .help("write `i += 1`")
          .fix("write ` += 1`", cur_.range(), " += 1");
    if (cur_.is(Print))
      return error(Diag::PrintForm, cur_.range(), "`print` is a statement: `print(…)`");
  }
  std::string fits = whatFits.empty() ? "" : ("; " + whatFits + " would fit").str();
  if (atFileEnd())
    return error(Diag::UnexpectedEnd, after(), "the file ends before this statement does" + fits)
        .note("it begins here", lineFirst_.range());
  Token shown = cur_;
  if (!onSameLine())
    shown.kind = TokenKind::Newline;
  return error(Diag::UnexpectedToken, here(),
               "I did not expect " + describe(shown) + " here" + fits);
}

/// Reports that a value, type or name is missing after the last word or sign.
Diagnostic &Parser::missing(Diag id, SourceRange range, StringRef what) {
  return error(id, range, (what + " is missing after " + describePrevious()).str());
}

void Parser::beginLine() {
  lineFirst_ = cur_;
  lineHasError_ = lineComplete_ = skipsBlock_ = giveUp_ = forgiveIndent_ = false;
}

void Parser::skipLine() {
  while (!atLineEnd()) {
    // Brackets opened in the skipped part end at the latest where the statement must have ended.
    if (!onSameLine() && endsExtent(cur_)) {
      brackets_.clear();
      relex(0);
      return;
    }
    advance();
  }
}

void Parser::endLine(StringRef whatFits) {
  if (lineComplete_)
    return;
  if (!atLineEnd()) {
    unexpected(whatFits);
    skipLine();
  }
  bool looksLikeHeader = last_.is(TokenKind::Colon) || last_.is(TokenKind::Arrow);
  accept(TokenKind::Newline);
  giveUp_ = false;
  if (!lineHasError_ || !cur_.is(TokenKind::Indent))
    return;
  if (looksLikeHeader && !skipsBlock_)
    forgiveIndent_ = true;
  else
    skipBlock();
}

/// Skips from an Indent to its Dedent.
void Parser::skipBlock() {
  size_t open = 0;
  do {
    open += cur_.is(TokenKind::Indent);
    open -= cur_.is(TokenKind::Dedent);
    if (cur_.is(TokenKind::Eof))
      return;
    advance();
  } while (open != 0);
}

/// Skips to a closing bracket that was not opened on the way, or to the end of the line.
void Parser::skipBalanced() {
  size_t open = 0;
  while (!atLineEnd()) {
    if (isOpener(cur_.kind))
      ++open;
    else if (isCloser(cur_.kind) && open-- == 0)
      return;
    if (!onSameLine() && endsExtent(cur_))
      return;
    advance();
  }
}

/// Whether a token of this kind follows outside of brackets on the rest of the line.
bool Parser::findOnLine(TokenKind kind) {
  size_t open = 0;
  for (size_t n = 0;; ++n) {
    const Token &token = peek(n);
    if (isLayout(token.kind))
      return false;
    if (open == 0 && token.is(kind))
      return true;
    if (isOpener(token.kind))
      ++open;
    else if (isCloser(token.kind) && open-- == 0)
      return false;
  }
}

/// Moves to a token that findOnLine has found.
void Parser::skipTo(TokenKind kind) {
  size_t open = 0;
  while (!atLineEnd() && (open != 0 || !cur_.is(kind))) {
    open += isOpener(cur_.kind);
    open -= isCloser(cur_.kind);
    advance();
  }
}

Diagnostic &Parser::tooDeep(SourceRange at) {
  Diagnostic &d = error(Diag::TooDeep, at, "this is nested too deeply");
  d.help("name a part of it first");
  giveUp_ = true;
  return d;
}

// ---- brackets

/// True for the first token of a line that, by its indentation, does not belong to the current
/// statement any more.
bool Parser::endsExtent(const Token &token) const {
  return lexer_.indentationOf(token) <= lexer_.indentationOf(lineFirst_);
}

namespace {

TokenKind partner(TokenKind opener) {
  switch (opener) {
  case TokenKind::LeftParen: return TokenKind::RightParen;
  case TokenKind::LeftBracket: return TokenKind::RightBracket;
  default: return TokenKind::RightBrace;
  }
}

} // namespace

/// Looks for the next closing bracket that is not opened after the current token.
Parser::CloserScan Parser::scanForCloser() {
  // Lists that enclose each other recover at the same token, one after the other.
  if (scanFrom_ == cur_.begin)
    return lastScan_;
  scanFrom_ = cur_.begin;
  size_t open = 0;
  for (size_t n = 0;; ++n) {
    const Token &token = peek(n);
    bool closes = isCloser(token.kind) && open == 0;
    bool leaves = token.firstOnLine && !closes && endsExtent(token);
    if (isLayout(token.kind) || leaves || (token.is(TokenKind::Semicolon) && open == 0))
      return lastScan_ = {n, token.kind, true};
    if (closes)
      return lastScan_ = {n, token.kind, false};
    open += isOpener(token.kind);
    open -= isCloser(token.kind);
  }
}

void Parser::reportMissingCloser(const Token &open, SourceRange at) {
  bool paren = open.is(TokenKind::LeftParen), bracket = open.is(TokenKind::LeftBracket);
  Diag id = paren ? Diag::MissingParen : bracket ? Diag::MissingBracket : Diag::MissingBrace;
  std::string closer = tokenText(partner(open.kind)).str();
  error(id, at, ("this `" + tokenText(open.kind) + "` is never closed").str())
      .label("`" + closer + "` is missing here")
      .label(open.range(), "opened here")
      .fix("add `" + closer + "`", {at.begin, at.begin}, closer);
}

/// Called in the innermost bracket where neither its partner nor, in a list, a comma follows.
/// Unless the result is NextElement, the bracket is no longer open.
Parser::Recovered Parser::recoverInBrackets(bool isList,
                                            llvm::function_ref<bool(TokenKind)> startsElement) {
  const Token open = brackets_.back();
  const TokenKind close = partner(open.kind);
  if (atLineEnd()) {
    brackets_.pop_back();
    reportMissingCloser(open, after());
    return Recovered::Abandoned;
  }
  if (isCloser(cur_.kind)) {
    brackets_.pop_back();
    for (const Token &outer : brackets_) {
      if (partner(outer.kind) != cur_.kind)
        continue;
      reportMissingCloser(open, here());
      relex(brackets_.size());
      return Recovered::Abandoned;
    }
    error(Diag::UnmatchedCloser, cur_.range(),
          "this " + describe(cur_) + " does not match anything")
        .label(open.range(), "this bracket is still open");
    advance();
    return Recovered::Closed;
  }
  const bool sameLine = onSameLine();
  if (sameLine && isList && startsElement(cur_.kind)) {
    error(Diag::MissingComma, cur_.range(), "a comma is missing before " + describe(cur_))
        .help("add `,`")
        .fix("add `,`", after(), ",");
    return Recovered::NextElement;
  }
  CloserScan scan = scanForCloser();
  bool found = !scan.outside && scan.kind == close;
  if (!sameLine || !found)
    reportMissingCloser(open, here());
  else if (cur_.is(TokenKind::Assign) && inCondition_)
    error(Diag::AssignmentInCondition, cur_.range(), "`=` assigns; a condition compares with `==`")
        .fix("write `==`", cur_.range(), "==");
  else
    unexpected(("`" + tokenText(close) + (isList ? "` or `,`" : "`")).str());
  if (found) {
    for (size_t n = scan.distance; n != 0; --n)
      advance();
    brackets_.pop_back();
    advance();
    return Recovered::Closed;
  }
  brackets_.pop_back();
  if (!sameLine && scan.outside) {
    // The statement is lost up to the line that cannot belong to it.
    for (size_t n = scan.distance; n != 0; --n)
      advance();
    brackets_.clear();
    giveUp_ = true;
  }
  if (!atLineEnd())
    relex(brackets_.size());
  return Recovered::Abandoned;
}

void Parser::closeBracket(size_t index) {
  if (!isOpen(index))
    return;
  if (!cur_.is(partner(brackets_.back().kind))) {
    recoverInBrackets(false, [](TokenKind) { return false; });
    return;
  }
  brackets_.pop_back();
  advance();
}

bool Parser::parseList(llvm::function_ref<void()> element,
                       llvm::function_ref<bool(TokenKind)> startsElement, bool trailingComma) {
  const TokenKind close = partner(cur_.kind);
  const size_t index = openBracket();
  bool comma = false;
  while (!cur_.is(close) && !atLineEnd()) {
    element();
    comma = false;
    if (!isOpen(index))
      return false;
    if (accept(TokenKind::Comma)) {
      comma = true;
      continue;
    }
    if (cur_.is(close))
      break;
    if (recoverInBrackets(true, startsElement) != Recovered::NextElement)
      return false;
  }
  if (comma && !trailingComma)
    missing(Diag::MissingExpression, after(), "a value");
  closeBracket(index);
  return comma;
}

} // namespace orus::syntax
