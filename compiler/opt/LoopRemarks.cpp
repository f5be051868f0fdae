#include "compiler/opt/LoopRemarks.h"

#include "compiler/ir/Effects.h"
#include "compiler/opt/ModuleAccess.h"

#include "llvm/ADT/DenseSet.h"

namespace orus::opt {

namespace {

using analysis::LoopId;
using basic::Remark;

class LoopRemarks {
public:
  LoopRemarks(const ir::Module &module, const ModuleAccess &access, image::FunctionId id,
              basic::Remarks &remarks)
      : module_(module), access_(access), id_(id), fn_(*module.functions[id]), remarks_(remarks),
        analyses_(fn_) {}

  void run() {
    const Loops &loops = analyses_.loops();
    for (LoopId loop = 0; loop < loops.loops().size(); ++loop) {
      unsigned overflow = 0, bounds = 0;
      basic::SourceLoc first;
      bool calls = false;
      for (BlockId block : loops.blocks(loop))
        for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next)
          calls |= opInfo(fn_.insts[id].op).calls;
      for (BlockId block : loops.blocks(loop)) {
        if (loops.loopOf(block) != loop)
          break; // the loop's own blocks come first
        for (InstId id = fn_.blocks[block].first; id != kNone; id = fn_.insts[id].next) {
          onModuleRegister(id, calls);
          onDynamic(id);
          onUnknownCall(id);
          if (!ir::mayPanic(fn_, id))
            continue;
          Op op = fn_.insts[id].op;
          bool isBounds = op == Op::ArrGet || op == Op::ArrSet || op == Op::StrGet;
          bool isArithmetic = (op >= Op::Add && op <= Op::Neg) || op == Op::StepWhile;
          bounds += isBounds;
          overflow += isArithmetic;
          if ((isBounds || isArithmetic) && (!first.valid() || fn_.insts[id].loc < first))
            first = fn_.insts[id].loc;
        }
      }
      if (bounds + overflow != 0)
        add(Remark::Kind::Analysis, "checks", "ChecksInLoop", first)
            .text("each pass checks ")
            .value("Overflow", std::to_string(overflow))
            .text(overflow == 1 ? " result and " : " results and ")
            .value("Bounds", std::to_string(bounds))
            .text(bounds == 1 ? " index" : " indices");
    }
  }

private:
  Remark &add(Remark::Kind kind, const char *pass, const char *name, basic::SourceLoc loc) {
    return remarks_.add(kind, pass, name, loc, fn_.name);
  }

  void onModuleRegister(InstId id, bool loopCalls) {
    auto reg = moduleRegisterOf(fn_, id);
    if (!reg)
      return;
    bool isRead = fn_.insts[id].op == Op::ModuleGet;
    const char *reason =
        loopCalls ? "what the loop calls may use it"
        : !access_.panicsAreFinal(id_) || fn_.blocks[fn_.insts[id].block].handler != kNone
            ? "a handler may see it after a panic"
            : "it may have no value yet";
    add(Remark::Kind::Missed, "promote-modules", "ModuleAccessInLoop", fn_.insts[id].loc)
        .text("the module register ")
        .value("Variable", nameOf(*reg))
        .text(isRead ? " is read in each pass: " : " is written in each pass: ")
        .text(reason);
  }

  std::string nameOf(const ModuleRegister &reg) const {
    for (const image::Module &module : module_.modules) {
      const auto &slots = reg.isScalar ? module.scalars : module.references;
      uint32_t base = reg.isScalar ? module.scalarBase : module.referenceBase;
      if (reg.slot >= base && reg.slot - base < slots.size())
        return "`" + module_.strings[slots[reg.slot - base].name] + "`";
    }
    return "m" + std::to_string(reg.slot);
  }

  void onDynamic(InstId id) {
    const ir::Inst &inst = fn_.insts[id];
    auto isDynamic = [&](TypeId type) {
      return type == image::kAny ||
             (type >= image::kFirstComposite && inst.op >= Op::ArrGet && inst.op <= Op::ArrPop &&
              module_.types[type].kind == image::TypeKind::Array &&
              module_.types.element(type) == image::kAny);
    };
    bool found = inst.result != kNone && isDynamic(fn_.type(inst.result));
    for (ValueId operand : std::as_const(fn_).operands(id))
      found |= isDynamic(fn_.type(operand));
    if (found && inst.loc.valid() && onceAt_.insert(inst.loc.offset).second)
      add(Remark::Kind::Missed, "typed-loops", "DynamicInLoop", inst.loc)
          .text("each pass works on a dynamic value here: ")
          .value("Operation", std::string("`") + opInfo(inst.op).text + "`")
          .text(" has a value of type `any`; `@hot` on the loop would make this an error that says "
                "where it comes from");
  }

  void onUnknownCall(InstId id) {
    if (fn_.insts[id].op == Op::CallValue)
      add(Remark::Kind::Missed, "inline", "CallNotInlined", fn_.insts[id].loc)
          .text("this call stays: the function it calls is not known");
  }

  const ir::Module &module_;
  const ModuleAccess &access_;
  image::FunctionId id_;
  const ir::Function &fn_;
  basic::Remarks &remarks_;
  Analyses analyses_;
  llvm::DenseSet<uint32_t> onceAt_; // places with a remark on a dynamic value
};

} // namespace

void remarkOnLoops(const ir::Module &module, basic::Remarks &remarks) {
  ModuleAccess access(module);
  for (image::FunctionId id = 0; id < module.functions.size(); ++id)
    LoopRemarks(module, access, id, remarks).run();
}

} // namespace orus::opt
