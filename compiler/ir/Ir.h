// The intermediate representation: SSA with block arguments, typed and index-based. A Module owns
// Functions; a Function owns its blocks, instructions and values in flat arrays that refer to one
// another by 32-bit ids.
#pragma once

#include "compiler/basic/Source.h"
#include "format/image/Image.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orus::ir {

using basic::SourceLoc;
using image::TypeId;
using llvm::ArrayRef;
using llvm::StringRef;

using BlockId = uint32_t;
using InstId = uint32_t;
using ValueId = uint32_t;
inline constexpr uint32_t kNone = ~0u;

enum class Op : uint8_t {
#define ORUS_IR_OP(ident, text, operands, result, imm, effects, meaning) ident,
#include "compiler/ir/Ops.def"
};
inline constexpr unsigned kOpCount = 0
#define ORUS_IR_OP(...) +1
#include "compiler/ir/Ops.def"
    ;

/// What Inst::imm holds.
enum class ImmKind : uint8_t {
  None,
  Const,      // canonical bits of the result type
  String,     // index into Module::strings
  Function,   // index into Module::functions
  Local,      // index into Function::locals
  ModuleSlot, // absolute slot of the bank that the type of the value says
  Native,     // an isa::NativeId
  Count,
  Type, // a TypeId
  Variant,
  Field,   // index in order of declaration
  Payload, // variant in the high 32 bits, index in order of declaration in the low ones
  ForStep,
  StepTest,
  Panic, // row of Panics.def
};

/// A row of Ops.def.
struct OpInfo {
  const char *text;
  int operands; // -1: any number
  bool hasResult;
  ImmKind imm;
  bool mayPanic, mayCollect, reads, writes, io, calls, terminates;
};
const OpInfo &opInfo(Op op);

/// How many leading parameters of a target are given by the terminator itself, not by an argument:
/// the next value of a loop, the error of a handler.
inline unsigned implicitArgs(Op op, size_t target) {
  return (target == 0 && (op == Op::ForStep || op == Op::StepWhile || op == Op::RangeNext)) ||
         (target == 1 && op == Op::TryEnter);
}

/// IR values of payload-free enum type are u32, so a type below kScalarTypeCount is scalar and
/// every other one is a reference.
inline bool isScalar(TypeId type) { return type < image::kScalarTypeCount; }

/// The parts of ForStep's immediate. `down` is only used with a constant step (1…255, its
/// magnitude); a step given as an operand decides the direction by its sign.
struct ForStepForm {
  uint8_t step = 0; // 0: the step is operand 2
  bool inclusive = false, down = false;

  uint64_t pack() const {
    return step | static_cast<uint64_t>(inclusive) << 8 | static_cast<uint64_t>(down) << 9;
  }
  static ForStepForm unpack(uint64_t imm) {
    return {static_cast<uint8_t>(imm), (imm >> 8 & 1) != 0, (imm >> 9 & 1) != 0};
  }
};

/// How StepWhile compares the next value with the limit.
enum class StepTest : uint8_t { Less, LessEqual, Greater, GreaterEqual };
inline constexpr unsigned kStepTestCount = 4;

/// Where an instruction comes from: a place in the source and, if a call was replaced by the body
/// of the callee, which call; an index into Function::inlineSites.
struct Position : SourceLoc {
  uint32_t site = kNone;

  Position() = default;
  Position(SourceLoc at, uint32_t inlined = kNone) : SourceLoc(at), site(inlined) {}
  friend bool operator==(const Position &, const Position &) = default;
};

/// A call that was replaced by the body of the callee.
struct InlineSite {
  image::FunctionId callee = 0;
  Position call;
};

/// A value is defined by an instruction or is a parameter of a block.
struct Value {
  TypeId type = 0;
  InstId inst = kNone;   // its definition, or kNone for a block parameter
  BlockId block = kNone; // of which it is a parameter
};

/// An edge of the control-flow graph: arguments are slices of Function::operandPool.
struct Target {
  BlockId block = kNone;
  uint32_t argBegin = 0, argCount = 0;
};

