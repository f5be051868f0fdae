// Operators and postfix forms, from the loosest to the tightest; see the precedence table of the
// grammar.
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using K = TokenKind;

namespace {

enum Precedence : unsigned { kNone, kOr, kAnd, kEquality, kRelation, kSum, kProduct };

struct OperatorInfo {
  Precedence precedence;
  BinaryOp op; // of all but the order operators
};

OperatorInfo operatorInfo(TokenKind kind) {
  switch (kind) {
  case K::Or: return {kOr, BinaryOp::Or};
  case K::And: return {kAnd, BinaryOp::And};
  case K::EqualEqual: return {kEquality, BinaryOp::Equal};
  case K::NotEqual: return {kEquality, BinaryOp::NotEqual};
  case K::Matches: return {kEquality, BinaryOp::Matches};
  case K::Less:
  case K::LessEqual:
  case K::Greater:
  case K::GreaterEqual: return {kRelation, {}};
  case K::Plus: return {kSum, BinaryOp::Add};
  case K::Minus: return {kSum, BinaryOp::Sub};
  case K::Star: return {kProduct, BinaryOp::Mul};
  case K::Slash: return {kProduct, BinaryOp::Div};
  case K::Percent: return {kProduct, BinaryOp::Mod};
  default: return {kNone, {}};
  }
}

OrderOp orderOp(TokenKind kind) {
  switch (kind) {
  case K::Less: return OrderOp::Less;
  case K::LessEqual: return OrderOp::LessEqual;
  case K::Greater: return OrderOp::Greater;
  default: return OrderOp::GreaterEqual;
  }
}

} // namespace

Expr *Parser::parseExpression() {
  Nesting nesting(*this);
  if (!nesting.ok) {
    tooDeep(here());
    skipBalanced();
    return errorExpr(after());
  }
  Expr *value = parseOperators(kOr);
  if (cur_.is(K::If) && ifContinuesExpression())
    return parseConditional(value);
  return value;
}

/// Inside brackets that were never closed, an `if` at the start of a line is the next statement.
bool Parser::ifContinuesExpression() {
  if (!cur_.firstOnLine || !endsExtent(cur_))
    return true;
  size_t open = 0;
  for (size_t n = 1;; ++n) {
    const Token &token = peek(n);
    if (isLayout(token.kind) || token.is(K::Colon))
      return false;
    if (open == 0 && token.is(K::Else))
      return true;
    open += isOpener(token.kind);
    if (isCloser(token.kind) && open-- == 0)
      return false;
  }
}

Expr *Parser::parseConditional(Expr *value) {
  auto *node = make<ConditionalExpr>(ExprKind::Conditional, value->range.begin);
  node->thenValue = value;
  advance();
  node->condition = parseOperators(kOr);
  if (accept(K::Else)) {
    node->elseValue = parseExpression();
    return finish(node);
  }
  if (cur_.is(K::Assign) && inCondition_)
    unexpected("`else`");
  else
    error(Diag::UnexpectedToken, here(),
          "I expected `else` here: `a if condition else b` needs both values")
        .help("`value if condition else other`");
  node->elseValue = errorExpr(after());
  return finish(node);
}

Expr *Parser::parseOperators(unsigned minimum) {
  Expr *left = parseCast();
  for (;;) {
    OperatorInfo info = operatorInfo(cur_.kind);
    if (info.precedence == kNone || info.precedence < minimum)
      return left;
    if (info.precedence == kRelation) {
      left = parseComparison(left);
      continue;
    }
    auto *node = make<BinaryExpr>(ExprKind::Binary, left->range.begin);
    node->op = info.op;
    node->opRange = cur_.range();
    node->left = left;
    advance();
    node->right = parseOperators(info.precedence + 1);
    left = finish(node);
  }
}

Expr *Parser::parseComparison(Expr *first) {
  auto *node = make<ComparisonExpr>(ExprKind::Comparison, first->range.begin);
  SmallVector<Expr *, 4> operands{first};
  SmallVector<OrderOp, 4> ops;
  SmallVector<SourceRange, 4> opRanges;
  while (operatorInfo(cur_.kind).precedence == kRelation) {
    ops.push_back(orderOp(cur_.kind));
    opRanges.push_back(cur_.range());
    advance();
    operands.push_back(parseOperators(kSum));
  }
  node->operands = copy(operands);
  node->ops = copy(ops);
  node->opRanges = copy(opRanges);
  return finish(node);
}

Expr *Parser::parseCast() {
  Expr *operand = parseUnary();
  if (!cur_.is(K::As))
    return operand;
  auto *node = make<CastExpr>(ExprKind::Cast, operand->range.begin);
  node->operand = operand;
  node->asRange = cur_.range();
  advance();
  node->target = cur_.is(K::Name) ? parsePathType(false) : parseType();
  finish(node);
  if (cur_.is(K::As)) {
    error(Diag::ChainedCast, cur_.range(), "casts do not chain")
        .label(node->asRange, "the first cast")
        .help("write `((value as A) as B)`");
    while (accept(K::As))
      cur_.is(K::Name) ? parsePathType(false) : parseType();
  }
  return node;
}

