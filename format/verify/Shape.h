// The rows of Opcodes.def, packed for the loops that look at every instruction of an image.
#pragma once

#include "format/image/Types.h"
#include "format/isa/Isa.h"

namespace orus::verify {

/// A set of scalar types, as bits 1 << ScalarType. The set of a declared slot has one member. An
/// outgoing slot may have several: `ldi.w` of 1 is a bool, an i32 and a u32.
using ScalarSet = uint32_t;

constexpr ScalarSet setOf(image::ScalarType type) { return 1u << static_cast<unsigned>(type); }

inline constexpr ScalarSet kBoolSet = setOf(image::ScalarType::Bool);
inline constexpr ScalarSet kI32Set = setOf(image::ScalarType::I32);
inline constexpr ScalarSet kU32Set = setOf(image::ScalarType::U32);
inline constexpr ScalarSet kI64Set = setOf(image::ScalarType::I64);
inline constexpr ScalarSet kU64Set = setOf(image::ScalarType::U64);
inline constexpr ScalarSet kF64Set = setOf(image::ScalarType::F64);

/// Classes of reference types that are not one type; values above every type id.
inline constexpr image::TypeId kAnyArray = 0xFFFFFFF0, kAnyFunction = 0xFFFFFFF1,
                               kAnyReference = 0xFFFFFFF2, kAnyObject = 0xFFFFFFF3,
                               kAnyClosure = 0xFFFFFFF4, kAnyCell = 0xFFFFFFF5,
                               kNoType = 0xFFFFFFFF;

/// What operands of this type accept: a ScalarSet, or a reference type or class.
constexpr uint32_t accepted(isa::RegisterType type) {
  using enum isa::RegisterType;
  switch (type) {
  case Bool: return kBoolSet;
  case I32: return kI32Set;
  case U32: return kU32Set;
  case I64: return kI64Set;
  case U64: return kU64Set;
  case F64: return kF64Set;
  case Int: return kI32Set | kU32Set | kI64Set | kU64Set;
  case U: return kU32Set | kU64Set;
  case W: return kBoolSet | kI32Set | kU32Set;
  case X: return kI64Set | kU64Set;
  case S: return kBoolSet | kI32Set | kU32Set | kI64Set | kU64Set | kF64Set;
  case Str: return image::kString;
  case Any: return image::kAny;
  case Range: return image::kRange;
  case Error: return image::kError;
  case Arr: return kAnyArray;
  case Fn: return kAnyFunction;
  case Obj: return kAnyObject;
  case Clo: return kAnyClosure;
  case Cell: return kAnyCell;
  case R: return kAnyReference;
  }
  return kNoType;
}

/// What the shape check does with an operand; other operands are left to the rules.
enum class Check : uint8_t {
  ReadScalar,
  ReadReference,
  Type,
  Function,
  Constant,
  String,
  Native,
  Panic,
};

struct OperandShape {
  Check check{};
  uint8_t index = 0; // in the operands of the row
  uint8_t word = 0, shift = 0;
  uint32_t mask = 0;
  uint32_t accepts = 0;

  uint32_t value(const uint32_t *words) const { return words[word] >> shift & mask; }
};

struct Shape {
  uint8_t words = 0; // 0: not assigned
  uint8_t effects = 0;
  isa::Rule rule{};
  uint8_t checkCount = 0;
  bool hasOutput = false, isOutputScalar = false;
  bool hasSecond = false, isSecondScalar = false;
  uint8_t displacementWord = 0, displacementShift = 0;
  uint32_t unusedBits = 0;
  OperandShape output; // the register that is written
  OperandShape second; // another one, written after it
  std::array<OperandShape, isa::kMaxOperands> checks{};

  constexpr bool has(isa::Effect effect) const { return effects & effect; }
  std::string_view mnemonic(uint32_t word0) const {
    return isa::kOpTable[isa::opcodeByte(word0)].mnemonic;
  }
  /// The displacement field reaches up to the highest bit of its word in every row.
  int64_t displacement(const uint32_t *instruction) const {
    return static_cast<int32_t>(instruction[displacementWord]) >> displacementShift;
  }
};

namespace detail {

consteval OperandShape makeOperand(const isa::Operand &operand, unsigned index) {
  OperandShape shape;
  unsigned width = isa::widthOf(operand.field);
  shape.index = static_cast<uint8_t>(index);
  shape.word = static_cast<uint8_t>(isa::wordOf(operand.field));
  shape.shift = static_cast<uint8_t>(isa::word0Shift(operand.field));
  shape.mask = width == 32 ? ~0u : (1u << width) - 1;
  if (operand.isRegister())
    shape.accepts = accepted(operand.type);
  return shape;
}

consteval void addImmediate(Shape &shape, OperandShape operand, isa::ImmediateKind kind) {
  switch (kind) {
  case isa::ImmediateKind::Type: operand.check = Check::Type; break;
  case isa::ImmediateKind::Func: operand.check = Check::Function; break;
  case isa::ImmediateKind::Const: operand.check = Check::Constant; break;
  case isa::ImmediateKind::String: operand.check = Check::String; break;
  case isa::ImmediateKind::Native: operand.check = Check::Native; break;
  case isa::ImmediateKind::Panic: operand.check = Check::Panic; break;
  default: return;
  }
  shape.checks[shape.checkCount++] = operand;
}

consteval Shape makeShape(const isa::OpInfo &info) {
  Shape shape;
  shape.words = info.words;
  shape.effects = info.effects;
  shape.rule = info.rule;
  uint32_t used = 0xFF;
  for (unsigned i = 0; i < info.operandCount; ++i) {
    const isa::Operand &operand = info.operandArray[i];
    OperandShape entry = makeOperand(operand, i);
    used |= isa::word0Mask(operand.field);
    if (operand.role == isa::Role::Displacement) {
      shape.displacementWord = entry.word;
      shape.displacementShift = entry.shift;
      if (entry.shift + isa::widthOf(operand.field) != 32)
        throw "a displacement must reach up to the highest bit";
    }
    if (operand.role == isa::Role::Immediate)
      addImmediate(shape, entry, operand.immediate);
    if (operand.isRegister() && operand.isRead()) {
      entry.check = operand.isScalar() ? Check::ReadScalar : Check::ReadReference;
      shape.checks[shape.checkCount++] = entry;
    }
    if (operand.isRegister() && operand.isWritten()) {
      if (shape.hasSecond)
        throw "an instruction writes at most two registers";
      (shape.hasOutput ? shape.hasSecond : shape.hasOutput) = true;
      (shape.hasSecond ? shape.isSecondScalar : shape.isOutputScalar) = operand.isScalar();
      (shape.hasSecond ? shape.second : shape.output) = entry;
    }
  }
  shape.unusedBits = ~used;
  return shape;
}

consteval std::array<Shape, 256> makeShapes() {
  std::array<Shape, 256> shapes{};
  for (unsigned i = 1; i < isa::kOpcodeCount; ++i)
    shapes[i] = makeShape(isa::kOpTable[i]);
  return shapes;
}

} // namespace detail

extern const std::array<Shape, 256> kShapes;

inline const Shape &shapeOf(uint32_t word0) { return kShapes[isa::opcodeByte(word0)]; }
inline bool isSwitch(const Shape &shape) { return shape.rule == isa::Rule::SwitchTable; }

} // namespace orus::verify
