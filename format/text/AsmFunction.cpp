// The part of the assembler that handles functions: their records and their code.
#include "format/base/Panics.h"
#include "format/text/AsmSyntax.h"
#include "format/text/Assembler.h"

#include <algorithm>

namespace orus::text {

using image::Function;

Function *Assembler::current(AsmCursor &cursor) {
  if (!isInFunction_) {
    cursor.fail("this belongs in a function");
    return nullptr;
  }
  return &image_.functions.back();
}

uint32_t Assembler::pc() const { return static_cast<uint32_t>(image_.code.size()) - codeBegin_; }

void Assembler::function(AsmCursor &cursor) {
  closeFunction();
  image_.code.resize(base::alignUp(image_.code.size(), image::kFunctionAlignment));
  Function f;
  f.name = stringId(cursor);
  f.signature = typeId(cursor);
  codeBegin_ = f.codeOffset = static_cast<uint32_t>(image_.code.size());
  f.handlerBegin = static_cast<uint32_t>(image_.handlers.size());
  f.lineBegin = static_cast<uint32_t>(image_.lines.size());
  hasCodeLength_ = hasHandlerCount_ = hasLineCount_ = false;
  while (auto key = cursor.key()) {
    if (*key == "closure") {
      f.closure = typeId(cursor);
      continue;
    }
    if (*key == "source") {
      f.sourceHash = cursor.bits();
      continue;
    }
    uint32_t value = static_cast<uint32_t>(cursor.number());
    if (*key == "line")
      f.line = value;
    else if (*key == "module")
      f.module = value;
    else if (*key == "codeOffset")
      f.codeOffset = value;
    else if (*key == "codeLength")
      f.codeLength = value, hasCodeLength_ = true;
    else if (*key == "handlerBegin")
      f.handlerBegin = value;
    else if (*key == "handlerCount")
      f.handlerCount = value, hasHandlerCount_ = true;
    else if (*key == "lineBegin")
      f.lineBegin = value;
    else if (*key == "lineCount")
      f.lineCount = value, hasLineCount_ = true;
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  }
  image_.functions.push_back(std::move(f));
  isInFunction_ = true;
}

void Assembler::end(AsmCursor &cursor) {
  if (current(cursor))
    closeFunction();
}

// Completes the record of the open function and resolves its labels.
void Assembler::closeFunction() {
  if (!isInFunction_)
    return;
  isInFunction_ = false;
  Function &f = image_.functions.back();
  if (!hasCodeLength_)
    f.codeLength = pc();
  for (const LabelUse &use : labelUses_) {
    auto it = labels_.find(use.label);
    if (it == labels_.end()) {
      error_ = "there is no label `" + use.label + "` in the function";
      errorLine_ = use.line;
      return;
    }
    if (use.bound)
      image_.handlers[use.at].*use.bound = it->second;
    else
      isa::patchDisplacement(image_.code, use.at,
                             static_cast<int32_t>(it->second + codeBegin_ - use.at));
  }
  labelUses_.clear();
  labels_.clear();
}

void Assembler::label(const std::string &name, AsmCursor &cursor) {
  if (current(cursor) && !labels_.try_emplace(name, pc()).second)
    cursor.fail("label `" + name + "` is defined twice");
}

// `types of registers | types of spill slots | number of outgoing slots`, each part optional.
void Assembler::bank(AsmCursor &cursor, image::Bank Function::*member) {
  Function *f = current(cursor);
  if (!f)
    return;
  image::Bank &bank = f->*member;
  bank = {};
  auto isType = [&] { return cursor.isNumber() || cursor.isWord(); };
  for (bool isSpills : {false, true}) {
    while (cursor.ok() && isType()) {
      if (cursor.key() == "registers") { // contradicts the list
        bank.registers = static_cast<uint32_t>(cursor.number());
        return;
      }
      bank.slotTypes.push_back(typeId(cursor));
      bank.registers += !isSpills;
    }
    if (!cursor.take('|'))
      return;
  }
  bank.outgoing = static_cast<uint32_t>(cursor.number());
  if (cursor.key() == "registers")
    bank.registers = static_cast<uint32_t>(cursor.number());
}

void Assembler::summary(AsmCursor &cursor) {
  struct Field {
    std::string_view name;
    uint32_t image::BankSummary::*member;
  };
  static constexpr Field kFields[] = {
      {"maxPressure", &image::BankSummary::maxPressure},
      {"pressureLine", &image::BankSummary::pressureLine},
      {"registersUsed", &image::BankSummary::registersUsed},
      {"spillSlots", &image::BankSummary::spillSlots},
      {"spillStores", &image::BankSummary::spillStores},
      {"spillLoads", &image::BankSummary::spillLoads},
      {"splits", &image::BankSummary::splits},
      {"coalesced", &image::BankSummary::coalesced},
      {"rematerialized", &image::BankSummary::rematerialized},
  };
  Function *f = current(cursor);
  std::string_view which = cursor.word();
  if (!f || (which != "scalars" && which != "references")) {
    cursor.fail("`scalars` or `references` is expected");
    return;
  }
  image::BankSummary &summary = which == "scalars" ? f->scalarSummary : f->referenceSummary;
  while (auto key = cursor.key()) {
    auto field = std::ranges::find(kFields, *key, &Field::name);
    if (field == std::end(kFields))
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
    else
      summary.*field->member = static_cast<uint32_t>(cursor.number());
  }
}

void Assembler::location(AsmCursor &cursor) {
  image::LineEntry entry;
  entry.pc = pc();
  entry.file = static_cast<uint32_t>(cursor.number());
  entry.line = static_cast<uint32_t>(cursor.number());
  entry.column = static_cast<uint32_t>(cursor.number());
  if (auto key = cursor.key()) {
    if (*key == "inlined")
      entry.inlined = static_cast<uint32_t>(cursor.number());
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  }
  if (Function *f = current(cursor)) {
    image_.lines.push_back(entry);
    f->lineCount += !hasLineCount_;
  }
}

void Assembler::secondLocation(AsmCursor &cursor) {
  location(cursor);
  if (cursor.ok())
    ++image_.lines.back().pc;
}

void Assembler::lineEntry(AsmCursor &cursor) {
  uint32_t at = static_cast<uint32_t>(cursor.number());
  location(cursor);
  if (cursor.ok())
    image_.lines.back().pc = at;
}

// A displacement in words, or a label that is defined by the end of the function.
int64_t Assembler::displacement(AsmCursor &cursor) {
  if (cursor.isNumber())
    return cursor.signedNumber();
  labelUses_.push_back({std::string(cursor.word()), line_, image_.code.size(), nullptr});
  return 0;
}

void Assembler::handler(AsmCursor &cursor) {
  Function *f = current(cursor);
  if (!f)
    return;
  image::Handler handler;
  for (auto bound : {&image::Handler::start, &image::Handler::end, &image::Handler::target}) {
    if (cursor.isNumber())
      handler.*bound = static_cast<uint32_t>(cursor.number());
    else
      labelUses_.push_back({std::string(cursor.word()), line_, image_.handlers.size(), bound});
  }
  handler.catchSlot = prefixed(cursor, 'r');
  image_.handlers.push_back(handler);
  f->handlerCount += !hasHandlerCount_;
}

void Assembler::words(AsmCursor &cursor) {
  do
    image_.code.push_back(static_cast<uint32_t>(cursor.number()));
  while (cursor.ok() && !cursor.atEnd());
}

uint32_t Assembler::panic(AsmCursor &cursor) {
  if (cursor.isNumber())
    return static_cast<uint32_t>(cursor.number());
  std::string_view name = cursor.word();
  for (size_t i = 0; i < base::kPanicCount; ++i)
    if (base::kPanics[i].ident == name)
      return static_cast<uint32_t>(i);
  cursor.fail("there is no panic `" + std::string(name) + "`");
  return 0;
}

void Assembler::instruction(AsmCursor &cursor) {
  std::string_view mnemonic = cursor.word();
  auto op = isa::findMnemonic(mnemonic);
  if (!op) {
    cursor.fail("there is no instruction or directive `" + std::string(mnemonic) + "`");
    return;
  }
  if (!current(cursor))
    return;
  isa::Instruction instruction{*op, {}};
  for (unsigned i = 0; i < isa::info(*op).operandCount; ++i) {
    instruction.operands[i] = operand(cursor, *op, i);
    if (cursor.ok() && !isa::fits(isa::info(*op).operandArray[i], instruction.operands[i]))
      cursor.fail("operand " + std::to_string(i + 1) + " does not fit its field");
  }
  if (cursor.ok())
    isa::encode(instruction, image_.code);
}

int64_t Assembler::operand(AsmCursor &cursor, isa::Opcode op, unsigned index) {
  const isa::OpInfo &info = isa::info(op);
  const isa::Operand &operand = info.operandArray[index];
  if (operand.isRegister())
    return prefixed(cursor, slotLetter(info, index));
  if (operand.role == isa::Role::Displacement)
    return displacement(cursor);
  switch (operand.immediate) {
  case isa::ImmediateKind::Int: return cursor.signedNumber();
  case isa::ImmediateKind::Type: return typeId(cursor);
  case isa::ImmediateKind::Panic: return panic(cursor);
  case isa::ImmediateKind::String: return stringId(cursor);
  case isa::ImmediateKind::Base2: {
    int64_t scalars = prefixed(cursor, 's'), references = prefixed(cursor, 'r');
    if (scalars > 0xFFFF || references > 0xFFFF)
      cursor.fail("a base does not fit its field");
    return scalars | references << 16;
  }
  case isa::ImmediateKind::Func:
    if (cursor.isString()) {
      functionUses_.push_back({cursor.string(), line_, image_.code.size(), operand});
      return 0;
    }
    break;
  case isa::ImmediateKind::Native:
    if (cursor.isString()) {
      image::StringId name = intern(cursor.string());
      auto native = std::ranges::find(image_.natives, name, &image::Native::name);
      if (native == image_.natives.end())
        cursor.fail("there is no such native above");
      return native - image_.natives.begin();
    }
    break;
  default: break;
  }
  if (char letter = immediateLetter(info, index))
    return prefixed(cursor, letter);
  return static_cast<int64_t>(cursor.number());
}

} // namespace orus::text
