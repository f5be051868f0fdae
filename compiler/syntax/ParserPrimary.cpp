// The operands of expressions, and function expressions (manual 5.6).
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

bool startsExpression(TokenKind kind) {
  switch (kind) {
  case K::Name:
  case K::Number:
  case K::String:
  case K::True:
  case K::False:
  case K::Fn:
  case K::Not:
  case K::Minus:
  case K::LeftParen:
  case K::LeftBracket: return true;
  default: return false;
  }
}

Expr *Parser::errorExpr(SourceRange range) {
  auto *node = make<ErrorExpr>(ExprKind::Error, range.begin);
  node->range = range;
  return node;
}

Expr *Parser::nameExpr(const Name &name) {
  auto *node = make<NameExpr>(ExprKind::Name, name.range.begin);
  node->range = name.range;
  node->symbol = name.symbol;
  return node;
}

Expr *Parser::parsePrimary() {
  switch (cur_.kind) {
  case K::Name: {
    Expr *node = nameExpr(nameOf(cur_));
    advance();
    return node;
  }
  case K::Number: return parseNumber();
  case K::String: return parseString();
  case K::True:
  case K::False: {
    auto *node = make<BoolExpr>(ExprKind::Bool, loc());
    node->value = cur_.is(K::True);
    advance();
    return finish(node);
  }
  case K::LeftParen: return parseParen();
  case K::LeftBracket: return parseArray();
  case K::Fn: return parseFunctionExpr(false);
  case K::Print: return misplacedPrint();
  case K::Match: return misplacedMatch();
  default: return missingExpression();
  }
}

Expr *Parser::parseNumber() {
  auto *node = make<NumberExpr>(ExprKind::Number, loc());
  node->malformed = cur_.malformed;
  if (!cur_.malformed)
    decodeNumber(spelling(cur_), *node);
  advance();
  return finish(node);
}

Expr *Parser::parseString() {
  auto *node = make<StringExpr>(ExprKind::String, loc());
  StringRef inside = spelling(cur_).drop_front();
  inside.consume_back("\"");
  node->value = cur_.hasEscapes ? decodeString(inside, ast_) : inside;
  advance();
  return finish(node);
}

Expr *Parser::parseParen() {
  auto *node = make<ParenExpr>(ExprKind::Paren, loc());
  const size_t index = openBracket();
  node->inner = parseExpression();
  closeBracket(index);
  return finish(node);
}

Expr *Parser::parseArray() {
  auto *node = make<ArrayExpr>(ExprKind::Array, loc());
  node->insideCall = callDepth_ != 0;
  SmallVector<Expr *, 8> elements;
  node->trailingComma = parseList([&] { elements.push_back(parseExpression()); }, startsExpression);
  node->elements = copy(elements);
  return finish(node);
}

/// `print` inside of an expression: reported and passed over.
Expr *Parser::misplacedPrint() {
  SourceRange range = cur_.range();
  error(Diag::PrintForm, range, "`print` is a statement: `print(…)`");
  advance();
  if (cur_.is(K::LeftParen))
    parseList([&] { parseExpression(); }, startsExpression);
  return errorExpr(range);
}

Expr *Parser::misplacedMatch() {
  SourceRange range = cur_.range();
  error(Diag::UnexpectedToken, range, "I did not expect `match` here; a value would fit")
      .help(
          "a `match` gives a value directly after `=`, `return` or `->`; keep it in a name first");
  skipBalanced();
  skipsBlock_ = true;
  return errorExpr(range);
}

Expr *Parser::missingExpression() {
  if (onSameLine()) {
    bool stray = isCloser(cur_.kind) && brackets_.empty();
    if (stray || cur_.is(K::Label) || cur_.is(K::At) || cur_.is(K::PlusPlus)) {
      unexpected("a value");
      if (cur_.is(K::Label) || cur_.is(K::PlusPlus))
        advance();
      return errorExpr(after());
    }
  }
  Diagnostic &d = missing(Diag::MissingExpression, after(), "a value");
  if (cur_.is(K::Dot) && peek().is(K::Number))
    d.help(("a number begins with a digit: `0." + spelling(peek()) + "`").str());
  else if (cur_.is(K::Plus))
    d.help("there is no sign `+`; write the value alone");
  else if (isKeyword(cur_.kind) && onSameLine())
    d.help((describe(cur_) + " is a keyword and no value"));
  return errorExpr(after());
}