Expr *Parser::parseUnary() {
  if (!cur_.is(K::Minus) && !cur_.is(K::Not))
    return parsePostfix();
  Nesting nesting(*this);
  if (!nesting.ok) {
    tooDeep(here());
    skipBalanced();
    return errorExpr(after());
  }
  auto *node = make<UnaryExpr>(ExprKind::Unary, loc());
  node->op = cur_.is(K::Minus) ? UnaryOp::Negate : UnaryOp::Not;
  node->opRange = cur_.range();
  advance();
  node->operand = parseUnary();
  return finish(node);
}

Expr *Parser::parsePostfix() {
  // A chain makes the tree deeper without nesting in the text. Together with the chains inside of
  // it, and what stands around it, it stays within the limit for nesting.
  const unsigned outerLinks = links_;
  links_ = 0;
  Expr *expr = parsePrimary();
  while (Expr *next = parseLink(expr)) {
    expr = next;
    if (++links_ + nesting_ <= kMaxNesting)
      continue;
    tooDeep(here());
    skipBalanced();
    expr = errorExpr(expr->range);
    break;
  }
  links_ = std::max(outerLinks, links_);
  return expr;
}

/// One postfix form applied to `base`; null if none follows.
Expr *Parser::parseLink(Expr *base) {
  switch (cur_.kind) {
  case K::LeftParen: return parseCall(base);
  case K::LeftBracket: return parseSubscript(base);
  case K::Dot: return parseMember(base);
  case K::LeftBrace: break;
  default: return nullptr;
  }
  auto *member = llvm::dyn_cast<MemberExpr>(base);
  bool isPath = llvm::isa<NameExpr>(member ? member->base : base);
  return isPath ? parseStructLiteral(base) : nullptr;
}

Expr *Parser::parseCall(Expr *callee) {
  auto *node = make<CallExpr>(ExprKind::Call, callee->range.begin);
  node->callee = callee;
  node->parenRange = cur_.range();
  SmallVector<Expr *, 8> arguments;
  ++callDepth_;
  parseList([&] { arguments.push_back(parseExpression()); }, startsExpression);
  --callDepth_;
  node->arguments = copy(arguments);
  return finish(node);
}

Expr *Parser::parseSubscript(Expr *base) {
  SourceRange bracket = cur_.range();
  const size_t index = openBracket();
  Expr *start = nullptr;
  if (!cur_.is(K::DotDot) && !cur_.is(K::DotDotEqual))
    start = parseExpression();
  if (!isOpen(index) || (!cur_.is(K::DotDot) && !cur_.is(K::DotDotEqual))) {
    auto *node = make<IndexExpr>(ExprKind::Index, base->range.begin);
    node->base = base;
    node->index = start;
    node->bracketRange = bracket;
    closeBracket(index);
    return finish(node);
  }
  auto *node = make<SliceExpr>(ExprKind::Slice, base->range.begin);
  node->base = base;
  node->bracketRange = bracket;
  node->start = start;
  if (cur_.is(K::DotDotEqual))
    error(Diag::RangeForm, cur_.range(), "a slice is written with `..`, which includes its end")
        .help("`array[start..end]`")
        .fix("write `..`", cur_.range(), "..");
  advance();
  if (!cur_.is(K::RightBracket) && !cur_.is(K::DotDot) && !cur_.is(K::DotDotEqual) &&
      !cur_.is(K::Dot))
    node->end = parseExpression();
  if (cur_.is(K::DotDot) || cur_.is(K::DotDotEqual) || (cur_.is(K::Dot) && !node->end)) {
    error(Diag::RangeForm, cur_.range(), "a slice has a start and an end only")
        .help("`array[start..end]`");
    advance();
    if (startsExpression(cur_.kind))
      parseExpression();
  }
  closeBracket(index);
  return finish(node);
}

Expr *Parser::parseMember(Expr *base) {
  auto *node = make<MemberExpr>(ExprKind::Member, base->range.begin);
  node->base = base;
  advance();
  node->member = expectName(Discard::Allowed);
  return finish(node);
}

Expr *Parser::parseStructLiteral(Expr *type) {
  auto *node = make<StructLiteralExpr>(ExprKind::StructLiteral, type->range.begin);
  SmallVector<Name, 2> path;
  if (auto *member = llvm::dyn_cast<MemberExpr>(type)) {
    path.push_back({llvm::cast<NameExpr>(member->base)->symbol, member->base->range});
    path.push_back(member->member);
  } else {
    path.push_back({llvm::cast<NameExpr>(type)->symbol, type->range});
  }
  node->path = copy(path);
  SmallVector<FieldValue, 8> fields;
  parseList([&] { parseFieldValue(fields); }, startsExpression);
  node->fields = copy(fields);
  return finish(node);
}

void Parser::parseFieldValue(SmallVectorImpl<FieldValue> &fields) {
  if ((cur_.is(K::Name) || isKeyword(cur_.kind)) && peek().is(K::Colon)) {
    Name name = expectName(Discard::Forbidden);
    advance();
    fields.push_back({name, parseExpression()});
    return;
  }
  SourceRange at = startsExpression(cur_.kind) ? cur_.range() : here();
  error(Diag::LiteralForm, at, "a field is written `name: value`");
  if (startsExpression(cur_.kind))
    parseExpression();
  if (accept(K::Assign) || accept(K::Colon))
    parseExpression();
}

} // namespace orus::syntax
