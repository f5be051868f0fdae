#include "compiler/codegen/Outgoing.h"

#include <algorithm>

namespace orus::codegen {

using isa::Opcode;

namespace {

constexpr uint32_t kFrameRecord = 3; // scalar slots below a callee's window
/// Values are kept in outgoing slots up to this index only, so that the area stays small enough for
/// 8-bit operands.
constexpr uint32_t kMaxIndex = 128;
/// How many calls that feed one another get their bases together.
constexpr unsigned kMaxChain = 8;

bool hasFrame(const LirInst &inst) { return isa::info(inst.op).has(isa::kCalls); }

/// What is known about a virtual register from the block that defines it.
struct LocalUse {
  BlockIndex block = kNone;
  uint32_t lastUse = 0; // instruction
  bool escapes = false; // used in another block, or where it must have a declared type
};

class Placement {
public:
  Placement(LirFunction &fn) : fn_(fn), uses_(fn.vregs.size()) {}
  OutgoingAreas run(bool inPlace);

private:
  struct Live {
    Bank bank;
    uint32_t slot, lastUse;
  };

  void scanUses();
  void visit(uint32_t at);
  void visitCall(uint32_t at);
  void placeArgument(VReg value, uint32_t at);
  void fix(uint32_t call, uint32_t at, unsigned depth);
  uint32_t top(Bank bank, uint32_t after) const;
  bool isLocal(VReg value) const {
    return value != kNone && !uses_[value].escapes && uses_[value].lastUse != 0 &&
           !fn_.vregs[value].isLocal;
  }
  /// The call before which an outgoing value must not be made that is read after it.
  bool survivesUntil(uint32_t lastUse) const {
    return pending_.empty() || pending_.back() >= lastUse;
  }
  /// Position among the arguments of the value's bank, if `call` takes the value as an argument.
  uint32_t argumentIndex(uint32_t call, VReg value) const;
  void keep(VReg value, uint32_t slot);
  void reserve(const LirInst &call, WindowBases bases);