struct Inst {
  Op op{};
  BlockId block = kNone;
  InstId prev = kNone, next = kNone; // within the block; the last one is the terminator
  ValueId result = kNone;
  uint32_t operandBegin = 0, operandCount = 0; // in Function::operandPool
  uint32_t targetBegin = 0, targetCount = 0;   // in Function::targetPool
  uint64_t imm = 0;
  bool isProven = false; // it does not panic where it stands, though with other operands it might
  Position loc;          // where a panic of this instruction is reported
};

struct Block {
  InstId first = kNone, last = kNone;
  llvm::SmallVector<ValueId, 2> params;
  /// Where a panic in this block continues, or kNone: the innermost try region around it. The
  /// handler block has one parameter, the error. It can use values that dominate the TryEnter, and
  /// locals.
  BlockId handler = kNone;
  uint32_t loopDepth = 0; // as lowered; analysis::LoopInfo is authoritative for optimisation
};

/// One function. Block 0 is the entry; its parameters are the function's, then its closure if it
/// captures. Blocks that are not
/// reachable hold no instructions after cleanup.
class Function {
public:
  std::string name; // empty: function expression or module body
  TypeId signature = 0;
  /// Of a function that captures: its Closure type; else 0. Its value is then the last parameter.
  TypeId closure = 0;
  image::ModuleId module = 0;
  SourceLoc loc;
  uint64_t sourceHash = 0; // of its text; 0 if nothing asks for it
  bool isModuleBody = false;
  bool hot = false, cold = false, inlineHint = false, noinline = false;
  std::vector<TypeId> locals;
  std::vector<InlineSite> inlineSites; // a site comes after the one its call is in

  std::vector<Block> blocks;
  std::vector<Inst> insts;
  std::vector<Value> values;
  std::vector<ValueId> operandPool;
  std::vector<Target> targetPool;

  BlockId addBlock(BlockId handler = kNone);
  ValueId addParam(BlockId block, TypeId type);

  /// Appends to a block. `type` is that of the result, for operations that have one.
  /// A call of a function without result has no result value: pass kNone as type.
  InstId append(BlockId block, Op op, TypeId type, ArrayRef<ValueId> operands, uint64_t imm = 0,
                Position at = {});
  /// Appends a terminator.
  InstId terminate(BlockId block, Op op, ArrayRef<ValueId> operands,
                   ArrayRef<std::pair<BlockId, ArrayRef<ValueId>>> targets, uint64_t imm = 0,
                   Position at = {});
  /// Creates an instruction that is in no block yet; its block is kNone.
  InstId make(Op op, TypeId type, ArrayRef<ValueId> operands, uint64_t imm = 0, Position at = {});
  /// Puts an instruction that is in no block in front of another one, or at the end of a block.
  void insertBefore(InstId before, InstId inst);
  void insertAtEnd(BlockId block, InstId inst);
  /// Takes an instruction out of its block without giving it up.
  void unlink(InstId inst);
  /// Unlinks an instruction; its id is not used again.
  void remove(InstId inst);

  llvm::MutableArrayRef<ValueId> operands(InstId inst);
  ArrayRef<ValueId> operands(InstId inst) const;
  llvm::MutableArrayRef<Target> targets(InstId inst);
  ArrayRef<Target> targets(InstId inst) const;
  llvm::MutableArrayRef<ValueId> args(const Target &target);
  ArrayRef<ValueId> args(const Target &target) const;
  void setArgs(Target &target, ArrayRef<ValueId> args);

  InstId terminator(BlockId block) const { return blocks[block].last; }
  TypeId type(ValueId value) const { return values[value].type; }
  /// The block in which the value is defined.
  BlockId blockOf(ValueId value) const {
    const Value &v = values[value];
    return v.inst == kNone ? v.block : insts[v.inst].block;
  }
};

/// A whole program between lowering and code generation.
class Module {
public:
  image::TypeTable types;
  std::vector<std::unique_ptr<Function>> functions;
  image::FunctionId entry = 0;
  std::vector<std::string> strings;
  std::vector<image::Export> exports; // what modules offer; not part of the text form
  std::vector<image::Module> modules; // layouts; `initializer` and `dependencies` filled in

  /// Interns program text or a name.
  image::StringId string(StringRef text);

private:
  llvm::StringMap<image::StringId> stringIds_;
};

} // namespace orus::ir
