#include "compiler/opt/ModuleAccess.h"

namespace orus::opt {

using image::FunctionId;

ModuleAccess::ModuleAccess(const ir::Module &module)
    : module_(module), access_(module.functions.size()), callees_(module.functions.size()),
      callers_(module.functions.size()), callsValues_(module.functions.size()),
      isProtected_(module.functions.size()) {
  for (FunctionId id = 0; id < module.functions.size(); ++id)
    look(id);
  propagateAccess();
  propagateProtection();
}

std::optional<ModuleRegister> moduleRegisterOf(const ir::Function &fn, InstId id) {
  const ir::Inst &inst = fn.insts[id];
  if (inst.op != Op::ModuleGet && inst.op != Op::ModuleSet)
    return std::nullopt;
  TypeId type = fn.type(inst.op == Op::ModuleGet ? inst.result : fn.operands(id)[0]);
  return ModuleRegister{inst.imm, ir::isScalar(type), type};
}

bool ModuleAccess::mayAccess(FunctionId function, uint64_t key) const {
  const Access &access = access_[function];
  return access.all || access.slots.contains(key);
}

void ModuleAccess::look(FunctionId function) {
  const ir::Function &fn = *module_.functions[function];
  auto protect = [&](FunctionId callee) {
    if (!isProtected_[callee])
      worklist_.push_back(callee);
    isProtected_[callee] = true;
  };
  for (InstId i = 0; i < fn.insts.size(); ++i) {
    const ir::Inst &inst = fn.insts[i];
    if (inst.block == kNone)
      continue;
    bool isCaught = fn.blocks[inst.block].handler != kNone;
    auto named = static_cast<FunctionId>(inst.imm);
    switch (inst.op) {
    case Op::Call:
      callees_[function].push_back(named);
      callers_[named].push_back(function);
      if (isCaught)
        protect(named);
      break;
    case Op::CallValue:
      callsValues_[function] = true;
      access_[function].all = true;
      valuesAreProtected_ |= isCaught;
      break;
    case Op::Func:
    case Op::ClosureNew: values_.push_back(named); break;
    case Op::ModuleGet:
    case Op::ModuleSet: access_[function].slots.insert(moduleRegisterOf(fn, i)->key()); break;
    default: break;
    }
  }
}

bool ModuleAccess::join(Access &to, const Access &from) {
  if (to.all)
    return false;
  size_t before = to.slots.size();
  to.slots.insert(from.slots.begin(), from.slots.end());
  to.all = from.all || to.slots.size() > kMostSlots;
  return to.all || to.slots.size() != before;
}

void ModuleAccess::propagateAccess() {
  std::vector<FunctionId> worklist;
  for (FunctionId id = 0; id < access_.size(); ++id) {
    access_[id].all |= access_[id].slots.size() > kMostSlots;
    if (access_[id].all || !access_[id].slots.empty())
      worklist.push_back(id);
  }
  while (!worklist.empty()) {
    FunctionId id = worklist.back();
    worklist.pop_back();
    for (FunctionId caller : callers_[id])
      if (join(access_[caller], access_[id]))
        worklist.push_back(caller);
  }
}

void ModuleAccess::propagateProtection() {
  auto protectAll = [&](ArrayRef<FunctionId> functions) {
    for (FunctionId id : functions)
      if (!isProtected_[id]) {
        isProtected_[id] = true;
        worklist_.push_back(id);
      }
  };
  if (valuesAreProtected_)
    protectAll(values_);
  while (!worklist_.empty()) {
    FunctionId id = worklist_.back();
    worklist_.pop_back();
    protectAll(callees_[id]);
    if (callsValues_[id])
      protectAll(values_);
  }
}

} // namespace orus::opt
