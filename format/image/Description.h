// What an image says of itself, so that tools of other versions can show what is in it: how the
// instructions it uses are encoded (section OPCODES) and what its records consist of (SCHEMA).
#pragma once

#include "format/image/Image.h"
#include "format/isa/Isa.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orus::image {

/// Where an operand is in the words of an instruction, and what it means.
struct OpcodeOperand {
  uint8_t word = 0, shift = 0, width = 0; // bits `shift` to `shift + width` of word `word`
  bool isSigned = false;
  isa::Role role{};
  bool isScalar = false; // a register of the scalar bank; else, of the reference bank
  std::string type;      // of the register, or the meaning of the immediate
  friend bool operator==(const OpcodeOperand &, const OpcodeOperand &) = default;
};

struct OpcodeRow {
  uint8_t number = 0;
  std::string mnemonic;
  uint8_t words = 0;
  std::vector<OpcodeOperand> operands;
  friend bool operator==(const OpcodeRow &, const OpcodeRow &) = default;
};

/// The row of an assigned opcode.
OpcodeRow describe(isa::Opcode op);

/// The rows of the opcodes that the functions of an image use, ascending.
std::vector<OpcodeRow> describeOpcodes(std::span<const Function> functions,
                                       std::span<const uint32_t> code);

/// `Manifest{producer: string, …}` for each record, then a line for each section:
/// `MANIFEST archive Manifest`, or `HANDLERS raw start end target catchSlot` with the u32 fields of
/// an element.
std::string describeRecords();

} // namespace orus::image
