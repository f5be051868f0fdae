#include "format/text/Disassembler.h"

#include "format/base/Panics.h"
#include "format/base/Text.h"
#include "format/text/AsmSyntax.h"
#include "format/text/ImageListing.h"

#include <algorithm>
#include <cstdio>

namespace orus::text {
namespace {

constexpr size_t kCommentColumn = 44;
constexpr size_t kOperandColumn = 12; // after the start of the mnemonic

std::string number(int64_t value) { return std::to_string(value); }

std::string lettered(char letter, int64_t value) { return letter + number(value); }

void padTo(std::string &out, size_t lineStart, size_t column) {
  size_t length = out.size() - lineStart;
  out.append(length < column ? column - length : 1, ' ');
}

void appendSlots(std::string &out, const char *directive, const image::Bank &bank) {
  if (bank.size() == 0)
    return;
  (out += "  ") += directive;
  size_t registers = std::min<size_t>(bank.registers, bank.slotTypes.size());
  for (size_t i = 0; i < bank.slotTypes.size(); ++i) {
    out += i == registers ? " | " : " ";
    out += ImageNames::typeOperand(bank.slotTypes[i]);
  }
  if (bank.outgoing)
    out += (registers == bank.slotTypes.size() ? " | | " : " | ") + number(bank.outgoing);
  if (bank.registers > bank.slotTypes.size())
    out += " registers=" + number(bank.registers);
  out += '\n';
}

} // namespace

// The places of a function that branches or handlers name.
class Disassembler::Labels {
public:
  Labels(std::span<const uint32_t> code, std::span<const image::Handler> handlers, bool byAddress)
      : byAddress_(byAddress) {
    std::vector<uint32_t> starts;
    for (uint32_t pc = 0; pc < code.size(); pc += lengthAt(code, pc)) {
      starts.push_back(pc);
      isa::Decoded decoded = isa::decode(code.subspan(pc));
      if (decoded.error == isa::DecodeError::None)
        for (unsigned i = 0; i < isa::info(decoded.instruction.op).operandCount; ++i)
          if (isDisplacement(decoded.instruction.op, i))
            add(pc + decoded.instruction.operands[i]);
    }
    starts.push_back(static_cast<uint32_t>(code.size()));
    for (const image::Handler &handler : handlers)
      for (uint32_t bound : {handler.start, handler.end, handler.target})
        add(bound);
    std::ranges::sort(places_);
    auto repeated = std::ranges::unique(places_);
    places_.erase(repeated.begin(), repeated.end());
    std::vector<uint32_t> valid;
    std::ranges::set_intersection(places_, starts, std::back_inserter(valid));
    places_ = std::move(valid);
  }

  /// The label of a place, empty if it has none because no instruction starts there.
  std::string at(int64_t pc) const {
    auto it = std::ranges::lower_bound(places_, pc);
    if (it == places_.end() || *it != pc)
      return {};
    return lettered('L', byAddress_ ? pc : it - places_.begin());
  }

  static uint32_t lengthAt(std::span<const uint32_t> code, uint32_t pc) {
    uint8_t opcode = isa::opcodeByte(code[pc]);
    return isa::isAssigned(opcode) ? isa::kOpTable[opcode].words : 1;
  }
  static bool isDisplacement(isa::Opcode op, unsigned i) {
    return isa::info(op).operandArray[i].role == isa::Role::Displacement;
  }

private:
  void add(int64_t pc) {
    if (pc >= 0 && pc <= image::kMaxCodeWords)
      places_.push_back(static_cast<uint32_t>(pc));
  }

