// Names and type expressions, manual 1.5 and 4.2.
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

Name Parser::nameOf(const Token &token) {
  return {interner_.intern(spelling(token)), token.range()};
}

/// Reads a name. `follower` is a keyword that may stand after the name, so that in its place the
/// name is missing rather than misspelt.
Name Parser::expectName(Discard discard, TokenKind follower) {
  Token token = cur_;
  if (cur_.is(K::Name)) {
    if (discard == Discard::Forbidden && isDiscard(cur_))
      error(Diag::MissingName, cur_.range(), "`_` names nothing, but a name is needed here");
    advance();
    return nameOf(token);
  }
  bool belongsHere = onSameLine() || (!brackets_.empty() && !endsExtent(cur_));
  if (isKeyword(cur_.kind) && belongsHere && !cur_.is(follower)) {
    StringRef word = tokenText(cur_.kind);
    error(Diag::ReservedWord, cur_.range(),
          ("`" + word + "` is a keyword and cannot be a name").str())
        .help(("try `" + word + "_` or another word").str());
    advance();
    return nameOf(token);
  }
  missing(Diag::MissingName, here(), "a name");
  return {{}, after()};
}

TypeExpr *Parser::errorType(SourceRange range) {
  auto *type = make<TypeExpr>(TypeExprKind::Error, range.begin);
  type->range = range;
  return type;
}

TypeExpr *Parser::parseType() {
  Nesting nesting(*this);
  if (!nesting.ok) {
    tooDeep(here());
    skipBalanced();
    return errorType(after());
  }
  switch (cur_.kind) {
  case K::Name: return parsePathType(true);
  case K::LeftBracket: return parseArrayType();
  case K::Fn: return parseFunctionType();
  default: break;
  }
  if (isKeyword(cur_.kind) && onSameLine()) {
    StringRef word = tokenText(cur_.kind);
    SourceRange range = cur_.range();
    error(Diag::ReservedWord, range, ("`" + word + "` is a keyword and cannot be a type").str())
        .help(("try `" + word + "_` or another word").str());
    advance();
    return errorType(range);
  }
  if (onSameLine() && isCloser(cur_.kind) && brackets_.empty()) {
    unexpected("");
    return errorType(after());
  }
  std::string previous = describePrevious();
  Diagnostic &d = missing(Diag::MissingType, here(), "a type");
  if (last_.is(K::Colon) || last_.is(K::Arrow) || last_.is(K::As))
    d.help("name a type, or remove " + previous);
  return errorType(after());
}

namespace {
bool startsType(TokenKind kind) {
  return kind == K::Name || kind == K::LeftBracket || kind == K::Fn;
}
} // namespace

TypeExpr *Parser::parsePathType(bool withArguments) {
  auto *type = make<PathType>(TypeExprKind::Path, loc());
  SmallVector<Name, 3> path;
  path.push_back(expectName(Discard::Allowed));
  while (accept(K::Dot))
    path.push_back(expectName(Discard::Forbidden));
  type->path = copy(path);
  if (withArguments && cur_.is(K::LeftBracket)) {
    type->hasArguments = true;
    SmallVector<TypeExpr *, 4> arguments;
    if (peek().is(K::RightBracket))
      error(Diag::MissingType, peek().range(), "a type is missing after `[`");
    parseList([&] { arguments.push_back(parseType()); }, startsType);
    type->arguments = copy(arguments);
  }
  return finish(type);
}

TypeExpr *Parser::parseArrayType() {
  auto *type = make<ArrayType>(TypeExprKind::Array, loc());
  const size_t index = openBracket();
  type->element = parseType();
  if (isOpen(index) && accept(K::Comma))
    type->length = parseExpression();
  closeBracket(index);
  return finish(type);
}

TypeExpr *Parser::parseFunctionType() {
  auto *type = make<FunctionType>(TypeExprKind::Function, loc());
  advance();
  if (!cur_.is(K::LeftParen)) {
    unexpected("`(`");
    return finish(type);
  }
  SmallVector<TypeExpr *, 4> parameters;
  parseList([&] { parameters.push_back(parseType()); }, startsType);
  type->parameters = copy(parameters);
  if (accept(K::Arrow))
    type->result = parseType();
  return finish(type);
}

} // namespace orus::syntax
