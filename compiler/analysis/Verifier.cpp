#include "compiler/analysis/Verifier.h"

#include "compiler/analysis/VerifierImpl.h"

#include "llvm/ADT/StringExtras.h"

namespace orus::analysis {

std::string VerifyError::text() const {
  std::string text = function;
  if (block != kNone)
    text += " ^" + llvm::utostr(block);
  text += ": ";
  if (!inst.empty())
    text += inst + ": ";
  return text + message;
}

bool FunctionVerifier::error(const llvm::Twine &message) {
  if (errors_.size() >= kMaxVerifyErrors)
    return false;
  VerifyError error;
  for (image::FunctionId id = 0; id < module_.functions.size(); ++id)
    if (module_.functions[id].get() == &fn_)
      error.function = printer_.label(id);
  error.block = block_;
  if (inst_ != kNone) {
    llvm::raw_string_ostream out(error.inst);
    printer_.print(out, fn_, inst_);
  }
  error.message = message.str();
  errors_.push_back(std::move(error));
  return false;
}

void FunctionVerifier::run() {
  if (!checkIds())
    return;
  Cfg cfg(fn_);
  checkGraph(cfg);
  checkDominance(cfg);
  for (BlockId block : cfg.reversePostOrder()) {
    block_ = block;
    for (InstId inst = fn_.blocks[block].first; inst != kNone; inst = fn_.insts[inst].next)
      checkInst(inst);
  }
}

bool FunctionVerifier::checkIds() {
  if (fn_.signature >= types_.size() || !is(fn_.signature, image::TypeKind::Function))
    return error("the signature is not a function type");
  if (fn_.blocks.empty() || fn_.blocks[0].first == kNone)
    return error("no entry block");
  for (TypeId local : fn_.locals)
    if (local >= types_.size())
      return error("a local has no valid type");
  for (const ir::Value &value : fn_.values)
    if ((value.inst != kNone || value.block != kNone) && value.type >= types_.size())
      return error("a value has no valid type");
  for (BlockId block = 0; block < fn_.blocks.size(); ++block) {
    block_ = block;
    inst_ = kNone;
    if (!checkBlockLinks(block))
      return false;
  }
  block_ = inst_ = kNone;
  return true;
}

bool FunctionVerifier::checkBlockLinks(BlockId id) {
  const ir::Block &block = fn_.blocks[id];
  if (block.handler != kNone && block.handler >= fn_.blocks.size())
    return error("no such handler");
  for (ValueId param : block.params)
    if (param >= fn_.values.size() || fn_.values[param].inst != kNone ||
        fn_.values[param].block != id)
      return error("a parameter is not a value of this block");
  InstId last = kNone;
  for (InstId inst = block.first; inst != kNone; inst = fn_.insts[inst].next) {
    if (inst >= fn_.insts.size() || fn_.insts[inst].prev != last || fn_.insts[inst].block != id)
      return error("broken list of instructions");
    if (!checkInstIds(id, inst))
      return false;
    last = inst;
  }
  inst_ = kNone;
  return last == block.last || error("broken list of instructions");
}

bool FunctionVerifier::checkInstIds(BlockId block, InstId id) {
  const ir::Inst &inst = fn_.insts[id];
  const ir::OpInfo &info = opInfo(inst.op);
  auto validSlice = [](uint64_t begin, uint64_t count, size_t size) {
    return begin + count <= size;
  };
  auto validValues = [&](ArrayRef<ValueId> values) {
    return llvm::all_of(values, [&](ValueId value) { return value < fn_.values.size(); });
  };
  inst_ = kNone; // until its text can be written
  if (!validSlice(inst.operandBegin, inst.operandCount, fn_.operandPool.size()) ||
      !validSlice(inst.targetBegin, inst.targetCount, fn_.targetPool.size()))
    return error("operands or targets out of range");
  if (!validValues(fn_.operands(id)))
    return error("no such operand");
  for (const ir::Target &target : fn_.targets(id))
    if (target.block >= fn_.blocks.size() ||
        !validSlice(target.argBegin, target.argCount, fn_.operandPool.size()) ||
        !validValues(fn_.args(target)))
      return error("no such target or argument");
  if (inst.result != kNone &&
      (inst.result >= fn_.values.size() || !info.hasResult || fn_.values[inst.result].inst != id))
    return error("a result is not a value of its instruction");
  inst_ = id;
  if (info.operands >= 0 && inst.operandCount != static_cast<unsigned>(info.operands))
    return error("wrong number of operands");
  if (info.terminates != (fn_.blocks[block].last == id))
    return error(info.terminates ? "a terminator inside of a block" : "no terminator at the end");
  return true;
}

std::vector<VerifyError> verify(const ir::Module &module, const ir::Function &fn) {
  std::vector<VerifyError> errors;
  FunctionVerifier(module, fn, ir::Printer(module), errors).run();
  return errors;
}

std::vector<VerifyError> verify(const ir::Module &module) {
  std::vector<VerifyError> errors;
  ir::Printer printer(module);
  if (module.entry >= module.functions.size())
    errors.push_back({"module", kNone, "", "no entry function"});
  for (const image::Module &layout : module.modules)
    if (layout.initializer >= module.functions.size() || layout.name >= module.strings.size())
      errors.push_back({"module", kNone, "", "a layout without a valid name or initializer"});
  for (const auto &fn : module.functions)
    if (errors.size() < kMaxVerifyErrors)
      FunctionVerifier(module, *fn, printer, errors).run();
  return errors;
}

} // namespace orus::analysis
