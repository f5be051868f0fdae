// The low-level representation: machine instructions over virtual registers, in linear order.
// Selection makes it; the placement of outgoing values and spilling rewrite it; register assignment
// gives every virtual register a slot.
#pragma once

#include "compiler/basic/Source.h"
#include "compiler/ir/Ir.h"
#include "format/image/Image.h"
#include "format/isa/Isa.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <cstdint>
#include <vector>

namespace orus::codegen {

using basic::SourceLoc;
using image::TypeId;

inline constexpr uint32_t kNone = ~0u;

using VReg = uint32_t;
using BlockIndex = uint32_t;

enum class Bank : uint8_t { Scalar, Reference };
inline constexpr unsigned kBankCount = 2;

inline Bank bankOf(TypeId type) {
  return type < image::kScalarTypeCount ? Bank::Scalar : Bank::Reference;
}
inline size_t index(Bank bank) { return static_cast<size_t>(bank); }

/// Where a virtual register may live.
enum class Space : uint8_t {
  Register, // a slot that 8-bit operands reach
  Spill,    // a slot that only lds and sts reach
  Home,     // the slot in which a parameter arrived, used as if it were a spill slot
  Outgoing, // an outgoing slot, within one basic block
};

struct VRegInfo {
  TypeId type = 0;
  Space space = Space::Register;
  /// A variable that is stored to inside a `try`: no store ends the life of what a handler may
  /// read.
  bool isLocal = false;
  /// Slot given before assignment: that of a parameter, or the index among the outgoing slots.
  uint32_t fixed = kNone;

  Bank bank() const { return bankOf(type); }
};

/// A scalar constant in canonical form, or a string constant (type kString, bits the string id).
struct LirConstant {
  TypeId type = 0;
  uint64_t bits = 0;
  friend bool operator==(const LirConstant &, const LirConstant &) = default;
};

/// What an operand without fixed encoding names: arguments, edge arguments, sources of moves.
/// Unlike a register operand it may be in any space.
class Source {
public:
  static Source vreg(VReg reg) { return Source(reg); }
  static Source constant(uint32_t index) { return Source(index | kConstantBit); }

  bool isConstant() const { return (bits_ & kConstantBit) != 0; }
  uint32_t constant() const { return bits_ & ~kConstantBit; }
  VReg vreg() const { return bits_; }
  friend bool operator==(Source, Source) = default;

private:
  explicit Source(uint32_t bits) : bits_(bits) {}
  static constexpr uint32_t kConstantBit = 1u << 31;
  uint32_t bits_;
};

/// A machine instruction, or a move between a virtual register and a source of any space.
struct LirInst {
  enum class Kind : uint8_t { Machine, Move, Dead };

  Kind kind = Kind::Machine;
  isa::Opcode op{};
  /// What a call, native or move defines; other results are operands.
  VReg result = kNone;
  /// What a call or native leaves in its first outgoing slot, even if nothing reads it; else kNone.
  TypeId resultType = kNone;
  uint32_t argBegin = 0, argCount = 0; // in LirFunction::args
  /// In the order of the opcode table: virtual registers and immediates. Window bases of calls and
  /// displacements are filled in later.
  std::array<int64_t, isa::kMaxOperands> operands{};
  /// Its number as selected; kNone for what spilling adds.
  uint32_t origin = kNone;
  ir::Position loc;
  ir::Position secondLoc; // of a fused instruction: where the second part is

  bool isMove() const { return kind == Kind::Move; }
  bool takesOutgoing() const; // arguments in outgoing slots: calls, natives, print, new objects, …
};

/// How the value that a block starts with, besides its parameters, comes about.
enum class EntryDef : uint8_t {
  None,
  Tied,  // written by the counted loop instruction of the one predecessor, over its counter
  Taken, // written by the branch of the one predecessor
  Catch, // the error that the handler is entered with
};

struct LirBlock {
  uint32_t first = 0, last = 0;      // instructions [first, last); the last one is the terminator
  llvm::SmallVector<VReg, 2> params; // given by the arguments of the jumps to the block
  VReg entryValue = kNone;
  EntryDef entryDef = EntryDef::None;
  /// In the order of the terminator: where it branches to if its condition holds comes first, and
  /// the next instruction last.
  llvm::SmallVector<BlockIndex, 2> successors;
  BlockIndex handler = kNone;
  uint32_t loopDepth = 0;
  uint32_t loop = kNone; // the innermost one around it, in LirFunction::loops
  bool isCold = false;   // ends in a panic
};

/// A loop of the IR that was selected.
struct LirLoop {
  uint32_t parent = kNone; // the loop around it, which comes before it
  uint32_t depth = 1;
  ir::Position loc;
};

/// A function between selection and emission. Blocks are in an order in which definitions come
/// before uses; an edge with arguments or moves is the only one of its source or of its target.
struct LirFunction {
  TypeId signature = 0, closure = 0; // as in ir::Function
  ir::Position loc;
  std::vector<VRegInfo> vregs;
  std::vector<LirBlock> blocks;
  std::vector<LirLoop> loops;
  std::vector<LirInst> insts;
  std::vector<Source> args;
  std::vector<LirConstant> constants;
  std::vector<VReg> params; // of the function; kNone for those that nothing reads
  llvm::ArrayRef<ir::InlineSite> inlineSites;

  VReg addVReg(TypeId type, Space space = Space::Register) {
    vregs.push_back({type, space, false, kNone});
    return static_cast<VReg>(vregs.size() - 1);
  }
  llvm::MutableArrayRef<Source> argsOf(const LirInst &inst) {
    return llvm::MutableArrayRef(args).slice(inst.argBegin, inst.argCount);
  }
  llvm::ArrayRef<Source> argsOf(const LirInst &inst) const {
    return llvm::ArrayRef(args).slice(inst.argBegin, inst.argCount);
  }
  const LirInst &terminator(const LirBlock &block) const { return insts[block.last - 1]; }
  TypeId typeOf(Source source) const {
    return source.isConstant() ? constants[source.constant()].type : vregs[source.vreg()].type;
  }
  LirInst move(VReg to, Source from);
};

/// Calls `visit(VReg)` for each register operand read, and each argument that is no constant.
template <class Visit> void forEachUse(const LirFunction &fn, const LirInst &inst, Visit visit) {
  if (inst.kind == LirInst::Kind::Dead)
    return;
  if (inst.kind == LirInst::Kind::Machine) {
    const isa::OpInfo &op = isa::info(inst.op);
    for (unsigned i = 0; i < op.operandCount; ++i)
      if (op.operandArray[i].isRead())
        visit(static_cast<VReg>(inst.operands[i]));
  }
  for (Source source : fn.argsOf(inst))
    if (!source.isConstant())
      visit(source.vreg());
}

/// The virtual register that the instruction writes, or kNone. What a branch writes belongs to the
/// block it goes to (EntryDef).
inline VReg definitionOf(const LirInst &inst) {
  if (inst.kind == LirInst::Kind::Dead)
    return kNone;
  if (inst.kind == LirInst::Kind::Machine) {
    const isa::OpInfo &op = isa::info(inst.op);
    if (op.operandCount != 0 && op.operandArray[0].role == isa::Role::Out &&
        !op.has(isa::kBranches))
      return static_cast<VReg>(inst.operands[0]);
  }
  return inst.result;
}

void print(const LirFunction &fn, llvm::StringRef name, llvm::raw_ostream &out);

} // namespace orus::codegen
