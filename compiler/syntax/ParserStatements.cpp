// Lines, blocks and simple statements, manual 1.3 and chapter 3.
#include "compiler/syntax/ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

namespace orus::syntax {

using K = TokenKind;

void Parser::parseStatements(StmtList &out) {
  parseItems([&] { parseStatement(out); });
}

/// Items of a block, one a logical line, to the Dedent that ends it.
void Parser::parseItems(llvm::function_ref<void()> item) {
  size_t extra = 0; // blocks without a header, read as part of this one
  for (;;) {
    switch (cur_.kind) {
    case K::Eof: return;
    case K::Newline: advance(); continue;
    case K::Dedent:
      if (extra-- == 0)
        return;
      advance();
      continue;
    case K::Indent: {
      const bool forgiven = std::exchange(forgiveIndent_, false);
      const SourceRange range = cur_.range();
      advance();
      ++extra;
      beginLine();
      if (!forgiven)
        error(Diag::UnexpectedIndent, range,
              "this line is indented, but nothing above opens a block");
      continue;
    }
    default: item();
    }
  }
}

/// One logical line with the blocks that belong to it.
void Parser::parseStatement(StmtList &out) {
  beginLine();
  if (isKeyword(cur_.kind) && isAssignment(peek().kind)) {
    StringRef word = tokenText(cur_.kind);
    error(Diag::ReservedWord, cur_.range(),
          ("`" + word + "` is a keyword and cannot be a name").str())
        .help(("try `" + word + "_` or another word").str());
    skipLine();
    return endLine("");
  }
  if (!parseCompound(out))
    parseSimpleLine(out, Line::Statement);
}

/// A statement that is no simple one; false if there is none here.
bool Parser::parseCompound(StmtList &out) {
  switch (cur_.kind) {
  case K::At: return parseAttributed(out), true;
  case K::Label: return parseLabelled(out, {}), true;
  case K::If: return parseIf(out), true;
  case K::While: return parseWhile(out, loc(), {}, {}), true;
  case K::For: return parseFor(out, loc(), {}, {}), true;
  case K::Try: return parseTry(out), true;
  case K::Match: return parseMatch(out), true;
  case K::Elif:
  case K::Else:
  case K::Catch: return strayBranch(out), true;
  case K::Pub: return parsePub(out), true;
  case K::Fn:
    if (peek().is(K::LeftParen))
      return false;
    out.push_back(parseFunction(false, {}, loc()));
    return true;
  default: return parseTypeDeclaration(out, false, loc());
  }
}

/// Reports what cannot stand after `;` or in an inline suite. False if it can.
bool Parser::refusesHere(bool first, Line line) {
  const bool suite = line == Line::InlineSuite;
  switch (cur_.kind) {
  case K::Use:
  case K::Pub:
  case K::Struct:
  case K::Enum:
  case K::Impl:
    if (first)
      return false; // allowed, or reported with a narrower code
    break;
  case K::Fn:
    if (peek().is(K::LeftParen))
      return false;
    break;
  case K::At: unexpected(""); return true;
  case K::Label:
  case K::If:
  case K::While:
  case K::For:
  case K::Try:
  case K::Match:
  case K::Elif:
  case K::Else:
  case K::Catch: break;
  default: return false;
  }
  const char *where = suite && first ? " on the line of its header" : " after `;`";
  error(Diag::UnexpectedToken, cur_.range(), describe(cur_) + " cannot stand" + where)
      .help("begin a new line with it");
  return true;
}

/// Simple statements separated by `;`, to the end of the line.
void Parser::parseSimpleLine(StmtList &out, Line line) {
  for (bool first = true;; first = false) {
    while (accept(K::Semicolon))
      first = false;
    if (atLineEnd())
      break;
    if (line == Line::InlineSuite || !first) {
      const bool refused = refusesHere(first, line);
      if (refused && cur_.is(K::At)) {
        skipLine();
        break;
      }
      if (parseCompound(out))
        return;
    }
    if (cur_.is(K::Use))
      parseUse(out);
    else
      parseSimple(out);
    if (lineComplete_ || !cur_.is(K::Semicolon))
      break;
  }
  endLine("the end of the line or `;`");
}

void Parser::parseSimple(StmtList &out) {
  switch (cur_.kind) {
  case K::Mut: return parseBindings(out, false);
  case K::Print: return parsePrint(out);
  case K::Return: return parseReturn(out);
  case K::Break: return parseJump<BreakStmt>(StmtKind::Break, out);
  case K::Continue: return parseJump<ContinueStmt>(StmtKind::Continue, out);
  case K::Pass: {
    auto *node = make<PassStmt>(StmtKind::Pass, loc());
    advance();
    out.push_back(finish(node));
    return;
  }
  case K::Name:
    switch (peek().kind) {
    case K::Assign:
    case K::Colon:
    case K::ColonAssign: return parseBindings(out, false);
    case K::Comma: return parseDestructuring(out);
    default: break;
    }
    if (parseForeignWord(out))
      return;
    return parseExpressionStatement(out);
  default: break;
  }
  if (startsExpression(cur_.kind))
    return parseExpressionStatement(out);
  unexpected("a statement");
  if (cur_.is(K::PlusPlus) || cur_.is(K::Reserved))
    advance();
}

/// The words of other languages that begin a statement (manual 12.4).
bool Parser::parseForeignWord(StmtList &out) {
  const Token &next = peek();
  // A keyword that continues an expression does not count: these words are ordinary names.
  bool word = next.is(K::Name) || next.is(K::String) ||
              (isKeyword(next.kind) && !next.is(K::And) && !next.is(K::Or) && !next.is(K::As) &&
               !next.is(K::If) && !next.is(K::Matches) && !next.is(K::Else) && !next.is(K::In));
  if (!word || next.firstOnLine)
    return false;
  enum Meaning { None, ElseIf, Function, Declaration, Import };
  auto meaning = llvm::StringSwitch<Meaning>(spelling(cur_))
                     .Cases("elsif", "elseif", ElseIf)
                     .Cases("def", "func", "function", Function)
                     .Cases("let", "var", "const", Declaration)
                     .Case("import", Import)
                     .Default(None);
  if (meaning == None)
    return false;
  static constexpr const char *kSpellings[] = {"", "elif", "fn", "", "use"};
  SourceRange range = cur_.range();
  if (meaning == Declaration) {
    error(Diag::ForeignSpelling, range, "Orus declares a variable without " + describe(cur_))
        .help("write `name = value`, or `mut name = value` if it changes")
        .fix("remove " + describe(cur_), {range.begin, {next.begin}}, "");
    advance();
    parseSimple(out);
    return true;
  }
  std::string spelling = kSpellings[meaning];
  error(Diag::ForeignSpelling, range, "Orus writes this `" + spelling + "`")
      .help("write `" + spelling + "`")
      .fix("write `" + spelling + "`", range, spelling);
  if (meaning == ElseIf) {
    strayBranch(out);
    lineComplete_ = true;
  } else if (meaning == Function) {
    out.push_back(parseFunction(false, {}, range.begin));
    lineComplete_ = true;
  } else {
    parseUse(out);
  }
  return true;
}

void Parser::parsePrint(StmtList &out) {
  auto *node = make<PrintStmt>(StmtKind::Print, loc());
  node->printRange = cur_.range();
  advance();
  if (!cur_.is(K::LeftParen)) {
    error(Diag::PrintForm, node->printRange, "`print` is a statement: `print(…)`")
        .help("put what it shows in parentheses");
    skipLine();
    out.push_back(finish(node));
    return;
  }
  SmallVector<Expr *, 8> arguments;
  parseList([&] { arguments.push_back(parseExpression()); }, startsExpression, false);
  node->arguments = copy(arguments);
  out.push_back(finish(node));
}

void Parser::parseReturn(StmtList &out) {
  auto *node = make<ReturnStmt>(StmtKind::Return, loc());
  node->returnRange = cur_.range();
  advance();
  SmallVector<Expr *, 4> values;
  if (!atLineEnd() && !cur_.is(K::Semicolon)) {
    values.push_back(parseValue());
    while (!lineComplete_ && accept(K::Comma))
      values.push_back(parseExpression());
  }
  node->values = copy(values);
  out.push_back(finish(node));
}

template <typename T> void Parser::parseJump(StmtKind kind, StmtList &out) {
  T *node = make<T>(kind, loc());
  advance();
  if (cur_.is(K::Label)) {
    node->label = {interner_.intern(spelling(cur_).drop_front()), cur_.range()};
    advance();
  }
  out.push_back(finish(node));
}

void Parser::parseExpressionStatement(StmtList &out) {
  const SourceLoc begin = loc();
  Expr *expr = parseExpression();
  if (lineComplete_) {
    // A function with a block, reported.
  } else if (cur_.is(K::Assign)) {
    return parseAssignment(out, begin, {expr, false, {}, nullptr}, false);
  } else if (isCompoundAssign(cur_.kind)) {
    return parseCompoundAssignment(out, expr);
  } else if (cur_.is(K::Arrow)) {
    strayArm(expr);
  }
  auto *node = make<ExprStmt>(StmtKind::Expr, begin);
  node->expr = expr;
  out.push_back(finish(node));
}

/// `pattern -> …` outside of a match.
void Parser::strayArm(Expr *pattern) {
  error(Diag::StrayBranch, pattern->range, "this arm has no `match` around it")
      .help("check the indentation of both");
  advance();
  if (atLineEnd())
    return;
  SmallVector<Stmt *, 2> ignored;
  if (cur_.is(K::Match)) {
    parseMatchExpr();
    return;
  }
  parseSimple(ignored);
}

// ---- suites

/// Expects the `:` of a header that begins with `word`.
void Parser::expectColon(StringRef word) {
  if (accept(K::Colon))
    return;
  const bool colonFollows = findOnLine(K::Colon);
  if (onSameLine() && colonFollows && word != "else") {
    unexpected("`:`");
  } else {
    error(Diag::MissingColon, after(),
          ("a `:` is missing at the end of this `" + word + "` line").str())
        .fix("add `:`", after(), ":");
    // What stands there may be the suite.
    if (!colonFollows && (atLineEnd() || startsExpression(cur_.kind) || isKeyword(cur_.kind)))
      return;
  }
  if (colonFollows) {
    skipTo(K::Colon);
    advance();
  } else {
    skipLine();
  }
}

void Parser::missingBlock(StringRef word) {
  error(Diag::MissingBlock, after(), ("`" + word + "` needs a block").str());
}

Block Parser::parseSuite(StringRef word) {
  expectColon(word);
  return parseSuiteBody(word);
}

/// What follows the `:` or `->`: a block, or simple statements on the line.
Block Parser::parseSuiteBody(StringRef word) {
  if (atLineEnd()) {
    SourceRange end = after();
    accept(K::Newline);
    giveUp_ = false;
    if (cur_.is(K::Indent))
      return parseBlock();
    missingBlock(word);
    return {end, {}};
  }
  Block block;
  SmallVector<Stmt *, 4> statements;
  const SourceLoc begin = loc();
  ++level_;
  parseSimpleLine(statements, Line::InlineSuite);
  --level_;
  if (statements.empty() && !lineHasError_)
    missingBlock(word);
  block.statements = copy(statements);
  block.range = rangeFrom(begin);
  return block;
}

/// From an Indent to its Dedent.
Block Parser::parseBlock() {
  Nesting nesting(*this);
  Block block;
  if (!nesting.ok) {
    tooDeep(peek().range());
    skipBlock();
    return block;
  }
  advance();
  ++level_;
  const SourceLoc begin = loc();
  SmallVector<Stmt *, 16> statements;
  parseStatements(statements);
  --level_;
  block.statements = copy(statements);
  block.range = rangeFrom(begin);
  accept(K::Dedent);
  return block;
}

void Parser::parseBody(StringRef word, llvm::function_ref<void()> item) {
  expectColon(word);
  if (!atLineEnd()) {
    missingBlock(word);
    skipLine();
  }
  SourceRange end = after();
  accept(K::Newline);
  giveUp_ = false;
  if (!cur_.is(K::Indent)) {
    error(Diag::MissingBlock, end, ("`" + word + "` needs a block").str());
    return;
  }
  Nesting nesting(*this);
  if (!nesting.ok) {
    tooDeep(peek().range());
    skipBlock();
    return;
  }
  advance();
  ++level_;
  parseItems(item);
  --level_;
  accept(K::Dedent);
}

} // namespace orus::syntax
