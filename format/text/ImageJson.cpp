#include "format/text/ImageJson.h"
#include "format/text/LoopFields.h"

#include "format/image/BuildId.h"
#include "format/isa/Isa.h"
#include "format/text/AsmSyntax.h"
#include "format/text/Disassembler.h"
#include "format/text/ImageNames.h"
#include "format/text/JsonWriter.h"

#include <algorithm>
#include <cstdio>

namespace orus::text {
namespace {

// Wide numbers as strings, which JSON readers keep exactly.
std::string hex(uint64_t bits, int width = 16) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", width, static_cast<unsigned long long>(bits));
  return text;
}

class Document {
public:
  Document(const image::LoadedImage &image, const std::function<void(std::string_view)> &sink)
      : sink_(sink), json_(text_), image_(image), names_(image), disassembler_(image, names_, {}) {}

  void write(const JsonSelection &selection, const std::optional<base::Error> &error);

private:
  void header();
  void sections();
  void manifest();
  void tables();
  void nominalTypes();
  void exports();
  void loops();
  void modules();
  void function(image::FunctionId id, const JsonSelection &selection);
  void bank(const char *name, const image::Bank &bank, const image::BankSummary &summary);
  void code(const image::Function &function, const JsonSelection &selection);
  void instruction(std::span<const uint32_t> code, uint32_t pc, uint64_t count);
  void operand(const isa::Instruction &instruction, unsigned index, uint32_t pc);
  void slots(const char *name, const std::vector<image::ModuleSlot> &slots, uint32_t base);
  template <class Range, class Write>
  void array(const char *name, const Range &range, Write write) {
    json_.key(name).beginArray();
    for (const auto &element : range) {
      write(element);
      drain(kPiece);
    }
    json_.endArray();
  }

  void drain(size_t least) {
    if (text_.size() < least)
      return;
    sink_(text_);
    text_.clear();
  }

  static constexpr size_t kPiece = 64 * 1024;

