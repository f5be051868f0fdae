// Structs, enums and impl blocks, manual chapter 7.
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

bool Parser::parseTypeDeclaration(StmtList &out, bool isPub, SourceLoc begin) {
  const bool isStruct = cur_.is(K::Struct), isEnum = cur_.is(K::Enum);
  if (!isStruct && !isEnum && !cur_.is(K::Impl))
    return false;
  if (level_ != 0) {
    const char *what = isStruct ? "a struct" : isEnum ? "an enum" : "an `impl`";
    error(Diag::MisplacedDeclaration, cur_.range(), std::string(what) + " cannot be declared here");
  }
  if (isStruct)
    out.push_back(parseStruct(isPub, begin));
  else if (isEnum)
    out.push_back(parseEnum(isPub, begin));
  else
    out.push_back(parseImpl(isPub, begin));
  return true;
}

StructDecl *Parser::parseStruct(bool isPub, SourceLoc begin) {
  auto *node = make<StructDecl>(StmtKind::Struct, begin);
  node->isPub = isPub;
  advance();
  node->name = expectName(Discard::Forbidden);
  SmallVector<StructField, 8> fields;
  parseBody("struct", [&] { parseField(fields); });
  node->fields = copy(fields);
  return finish(node);
}

void Parser::parseField(SmallVectorImpl<StructField> &out) {
  beginLine();
  const SourceRange first = cur_.range();
  auto malformed = [&](SourceRange at) {
    error(Diag::LiteralForm, at, "a field is written `name: type`")
        .help("one field a line, with its type and perhaps `= value`");
  };
  if (cur_.is(K::Pub)) {
    error(Diag::MisplacedPub, first, "a field is as visible as its struct");
    advance();
  } else if (cur_.is(K::Mut)) {
    error(Diag::ReservedWord, first, "`mut` is a keyword and cannot be a name")
        .help("every field can be assigned; remove `mut`");
    advance();
  }
  const bool isNamed = cur_.is(K::Name) || (isKeyword(cur_.kind) && peek().is(K::Colon));
  if (!isNamed || !peek().is(K::Colon)) {
    malformed(first);
    skipLine();
    return endLine("");
  }
  StructField field{};
  field.name = expectName(Discard::Forbidden);
  advance();
  field.type = parseType();
  if (accept(K::Assign))
    field.defaultValue = parseExpression();
  out.push_back(field);
  if (!atLineEnd() && !lineHasError_)
    malformed(cur_.range());
  endLine("the end of the line");
}

EnumDecl *Parser::parseEnum(bool isPub, SourceLoc begin) {
  auto *node = make<EnumDecl>(StmtKind::Enum, begin);
  node->isPub = isPub;
  advance();
  node->name = expectName(Discard::Forbidden);
  if (cur_.is(K::LeftBracket)) {
    SmallVector<Name, 4> parameters;
    auto startsName = [](K kind) { return kind == K::Name; };
    if (peek().is(K::RightBracket))
      error(Diag::MissingName, peek().range(), "a name is missing after `[`");
    parseList([&] { parameters.push_back(expectName(Discard::Forbidden)); }, startsName);
    node->typeParameters = copy(parameters);
  }
  SmallVector<EnumVariant, 8> variants;
  parseBody("enum", [&] { parseVariant(variants); });
  node->variants = copy(variants);
  return finish(node);
}

void Parser::parseVariant(SmallVectorImpl<EnumVariant> &out) {
  beginLine();
  if (cur_.is(K::Pub)) {
    error(Diag::MisplacedPub, cur_.range(), "a variant is as visible as its enum");
    advance();
  }
  if (!cur_.is(K::Name) && !isKeyword(cur_.kind)) {
    unexpected("a variant");
    skipLine();
    return endLine("");
  }
  EnumVariant variant{};
  variant.name = expectName(Discard::Forbidden);
  if (cur_.is(K::LeftParen)) {
    SmallVector<VariantPayload, 4> payload;
    auto element = [&] {
      VariantPayload value{};
      bool isNamed = (cur_.is(K::Name) || isKeyword(cur_.kind)) && peek().is(K::Colon);
      if (isNamed) {
        value.name = expectName(Discard::Allowed);
        advance();
      }
      value.type = parseType();
      payload.push_back(value);
    };
    auto startsPayload = [](K kind) {
      return kind == K::Name || kind == K::LeftBracket || kind == K::Fn;
    };
    parseList(element, startsPayload);
    variant.payload = copy(payload);
  }
  out.push_back(variant);
  endLine("the end of the line");
}

ImplDecl *Parser::parseImpl(bool isPub, SourceLoc begin) {
  auto *node = make<ImplDecl>(StmtKind::Impl, begin);
  node->isPub = isPub;
  advance();
  node->target = expectName(Discard::Forbidden);
  SmallVector<FunctionDecl *, 8> methods;
  parseBody("impl", [&] { parseMethod(methods); });
  node->methods = copy(methods);
  return finish(node);
}

void Parser::parseMethod(SmallVectorImpl<FunctionDecl *> &out) {
  beginLine();
  SmallVector<WrittenAttribute, 2> written;
  while (cur_.is(K::At))
    parseAttribute(written);
  const SourceLoc begin = loc();
  if (startsFunction()) {
    Attributes attributes = checkAttributes(written, true);
    if (!written.empty())
      beginLine();
    const bool isPub = accept(K::Pub);
    out.push_back(parseFunction(isPub, attributes, begin));
    return;
  }
  for (const WrittenAttribute &attribute : written)
    error(Diag::MisplacedAttribute, attribute.range,
          ("`@" + attribute.name + "` cannot stand here").str());
  if (atLineEnd())
    return;
  // Anything else is no method; what has no code of its own is unexpected.
  SmallVector<Stmt *, 2> ignored;
  switch (cur_.kind) {
  case K::Pub:
  case K::Use:
  case K::Struct:
  case K::Enum:
  case K::Impl: break;
  default: unexpected("`fn`");
  }
  if (!parseCompound(ignored))
    parseSimpleLine(ignored, Line::Statement);
}

} // namespace orus::syntax
