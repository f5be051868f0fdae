// The recursive-descent parser. Every parse function returns a node whatever it finds; errors are
// reported where they are seen, at most one for each source line.
#pragma once

#include "compiler/syntax/Ast.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace orus::syntax {

using basic::Diag;
using basic::Diagnostic;
using llvm::SmallVector;
using llvm::SmallVectorImpl;

using StmtList = SmallVectorImpl<Stmt *>;

class Parser {
public:
  Parser(const basic::SourceManager &sources, basic::Interner &interner, SyntaxErrors &errors,
         Ast &ast);
  void parseModule();

private:
  // ---- tokens (ParserTokens.cpp)

  void advance() {
    if (!isLayout(cur_.kind))
      last_ = cur_;
    previousKind_ = cur_.kind;
    if (++pos_ == tokens_.size())
      refill();
    cur_ = tokens_[pos_];
  }
  void refill();
  /// The n-th token after the current one.
  const Token &peek(size_t n = 1);
  bool accept(TokenKind kind) {
    if (!cur_.is(kind))
      return false;
    advance();
    return true;
  }
  /// Lexes anew from the current token on, with as many brackets open as the parser knows of.
  void relex(size_t depth);
  bool atLineEnd() const { return isLayout(cur_.kind); }
  /// The current token begins a logical line or stands on the line of the one before it.
  bool onSameLine() const { return !atLineEnd() && (!cur_.firstOnLine || isLayout(previousKind_)); }
  /// Nothing but the ends of blocks is left in the file.
  bool atFileEnd();

  StringRef spelling(const Token &token) const { return sources_.text(token.range()); }
  bool isDiscard(const Token &token) const {
    return token.is(TokenKind::Name) && token.end - token.begin == 1 && spelling(token) == "_";
  }
  SourceRange after() const { return {{last_.end}, {last_.end}}; }
  /// Where something unexpected is reported (manual 1.11).
  SourceRange here() const { return onSameLine() ? cur_.range() : after(); }
  SourceRange rangeFrom(SourceLoc begin) const {
    return {begin, {std::max(begin.offset, last_.end)}};
  }
  SourceLoc loc() const { return {cur_.begin}; }

  // ---- errors and recovery (ParserRecovery.cpp)

  Diagnostic &error(Diag id, SourceRange range, std::string message);
  Diagnostic &unexpected(StringRef whatFits);
  Diagnostic &missing(Diag id, SourceRange range, StringRef what);
  std::string describe(const Token &token) const;
  std::string describePrevious() const;

  void beginLine();
  /// Ends a simple statement or a member; skips what should not be there.
  void endLine(StringRef whatFits);
  void skipLine();
  void skipBlock();
  void skipBalanced();
  bool findOnLine(TokenKind kind);
  void skipTo(TokenKind kind);

  enum class Recovered : uint8_t { NextElement, Closed, Abandoned };
  Recovered recoverInBrackets(bool isList, llvm::function_ref<bool(TokenKind)> startsElement);
  struct CloserScan {
    size_t distance;
    TokenKind kind;
    bool outside; // at the end of the brackets' extent, without a closer
  };
  CloserScan scanForCloser();
  bool endsExtent(const Token &token) const;
  void reportMissingCloser(const Token &open, SourceRange at);
  Diagnostic &tooDeep(SourceRange at);

  /// Parses from an opening bracket to its partner; `element` parses one element. True if the last
  /// element was followed by a comma.
  bool parseList(llvm::function_ref<void()> element,
                 llvm::function_ref<bool(TokenKind)> startsElement, bool trailingComma = true);
  /// The result is for closeBracket.
  size_t openBracket() {
    brackets_.push_back(cur_);
    advance();
    return brackets_.size() - 1;
  }
  /// Expects the partner of a bracket, unless recovery has given it up already.
  void closeBracket(size_t index);
  bool isOpen(size_t index) const { return brackets_.size() > index; }

