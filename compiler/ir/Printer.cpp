#include "compiler/ir/Printer.h"

#include "compiler/ir/Text.h"
#include "format/base/Panics.h"
#include "format/base/Text.h"
#include "format/isa/Natives.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <bit>
#include <charconv>
#include <cmath>

namespace orus::ir {

using llvm::raw_ostream;

static std::string doubleText(double value) {
  if (std::isnan(value))
    return "0x" + llvm::utohexstr(std::bit_cast<uint64_t>(value), true);
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text;
}

std::string constantText(TypeId type, uint64_t bits) {
  if (!isScalar(type))
    return "0x" + llvm::utohexstr(bits, true);
  switch (static_cast<image::ScalarType>(type)) {
  case image::ScalarType::Bool:
    return bits == 0 ? "false" : bits == 1 ? "true" : llvm::utostr(bits);
  case image::ScalarType::I32:
    if (bits >> 32 == 0)
      return llvm::itostr(static_cast<int32_t>(bits));
    break;
  case image::ScalarType::I64: return llvm::itostr(static_cast<int64_t>(bits));
  case image::ScalarType::F64: return doubleText(std::bit_cast<double>(bits));
  case image::ScalarType::U32:
  case image::ScalarType::U64: return llvm::utostr(bits);
  }
  return "0x" + llvm::utohexstr(bits, true);
}

Printer::Printer(const Module &module, PrintOptions options) : module_(module), options_(options) {
  for (image::FunctionId id = 0; id < module.functions.size(); ++id) {
    ++nameCounts_[module.functions[id]->name];
    ids_[module.functions[id].get()] = id;
  }
  for (TypeId id = image::kFirstComposite; id < module.types.size(); ++id)
    if (module.types[id].isNominal())
      ++typeNameCounts_[module.types[id].name];
}

static std::string nameText(StringRef name) {
  return llvm::all_of(name, isLabelChar) ? name.str() : base::quoted(name);
}

std::string Printer::typeText(TypeId id) const {
  if (id < image::kFirstComposite || id >= module_.types.size())
    return module_.types.spelling(id);
  const image::Type &type = module_.types[id];
  auto list = [&](ArrayRef<TypeId> types) {
    return llvm::join(llvm::map_range(types, [&](TypeId each) { return typeText(each); }), ", ");
  };
  switch (type.kind) {
  case image::TypeKind::Array: return "[" + typeText(type.operands[0]) + "]";
  case image::TypeKind::Cell: return "cell(" + list(type.operands) + ")";
  case image::TypeKind::Closure: return "closure(" + list(type.operands) + ")";
  case image::TypeKind::Struct:
  case image::TypeKind::Enum: {
    std::string text = "&" + nameText(type.name);
    if (typeNameCounts_.lookup(type.name) > 1)
      text += "#" + llvm::utostr(id);
    return text;
  }
  default: break;
  }
  ArrayRef<TypeId> parameters = type.operands;
  std::string text = "fn(" + list(parameters.drop_back(type.hasResult)) + ")";
  return type.hasResult ? text + " -> " + typeText(parameters.back()) : text;
}

/// struct &Name module 0 { field: type, … }, enum &Name module 0 { Variant(type, …), … }
void Printer::printNominal(raw_ostream &out, TypeId id) const {
  const image::Type &type = module_.types[id];
  bool isStruct = type.kind == image::TypeKind::Struct;
  out << (isStruct ? "struct " : "enum ") << typeText(id) << " module " << type.module << " {";
  const char *separator = " ";
  for (const image::Member &member : type.members) {
    out << separator << nameText(member.name) << (isStruct ? ": " : "");
    separator = ", ";
    if (member.types.empty())
      continue;
    auto types = llvm::map_range(member.types, [&](TypeId each) { return typeText(each); });
    out << (isStruct ? "" : "(") << llvm::join(types, ", ") << (isStruct ? "" : ")");
  }
  out << " }\n";
}

std::string Printer::label(image::FunctionId function) const {
  if (function >= module_.functions.size())
    return "@#" + llvm::utostr(function);
  const std::string &name = module_.functions[function]->name;
  std::string text = "@" + nameText(name);
  if (name.empty() || nameCounts_.lookup(name) > 1)
    text += "#" + llvm::utostr(function);
  return text;
}

void Printer::print(raw_ostream &out) const {
  for (TypeId id = image::kFirstComposite; id < module_.types.size(); ++id)
    if (module_.types[id].isNominal())
      printNominal(out, id);
  for (const image::Module &layout : module_.modules)
    printLayout(out, layout);
  if (!module_.functions.empty())
    out << "entry " << label(module_.entry) << "\n";
  for (const auto &fn : module_.functions) {
    out << "\n";
    print(out, *fn);
  }
}

static std::string stringText(const Module &module, uint64_t id) {
  return id < module.strings.size() ? base::quoted(module.strings[id]) : "?";
}

void Printer::printLayout(raw_ostream &out, const image::Module &layout) const {
  out << "module " << stringText(module_, layout.name) << " {\n";
  out << "  initializer " << label(layout.initializer) << "\n";
  if (!layout.dependencies.empty())
    out << "  dependencies "
        << llvm::join(
               llvm::map_range(layout.dependencies, [](uint64_t id) { return llvm::utostr(id); }),
               ", ")
        << "\n";
  auto printBank = [&](const char *word, uint32_t base, ArrayRef<image::ModuleSlot> slots) {
    if (slots.empty())
      return;
    out << "  " << word << " " << base << ":";
    for (const image::ModuleSlot &slot : slots)
      out << (&slot == slots.begin() ? " " : ", ") << typeText(slot.type) << " "
          << stringText(module_, slot.name);
    out << "\n";
  };
  printBank("scalars", layout.scalarBase, layout.scalars);
  printBank("references", layout.referenceBase, layout.references);
  out << "}\n";
}

void Printer::print(raw_ostream &out, const Function &fn) const {
  out << "fn " << label(ids_.lookup(&fn)) << ": " << typeText(fn.signature);
  out << " module " << fn.module;
  if (fn.closure)
    out << " self " << typeText(fn.closure);
  for (auto [set, word] : {std::pair{fn.hot, "hot"},
                           {fn.cold, "cold"},
                           {fn.inlineHint, "inline"},
                           {fn.noinline, "noinline"}})
    if (set)
      out << " " << word;
  if (!fn.locals.empty()) {
    out << " locals(";
    for (size_t i = 0; i < fn.locals.size(); ++i)
      out << (i ? ", " : "") << typeText(fn.locals[i]);
    out << ")";
  }
  out << " {\n";
  for (BlockId block = 0; block < fn.blocks.size(); ++block)
    if (fn.blocks[block].first != kNone)
      printBlock(out, fn, block);
  out << "}\n";
}

void Printer::printBlock(raw_ostream &out, const Function &fn, BlockId id) const {
  const Block &block = fn.blocks[id];
  out << "^" << id;
  if (!block.params.empty()) {
    out << "(";
    for (ValueId param : block.params)
      out << (param == block.params[0] ? "%" : ", %") << param << ": " << typeText(fn.type(param));
    out << ")";
  }
  if (block.handler != kNone)
    out << " handler ^" << block.handler;
  out << ":\n";
  for (InstId inst = block.first; inst != kNone; inst = fn.insts[inst].next) {
    out << "  ";
    print(out, fn, inst);
    out << "\n";
  }
}

void Printer::print(raw_ostream &out, const Function &fn, InstId id) const {
  const Inst &inst = fn.insts[id];
  if (inst.result != kNone)
    out << "%" << inst.result << ": " << typeText(fn.type(inst.result)) << " = ";
  out << opInfo(inst.op).text;
  if (inst.op == Op::ForStep && inst.operandCount >= 2) {
    ForStepForm form = ForStepForm::unpack(inst.imm);
    ArrayRef<ValueId> operands = fn.operands(id);
    out << " %" << operands[0] << (form.down ? " - " : " + ");
    if (inst.operandCount == 3)
      out << "%" << operands[2];
    else
      out << unsigned{form.step};
    out << (form.down ? " >" : " <") << (form.inclusive ? "= %" : " %") << operands[1];
    printTargets(out, fn, id, false);
  } else if (isCallLike(inst.op)) {
    out << " ";
    printImmediate(out, fn, inst);
    ArrayRef<ValueId> operands = fn.operands(id);
    if (inst.op == Op::CallValue && !operands.empty()) {
      out << "%" << operands[0];
      operands = operands.drop_front();
    }
    out << "(";
    for (const ValueId &operand : operands)
      out << (&operand == operands.begin() ? "%" : ", %") << operand;
    out << ")";
  } else {
    printOperands(out, fn, id);
  }
  if (inst.isProven)
    out << " proven";
  printLocation(out, inst.loc);
}

void Printer::printOperands(raw_ostream &out, const Function &fn, InstId id) const {
  const Inst &inst = fn.insts[id];
  bool first = true;
  if (opInfo(inst.op).imm != ImmKind::None) {
    out << " ";
    printImmediate(out, fn, inst);
    first = false;
  }
  for (ValueId operand : fn.operands(id)) {
    out << (first ? " %" : ", %") << operand;
    first = false;
  }
  printTargets(out, fn, id, first);
}

void Printer::printTargets(raw_ostream &out, const Function &fn, InstId id, bool first) const {
  Op op = fn.insts[id].op;
  ArrayRef<Target> targets = fn.targets(id);
  for (size_t i = 0; i < targets.size(); ++i) {
    out << (first ? " ^" : ", ^") << targets[i].block;
    first = false;
    bool implicit = implicitArgs(op, i) != 0;
    if (!implicit && targets[i].argCount == 0)
      continue;
    out << "(";
    if (implicit)
      out << implicitArgText(op);
    for (ValueId arg : fn.args(targets[i])) {
      out << (implicit ? ", %" : "%") << arg;
      implicit = true;
    }
    out << ")";
  }
}

void Printer::printImmediate(raw_ostream &out, const Function &fn, const Inst &inst) const {
  switch (opInfo(inst.op).imm) {
  case ImmKind::None: break;
  case ImmKind::Const:
    out << constantText(inst.result == kNone ? kNone : fn.type(inst.result), inst.imm);
    break;
  case ImmKind::String: out << stringText(module_, inst.imm); break;
  case ImmKind::Function: out << label(static_cast<image::FunctionId>(inst.imm)); break;
  case ImmKind::Local: out << "$" << inst.imm; break;
  case ImmKind::ModuleSlot:
  case ImmKind::Count:
  case ImmKind::Variant:
  case ImmKind::Field:
  case ImmKind::ForStep: out << inst.imm; break;
  case ImmKind::StepTest:
    out << (inst.imm < kStepTestCount ? kStepTestTexts[inst.imm] : "?");
    break;
  case ImmKind::Payload: out << (inst.imm >> 32) << "." << static_cast<uint32_t>(inst.imm); break;
  case ImmKind::Native:
    out << (inst.imm < isa::kNatives.size() ? isa::kNatives[inst.imm].name : "?");
    break;
  case ImmKind::Type: out << typeText(static_cast<TypeId>(inst.imm)); break;
  case ImmKind::Panic:
    out << (inst.imm < base::kPanicCount ? base::kPanics[inst.imm].ident : "?");
    break;
  }
}

void Printer::printLocation(raw_ostream &out, SourceLoc loc) const {
  if (!options_.locations || !loc.valid())
    return;
  if (!options_.sources) {
    out << " !" << loc.offset;
    return;
  }
  basic::LineColumn position = options_.sources->lineColumn(loc);
  out << " ; " << position.line << ":" << position.column;
}

} // namespace orus::ir
