#include "compiler/syntax/Lexer.h"

#include "compiler/syntax/CharacterClass.h"

#include <cstring>

namespace orus::syntax {

using namespace basic;

namespace {

constexpr size_t kBatch = 256;
constexpr uint32_t kTabWidth = 4;

/// Measures the indentation that begins at `at` and moves `at` behind it.
uint32_t measure(const char *&at, const char *end) {
  uint32_t width = 0;
  for (; at != end && (*at == ' ' || *at == '\t'); ++at)
    width += *at == '\t' ? kTabWidth : 1;
  return width;
}

} // namespace

Lexer::Lexer(FileId file, const SourceManager &sources, SyntaxErrors &errors) : errors_(errors) {
  llvm::StringRef text = sources.text(file);
  begin_ = at_ = lineStart_ = indentEnd_ = text.begin();
  end_ = text.end();
  base_ = sources.wholeFile(file).begin.offset;
}

void Lexer::lex(std::vector<Token> &out) {
  const size_t limit = out.size() + kBatch;
  while (out.size() < limit) {
    if (atLineStart_)
      beginLine();
    if (!skipBlanks())
      return finish(out);
    if (*at_ == '\n') {
      const char *lineEnd = at_++;
      crossedLine_ = true;
      if (depth_ != 0)
        continue;
      atLineStart_ = true;
      if (layoutPending_)
        continue; // the line held no token
      out.push_back({offset(lineEnd), offset(at_), TokenKind::Newline});
      return;
    }
    Token token;
    const char *tokenBegin = at_;
    if (!scan(token))
      continue;
    token.begin = offset(tokenBegin);
    token.end = offset(at_);
    token.firstOnLine = crossedLine_;
    crossedLine_ = false;
    if (layoutPending_)
      applyLayout(out, tokenBegin);
    out.push_back(token);
  }
}

void Lexer::restart(const Token &at, unsigned depth, std::vector<Token> &out) {
  at_ = pointer(at.begin);
  depth_ = depth;
  if (!indentsAtEnd_.empty())
    indents_ = std::exchange(indentsAtEnd_, {});
  crossedLine_ = at.firstOnLine;
  atLineStart_ = layoutPending_ = false;
  if (depth != 0 || !at.firstOnLine)
    return;
  out.push_back({at.begin, at.begin, TokenKind::Newline});
  lineStart_ = indentEnd_ = at_;
  while (lineStart_ != begin_ && lineStart_[-1] != '\n')
    --lineStart_;
  indentEnd_ = lineStart_;
  lineWidth_ = measure(indentEnd_, at_);
  layoutPending_ = true;
}

uint32_t Lexer::indentationOf(const Token &token) const {
  const char *line = pointer(token.begin);
  while (line != begin_ && line[-1] != '\n')
    --line;
  return measure(line, end_);
}

void Lexer::beginLine() {
  atLineStart_ = false;
  layoutPending_ = true;
  lineStart_ = indentEnd_ = at_;
  lineWidth_ = measure(indentEnd_, end_);
  at_ = indentEnd_;
}

/// Skips white space within a line, and comments. False at the end of the file.
bool Lexer::skipBlanks() {
  while (at_ != end_) {
    if (charClass(*at_) == CharClass::Blank) {
      ++at_;
      continue;
    }
    if (*at_ != '/' || end_ - at_ < 2)
      return true;
    if (at_[1] == '/') {
      const void *lineEnd = std::memchr(at_, '\n', static_cast<size_t>(end_ - at_));
      at_ = lineEnd ? static_cast<const char *>(lineEnd) : end_;
      continue;
    }
    if (at_[1] != '*')
      return true;
    skipBlockComment();
  }
  return false;
}

void Lexer::skipBlockComment() {
  const char *open = at_;
  llvm::StringRef rest(open + 2, static_cast<size_t>(end_ - open - 2));
  size_t close = rest.find("*/");
  if (close == llvm::StringRef::npos) {
    error(Diag::UnterminatedComment, open, open + 2, "this comment never closes");
    at_ = end_;
    return;
  }
  crossedLine_ |= rest.take_front(close).contains('\n');
  at_ = rest.data() + close + 2;
}

/// Called before the first token of a line outside of brackets.
void Lexer::applyLayout(std::vector<Token> &out, const char *tokenBegin) {
  layoutPending_ = false;
  uint32_t width = lineWidth_;
  if (width == indents_.back()) {
    lastBadWidth_ = 0;
    return;
  }
  if (width > indents_.back()) {
    lastBadWidth_ = 0;
    indents_.push_back(width);
    out.push_back({offset(lineStart_), offset(indentEnd_), TokenKind::Indent});
    return;
  }
  size_t open = indents_.size();
  while (indents_[open - 1] > width)
    --open;
  if (indents_[open - 1] == width) {
    lastBadWidth_ = 0;
  } else {
    if (lastBadWidth_ != width)
      reportIndentation(width, open);
    lastBadWidth_ = width;
    // The line most likely belongs to the block it is nearer to.
    if (indents_[open] - width <= width - indents_[open - 1])
      ++open;
  }
  uint32_t at = offset(tokenBegin);
  out.insert(out.end(), indents_.size() - open, {at, at, TokenKind::Dedent});
  indents_.resize(open);
}

void Lexer::reportIndentation(uint32_t width, size_t openBlocks) {
  constexpr size_t kShown = 8;
  std::string widths;
  size_t last = std::min(openBlocks + 1, indents_.size());
  for (size_t i = last > kShown ? last - kShown : 0; i < last; ++i)
    widths += (widths.empty() ? "" : ", ") + std::to_string(indents_[i]);
  error(Diag::InconsistentIndentation, lineStart_, indentEnd_,
        "this line lines up with no block above it")
      .label("indented by " + std::to_string(width))
      .help("the open blocks are indented by " + widths);
}

void Lexer::finish(std::vector<Token> &out) {
  uint32_t at = offset(end_);
  if (!atLineStart_ && !layoutPending_)
    out.push_back({at, at, TokenKind::Newline});
  layoutPending_ = true;
  depth_ = 0;
  if (indentsAtEnd_.empty())
    indentsAtEnd_ = indents_;
  out.insert(out.end(), indents_.size() - 1, {at, at, TokenKind::Dedent});
  indents_.resize(1);
  out.push_back({at, at, TokenKind::Eof, true});
}

std::vector<Token> lexFile(FileId file, const SourceManager &sources, SyntaxErrors &errors) {
  std::vector<Token> tokens;
  tokens.reserve(sources.text(file).size() / 4 + 16);
  Lexer lexer(file, sources, errors);
  do
    lexer.lex(tokens);
  while (!tokens.back().is(TokenKind::Eof));
  return tokens;
}

} // namespace orus::syntax