  bool byAddress_;
  std::vector<uint32_t> places_;
};

std::span<const uint32_t> Disassembler::codeOf(const image::Function &function) const {
  size_t begin = std::min<size_t>(function.codeOffset, image_.code.size());
  return image_.code.subspan(begin,
                             std::min<size_t>(function.codeLength, image_.code.size() - begin));
}

void appendFunctionHead(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                        image::FunctionId id, bool withSource) {
  const image::Function &f = image.functions[id];
  out += ".function " + base::quoted(names.string(f.name)) + " " +
         ImageNames::typeOperand(f.signature) + " module=" + number(f.module);
  if (f.closure)
    out += " closure=" + ImageNames::typeOperand(f.closure);
  if (withSource && f.sourceHash) {
    char hash[24];
    std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(f.sourceHash));
    out += " line=" + number(f.line) + " source=0x" + hash;
  }
  out += '\n';
  appendSlots(out, ".scalars", f.scalars);
  appendSlots(out, ".references", f.references);
}

void Disassembler::appendFunction(std::string &out, image::FunctionId id) const {
  const image::Function &f = image_.functions[id];
  out += "; f" + number(id) + " " + names_.function(id) + ": " + names_.type(f.signature);
  if (options_.showsAddresses)
    out +=
        ", words " + number(f.codeOffset) + " to " + number(int64_t{f.codeOffset} + f.codeLength);
  out += '\n';
  appendFunctionHead(out, image_, names_, id, options_.showsSummaries);
  if (options_.showsSummaries)
    appendSummaries(out, f);
  appendCode(out, f);
  out += ".end\n";
}

void Disassembler::appendCode(std::string &out, const image::Function &f) const {
  std::span<const uint32_t> code = codeOf(f);
  std::span<const image::Handler> handlers = image_.handlers;
  size_t handlerBegin = std::min<size_t>(f.handlerBegin, handlers.size());
  handlers = handlers.subspan(handlerBegin,
                              std::min<size_t>(f.handlerCount, handlers.size() - handlerBegin));
  Labels labels(code, handlers, options_.showsAddresses);
  size_t line = std::min<size_t>(f.lineBegin, image_.lines.size());
  size_t lineEnd = line + std::min<size_t>(f.lineCount, image_.lines.size() - line);
  uint64_t lastLine = 0;
  for (uint32_t pc = 0; pc < code.size(); pc += Labels::lengthAt(code, pc)) {
    for (; line < lineEnd && image_.lines[line].pc <= pc; ++line)
      appendPosition(out, image_.lines[line], ".loc", lastLine);
    if (line < lineEnd && image_.lines[line].pc == pc + 1 && Labels::lengthAt(code, pc) > 1)
      appendPosition(out, image_.lines[line++], ".second", lastLine);
    if (std::string label = labels.at(pc); !label.empty())
      out += label + ":\n";
    appendInstruction(out, code, pc, labels,
                      options_.count ? options_.count(f.codeOffset + pc) : 0);
  }
  if (std::string label = labels.at(static_cast<int64_t>(code.size())); !label.empty())
    out += label + ":\n";
  if (code.size() < f.codeLength)
    out += "; " + number(f.codeLength - code.size()) + " words lie outside CODE\n";
  appendHandlers(out, handlers, labels);
}

void Disassembler::appendPosition(std::string &out, const image::LineEntry &entry,
                                  std::string_view directive, uint64_t &lastLine) const {
  uint64_t line = uint64_t{entry.file} << 32 | entry.line;
  if (options_.sourceLine && entry.line && line != std::exchange(lastLine, line)) {
    out += "; " + names_.file(entry.file) + ":" + number(entry.line);
    if (auto text = options_.sourceLine(entry.file, entry.line))
      out += ": " + base::escaped(*text);
    out += '\n';
  }
  if (options_.showsLines)
    out += "  " + std::string(directive) + " " + number(entry.file) + " " + number(entry.line) +
           " " + number(entry.column) + (entry.inlined ? " inlined=" + number(entry.inlined) : "") +
           "\n";
}

