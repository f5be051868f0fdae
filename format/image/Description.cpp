#include "format/image/Description.h"

#include "format/image/Layout.h"
#include "format/image/Schema.h"

#include <algorithm>
#include <bitset>

namespace orus::image {

namespace {

struct Elements {
  SectionKind section;
  const char *text;
};

// Sections that a reader needs no further knowledge for: STRINGS, CONST and CODE are described in
// words (Sections.def) and do not change.
constexpr Elements kElements[] = {
    {SectionKind::Manifest, "archive Manifest"},
    {SectionKind::Types, "archive Type"},
    {SectionKind::Natives, "archive Native"},
    {SectionKind::Functions, "archive Function"},
    {SectionKind::Handlers, "raw start end target catchSlot"},
    {SectionKind::Modules, "archive Module"},
    {SectionKind::Interface, "archive Export"},
    {SectionKind::Lines, "raw pc file line column inlined"},
    {SectionKind::Files, "archive SourceFile"},
    {SectionKind::Notes, "archive Note"},
    {SectionKind::Inlined, "raw function file line column outer"},
    {SectionKind::Loops, "raw function begin end file line column inlined parent depth "
                         "scalarPressure referencePressure spillLoads spillStores constants moves "
                         "boxed moduleAccesses calls instructions"},
    {SectionKind::Opcodes, "archive OpcodeRow"},
};

consteval size_t fieldsOf(SectionKind section) {
  for (const Elements &elements : kElements)
    if (elements.section == section)
      return static_cast<size_t>(std::ranges::count(std::string_view(elements.text), ' '));
  return 0;
}
static_assert(4 * fieldsOf(SectionKind::Handlers) == sizeof(Handler));
static_assert(4 * fieldsOf(SectionKind::Lines) == sizeof(LineEntry));
static_assert(4 * fieldsOf(SectionKind::Inlined) == sizeof(InlinedCall));
static_assert(4 * fieldsOf(SectionKind::Loops) == sizeof(LoopRecord));

std::string_view typeOf(const isa::Operand &operand) {
  if (operand.isRegister())
    return isa::name(operand.type);
  return operand.role == isa::Role::Displacement ? "displacement" : isa::name(operand.immediate);
}

} // namespace

OpcodeRow describe(isa::Opcode op) {
  const isa::OpInfo &info = isa::info(op);
  OpcodeRow row{static_cast<uint8_t>(op), std::string(info.mnemonic), info.words, {}};
  for (const isa::Operand &operand : info.operands())
    row.operands.push_back({static_cast<uint8_t>(isa::wordOf(operand.field)),
                            static_cast<uint8_t>(isa::word0Shift(operand.field)),
                            static_cast<uint8_t>(isa::widthOf(operand.field)), operand.isSigned(),
                            operand.role, operand.isRegister() && operand.isScalar(),
                            std::string(typeOf(operand))});
  return row;
}

std::vector<OpcodeRow> describeOpcodes(std::span<const Function> functions,
                                       std::span<const uint32_t> code) {
  std::bitset<256> used;
  for (const Function &function : functions) {
    if (function.codeOffset > code.size() ||
        function.codeLength > code.size() - function.codeOffset)
      continue;
    std::span<const uint32_t> words = code.subspan(function.codeOffset, function.codeLength);
    for (size_t pc = 0; pc < words.size();) {
      uint8_t opcode = isa::opcodeByte(words[pc]);
      if (!isa::isAssigned(opcode))
        break;
      used.set(opcode);
      pc += isa::kOpTable[opcode].words;
    }
  }
  std::vector<OpcodeRow> rows;
  for (unsigned opcode = 1; opcode < isa::kOpcodeCount; ++opcode)
    if (used[opcode])
      rows.push_back(describe(static_cast<isa::Opcode>(opcode)));
  return rows;
}

std::string describeRecords() {
  std::string text = schemaText();
  for (const Elements &elements : kElements)
    ((text += info(elements.section).name) += ' ') += std::string(elements.text) + "\n";
  return text;
}

} // namespace orus::image
