// The walk over the instructions of a function that checks operands (V7, V8), records which slots
// they read and write, and applies the rule of each opcode.
#pragma once

#include "format/verify/Flow.h"
#include "format/verify/Initialization.h"
#include "format/verify/Outgoing.h"
#include "format/verify/Shape.h"

namespace orus::verify {

/// An instruction under examination.
struct Instruction {
  const uint32_t *words;
  uint32_t pc;
  /// What was read through each operand: a ScalarSet or a reference type.
  std::array<uint32_t, isa::kMaxOperands> value{};
  /// What it produces for its output: starts as all that the row admits, narrowed by the rule.
  uint32_t result = 0;
  uint32_t second = 0; // the same for its second output
  /// The rule that a mismatch of result and output slot breaks.
  RuleId mismatch = RuleId::V8;

  const isa::OpInfo &info() const { return isa::kOpTable[isa::opcodeByte(*words)]; }
  std::string_view mnemonic() const { return info().mnemonic; }
  /// The value of an operand that is no register.
  int64_t immediate(unsigned operand) const {
    return isa::extract(words, info().operandArray[operand]);
  }
  bool isRegister(unsigned operand) const { return info().operandArray[operand].isRegister(); }
  bool isOutput(unsigned operand) const { return info().operandArray[operand].isWritten(); }
};

/// Slots of the two banks from which on an instruction takes values.
struct Bases {
  uint32_t scalar, reference;
};
/// The two halves of the word in which instructions without a callee hold them.
inline Bases packedBases(const Instruction &instruction, unsigned operand) {
  auto word = static_cast<uint32_t>(instruction.immediate(operand));
  return {word & 0xFFFF, word >> 16};
}

/// One bank of the window of the function at hand.
struct Window {
  std::span<const image::TypeId> types; // of declared slots
  uint32_t registers = 0, size = 0;
  uint32_t firstDeclared = 0; // number of its slot 0 in Initialization
  bool isScalar = false;
  Outgoing outgoing;

  char prefix() const { return isScalar ? 's' : 'r'; }
  uint32_t declared() const { return static_cast<uint32_t>(types.size()); }
  /// What a declared slot holds: a ScalarSet or a reference type.
  uint32_t declaredValue(uint32_t slot) const { return isScalar ? 1u << types[slot] : types[slot]; }
};

class Code {
public:
  explicit Code(Program &program);

  bool check(image::FunctionId id);

  // For the rules of the opcodes.
  const Program &program() const { return program_; }
  const Subject &image() const { return program_.image(); }
  const image::Function &function() const { return image().functions[function_]; }
  Window &window(bool isScalar) { return isScalar ? scalars_ : references_; }
  bool fail(RuleId rule, const Instruction &at, std::initializer_list<Piece> sentence);
  std::string describe(bool isScalar, uint32_t value) const;

  /// Whether an operand read as `value` may stand for a value of this type, as it is declared.
  bool mayBe(uint32_t value, image::TypeId type) const {
    type = image().types.valueType(type);
    return type < image::kScalarTypeCount ? value >> type & 1 : value == type;
  }
  uint32_t valueOf(image::TypeId type) const {
    type = image().types.valueType(type);
    return type < image::kScalarTypeCount ? 1u << type : type;
  }

  /// Reads a spill or outgoing slot; the slot's value, or nothing if a violation was found.
  std::optional<uint32_t> readFar(const Instruction &at, Window &window, uint32_t slot);
  bool writeFar(const Instruction &at, Window &window, uint32_t slot, uint32_t value);

  /// Arguments of a call in the outgoing slots from the bases on.
  bool checkArguments(const Instruction &at, RuleId rule, const Signature &signature,
                      uint32_t scalarBase, uint32_t referenceBase);
  bool checkArgument(const Instruction &at, RuleId rule, Window &window, uint32_t slot,
                     image::TypeId type);
  /// The fields of a new object in the outgoing slots from the bases on.
  bool checkFields(const Instruction &at, RuleId rule, const image::ObjectLayout &layout,
                   uint32_t scalarBase, uint32_t referenceBase);

private:
  void beginFunction(image::FunctionId id);
  void beginWindow(Window &window, const image::Bank &bank, uint32_t firstDeclared,
                   uint32_t parameters);
  void beginBlock(uint32_t block);
  bool walk();
  bool checkInstruction(const Shape &shape, Instruction &instruction);
  bool checkOperand(const OperandShape &operand, Instruction &instruction);
  bool readScalar(const OperandShape &operand, Instruction &instruction);
  bool readReference(const OperandShape &operand, Instruction &instruction);
  bool checkId(const OperandShape &operand, const Instruction &instruction);
  bool writeOutput(const OperandShape &output, bool isScalar, uint32_t result,
                   const Instruction &instruction);
  void assumeOutputs(const Shape &shape, const Instruction &instruction);
  void assumeOutput(const OperandShape &output, bool isScalar, uint32_t result,
                    const Instruction &instruction);
  bool failSlot(const Instruction &at, const Window &window, uint32_t slot);
  bool failOutgoing(const Instruction &at, const Window &window, uint32_t slot);
  bool failType(const Instruction &at, const OperandShape &operand, const Window &window,
                uint32_t slot, uint32_t value);

  Program &program_;
  Report &report_;
  Flow flow_;
  Initialization initialization_;
  image::FunctionId function_ = 0;
  Window scalars_, references_;
  std::vector<uint32_t> catchSlots_;
  uint64_t fieldBudget_ = 0;
};

// The condition of each row of isa/Rules.def, spread over the files *Rules.cpp. Each returns false
// if the instruction must not be looked at any further.
#define ORUS_RULE(ident, condition) bool check##ident(Code &code, Instruction &instruction);
#include "format/isa/Rules.def"

/// The field in operand 3 of a struct whose type has taken the place of operand 1.
bool checkFieldOfElement(Code &code, Instruction &instruction);

} // namespace orus::verify