  struct Nesting {
    explicit Nesting(Parser &parser) : parser_(parser), ok(++parser.nesting_ <= kMaxNesting) {}
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting &) = delete;
    Nesting &operator=(const Nesting &) = delete;

  private:
    Parser &parser_;

  public:
    const bool ok;
  };

  // ---- names and types (ParserTypes.cpp)

  enum class Discard : uint8_t { Allowed, Forbidden };
  Name nameOf(const Token &token);
  Name expectName(Discard discard, TokenKind follower = TokenKind::Eof);
  TypeExpr *parseType();
  TypeExpr *parsePathType(bool withArguments);
  TypeExpr *parseArrayType();
  TypeExpr *parseFunctionType();
  TypeExpr *errorType(SourceRange range);

  // ---- expressions (ParserExpressions.cpp, ParserPrimary.cpp)

  Expr *parseExpression();
  Expr *parseConditional(Expr *value);
  bool ifContinuesExpression();
  Expr *parseOperators(unsigned minimum);
  Expr *parseComparison(Expr *first);
  Expr *parseCast();
  Expr *parseUnary();
  Expr *parsePostfix();
  Expr *parseLink(Expr *base);
  Expr *parseCall(Expr *callee);
  Expr *parseSubscript(Expr *base);
  Expr *parseMember(Expr *base);
  Expr *parseStructLiteral(Expr *type);
  void parseFieldValue(SmallVectorImpl<FieldValue> &fields);

  Expr *parsePrimary();
  Expr *parseNumber();
  Expr *parseString();
  Expr *parseParen();
  Expr *parseArray();
  Expr *parseFunctionExpr(bool blockAllowed);
  void parseInlineFunctionBody(StmtList &out);
  Expr *misplacedPrint();
  Expr *misplacedMatch();
  Expr *missingExpression();
  Expr *errorExpr(SourceRange range);
  /// An expression, or where a value ends its line a match expression or a function with a block.
  Expr *parseValue();
  Expr *parseCondition();

  // ---- statements (ParserStatements.cpp, ParserControl.cpp, ParserBindings.cpp, ParserMatch.cpp)

  void parseStatements(StmtList &out);
  void parseStatement(StmtList &out);
  bool parseCompound(StmtList &out);
  enum class Line : uint8_t { Statement, InlineSuite };
  void parseSimpleLine(StmtList &out, Line line);
  bool refusesHere(bool first, Line line);
  void parseSimple(StmtList &out);
  bool parseForeignWord(StmtList &out);
  void parsePrint(StmtList &out);
  void parseReturn(StmtList &out);
  template <typename T> void parseJump(StmtKind kind, StmtList &out);
  void parseExpressionStatement(StmtList &out);
  void strayArm(Expr *pattern);

  void parseIf(StmtList &out);
  bool atElif();
  void parseElif(SmallVectorImpl<IfBranch> &branches);
  void parseWhile(StmtList &out, SourceLoc begin, Name label, Attributes attributes);
  void parseFor(StmtList &out, SourceLoc begin, Name label, Attributes attributes);
  Expr *parseRangeBound(StringRef what);
  void parseTry(StmtList &out);
  void parseLabelled(StmtList &out, Attributes attributes);
  void strayBranch(StmtList &out);

  void expectColon(StringRef word);
  Block parseSuite(StringRef word);
  Block parseSuiteBody(StringRef word);
  Block parseBlock();
  void missingBlock(StringRef word);
  /// The body of a declaration or match: `:`, then one item a line.
  void parseBody(StringRef word, llvm::function_ref<void()> item);
  void parseItems(llvm::function_ref<void()> item);

  void parseBindings(StmtList &out, bool isPub);
  void parseBinding(StmtList &out, bool isPub, bool first);
  void parseConstant(StmtList &out, SourceLoc begin, Name name, TypeExpr *type, bool isPub);
  void checkConstantName(const Name &name);
  void parseDestructuring(StmtList &out);
  void parseAssignment(StmtList &out, SourceLoc begin, AssignTarget first, bool isPub);
  void parseCompoundAssignment(StmtList &out, Expr *target);
  Expr *nameExpr(const Name &name);

  void parseMatch(StmtList &out);
  Expr *parseMatchExpr();
  Expr *parseMatchHeader(ArrayRef<MatchArm *> &arms, bool isValue);
  MatchArm *parseArm(bool isValue);
  bool expectArrow(SourceLoc patternBegin);
  void parseArmBody(MatchArm &arm);
  void parseArmValue(MatchArm &arm);
  Pattern *parsePattern();
  void parseVariantPattern(Pattern &pattern);

  // ---- declarations (ParserDeclarations.cpp)

  struct WrittenAttribute {
    StringRef name;
    SourceRange range;
  };
  void parseAttributed(StmtList &out);
  void parseAttribute(SmallVectorImpl<WrittenAttribute> &written);
  Attributes checkAttributes(ArrayRef<WrittenAttribute> written, bool forFunction);
  bool startsFunction();

  FunctionDecl *parseFunction(bool isPub, Attributes attributes, SourceLoc begin);
  void parseSignature(FunctionDecl &function);
  void parseParameter(SmallVectorImpl<Parameter> &out);
  void parsePub(StmtList &out);
  void parseUse(StmtList &out);
  void parseUseTargets(UseDecl &use);
  bool parseTypeDeclaration(StmtList &out, bool isPub, SourceLoc begin);
  StructDecl *parseStruct(bool isPub, SourceLoc begin);
  void parseField(SmallVectorImpl<StructField> &out);
  EnumDecl *parseEnum(bool isPub, SourceLoc begin);
  void parseVariant(SmallVectorImpl<EnumVariant> &out);
  ImplDecl *parseImpl(bool isPub, SourceLoc begin);
  void parseMethod(SmallVectorImpl<FunctionDecl *> &out);

  template <typename T, typename Kind> T *make(Kind kind, SourceLoc begin) {
    T *node = ast_.make<T>();
    node->kind = kind;
    node->range.begin = begin;
    return node;
  }
  template <typename T> T *finish(T *node) {
    node->range = rangeFrom(node->range.begin);
    return node;
  }
  template <typename T> ArrayRef<T> copy(const SmallVectorImpl<T> &items) {
    return ast_.copy(ArrayRef<T>(items));
  }

  const basic::SourceManager &sources_;
  basic::Interner &interner_;
  SyntaxErrors &errors_;
  Ast &ast_;
  Lexer lexer_;

  std::vector<Token> tokens_; // a window: the current token and those looked at after it
  size_t pos_ = 0;
  Token cur_;
  Token last_;                                  // the last token that is not layout
  TokenKind previousKind_ = TokenKind::Newline; // of the token before cur_, layout included
  SmallVector<Token, 16> brackets_;             // open ones
  Token lineFirst_;                             // the first token of the current logical line
  bool lineHasError_ = false;                   // in the current logical line, reported or not
  bool forgiveIndent_ = false; // after a line with an error that looks like a header
  bool lineComplete_ = false;  // the line ended with the block of its value
  bool skipsBlock_ = false;    // what is indented below is part of the error
  bool giveUp_ = false;        // say nothing more about this statement
  uint32_t scanFrom_ = 0;      // where lastScan_ was made
  CloserScan lastScan_{};

  unsigned nesting_ = 0;
  unsigned links_ = 0;     // length of the longest chain of postfix operations in the operand
  unsigned level_ = 0;     // blocks around the current statement; 0 is the module
  unsigned callDepth_ = 0; // argument lists around the current expression
  bool inCondition_ = false;
};

/// Whether an expression can begin with such a token.
bool startsExpression(TokenKind kind);

/// The operator of a compound assignment sign.
BinaryOp compoundOp(TokenKind kind);

/// Literals (Literals.cpp): the value of a spelling that the lexer accepted.
void decodeNumber(StringRef spelling, NumberExpr &number);
/// `inside` is the text between the quotes.
StringRef decodeString(StringRef inside, Ast &ast);

} // namespace orus::syntax
