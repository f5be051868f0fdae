// Match statements and expressions, and patterns, manual 7.7.
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

void Parser::parseMatch(StmtList &out) {
  auto *node = make<MatchStmt>(StmtKind::Match, loc());
  node->matchRange = cur_.range();
  node->subject = parseMatchHeader(node->arms, false);
  out.push_back(finish(node));
}

Expr *Parser::parseMatchExpr() {
  Nesting nesting(*this);
  auto *node = make<MatchExpr>(ExprKind::Match, loc());
  node->matchRange = cur_.range();
  if (!nesting.ok) {
    tooDeep(here());
    skipsBlock_ = true;
    skipBalanced();
    return errorExpr(node->matchRange);
  }
  if (!brackets_.empty())
    return misplacedMatch();
  node->subject = parseMatchHeader(node->arms, true);
  lineComplete_ = true;
  return finish(node);
}

/// From the word `match` to the last arm. Returns the subject.
Expr *Parser::parseMatchHeader(ArrayRef<MatchArm *> &arms, bool isValue) {
  advance();
  Expr *subject = parseExpression();
  SmallVector<MatchArm *, 8> list;
  parseBody("match", [&] { list.push_back(parseArm(isValue)); });
  arms = copy(list);
  return subject;
}

MatchArm *Parser::parseArm(bool isValue) {
  beginLine();
  auto *arm = ast_.make<MatchArm>();
  arm->range.begin = loc();
  arm->pattern = parsePattern();
  if (!expectArrow(arm->range.begin)) {
    skipLine();
    endLine("");
  } else if (isValue) {
    parseArmValue(*arm);
  } else {
    parseArmBody(*arm);
  }
  arm->range = rangeFrom(arm->range.begin);
  return arm;
}

/// Expects the `->` after a pattern; false if there is none on the line.
bool Parser::expectArrow(SourceLoc patternBegin) {
  if (accept(K::Arrow))
    return true;
  if (!onSameLine() || !findOnLine(K::Arrow)) {
    unexpected("`pattern -> …`");
    return false;
  }
  // What stands before the arrow is more than a pattern.
  Diagnostic &d = error(Diag::PatternForm, {patternBegin, {last_.end}}, "this is not a pattern");
  if (cur_.is(K::Comma))
    d.help("write an arm for each pattern");
  skipTo(K::Arrow);
  advance();
  return true;
}

void Parser::parseArmBody(MatchArm &arm) {
  if (!cur_.is(K::Match)) {
    arm.body = parseSuiteBody("->");
    return;
  }
  // Directly after an arrow `match` gives a value.
  auto *statement = make<ExprStmt>(StmtKind::Expr, loc());
  statement->expr = parseMatchExpr();
  finish(statement);
  SmallVector<Stmt *, 1> statements{statement};
  arm.body = {statement->range, copy(statements)};
  endLine("the end of the line");
}

void Parser::parseArmValue(MatchArm &arm) {
  if (cur_.is(K::Match)) {
    arm.value = parseMatchExpr();
  } else if (atLineEnd()) {
    error(Diag::MissingExpression, after(), "a value is missing after `->`")
        .help("in a `match` that gives a value, each arm has one expression on its line");
    arm.value = errorExpr(after());
  } else {
    arm.value = parseExpression();
  }
  skipsBlock_ |= lineHasError_;
  endLine("the end of the line");
}

Pattern *Parser::parsePattern() {
  auto *pattern = ast_.make<Pattern>();
  pattern->range.begin = loc();
  if (isDiscard(cur_) && peek().is(K::Arrow)) {
    pattern->kind = PatternKind::Wildcard;
    advance();
  } else if (cur_.is(K::Name) && peek().is(K::Dot)) {
    parseVariantPattern(*pattern);
  } else if (startsExpression(cur_.kind)) {
    pattern->kind = PatternKind::Value;
    pattern->value = parseOperators(0);
  } else {
    pattern->kind = PatternKind::Value;
    pattern->value = errorExpr(after());
    if (isKeyword(cur_.kind) && findOnLine(K::Arrow))
      error(Diag::PatternForm, cur_.range(), "this is not a pattern");
    else if (!cur_.is(K::Arrow))
      unexpected("`pattern -> …`");
    else
      error(Diag::PatternForm, cur_.range(), "a pattern is missing before `->`");
  }
  pattern->range = rangeFrom(pattern->range.begin);
  return pattern;
}

void Parser::parseVariantPattern(Pattern &pattern) {
  pattern.kind = PatternKind::Variant;
  SmallVector<Name, 3> path;
  path.push_back(nameOf(cur_));
  advance();
  while (path.size() < 3 && accept(K::Dot))
    path.push_back(expectName(Discard::Forbidden));
  pattern.path = copy(path);
  if (!cur_.is(K::LeftParen))
    return;
  pattern.hasParens = true;
  SmallVector<Name, 4> bindings;
  auto element = [&] {
    bool isName = cur_.is(K::Name) && (peek().is(K::Comma) || peek().is(K::RightParen));
    bool isWord = isKeyword(cur_.kind) && !startsExpression(cur_.kind);
    if (isName || isWord) {
      bindings.push_back(expectName(Discard::Allowed));
      return;
    }
    if (!startsExpression(cur_.kind)) {
      missing(Diag::MissingName, here(), "a name");
      return;
    }
    const SourceLoc begin = loc();
    if (cur_.is(K::Name) && startsExpression(peek().kind)) {
      bindings.push_back(expectName(Discard::Allowed)); // a comma is missing
      return;
    }
    parseExpression();
    error(Diag::PatternForm, rangeFrom(begin), "this is not a pattern for a payload value")
        .help("write a name for the value, or `_`");
  };
  parseList(element, startsExpression);
  pattern.bindings = copy(bindings);
}

} // namespace orus::syntax