Expr *Parser::parseValue() {
  if (cur_.is(K::Match))
    return parseMatchExpr();
  if (!cur_.is(K::Fn))
    return parseExpression();
  Nesting nesting(*this);
  if (nesting.ok)
    return parseFunctionExpr(true);
  tooDeep(here());
  skipBalanced();
  return errorExpr(after());
}

Expr *Parser::parseCondition() {
  const bool outer = inCondition_;
  inCondition_ = true;
  Expr *condition = parseExpression();
  if (cur_.is(K::Assign)) {
    error(Diag::AssignmentInCondition, cur_.range(), "`=` assigns; a condition compares with `==`")
        .fix("write `==`", cur_.range(), "==");
    advance();
    parseExpression();
  }
  inCondition_ = outer;
  return condition;
}

Expr *Parser::parseFunctionExpr(bool blockAllowed) {
  auto *node = make<FunctionExpr>(ExprKind::Function, loc());
  auto *function = make<FunctionDecl>(StmtKind::Function, loc());
  node->function = function;
  function->fnRange = cur_.range();
  advance();
  const SourceRange behind = cur_.range();
  const bool outerCondition = inCondition_;
  inCondition_ = false;
  parseSignature(*function);
  if (!cur_.is(K::Colon) && atLineEnd() && blockAllowed)
    expectColon("fn");
  else if (!accept(K::Colon))
    error(Diag::MissingColon, after(), "a `:` is missing before the body of this `fn`")
        .fix("add `:`", after(), ":");
  if (cur_.is(K::Newline) && peek().is(K::Indent)) {
    if (!blockAllowed && function->fnRange == lineFirst_.range())
      error(Diag::MissingName, behind, "a name is missing after `fn`");
    else if (!blockAllowed)
      error(Diag::UnexpectedToken, function->fnRange,
            "a function with an indented body cannot stand inside of an expression")
          .help("keep it in a name first, or write its body on one line");
    advance();
    const unsigned outerCalls = std::exchange(callDepth_, 0);
    function->body = parseBlock();
    callDepth_ = outerCalls;
    lineComplete_ = true;
  } else if (atLineEnd()) {
    missingBlock("fn");
  } else {
    SmallVector<Stmt *, 1> body;
    const bool laterLine = cur_.firstOnLine;
    SourceLoc begin = loc();
    function->inlineBody = true;
    ++level_;
    parseInlineFunctionBody(body);
    --level_;
    function->body.statements = copy(body);
    function->body.range = rangeFrom(begin);
    bool ends = cur_.is(K::Comma) || isCloser(cur_.kind) || atLineEnd();
    if (laterLine && !ends && cur_.firstOnLine && !brackets_.empty() && !endsExtent(cur_))
      error(Diag::UnexpectedToken, function->fnRange,
            "a function with an indented body cannot stand in brackets")
          .help("keep it in a name first, or write its body on one line");
  }
  inCondition_ = outerCondition;
  finish(function);
  return finish(node);
}

/// One simple statement that extends as far as it can.
void Parser::parseInlineFunctionBody(StmtList &out) {
  SourceLoc begin = loc();
  if (cur_.is(K::Print))
    return parsePrint(out);
  if (cur_.is(K::Pass)) {
    auto *node = make<PassStmt>(StmtKind::Pass, begin);
    advance();
    out.push_back(finish(node));
    return;
  }
  if (cur_.is(K::Return)) {
    auto *node = make<ReturnStmt>(StmtKind::Return, begin);
    node->returnRange = cur_.range();
    advance();
    if (startsExpression(cur_.kind)) {
      SmallVector<Expr *, 1> values{parseExpression()};
      node->values = copy(values);
    }
    out.push_back(finish(node));
    return;
  }
  Expr *expr = parseExpression();
  if (isCompoundAssign(cur_.kind)) {
    auto *node = make<CompoundAssignStmt>(StmtKind::CompoundAssign, begin);
    node->target = expr;
    node->op = compoundOp(cur_.kind);
    node->opRange = cur_.range();
    advance();
    node->value = parseExpression();
    out.push_back(finish(node));
    return;
  }
  if (cur_.is(K::Assign)) {
    auto *node = make<AssignStmt>(StmtKind::Assign, begin);
    SmallVector<AssignTarget, 1> targets{{expr, false, {}, nullptr}};
    node->targets = copy(targets);
    node->opRange = cur_.range();
    advance();
    node->value = parseExpression();
    out.push_back(finish(node));
    return;
  }
  auto *node = make<ExprStmt>(StmtKind::Expr, begin);
  node->expr = expr;
  out.push_back(finish(node));
}

} // namespace orus::syntax
