// Functions, attributes, imports and `pub`, manual chapters 5, 10 and 13.
#include "compiler/syntax/ParserImpl.h"

#include "compiler/basic/Suggestions.h"

namespace orus::syntax {

using K = TokenKind;

// ---- attributes

/// At `fn` or `pub fn` with a name, or at something that was meant so.
bool Parser::startsFunction() {
  if (cur_.is(K::Pub))
    return peek().is(K::Fn);
  return cur_.is(K::Fn) && !peek().is(K::LeftParen);
}

void Parser::parseAttributed(StmtList &out) {
  SmallVector<WrittenAttribute, 2> written;
  while (cur_.is(K::At))
    parseAttribute(written);
  if (cur_.is(K::Indent))
    return; // reported where it is read
  const SourceLoc begin = loc();
  const bool isPub = cur_.is(K::Pub);
  if (startsFunction()) {
    Attributes attributes = checkAttributes(written, true);
    beginLine();
    if (isPub) {
      if (level_ != 0)
        error(Diag::MisplacedPub, cur_.range(), "only module-level declarations can be public");
      advance();
    }
    out.push_back(parseFunction(isPub, attributes, begin));
    return;
  }
  if (cur_.is(K::While) || cur_.is(K::For) || cur_.is(K::Label)) {
    Attributes attributes = checkAttributes(written, false);
    beginLine();
    if (cur_.is(K::Label))
      parseLabelled(out, attributes);
    else if (cur_.is(K::While))
      parseWhile(out, begin, {}, attributes);
    else
      parseFor(out, begin, {}, attributes);
    return;
  }
  for (const WrittenAttribute &attribute : written)
    error(Diag::MisplacedAttribute, attribute.range,
          ("`@" + attribute.name + "` cannot stand here").str())
        .help("it belongs on a line of its own before a loop or a function");
}

/// One attribute and the end of its line.
void Parser::parseAttribute(SmallVectorImpl<WrittenAttribute> &written) {
  beginLine();
  const Token at = cur_;
  advance();
  if (!cur_.is(K::Name) || cur_.begin != at.end) {
    missing(Diag::MissingName, onSameLine() ? cur_.range() : after(), "a name");
    skipLine();
    return endLine("");
  }
  StringRef name = spelling(cur_);
  SourceRange range{{at.begin}, {cur_.end}};
  advance();
  static constexpr StringRef kKnown[] = {"hot", "cold", "inline", "noinline"};
  if (llvm::is_contained(kKnown, name)) {
    written.push_back({name, range});
  } else {
    Diagnostic &d =
        error(Diag::UnknownAttribute, range, ("there is no attribute `@" + name + "`").str());
    if (std::optional<StringRef> close = basic::closestName(name, kKnown))
      d.help(("did you mean `@" + *close + "`?").str())
          .fix(("write `@" + *close + "`").str(), range, ("@" + *close).str());
    else
      d.help("the attributes are `@hot`, `@cold`, `@inline` and `@noinline`");
  }
  if (!atLineEnd()) {
    error(Diag::MisplacedAttribute, range, ("`@" + name + "` cannot stand here").str())
        .help("it belongs on a line of its own before a loop or a function");
    return;
  }
  accept(K::Newline);
}

Attributes Parser::checkAttributes(ArrayRef<WrittenAttribute> written, bool forFunction) {
  Attributes result;
  for (const WrittenAttribute &attribute : written) {
    auto reject = [&](std::string why) {
      error(Diag::MisplacedAttribute, attribute.range,
            ("`@" + attribute.name + "` cannot stand here").str())
          .help(std::move(why));
    };
    bool isHot = attribute.name == "hot", isCold = attribute.name == "cold";
    bool isInline = attribute.name == "inline";
    bool &flag = isHot      ? result.hot
                 : isCold   ? result.cold
                 : isInline ? result.inlineHint
                            : result.noinline;
    if (!forFunction && !isHot)
      reject("it belongs before a function");
    else if (flag)
      reject("it stands above already");
    else if ((isHot && result.cold) || (isCold && result.hot))
      reject("`@hot` and `@cold` contradict each other");
    else if ((isInline && result.noinline) || (attribute.name == "noinline" && result.inlineHint))
      reject("`@inline` and `@noinline` contradict each other");
    flag = true;
    if (isHot)
      result.hotRange = attribute.range;
  }
  return result;
}

// ---- functions

FunctionDecl *Parser::parseFunction(bool isPub, Attributes attributes, SourceLoc begin) {
  auto *node = make<FunctionDecl>(StmtKind::Function, begin);
  node->isPub = isPub;
  node->attributes = attributes;
  node->fnRange = cur_.range();
  advance();
  node->name = expectName(Discard::Forbidden);
  parseSignature(*node);
  expectColon("fn");
  node->inlineBody = !atLineEnd();
  node->body = parseSuiteBody("fn");
  return finish(node);
}

void Parser::parseSignature(FunctionDecl &function) {
  if (!cur_.is(K::LeftParen)) {
    unexpected("`(`");
    return;
  }
  SmallVector<Parameter, 4> parameters;
  auto startsParameter = [](K kind) { return kind == K::Name || isKeyword(kind); };
  parseList([&] { parseParameter(parameters); }, startsParameter);
  function.parameters = copy(parameters);
  if (accept(K::Arrow))
    function.result = parseType();
}

void Parser::parseParameter(SmallVectorImpl<Parameter> &out) {
  Parameter parameter{};
  const bool isMut = cur_.is(K::Mut);
  if (isMut && peek().is(K::Name)) {
    error(Diag::ReservedWord, cur_.range(), "a parameter cannot be `mut`")
        .help("declare a variable in the body: `mut name = parameter`");
    advance();
  }
  parameter.name = expectName(Discard::Allowed);
  if (accept(K::Colon))
    parameter.type = parseType();
  out.push_back(parameter);
}

// ---- pub and use

void Parser::parsePub(StmtList &out) {
  const SourceLoc begin = loc();
  const SourceRange range = cur_.range();
  advance();
  bool isPub = level_ == 0;
  auto misplaced = [&](SourceRange at) {
    isPub = false;
    error(Diag::MisplacedPub, at, "only module-level declarations can be public")
        .help("remove `pub`")
        .fix("remove `pub`", at, "");
  };
  if (level_ != 0)
    misplaced(range);
  while (cur_.is(K::Pub)) {
    misplaced(cur_.range());
    advance();
  }
  if (cur_.is(K::Fn) && !peek().is(K::LeftParen)) {
    out.push_back(parseFunction(isPub, {}, begin));
    return;
  }
  if (parseTypeDeclaration(out, isPub, begin))
    return;
  K next = peek().kind;
  bool isBinding =
      cur_.is(K::Mut) ||
      (cur_.is(K::Name) && (next == K::Assign || next == K::Colon || next == K::ColonAssign));
  if (!isBinding) {
    if (isPub)
      misplaced(range);
    if (!parseCompound(out))
      parseSimpleLine(out, Line::Statement);
    return;
  }
  parseBindings(out, isPub);
  if (!lineComplete_ && cur_.is(K::Semicolon))
    return parseSimpleLine(out, Line::Statement);
  endLine("the end of the line or `;`");
}

void Parser::parseUse(StmtList &out) {
  auto *node = make<UseDecl>(StmtKind::Use, loc());
  if (level_ != 0)
    error(Diag::MisplacedUse, cur_.range(), "`use` belongs at the top level of the file");
  advance();
  const SourceLoc pathBegin = loc();
  SmallVector<Name, 4> path;
  path.push_back(expectName(Discard::Forbidden, K::As));
  while (accept(K::Dot))
    path.push_back(expectName(Discard::Forbidden, K::As));
  node->path = copy(path);
  node->pathRange = rangeFrom(pathBegin);
  if (accept(K::As))
    node->alias = expectName(Discard::Forbidden);
  if (accept(K::Colon)) {
    node->hasTargets = true;
    parseUseTargets(*node);
  }
  out.push_back(finish(node));
}

void Parser::parseUseTargets(UseDecl &use) {
  if (cur_.is(K::Star)) {
    use.star = true;
    use.starRange = cur_.range();
    advance();
    return;
  }
  SmallVector<UseItem, 8> items;
  do {
    UseItem item{};
    item.name = expectName(Discard::Forbidden, K::As);
    if (accept(K::As))
      item.alias = expectName(Discard::Forbidden);
    items.push_back(item);
    if (cur_.is(K::Name) && onSameLine() && !lineHasError_) {
      error(Diag::MissingComma, cur_.range(), "a comma is missing before " + describe(cur_))
          .fix("add `,`", after(), ",");
      continue;
    }
    if (!accept(K::Comma))
      break;
  } while (!atLineEnd() && !cur_.is(K::Semicolon));
  use.items = copy(items);
}

} // namespace orus::syntax
