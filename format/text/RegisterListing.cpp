// Windows, slot types, spill slots, pressure and module registers, for people.
#include "format/base/Text.h"
#include "format/text/ImageListing.h"

#include <algorithm>

namespace orus::text {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

// Neighbouring slots of one type in one line.
void appendRange(std::string &out, const ImageNames &names, const image::Bank &bank, char letter,
                 size_t begin, size_t end, const char *what) {
  while (begin < end) {
    size_t next = begin + 1;
    while (next < end && bank.slotTypes[next] == bank.slotTypes[begin])
      ++next;
    std::string slots = letter + number(begin);
    if (next - begin > 1)
      slots += std::string("-") + letter + number(next - 1);
    slots.resize(std::max<size_t>(slots.size(), 12), ' ');
    out += ";     " + slots + " " + what + " " + names.type(bank.slotTypes[begin]) + "\n";
    begin = next;
  }
}

void appendBank(std::string &out, const ImageNames &names, const char *name, char letter,
                const image::Bank &bank, const image::BankSummary &s, size_t parameters) {
  size_t slots = bank.slotTypes.size();
  size_t registers = std::min<size_t>(bank.registers, slots);
  parameters = std::min(parameters, registers);
  out += std::string(";   ") + name + ": " + number(registers) + " registers, " +
         number(slots - registers) + " spill slots, " + number(bank.outgoing) + " outgoing slots\n";
  appendRange(out, names, bank, letter, 0, parameters, "parameter");
  appendRange(out, names, bank, letter, parameters, registers, "register ");
  appendRange(out, names, bank, letter, registers, slots, "spill    ");
  if (s == image::BankSummary())
    return;
  out += ";     pressure " + number(s.maxPressure);
  if (s.pressureLine)
    out += " at line " + number(s.pressureLine);
  out += ", " + number(s.registersUsed) + " registers used, " + number(s.spillSlots) +
         " spill slots with " + number(s.spillStores) + " stores and " + number(s.spillLoads) +
         " loads\n;     " + number(s.splits) + " splits, " + number(s.coalesced) +
         " moves coalesced, " + number(s.rematerialized) + " constants rematerialized\n";
}

} // namespace

void appendRegisters(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                     image::FunctionId id) {
  const image::Function &f = image.functions[id];
  size_t scalars = 0, references = 0;
  if (f.signature < image.types.size() &&
      image.types[f.signature].kind == image::TypeKind::Function)
    for (size_t i = 0; i < image.types.parameterCount(f.signature); ++i)
      ++(image.types.storage(image.types.parameter(f.signature, i)).isScalar ? scalars
                                                                             : references);
  references += f.closure != 0;
  out += "; f" + number(id) + " " + names.function(id) + ": " + names.type(f.signature) + "\n";
  appendBank(out, names, "scalars", 's', f.scalars, f.scalarSummary, scalars);
  appendBank(out, names, "references", 'r', f.references, f.referenceSummary, references);
}

void appendModuleRegisters(std::string &out, const image::LoadedImage &image,
                           const ImageNames &names, image::ModuleId id) {
  const image::Module &m = image.modules[id];
  out += "; module " + number(id) + " " + names.module(id) + ": " + number(m.scalars.size()) +
         " scalar and " + number(m.references.size()) + " reference registers\n";
  auto append = [&](const char *bank, const std::vector<image::ModuleSlot> &slots, uint32_t base) {
    for (size_t i = 0; i < slots.size(); ++i)
      out += ";     m" + number(base + i) + " " + bank + " " +
             base::escaped(names.string(slots[i].name)) + ": " + names.type(slots[i].type) + "\n";
  };
  append("scalar", m.scalars, m.scalarBase);
  append("reference", m.references, m.referenceBase);
}

} // namespace orus::text
