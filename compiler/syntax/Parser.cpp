#include "compiler/syntax/Parser.h"

#include "compiler/basic/Utf8.h"
#include "compiler/syntax/ParserImpl.h"

namespace orus::syntax {

using namespace basic;

Parser::Parser(const SourceManager &sources, Interner &interner, SyntaxErrors &errors, Ast &ast)
    : sources_(sources), interner_(interner), errors_(errors), ast_(ast),
      lexer_(ast.file, sources, errors) {
  lexer_.lex(tokens_);
  cur_ = tokens_.front();
  last_.begin = last_.end = sources.wholeFile(ast.file).begin.offset;
}

void Parser::parseModule() {
  SmallVector<Stmt *, 64> statements;
  // A block ends only where one began, so this ends at the end of the file.
  parseStatements(statements);
  ast_.statements = copy(statements);
}

void Parser::refill() {
  tokens_.clear();
  pos_ = 0;
  lexer_.lex(tokens_);
}

const Token &Parser::peek(size_t n) {
  while (pos_ + n >= tokens_.size())
    lexer_.lex(tokens_);
  return tokens_[pos_ + n];
}

void Parser::relex(size_t depth) {
  tokens_.resize(pos_);
  lexer_.restart(cur_, static_cast<unsigned>(depth), tokens_);
  if (tokens_.size() == pos_)
    lexer_.lex(tokens_);
  cur_ = tokens_[pos_];
}

bool Parser::atFileEnd() {
  if (!atLineEnd())
    return false;
  for (size_t n = 0;; ++n) {
    TokenKind kind = peek(n).kind;
    if (kind == TokenKind::Eof)
      return true;
    if (kind != TokenKind::Newline && kind != TokenKind::Dedent)
      return false;
  }
}

std::unique_ptr<Ast> parse(FileId file, const SourceManager &sources, Interner &interner,
                           DiagnosticEngine &diags) {
  auto ast = std::make_unique<Ast>();
  ast->file = file;
  SyntaxErrors errors(sources);
  if (std::optional<size_t> bad = firstInvalidUtf8(sources.text(file))) {
    SourceLoc at = sources.wholeFile(file).begin.advanced(static_cast<uint32_t>(*bad));
    errors.report(SyntaxErrors::Phase::Lexer, Diag::InvalidUtf8, {at, at.advanced(1)},
                  "this file is not UTF-8 text");
  } else {
    Parser(sources, interner, errors, *ast).parseModule();
  }
  ast->hasErrors = errors.any();
  errors.flush(diags);
  return ast;
}

} // namespace orus::syntax
