// The two halves of the parser of the text form: what stands outside of function bodies, and the
// bodies. Functions that return bool give false once an error is recorded.
#pragma once

#include "compiler/ir/Lexer.h"
#include "compiler/ir/Parser.h"

#include <optional>

namespace orus::ir {

/// The tokens, the error, and what both halves read: labels, types, lists.
class ParserBase {
public:
  ParserBase(StringRef text, Module &module);

  bool failed() const { return error_.has_value(); }
  const ParseError &error() const { return *error_; }

protected:
  const Token &token() const { return tokens_[at_]; }
  const Token &peek() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  void advance() { at_ += at_ + 1 < tokens_.size(); }
  size_t position() const { return at_; }
  const Token &tokenAt(size_t position) const { return tokens_[position]; }
  size_t tokenCount() const { return tokens_.size(); }
  bool fail(const llvm::Twine &message) { return failAt(token(), message); }
  bool failAt(const Token &at, const llvm::Twine &message);

  bool is(StringRef spelling) const { return token().spelling == spelling; }
  bool accept(StringRef spelling);
  bool expect(StringRef spelling);
  /// Takes a token of the kind; `what` names it in the error.
  bool expect(TokenKind kind, const char *what, Token &out);
  bool parseNumber(uint64_t &number);
  bool parseNumber32(uint32_t &number);
  bool parseString(image::StringId &string);
  bool parseFunction(image::FunctionId &function);
  bool parseType(TypeId &type, unsigned depth = 0);
  /// `item { , item }` as long as `parseItem` succeeds.
  template <class F> bool parseList(F parseItem) {
    do
      if (!parseItem())
        return false;
    while (accept(","));
    return true;
  }
  /// Accounts for numbers that may make tables longer than the text.
  bool reserve(const Token &at, uint64_t entries);

  Module &module_;
  llvm::StringMap<image::FunctionId> functions_; // by name and number
  llvm::StringMap<TypeId> typeNames_;            // structs and enums, likewise

private:
  bool parseFunctionType(TypeId &type, unsigned depth);
  bool parseTypeList(std::vector<TypeId> &types, unsigned depth);

  std::vector<Token> tokens_;
  size_t at_ = 0;
  uint64_t budget_;
  std::optional<ParseError> error_;
};

/// Parses function bodies.
class BodyParser : public ParserBase {
protected:
  using ParserBase::ParserBase;
  /// After the opening brace, up to the closing one.
  bool parseBody(Function &fn);

private:
  bool parseBlockHeader();
  bool parseInstruction();
  bool parseOpcode(const Token &word, Op &op);
  bool parseImmediate(ImmKind kind);
  bool parseConstant();
  bool parsePayload();
  bool parseForStep();
  bool parseCall(Op op);
  bool parseOperands(Op op);
  bool parseOperand();
  bool parseTarget(Op op);
  bool parseBlockRef(BlockId &block);
  bool finish(Op op, const Token &word);
  bool checkUses();
  bool define(const Token &name, TypeId type, ValueId &value);

  // The function and the instruction being read.
  Function *fn_ = nullptr;
  BlockId block_ = kNone;
  std::vector<bool> defined_;                    // by value
  std::vector<bool> seenBlock_;                  // by block
  std::vector<std::pair<ValueId, size_t>> uses_; // with their tokens, to be checked at the end
  ValueId result_ = kNone;
  TypeId resultType_ = kNone;
  uint64_t imm_ = 0;
  llvm::SmallVector<ValueId, 4> operands_;
  llvm::SmallVector<std::pair<BlockId, llvm::SmallVector<ValueId, 2>>, 2> targets_;
};

/// Parses module layouts, the entry and function headers.
class ModuleParser : public BodyParser {
public:
  using BodyParser::BodyParser;
  bool parse();

private:
  bool collectFunctions();
  bool collectTypes();
  bool parseNominal(image::TypeKind kind);
  bool parseMember(image::TypeKind kind, image::Member &member);
  bool parseLayout();
  bool parseBank(uint32_t &base, std::vector<image::ModuleSlot> &slots);
  bool parseFunctionDefinition();
  bool parseAttributes(Function &fn);

  size_t nextFunction_ = 0;
};

} // namespace orus::ir
