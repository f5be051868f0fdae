// The records of an image as directives of its text form.
#include "format/base/Text.h"
#include "format/text/ImageListing.h"
#include "format/text/LoopFields.h"

#include <cstdio>

namespace orus::text {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

void appendManifest(std::string &out, const image::Manifest &m) {
  out += ".manifest producer=" + base::quoted(m.producer) + " edition=" + number(m.edition) +
         " entry=f" + number(m.entry) + " optimization=" + number(m.optimization) +
         " registers=" + number(m.registerBudget) + "\n";
}

void appendType(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                image::TypeId id) {
  const image::Type &type = image.types[id];
  out += ".type ";
  out += image::name(type.kind);
  if (type.isNominal())
    out += " " + base::quoted(type.name) + " module=" + number(type.module);
  for (const image::Member &member : type.members) {
    out += type.kind == image::TypeKind::Struct ? " field " : " variant ";
    out += base::quoted(member.name);
    for (image::TypeId each : member.types)
      out += " " + ImageNames::typeOperand(each);
  }
  for (size_t i = 0; i < type.operands.size(); ++i) {
    out += type.hasResult && i + 1 == type.operands.size() ? " -> " : " ";
    out += ImageNames::typeOperand(type.operands[i]);
  }
  out += " ; t" + number(id) + " " + names.type(id) + "\n";
}

void appendModule(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                  image::ModuleId id) {
  const image::Module &m = image.modules[id];
  out += ".module " + base::quoted(names.string(m.name)) + " initializer=f" +
         number(m.initializer) + " scalarBase=" + number(m.scalarBase) +
         " referenceBase=" + number(m.referenceBase);
  for (image::ModuleId dependency : m.dependencies)
    out += " dependency=" + number(dependency);
  out += '\n';
  auto append = [&](const char *directive, const std::vector<image::ModuleSlot> &slots,
                    uint32_t base) {
    for (size_t i = 0; i < slots.size(); ++i)
      out += std::string("  ") + directive + " " + ImageNames::typeOperand(slots[i].type) + " " +
             base::quoted(names.string(slots[i].name)) + " ; m" + number(base + i) + "\n";
  };
  append(".scalar", m.scalars, m.scalarBase);
  append(".reference", m.references, m.referenceBase);
}

void appendSummary(std::string &out, const char *bank, const image::BankSummary &s) {
  if (s == image::BankSummary())
    return;
  (out += "  .summary ") += bank;
  auto field = [&](const char *name, uint32_t value) {
    if (value)
      out += std::string(" ") + name + "=" + number(value);
  };
  field("maxPressure", s.maxPressure);
  field("pressureLine", s.pressureLine);
  field("registersUsed", s.registersUsed);
  field("spillSlots", s.spillSlots);
  field("spillStores", s.spillStores);
  field("spillLoads", s.spillLoads);
  field("splits", s.splits);
  field("coalesced", s.coalesced);
  field("rematerialized", s.rematerialized);
  out += '\n';
}

} // namespace

void appendSummaries(std::string &out, const image::Function &function) {
  appendSummary(out, "scalars", function.scalarSummary);
  appendSummary(out, "references", function.referenceSummary);
}

size_t recordCount(const image::LoadedImage &image, image::SectionKind kind) {
  switch (kind) {
  case image::SectionKind::Manifest: return 1;
  case image::SectionKind::Strings: return image.strings.size();
  case image::SectionKind::Types: return image.types.size() - image::kFirstComposite;
  case image::SectionKind::Natives: return image.natives.size();
  case image::SectionKind::Const: return image.constantBits.size();
  case image::SectionKind::Modules: return image.modules.size();
  case image::SectionKind::Interface: return image.exports.size();
  case image::SectionKind::Files: return image.files.size();
  case image::SectionKind::Notes: return image.notes.size();
  case image::SectionKind::Inlined: return image.inlinedCalls.size();
  case image::SectionKind::Loops: return image.loops.size();
  default: return 0;
  }
}

void appendRecord(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                  image::SectionKind kind, size_t index) {
  using image::SectionKind;
  uint32_t id = static_cast<uint32_t>(index);
  switch (kind) {
  case SectionKind::Manifest: appendManifest(out, image.manifest); break;
  case SectionKind::Strings:
    out += ".string " + base::quoted(image.strings[id]) + " ; " + number(id) + "\n";
    break;
  case SectionKind::Types: appendType(out, image, names, image::kFirstComposite + id); break;
  case SectionKind::Natives:
    out += ".native " + base::quoted(names.string(image.natives[id].name)) + " " +
           ImageNames::typeOperand(image.natives[id].signature) + " ; n" + number(id) + "\n";
    break;
  case SectionKind::Const:
    out += ".const " + names.constant(id) + " ; k" + number(id) + "\n";
    break;
  case SectionKind::Modules: appendModule(out, image, names, id); break;
  case SectionKind::Interface: {
    const image::Export &row = image.exports[id];
    out += ".export " + std::string(image::name(row.kind)) + " " +
           base::quoted(names.string(row.name)) + " " + ImageNames::typeOperand(row.type) +
           " module=" + number(row.module);
    if (row.item)
      out += " item=" + number(row.item);
    out += '\n';
    break;
  }
  case SectionKind::Files: {
    char hash[24];
    std::snprintf(hash, sizeof hash, "%016llx",
                  static_cast<unsigned long long>(image.files[id].contentHash));
    out += ".file " + base::quoted(names.string(image.files[id].name)) + " hash=0x" + hash + "\n";
    break;
  }
  case SectionKind::Notes:
    out += ".note " + base::quoted(image.notes[id].key) + " " +
           base::quoted(image.notes[id].value) + "\n";
    break;
  case SectionKind::Inlined: {
    const image::InlinedCall &call = image.inlinedCalls[id];
    out += ".inlined f" + number(call.function) + " " + number(call.file) + " " +
           number(call.line) + " " + number(call.column) + " " + number(call.outer) + " ; " +
           number(id + 1) + ": " + names.function(call.function) + "\n";
    break;
  }
  case SectionKind::Loops: {
    const image::LoopRecord &loop = image.loops[id];
    out += ".loop f" + number(loop.function);
    for (const LoopField &field : kLoopFields)
      if (uint32_t value = loop.*field.member)
        out += std::string(" ") + std::string(field.key) + "=" + number(value);
    out += " ; " + number(id + 1) + "\n";
    break;
  }
  default: break;
  }
}

} // namespace orus::text
