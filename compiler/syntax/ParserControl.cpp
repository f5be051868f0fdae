// Branches, loops and try, manual chapter 3.
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

/// At `elif`, or at another language's spelling of it.
bool Parser::atElif() {
  if (cur_.is(K::Elif))
    return true;
  const Token &next = peek();
  if (cur_.is(K::Else))
    return next.is(K::If) && !next.firstOnLine;
  if (!cur_.is(K::Name) || next.firstOnLine)
    return false;
  bool word = next.is(K::Name) || next.is(K::String) || next.is(K::Not) || next.is(K::True) ||
              next.is(K::False);
  StringRef text = spelling(cur_);
  return word && (text == "elsif" || text == "elseif");
}

/// The condition and suite of an `elif`, however it is spelt.
void Parser::parseElif(SmallVectorImpl<IfBranch> &branches) {
  IfBranch branch{};
  branch.keyword = cur_.range();
  if (!cur_.is(K::Elif)) {
    if (cur_.is(K::Else)) {
      branch.keyword.end = {peek().end};
      advance();
    }
    error(Diag::ForeignSpelling, branch.keyword, "Orus writes this `elif`")
        .help("write `elif`")
        .fix("write `elif`", branch.keyword, "elif");
  }
  advance();
  branch.condition = parseCondition();
  branch.body = parseSuite("elif");
  branches.push_back(branch);
}

void Parser::parseIf(StmtList &out) {
  auto *node = make<IfStmt>(StmtKind::If, loc());
  SmallVector<IfBranch, 4> branches;
  IfBranch first{};
  first.keyword = cur_.range();
  advance();
  first.condition = parseCondition();
  first.body = parseSuite("if");
  branches.push_back(first);
  SourceRange elseRange;
  while (cur_.is(K::Else) || atElif()) {
    beginLine();
    if (node->hasElse)
      error(Diag::RepeatedElse, cur_.range(), "this `if` has an `else` already")
          .label(elseRange, "the first `else`");
    if (atElif()) {
      parseElif(branches);
      continue;
    }
    elseRange = cur_.range();
    advance();
    Block body = parseSuite("else");
    if (!node->hasElse)
      node->elseBody = body;
    node->hasElse = true;
  }
  node->branches = copy(branches);
  out.push_back(finish(node));
}

/// `elif`, `else` or `catch` without its opening part: reported, and its suite is read.
void Parser::strayBranch(StmtList &out) {
  const bool isCatch = cur_.is(K::Catch);
  const char *opener = isCatch ? "try" : "if";
  error(Diag::StrayBranch, cur_.range(),
        "this " + describe(cur_) + " has no `" + opener + "` before it");
  auto *node = make<ErrorStmt>(StmtKind::Error, loc());
  SmallVector<IfBranch, 1> ignored;
  if (atElif()) {
    parseElif(ignored);
  } else {
    StringRef word = isCatch ? "catch" : "else";
    advance();
    if (isCatch && cur_.is(K::Name))
      advance();
    parseSuite(word);
  }
  out.push_back(finish(node));
}

void Parser::parseWhile(StmtList &out, SourceLoc begin, Name label, Attributes attributes) {
  auto *node = make<WhileStmt>(StmtKind::While, begin);
  node->keyword = cur_.range();
  node->attributes = attributes;
  node->label = label;
  advance();
  node->condition = parseCondition();
  node->body = parseSuite("while");
  out.push_back(finish(node));
}

void Parser::parseFor(StmtList &out, SourceLoc begin, Name label, Attributes attributes) {
  const SourceRange keyword = cur_.range();
  advance();
  Name variable = expectName(Discard::Allowed, K::In);
  if (!accept(K::In))
    unexpected("`in`");
  Expr *start = nullptr;
  const SourceLoc rangeBegin = loc();
  if (cur_.is(K::DotDot) || cur_.is(K::DotDotEqual)) {
    error(Diag::RangeForm, cur_.range(), "this range lacks its start");
    start = errorExpr(after());
  } else if (lineHasError_) {
    start = startsExpression(cur_.kind) ? parseExpression() : errorExpr(after());
  } else {
    start = parseExpression();
  }
  if (!cur_.is(K::DotDot) && !cur_.is(K::DotDotEqual)) {
    auto *node = make<ForInStmt>(StmtKind::ForIn, begin);
    node->keyword = keyword;
    node->attributes = attributes;
    node->label = label;
    node->variable = variable;
    node->iterable = start;
    node->body = parseSuite("for");
    out.push_back(finish(node));
    return;
  }
  auto *node = make<ForRangeStmt>(StmtKind::ForRange, begin);
  node->keyword = keyword;
  node->attributes = attributes;
  node->label = label;
  node->variable = variable;
  node->start = start;
  node->inclusive = cur_.is(K::DotDotEqual);
  node->end = parseRangeBound("end");
  if (cur_.is(K::DotDot))
    node->step = parseRangeBound("step");
  if (cur_.is(K::DotDot) || cur_.is(K::DotDotEqual)) {
    error(Diag::RangeForm, cur_.range(), "a range has no more parts than its start, end and step");
    parseRangeBound("end");
  }
  node->rangeRange = rangeFrom(rangeBegin);
  node->body = parseSuite("for");
  out.push_back(finish(node));
}

/// The part of a range after the current `..` or `..=`.
Expr *Parser::parseRangeBound(StringRef what) {
  SourceRange sign = cur_.range();
  advance();
  if (startsExpression(cur_.kind) && onSameLine())
    return parseExpression();
  if (cur_.is(K::Dot) && cur_.begin == sign.end.offset) {
    sign.end = {cur_.end};
    advance();
  }
  error(Diag::RangeForm, sign, ("this range lacks its " + what).str());
  return startsExpression(cur_.kind) ? parseExpression() : errorExpr(after());
}

void Parser::parseTry(StmtList &out) {
  auto *node = make<TryStmt>(StmtKind::Try, loc());
  node->keyword = cur_.range();
  advance();
  node->body = parseSuite("try");
  if (!cur_.is(K::Catch)) {
    error(Diag::MissingCatch, node->keyword, "this `try` has no `catch`");
    out.push_back(finish(node));
    return;
  }
  beginLine();
  advance();
  if (!cur_.is(K::Colon) && onSameLine())
    node->catchName = expectName(Discard::Forbidden);
  node->handler = parseSuite("catch");
  out.push_back(finish(node));
}

void Parser::parseLabelled(StmtList &out, Attributes attributes) {
  const Token label = cur_;
  Name name{interner_.intern(spelling(cur_).drop_front()), cur_.range()};
  advance();
  const bool colon = accept(K::Colon);
  if (colon && onSameLine()) {
    if (cur_.is(K::While))
      return parseWhile(out, {label.begin}, name, attributes);
    if (cur_.is(K::For))
      return parseFor(out, {label.begin}, name, attributes);
  }
  bool loop = onSameLine() && (cur_.is(K::While) || cur_.is(K::For));
  error(Diag::BadLabel, label.range(),
        loop ? "a `:` must stand between a label and its loop"
             : "a label must stand before a loop");
  if (atLineEnd())
    return endLine("");
  if (!parseCompound(out))
    parseSimpleLine(out, Line::Statement);
}

} // namespace orus::syntax
