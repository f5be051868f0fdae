#include "compiler/ir/ParserImpl.h"
#include "compiler/ir/Text.h"
#include "format/base/Panics.h"
#include "format/isa/Natives.h"

#include <bit>
#include <charconv>
#include <limits>

namespace orus::ir {

bool BodyParser::parseBody(Function &fn) {
  fn_ = &fn;
  block_ = kNone;
  defined_.clear();
  seenBlock_.clear();
  uses_.clear();
  while (!accept("}")) {
    bool isHeader = token().kind == TokenKind::Block;
    if (!isHeader && block_ == kNone)
      return fail("expected a block, as `^0:`");
    if (!(isHeader ? parseBlockHeader() : parseInstruction()))
      return false;
  }
  return checkUses();
}

bool BodyParser::define(const Token &name, TypeId type, ValueId &value) {
  value = name.number;
  if (value >= defined_.size()) {
    if (!reserve(name, value + 1 - defined_.size()))
      return false;
    defined_.resize(value + 1);
    fn_->values.resize(value + 1);
  }
  if (defined_[value])
    return failAt(name, "a second definition of this value");
  defined_[value] = true;
  fn_->values[value].type = type;
  return true;
}

bool BodyParser::checkUses() {
  for (auto [value, position] : uses_)
    if (value >= defined_.size() || !defined_[value])
      return failAt(tokenAt(position), "no such value");
  return true;
}

/// Blocks come into being where their number is first mentioned.
bool BodyParser::parseBlockRef(BlockId &block) {
  Token name;
  if (!expect(TokenKind::Block, "a block", name))
    return false;
  block = name.number;
  if (block >= fn_->blocks.size()) {
    if (!reserve(name, block + 1 - fn_->blocks.size()))
      return false;
    fn_->blocks.resize(block + 1);
  }
  return true;
}

bool BodyParser::parseBlockHeader() {
  const Token name = token();
  if (!parseBlockRef(block_))
    return false;
  seenBlock_.resize(std::max(seenBlock_.size(), fn_->blocks.size()));
  if (seenBlock_[block_])
    return failAt(name, "a second definition of this block");
  seenBlock_[block_] = true;
  auto parseParam = [&] {
    Token param;
    TypeId type = 0;
    ValueId value = 0;
    if (!expect(TokenKind::Value, "a parameter", param) || !expect(":") || !parseType(type) ||
        !define(param, type, value))
      return false;
    fn_->values[value].block = block_;
    fn_->blocks[block_].params.push_back(value);
    return true;
  };
  if (accept("(") && (!parseList(parseParam) || !expect(")")))
    return false;
  BlockId handler = kNone;
  if (accept("handler") && !parseBlockRef(handler))
    return false;
  fn_->blocks[block_].handler = handler;
  return expect(":");
}

bool BodyParser::parseOpcode(const Token &word, Op &op) {
  for (unsigned i = 0; i < kOpCount; ++i)
    if (word.spelling == opInfo(static_cast<Op>(i)).text) {
      op = static_cast<Op>(i);
      return true;
    }
  return failAt(word, "unknown operation");
}

bool BodyParser::parseInstruction() {
  Token name;
  imm_ = 0;
  resultType_ = kNone;
  operands_.clear();
  targets_.clear();
  bool hasResult = token().kind == TokenKind::Value;
  if (hasResult && (!expect(TokenKind::Value, "a value", name) || !expect(":") ||
                    !parseType(resultType_) || !expect("=")))
    return false;
  Token word;
  Op op{};
  if (!expect(TokenKind::Word, "an operation", word) || !parseOpcode(word, op))
    return false;
  bool isCall = op == Op::Call || op == Op::CallValue || op == Op::CallNative;
  if (hasResult ? !opInfo(op).hasResult : opInfo(op).hasResult && !isCall)
    return failAt(word, hasResult ? "this operation has no result" : "the result has no name");
  if (hasResult && !define(name, resultType_, result_))
    return false;
  bool parsed = op == Op::ForStep ? parseForStep()
                : isCallLike(op)  ? parseCall(op)
                                  : parseOperands(op);
  if (!parsed)
    return false;
  if (!hasResult)
    result_ = kNone;
  return finish(op, word);
}

bool BodyParser::parseOperand() {
  uses_.push_back({token().number, position()});
  Token value;
  if (!expect(TokenKind::Value, "a value", value))
    return false;
  operands_.push_back(value.number);
  return true;
}

bool BodyParser::parseOperands(Op op) {
  // A list ends with the line, so that an operation without operands needs no mark.
  uint32_t line = tokenAt(position() - 1).line;
  auto more = [&, first = true]() mutable {
    bool any = first ? token().line == line &&
                           (token().kind == TokenKind::Value || token().kind == TokenKind::Block)
                     : accept(",");
    first = false;
    return any;
  };
  if (opInfo(op).imm != ImmKind::None) {
    if (!parseImmediate(opInfo(op).imm))
      return false;
    if (!accept(","))
      return true;
    return parseList(
        [&] { return token().kind == TokenKind::Block ? parseTarget(op) : parseOperand(); });
  }
  while (more())
    if (!(token().kind == TokenKind::Block ? parseTarget(op) : parseOperand()))
      return false;
  return true;
}

bool BodyParser::parseCall(Op op) {
  bool hasCallee = op == Op::CallValue;
  if (hasCallee ? !parseOperand() : !parseImmediate(opInfo(op).imm))
    return false;
  if (!expect("("))
    return false;
  return accept(")") || (parseList([&] { return parseOperand(); }) && expect(")"));
}

/// %counter + step < %limit, targets
bool BodyParser::parseForStep() {
  ForStepForm form;
  if (!parseOperand())
    return false;
  form.down = accept("-");
  if (!form.down && !expect("+"))
    return false;
  ValueId step = kNone;
  if (token().kind == TokenKind::Value) {
    if (!parseOperand())
      return false;
    step = operands_.pop_back_val();
  } else {
    uint64_t number = 0;
    if (!parseNumber(number))
      return false;
    if (number == 0 || number > 255)
      return fail("the step must be from 1 to 255");
    form.step = static_cast<uint8_t>(number);
  }
  if (!expect(form.down ? ">" : "<"))
    return false;
  form.inclusive = accept("=");
  if (!parseOperand())
    return false;
  if (step != kNone)
    operands_.push_back(step);
  imm_ = form.pack();
  while (accept(","))
    if (!parseTarget(Op::ForStep))
      return false;
  return true;
}

bool BodyParser::parseTarget(Op op) {
  BlockId block = kNone;
  if (!parseBlockRef(block))
    return false;
  bool implicit = implicitArgs(op, targets_.size()) != 0;
  auto &args = targets_.emplace_back(block, llvm::SmallVector<ValueId, 2>()).second;
  if (!is("(") && !implicit)
    return true;
  if (!expect("(") || (implicit && !expect(implicitArgText(op))))
    return false;
  if (implicit && accept(")"))
    return true;
  if (implicit && !expect(","))
    return false;
  auto parseArg = [&] {
    if (!parseOperand())
      return false;
    args.push_back(operands_.pop_back_val());
    return true;
  };
  return parseList(parseArg) && expect(")");
}

static bool parseDouble(StringRef text, uint64_t &bits) {
  if (text.starts_with("0x"))
    return !text.drop_front(2).getAsInteger(16, bits);
  double value = 0;
  auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  bits = std::bit_cast<uint64_t>(value);
  return error == std::errc{} && end == text.end();
}

/// Gives the canonical bits of a constant of the result type.
bool BodyParser::parseConstant() {
  StringRef text = token().spelling;
  bool ok = false;
  int64_t number = 0;
  if (!isScalar(resultType_))
    return fail("a constant must have a scalar type");
  switch (static_cast<image::ScalarType>(resultType_)) {
  case image::ScalarType::Bool:
    ok = text == "true" || text == "false";
    imm_ = text == "true";
    break;
  case image::ScalarType::I32:
    ok = !text.getAsInteger(10, number) && number == static_cast<int32_t>(number);
    imm_ = static_cast<uint32_t>(number);
    break;
  case image::ScalarType::U32:
    ok = !text.getAsInteger(10, imm_) && imm_ <= std::numeric_limits<uint32_t>::max();
    break;
  case image::ScalarType::I64:
    ok = !text.getAsInteger(10, number);
    imm_ = static_cast<uint64_t>(number);
    break;
  case image::ScalarType::U64: ok = !text.getAsInteger(10, imm_); break;
  case image::ScalarType::F64: ok = parseDouble(text, imm_); break;
  }
  if (!ok)
    return fail("expected a constant of type " + module_.types.spelling(resultType_));
  advance();
  return true;
}

template <class Table> static uint64_t findRow(const Table &table, auto member, StringRef text) {
  uint64_t row = 0;
  while (row < std::size(table) && StringRef(table[row].*member) != text)
    ++row;
  return row;
}

bool BodyParser::parseImmediate(ImmKind kind) {
  uint32_t number = 0;
  bool ok = false;
  Token local;
  switch (kind) {
  case ImmKind::None: return true;
  case ImmKind::Const: return parseConstant();
  case ImmKind::String: ok = parseString(number); break;
  case ImmKind::Function: ok = parseFunction(number); break;
  case ImmKind::Local:
    ok = expect(TokenKind::Local, "a local, as `$0`", local);
    number = local.number;
    break;
  case ImmKind::ModuleSlot:
  case ImmKind::Count:
  case ImmKind::Variant:
  case ImmKind::Field:
  case ImmKind::ForStep: ok = parseNumber32(number); break;
  case ImmKind::StepTest:
    while (number < kStepTestCount && kStepTestTexts[number] != token().spelling)
      ++number;
    advance();
    ok = number < kStepTestCount || fail("the test must be lt, le, gt or ge");
    break;
  case ImmKind::Type: ok = parseType(number); break;
  case ImmKind::Payload: return parsePayload();
  case ImmKind::Native:
    imm_ = findRow(isa::kNatives, &isa::NativeInfo::name, token().spelling);
    advance();
    return imm_ < isa::kNatives.size() || fail("no such native function");
  case ImmKind::Panic:
    imm_ = findRow(base::kPanics, &base::PanicInfo::ident, token().spelling);
    advance();
    return imm_ < base::kPanicCount || fail("no such panic");
  }
  imm_ = number;
  return ok;
}

/// variant.place, one token for the lexer.
bool BodyParser::parsePayload() {
  auto [variant, place] = token().spelling.split('.');
  uint32_t high = 0, low = 0;
  if (token().kind != TokenKind::Number || variant.getAsInteger(10, high) ||
      place.getAsInteger(10, low))
    return fail("expected the variant and the place of a payload, as `1.0`");
  imm_ = uint64_t{high} << 32 | low;
  advance();
  return true;
}

bool BodyParser::finish(Op op, const Token &word) {
  const OpInfo &info = opInfo(op);
  if (info.operands >= 0 && operands_.size() != static_cast<size_t>(info.operands))
    return failAt(word, "this operation takes " + llvm::Twine(info.operands) + " operands");
  bool isProven = accept("proven");
  SourceLoc loc;
  if (token().kind == TokenKind::Location) {
    loc = {token().number};
    advance();
  }
  if (!info.terminates) {
    if (!targets_.empty())
      return failAt(word, "this operation has no targets");
    InstId inst = fn_->append(block_, op, kNone, operands_, imm_, loc);
    fn_->insts[inst].result = result_;
    fn_->insts[inst].isProven = isProven;
    if (result_ != kNone)
      fn_->values[result_].inst = inst;
    return true;
  }
  llvm::SmallVector<std::pair<BlockId, ArrayRef<ValueId>>, 2> targets(targets_.begin(),
                                                                      targets_.end());
  fn_->terminate(block_, op, operands_, targets, imm_, loc);
  return true;
}

} // namespace orus::ir