  LirFunction &fn_;
  std::vector<LocalUse> uses_;
  std::vector<bool> isFixed_;     // by instruction
  std::vector<uint32_t> pending_; // calls with bases that have not been reached, the next one last
  std::vector<Live> live_;
  OutgoingAreas areas_;
};

} // namespace

/// The operand that holds both window bases of an instruction without a frame; kNone without one.
static uint32_t basesOperand(Opcode op) {
  const isa::OpInfo &info = isa::info(op);
  for (unsigned i = 0; i < info.operandCount; ++i)
    if (info.operandArray[i].role == isa::Role::Immediate &&
        info.operandArray[i].immediate == isa::ImmediateKind::Base2)
      return i;
  return kNone;
}

bool LirInst::takesOutgoing() const {
  return kind == Kind::Machine && (hasFrame(*this) || basesOperand(op) != kNone);
}

WindowBases windowBases(const LirInst &inst) {
  if (hasFrame(inst))
    return {{static_cast<uint32_t>(inst.operands[0]), static_cast<uint32_t>(inst.operands[1])}};
  int64_t bases = inst.operands[basesOperand(inst.op)];
  return {{static_cast<uint32_t>(bases & 0xFFFF), static_cast<uint32_t>(bases >> 16)}};
}

void setWindowBases(LirInst &inst, WindowBases bases) {
  if (hasFrame(inst)) {
    inst.operands[0] = bases.at[0];
    inst.operands[1] = bases.at[1];
    return;
  }
  inst.operands[basesOperand(inst.op)] = bases.at[0] | static_cast<int64_t>(bases.at[1]) << 16;
}

OutgoingAreas placeOutgoing(LirFunction &fn, bool inPlace) { return Placement(fn).run(inPlace); }

OutgoingAreas Placement::run(bool inPlace) {
  bool any = std::ranges::any_of(fn_.insts, &LirInst::takesOutgoing);
  if (!any)
    return areas_;
  isFixed_.assign(fn_.insts.size(), false);
  if (inPlace)
    scanUses();
  for (const LirBlock &block : fn_.blocks) {
    live_.clear();
    pending_.clear();
    for (uint32_t at = block.first; at < block.last; ++at)
      visit(at);
  }
  return areas_;
}

/// Calls `visit` for the indices that an instruction reads. A panic looks the declared type of an
/// index up, to tell negative numbers from large ones; outgoing slots have none.
template <class Visit> static void forEachIndex(const LirInst &inst, Visit visit) {
  if (inst.kind != LirInst::Kind::Machine || !isa::info(inst.op).has(isa::kMayPanic))
    return;
  const isa::OpInfo &op = isa::info(inst.op);
  for (unsigned i = 0; i < op.operandCount; ++i)
    if (op.operandArray[i].isRead() && op.operandArray[i].type == isa::RegisterType::Int)
      visit(static_cast<VReg>(inst.operands[i]));
}

void Placement::scanUses() {
  for (BlockIndex b = 0; b < fn_.blocks.size(); ++b)
    for (uint32_t at = fn_.blocks[b].first; at < fn_.blocks[b].last; ++at) {
      forEachUse(fn_, fn_.insts[at], [&](VReg value) {
        LocalUse &use = uses_[value];
        use.escapes |= use.block != b;
        use.lastUse = at;
      });
      forEachIndex(fn_.insts[at], [&](VReg value) { uses_[value].escapes = true; });
      if (VReg value = definitionOf(fn_.insts[at]); value != kNone)
        uses_[value].block = b;
    }
}

uint32_t Placement::argumentIndex(uint32_t call, VReg value) const {
  Bank bank = fn_.vregs[value].bank();
  uint32_t position = 0;
  for (Source arg : fn_.argsOf(fn_.insts[call])) {
    if (bankOf(fn_.typeOf(arg)) != bank)
      continue;
    if (arg == Source::vreg(value))
      return position;
    ++position;
  }
  return kNone;
}

uint32_t Placement::top(Bank bank, uint32_t after) const {
  uint32_t top = 0;
  for (const Live &live : live_)
    if (live.bank == bank && live.lastUse > after)
      top = std::max(top, live.slot + 1);
  return top;
}

void Placement::keep(VReg value, uint32_t slot) {
  fn_.vregs[value].space = Space::Outgoing;
  fn_.vregs[value].fixed = slot;
  live_.push_back({fn_.vregs[value].bank(), slot, uses_[value].lastUse});
}

void Placement::visit(uint32_t at) {
  LirInst &inst = fn_.insts[at];
  if (inst.takesOutgoing())
    visitCall(at);
  if (inst.result != kNone)
    return; // of a call: it stays where the callee leaves it
  VReg value = definitionOf(inst);
  if (isLocal(value) && fn_.insts[uses_[value].lastUse].takesOutgoing())
    placeArgument(value, at);
}

// Computes a value into the slot in which the call that is its last use expects it.
void Placement::placeArgument(VReg value, uint32_t at) {
  uint32_t call = uses_[value].lastUse, position = argumentIndex(call, value);
  if (position == kNone || !survivesUntil(call))
    return;
  if (!isFixed_[call])
    fix(call, at, 0);
  Bank bank = fn_.vregs[value].bank();
  uint32_t slot = windowBases(fn_.insts[call]).at[index(bank)] + position;
  auto isInUse = [&](const Live &live) {
    return live.bank == bank && live.slot == slot && live.lastUse > at;
  };
  if (slot <= kMaxIndex && std::ranges::none_of(live_, isInUse))
    keep(value, slot);
}

void Placement::visitCall(uint32_t at) {
  if (!isFixed_[at])
    fix(at, at, 0);
  if (!pending_.empty() && pending_.back() == at)
    pending_.pop_back();
  std::erase_if(live_, [&](const Live &live) { return live.lastUse <= at; });
  const LirInst &call = fn_.insts[at];
  if (!isLocal(call.result) || !survivesUntil(uses_[call.result].lastUse))
    return;
  uint32_t slot = windowBases(call).at[index(fn_.vregs[call.result].bank())];
  if (slot <= kMaxIndex)
    keep(call.result, slot);
}

// Chooses the bases of a call for which the first argument is computed at `at`: just above what is
// live there, or where the result is the argument of a later call. Nothing that is made later and
// read after the call may be put in an outgoing slot, see survivesUntil.
void Placement::fix(uint32_t at, uint32_t now, unsigned depth) {
  LirInst &call = fn_.insts[at];
  isFixed_[at] = true;
  uint32_t after =
      at == now ? now - 1 : now; // a call reads its arguments before it takes the slots
  uint32_t record = hasFrame(call) ? kFrameRecord : 0;
  std::array<uint32_t, kBankCount> least{top(Bank::Scalar, after) + record,
                                         top(Bank::Reference, after)};
  WindowBases bases{least};
  if (VReg result = call.result; isLocal(result)) {
    uint32_t consumer = uses_[result].lastUse;
    uint32_t position =
        fn_.insts[consumer].takesOutgoing() ? argumentIndex(consumer, result) : kNone;
    if (position != kNone && survivesUntil(consumer)) {
      if (!isFixed_[consumer] && depth < kMaxChain)
        fix(consumer, now, depth + 1);
      size_t bank = index(fn_.vregs[result].bank());
      uint32_t wanted =
          isFixed_[consumer] ? windowBases(fn_.insts[consumer]).at[bank] + position : 0;
      if (wanted >= least[bank])
        bases.at[bank] = wanted;
    }
  }
  if (at != now)
    pending_.push_back(at);
  setWindowBases(call, bases);
  reserve(call, bases);
}

void Placement::reserve(const LirInst &call, WindowBases bases) {
  std::array<uint32_t, kBankCount> count{};
  for (Source arg : fn_.argsOf(call))
    ++count[index(bankOf(fn_.typeOf(arg)))];
  if (call.resultType != kNone) {
    uint32_t &results = count[index(bankOf(call.resultType))];
    results = std::max(results, 1u);
  }
  for (size_t bank = 0; bank < kBankCount; ++bank)
    areas_.size[bank] = std::max(areas_.size[bank], bases.at[bank] + count[bank]);
  if (hasFrame(call))
    areas_.referenceLead = std::max(areas_.referenceLead, static_cast<int64_t>(bases.at[1]) -
                                                              static_cast<int64_t>(bases.at[0]));
}

} // namespace orus::codegen