  const std::function<void(std::string_view)> &sink_;
  std::string text_; // not yet passed on
  JsonWriter json_;
  const image::LoadedImage &image_;
  ImageNames names_;
  Disassembler disassembler_;
};

void Document::write(const JsonSelection &selection, const std::optional<base::Error> &error) {
  json_.beginObject();
  json_.member("schema", 1u);
  if (selection.header) {
    header();
    manifest();
  }
  if (selection.sections)
    sections();
  if (selection.records)
    tables();
  if (selection.records || selection.registers)
    modules();
  if (selection.exports || selection.records)
    exports();
  if (selection.loops || selection.records)
    loops();
  if (selection.listsFunctions)
    array("functions", selection.functions, [&](image::FunctionId id) { function(id, selection); });
  if (error) {
    json_.key("error").beginObject();
    json_.member("message", std::string_view(error->message));
    json_.member("place", std::string_view(error->place));
    if (error->offset != base::Error::kNoOffset)
      json_.member("offset", error->offset);
    json_.endObject();
  }
  json_.endObject();
  drain(0);
}

void Document::header() {
  const image::Header &h = image_.header;
  json_.key("header").beginObject();
  json_.member("major", h.major);
  json_.member("minor", h.minor);
  json_.member("fileSize", h.fileSize);
  if (auto id = image::buildIdOf(image_.bytes.view()))
    json_.member("buildId", image::hex(*id));
  json_.member("requiredFeatures", hex(h.requiredFeatures));
  json_.member("optionalFeatures", hex(h.optionalFeatures));
  json_.member("opcodeHash", hex(h.opcodeHash, 8));
  json_.member("schemaHash", hex(h.schemaHash, 8));
  json_.member("checksum", hex(h.checksum));
  json_.endObject();
}

void Document::manifest() {
  const image::Manifest &m = image_.manifest;
  json_.key("manifest").beginObject();
  json_.member("producer", std::string_view(m.producer));
  json_.member("edition", m.edition);
  json_.member("entry", m.entry);
  json_.member("optimization", m.optimization);
  json_.member("registerBudget", m.registerBudget);
  json_.endObject();
}

void Document::sections() {
  array("sections", image_.sections, [&](const image::SectionEntry &entry) {
    json_.beginObject();
    json_.member("name", image::sectionName(entry.kind));
    json_.member("kind", entry.kind);
    json_.member("offset", entry.offset);
    json_.member("size", entry.size);
    json_.member("count", entry.count);
    json_.member("alignmentLog2", unsigned{entry.alignmentLog2});
    json_.member("encoding", entry.encoding == 0 ? "raw" : "archive");
    json_.member("required", (entry.flags & image::kRequired) != 0);
    json_.member("strippable", (entry.flags & image::kStrippable) != 0);
    json_.member("known", image::findSection(entry.kind) != nullptr);
    json_.member("checksum", hex(entry.checksum));
    json_.endObject();
  });
}

void Document::tables() {
  json_.key("strings").beginArray();
  for (image::StringId id = 0; id < image_.strings.size(); ++id) {
    json_.value(image_.strings[id]);
    drain(kPiece);
  }
  json_.endArray();
  json_.key("types").beginArray();
  for (image::TypeId id = 0; id < image_.types.size(); ++id)
    json_.value(names_.type(id));
  json_.endArray();
  nominalTypes();
  array("natives", image_.natives, [&](const image::Native &native) {
    json_.beginObject();
    json_.member("name", names_.string(native.name));
    json_.member("signature", native.signature);
    json_.endObject();
  });
  json_.key("constants").beginArray();
  for (uint32_t id = 0; id < image_.constantBits.size(); ++id) {
    json_.beginObject();
    json_.member("type", image::name(image_.constantTypes[id]));
    json_.member("bits", hex(image_.constantBits[id]));
    json_.member("value", names_.constantValue(id));
    json_.endObject();
  }
  json_.endArray();
  array("files", image_.files, [&](const image::SourceFile &file) {
    json_.beginObject();
    json_.member("name", names_.string(file.name));
    json_.member("contentHash", hex(file.contentHash));
    json_.endObject();
  });
  array("notes", image_.notes, [&](const image::Note &note) {
    json_.beginObject();
    json_.member("key", std::string_view(note.key));
    json_.member("value", std::string_view(note.value));
    json_.endObject();
  });
  array("inlinedCalls", image_.inlinedCalls, [&](const image::InlinedCall &call) {
    json_.beginObject();
    json_.member("function", call.function);
    json_.member("file", call.file);
    json_.member("line", call.line);
    json_.member("column", call.column);
    json_.member("outer", call.outer);
    json_.endObject();
  });
}

void Document::loops() {
  array("loops", image_.loops, [&](const image::LoopRecord &loop) {
    json_.beginObject();
    json_.member("function", loop.function);
    for (const LoopField &field : kLoopFields)
      json_.member(field.key, loop.*field.member);
    json_.endObject();
  });
}

void Document::exports() {
  array("exports", image_.exports, [&](const image::Export &row) {
    json_.beginObject();
    json_.member("module", row.module);
    json_.member("name", names_.string(row.name));
    json_.member("kind", image::name(row.kind));
    json_.member("item", row.item);
    json_.member("type", row.type);
    json_.endObject();
  });
}

void Document::nominalTypes() {
  json_.key("nominalTypes").beginArray();
  for (image::TypeId id = image::kFirstComposite; id < image_.types.size(); ++id) {
    const image::Type &type = image_.types[id];
    if (!type.isNominal())
      continue;
    json_.beginObject();
    json_.member("type", id);
    json_.member("kind", image::name(type.kind));
    json_.member("name", std::string_view(type.name));
    json_.member("module", type.module);
    array("members", type.members, [&](const image::Member &member) {
      json_.beginObject();
      json_.member("name", std::string_view(member.name));
      array("types", member.types, [&](image::TypeId each) { json_.value(each); });
      json_.endObject();
    });
    json_.endObject();
    drain(kPiece);
  }
  json_.endArray();
}

void Document::slots(const char *name, const std::vector<image::ModuleSlot> &slots, uint32_t base) {
  json_.key(name).beginArray();
  for (size_t i = 0; i < slots.size(); ++i) {
    json_.beginObject();
    json_.member("slot", base + i);
    json_.member("name", names_.string(slots[i].name));
    json_.member("type", slots[i].type);
    json_.endObject();
  }
  json_.endArray();
}

void Document::modules() {
  array("modules", image_.modules, [&](const image::Module &m) {
    json_.beginObject();
    json_.member("name", names_.string(m.name));
    json_.member("initializer", m.initializer);
    array("dependencies", m.dependencies, [&](uint32_t id) { json_.value(id); });
    slots("scalars", m.scalars, m.scalarBase);
    slots("references", m.references, m.referenceBase);
    json_.endObject();
  });
}

void Document::bank(const char *name, const image::Bank &bank, const image::BankSummary &summary) {
  json_.key(name).beginObject();
  json_.member("registers", bank.registers);
  json_.member("outgoing", bank.outgoing);
  array("slotTypes", bank.slotTypes, [&](uint32_t type) { json_.value(type); });
  json_.member("maxPressure", summary.maxPressure);
  json_.member("pressureLine", summary.pressureLine);
  json_.member("registersUsed", summary.registersUsed);
  json_.member("spillSlots", summary.spillSlots);
  json_.member("spillStores", summary.spillStores);
  json_.member("spillLoads", summary.spillLoads);
  json_.member("splits", summary.splits);
  json_.member("coalesced", summary.coalesced);
  json_.member("rematerialized", summary.rematerialized);
  json_.endObject();
}

void Document::function(image::FunctionId id, const JsonSelection &selection) {
  const image::Function &f = image_.functions[id];
  json_.beginObject();
  json_.member("id", id);
  json_.member("name", names_.string(f.name));
  json_.member("signature", f.signature);
  json_.member("module", f.module);
  if (f.closure)
    json_.member("closure", f.closure);
  json_.member("codeOffset", f.codeOffset);
  json_.member("codeLength", f.codeLength);
  if (selection.registers) {
    bank("scalars", f.scalars, f.scalarSummary);
    bank("references", f.references, f.referenceSummary);
  }
  if (selection.code)
    code(f, selection);
  json_.endObject();
}

void Document::code(const image::Function &f, const JsonSelection &selection) {
  std::span<const uint32_t> words = disassembler_.codeOf(f);
  json_.key("instructions").beginArray();
  for (uint32_t pc = 0; pc < words.size();) {
    instruction(words, pc, selection.count ? selection.count(f.codeOffset + pc) : 0);
    uint8_t opcode = isa::opcodeByte(words[pc]);
    pc += isa::isAssigned(opcode) ? isa::kOpTable[opcode].words : 1;
    drain(kPiece);
  }
  json_.endArray();
  size_t begin = std::min<size_t>(f.handlerBegin, image_.handlers.size());
  size_t count = std::min<size_t>(f.handlerCount, image_.handlers.size() - begin);
  array("handlers", image_.handlers.subspan(begin, count), [&](const image::Handler &handler) {
    json_.beginObject();
    json_.member("start", handler.start);
    json_.member("end", handler.end);
    json_.member("target", handler.target);
    json_.member("catchSlot", handler.catchSlot);
    json_.endObject();
  });
  begin = std::min<size_t>(f.lineBegin, image_.lines.size());
  count = std::min<size_t>(f.lineCount, image_.lines.size() - begin);
  array("lines", image_.lines.subspan(begin, count), [&](const image::LineEntry &entry) {
    json_.beginObject();
    json_.member("pc", entry.pc);
    json_.member("file", entry.file);
    json_.member("line", entry.line);
    json_.member("column", entry.column);
    if (entry.inlined)
      json_.member("inlined", entry.inlined);
    json_.endObject();
  });
}

void Document::instruction(std::span<const uint32_t> code, uint32_t pc, uint64_t count) {
  json_.beginObject();
  json_.member("pc", pc);
  isa::Decoded decoded = isa::decode(code.subspan(pc));
  if (decoded.error != isa::DecodeError::None)
    json_.member("word", hex(code[pc], 8));
  else {
    const isa::OpInfo &op = isa::info(decoded.instruction.op);
    json_.member("mnemonic", op.mnemonic);
    json_.key("operands").beginArray();
    for (unsigned i = 0; i < op.operandCount; ++i)
      operand(decoded.instruction, i, pc);
    json_.endArray();
  }
  if (count)
    json_.member("count", count);
  json_.endObject();
}

void Document::operand(const isa::Instruction &instruction, unsigned index, uint32_t pc) {
  const isa::OpInfo &op = isa::info(instruction.op);
  const isa::Operand &operand = op.operandArray[index];
  int64_t value = instruction.operands[index];
  json_.beginObject();
  if (operand.isRegister()) {
    json_.member("kind", slotLetter(op, index) == 's' ? "scalar" : "reference");
    json_.member("role", operand.role == isa::Role::Out  ? "out"
                         : operand.role == isa::Role::In ? "in"
                                                         : "inout");
  } else if (operand.role == isa::Role::Displacement) {
    json_.member("kind", "target");
    value += pc;
  } else
    json_.member("kind", isa::name(operand.immediate));
  if (operand.role == isa::Role::Immediate && operand.immediate == isa::ImmediateKind::Base2) {
    json_.member("scalar", value & 0xFFFF);
    json_.member("reference", value >> 16);
  } else
    json_.member("value", value);
  json_.endObject();
}

} // namespace

void writeJson(const image::LoadedImage &image, const JsonSelection &selection,
               const std::optional<base::Error> &error,
               const std::function<void(std::string_view)> &sink) {
  Document(image, sink).write(selection, error);
}

} // namespace orus::text