void Disassembler::appendInstruction(std::string &out, std::span<const uint32_t> code, uint32_t pc,
                                     const Labels &labels, uint64_t count) const {
  size_t lineStart = out.size();
  char address[16];
  std::snprintf(address, sizeof address, "%6u: ", pc);
  out += options_.showsAddresses ? address : "  ";
  isa::Decoded decoded = isa::decode(code.subspan(pc));
  if (decoded.error != isa::DecodeError::None) {
    char text[64];
    const char *reason = decoded.error == isa::DecodeError::Unassigned  ? "no such opcode"
                         : decoded.error == isa::DecodeError::Truncated ? "cut instruction"
                                                                        : "unused bits are set";
    out += ".word";
    for (uint32_t word :
         code.subspan(pc, std::min<size_t>(Labels::lengthAt(code, pc), code.size() - pc))) {
      std::snprintf(text, sizeof text, " 0x%08x", word);
      out += text;
    }
    padTo(out, lineStart, kCommentColumn);
    (out += "; ") += reason;
    out += '\n';
    return;
  }
  const isa::OpInfo &op = isa::info(decoded.instruction.op);
  size_t mnemonicStart = out.size();
  out += op.mnemonic;
  std::string comment =
      count ? number(static_cast<int64_t>(count)) + (count == 1 ? " time" : " times") : "";
  for (unsigned i = 0; i < op.operandCount; ++i) {
    if (i == 0)
      padTo(out, mnemonicStart, kOperandColumn);
    else
      out += ", ";
    out += operandText(decoded.instruction, i, pc, labels);
    if (std::string text = operandComment(decoded.instruction, i); !text.empty())
      comment += (comment.empty() ? "" : ", ") + text;
  }
  if (!comment.empty()) {
    padTo(out, lineStart, kCommentColumn);
    out += "; " + comment;
  }
  out += '\n';
}

std::string Disassembler::operandText(const isa::Instruction &instruction, unsigned index,
                                      uint32_t pc, const Labels &labels) const {
  const isa::OpInfo &op = isa::info(instruction.op);
  const isa::Operand &operand = op.operandArray[index];
  int64_t value = instruction.operands[index];
  if (operand.isRegister())
    return lettered(slotLetter(op, index), value);
  if (operand.role == isa::Role::Displacement) {
    std::string label = labels.at(pc + value);
    return label.empty() ? number(value) : label;
  }
  switch (operand.immediate) {
  case isa::ImmediateKind::Type: return ImageNames::typeOperand(static_cast<uint32_t>(value));
  case isa::ImmediateKind::Base2:
    return lettered('s', value & 0xFFFF) + " " + lettered('r', value >> 16);
  case isa::ImmediateKind::Panic:
    if (static_cast<size_t>(value) < base::kPanicCount)
      return std::string(base::kPanics[value].ident);
    return number(value);
  default: break;
  }
  if (char letter = immediateLetter(op, index))
    return lettered(letter, value);
  return number(value);
}

std::string Disassembler::operandComment(const isa::Instruction &instruction,
                                         unsigned index) const {
  const isa::OpInfo &op = isa::info(instruction.op);
  const isa::Operand &operand = op.operandArray[index];
  if (operand.role != isa::Role::Immediate)
    return {};
  uint32_t id = static_cast<uint32_t>(instruction.operands[index]);
  switch (operand.immediate) {
  case isa::ImmediateKind::String: return names_.literal(id);
  case isa::ImmediateKind::Const: return names_.constant(id);
  case isa::ImmediateKind::Func: return names_.function(id);
  case isa::ImmediateKind::Native: return names_.native(id);
  case isa::ImmediateKind::ModuleSlot: return names_.moduleSlot(id, op.operandArray[0].isScalar());
  case isa::ImmediateKind::Type:
    return id < image::kFirstComposite ? std::string() : names_.type(id);
  default: return {};
  }
}

void Disassembler::appendHandlers(std::string &out, std::span<const image::Handler> handlers,
                                  const Labels &labels) const {
  for (const image::Handler &handler : handlers) {
    out += "  .handler";
    for (uint32_t bound : {handler.start, handler.end, handler.target}) {
      std::string label = labels.at(bound);
      out += " " + (label.empty() ? number(bound) : label);
    }
    out += " " + lettered('r', handler.catchSlot) + "\n";
  }
}

} // namespace orus::text
