// Bindings, assignments and constants, manual chapter 2.
#include "compiler/syntax/ParserImpl.h"

#include "llvm/ADT/StringExtras.h"

namespace orus::syntax {

using K = TokenKind;

BinaryOp compoundOp(TokenKind kind) {
  switch (kind) {
  case K::PlusAssign: return BinaryOp::Add;
  case K::MinusAssign: return BinaryOp::Sub;
  case K::StarAssign: return BinaryOp::Mul;
  case K::SlashAssign: return BinaryOp::Div;
  default: return BinaryOp::Mod;
  }
}

/// One or several bindings; the current token is `mut`, or a name before `:`, `=` or `:=`.
void Parser::parseBindings(StmtList &out, bool isPub) {
  parseBinding(out, isPub, true);
  while (cur_.is(K::Comma) && !lineComplete_) {
    advance();
    K next = peek().kind;
    bool isBinding =
        cur_.is(K::Mut) || (cur_.is(K::Name) && (next == K::Assign || next == K::Colon));
    if (!isBinding) {
      unexpected("another binding `name = value`");
      return;
    }
    parseBinding(out, isPub, false);
  }
}

void Parser::parseBinding(StmtList &out, bool isPub, bool first) {
  const SourceLoc begin = loc();
  SourceRange mutRange;
  const bool isMut = cur_.is(K::Mut);
  if (isMut) {
    mutRange = cur_.range();
    advance();
  }
  Name name = expectName(Discard::Allowed);
  TypeExpr *type = accept(K::Colon) ? parseType() : nullptr;
  if (cur_.is(K::ColonAssign) && !isMut && first)
    return parseConstant(out, begin, name, type, isPub);
  AssignTarget target{nameExpr(name), isMut, mutRange, type};
  if (cur_.is(K::Assign))
    return parseAssignment(out, begin, target, isPub);

  StringRef shown = name.symbol ? interner_.text(name.symbol) : "this name";
  auto *node = make<AssignStmt>(StmtKind::Assign, begin);
  SmallVector<AssignTarget, 1> targets{target};
  node->targets = copy(targets);
  node->isPub = isPub;
  node->opRange = cur_.range();
  if (isCompoundAssign(cur_.kind)) {
    error(Diag::CompoundDeclaration, cur_.range(),
          (describe(cur_) + " updates a variable that exists already"));
    advance();
    node->value = parseValue();
  } else if (cur_.is(K::ColonAssign) && isMut) {
    error(Diag::MutableConstant, cur_.range(), "`:=` declares a constant, which cannot be `mut`")
        .fix("write `=` for a variable", cur_.range(), "=");
    advance();
    node->value = parseValue();
  } else if (atLineEnd() || cur_.is(K::Semicolon)) {
    node->opRange = after();
    error(Diag::MissingValue, after(), ("`" + shown + "` needs a value when it is declared").str());
  } else {
    unexpected("`=` and a value");
  }
  out.push_back(finish(node));
}

/// From the first `=` on: `{ NAME "=" } value`.
void Parser::parseAssignment(StmtList &out, SourceLoc begin, AssignTarget first, bool isPub) {
  auto *node = make<AssignStmt>(StmtKind::Assign, begin);
  node->isPub = isPub;
  SmallVector<AssignTarget, 2> targets{first};
  for (;;) {
    node->opRange = cur_.range();
    advance();
    if (!cur_.is(K::Name) || !peek().is(K::Assign))
      break;
    targets.push_back({nameExpr(nameOf(cur_)), false, {}, nullptr});
    advance();
  }
  node->targets = copy(targets);
  node->value = parseValue();
  out.push_back(finish(node));
}

void Parser::parseCompoundAssignment(StmtList &out, Expr *target) {
  auto *node = make<CompoundAssignStmt>(StmtKind::CompoundAssign, target->range.begin);
  node->target = target;
  node->op = compoundOp(cur_.kind);
  node->opRange = cur_.range();
  advance();
  node->value = parseValue();
  out.push_back(finish(node));
}

void Parser::parseDestructuring(StmtList &out) {
  auto *node = make<DestructureStmt>(StmtKind::Destructure, loc());
  SmallVector<Name, 4> names;
  names.push_back(nameOf(cur_));
  advance();
  while (accept(K::Comma)) {
    if (!cur_.is(K::Name)) {
      if (isKeyword(cur_.kind) && !cur_.is(K::Mut) && onSameLine())
        expectName(Discard::Allowed);
      else
        unexpected("a name");
      break;
    }
    names.push_back(nameOf(cur_));
    advance();
  }
  node->names = copy(names);
  node->opRange = cur_.range();
  if (accept(K::Assign)) {
    node->value = parseValue();
  } else {
    if (!lineHasError_)
      unexpected("`=` and an array");
    node->value = errorExpr(after());
  }
  out.push_back(finish(node));
}

void Parser::parseConstant(StmtList &out, SourceLoc begin, Name name, TypeExpr *type, bool isPub) {
  auto *node = make<ConstantDecl>(StmtKind::Constant, begin);
  node->name = name;
  node->type = type;
  node->isPub = isPub;
  node->opRange = cur_.range();
  if (level_ != 0)
    error(Diag::MisplacedDeclaration, name.range, "a constant cannot be declared here")
        .help("move it to the top level, or use `=` for a variable");
  else
    checkConstantName(name);
  advance();
  node->value = parseExpression();
  out.push_back(finish(node));
}

void Parser::checkConstantName(const Name &name) {
  StringRef text = interner_.text(name.symbol);
  if (text.empty())
    return;
  if (text == "_") {
    error(Diag::MissingName, name.range, "`_` names nothing, but a constant needs a name");
    return;
  }
  bool isCapital =
      llvm::all_of(text, [](char c) { return llvm::isUpper(c) || llvm::isDigit(c) || c == '_'; });
  if (llvm::isUpper(text[0]) && isCapital)
    return;
  std::string capitals;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i != 0 && llvm::isUpper(text[i]) && llvm::isLower(text[i - 1]))
      capitals += '_';
    capitals += llvm::toUpper(text[i]);
  }
  size_t letter = std::min(capitals.find_first_not_of('_'), capitals.size());
  capitals.erase(0, letter);
  Diagnostic &d = error(Diag::ConstantName, name.range, "constants are written in capitals");
  if (!capitals.empty() && llvm::isUpper(capitals[0]))
    d.help("rename it to `" + capitals + "`, or use `=` for a variable");
}

} // namespace orus::syntax
