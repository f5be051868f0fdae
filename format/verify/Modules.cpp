// Modules: their order, windows and initialisers (V12, V27), and the names of source files.
#include "format/verify/Program.h"

#include "format/base/Text.h"

#include <algorithm>
#include <numeric>

namespace orus::verify {

namespace {
constexpr std::string_view kSection = "MODULES";
}

bool Program::checkModules() {
  for (size_t i = 0; i < image_.modules.size() && !report_.failed(); ++i)
    checkModule(i);
  if (!report_.failed())
    checkModuleNames();
  for (size_t i = 0; i < image_.files.size(); ++i) {
    image::StringId id = image_.files[i].name;
    if (id >= image_.stringCount())
      fail(RuleId::V2, "FILES", i, {"no string ", id});
    else if (std::string_view text = image_.string(id);
             text.empty() || text.find('\0') != std::string_view::npos)
      fail(RuleId::V3, "FILES", i, {"not a file name"});
  }
  return !report_.failed();
}

bool Program::checkModule(size_t index) {
  const image::Module &module = image_.modules[index];
  checkName(kSection, index, module.name, false);
  checkModuleSlots(index, module.scalars, module.scalarBase, true);
  checkModuleSlots(index, module.references, module.referenceBase, false);
  for (image::ModuleId dependency : module.dependencies)
    if (dependency >= image_.modules.size())
      fail(RuleId::V2, kSection, index, {"no module ", dependency});
    else if (dependency >= index)
      fail(RuleId::V27, kSection, index,
           {"depends on module ", dependency, ", which is not initialised earlier"});
  if (!checkTakesAndReturnsNothing(kSection, index, module.initializer))
    return false;
  if (image_.functions[module.initializer].module != index)
    return fail(RuleId::V27, kSection, index,
                {"the initialiser, function ", module.initializer, ", is of another module"});
  return true;
}

bool Program::checkModuleSlots(size_t index, const std::vector<image::ModuleSlot> &slots,
                               uint32_t base, bool isScalar) {
  std::string_view bankName = isScalar ? "scalar" : "reference";
  std::vector<image::TypeId> &all = isScalar ? moduleScalars_ : moduleReferences_;
  if (base != all.size())
    return fail(
        RuleId::V12, kSection, index,
        {"the ", bankName, " window begins at ", base, ", the windows before end at ", all.size()});
  for (size_t i = 0; i < slots.size(); ++i) {
    checkName(kSection, index, slots[i].name, true);
    image::TypeId type = slots[i].type;
    if (type >= image_.types.size())
      return fail(RuleId::V2, kSection, index, {bankName, " slot ", i, " has no type ", type});
    all.push_back(image_.types.valueType(type));
    if (image_.types.storage(type).isScalar != isScalar)
      return fail(RuleId::V12, kSection, index,
                  {bankName, " slot ", i, " is of type ", image_.types.spelling(type)});
  }
  return true;
}

bool Program::checkModuleNames() {
  auto nameOf = [&](size_t index) { return image_.string(image_.modules[index].name); };
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < image_.modules.size(); ++i)
    if (image_.modules[i].name < image_.stringCount())
      order.push_back(i);
  // One string shared by many modules must not be compared with itself byte by byte.
  auto isBefore = [&](uint32_t a, uint32_t b) {
    return image_.modules[a].name != image_.modules[b].name && nameOf(a) < nameOf(b);
  };
  std::ranges::sort(order, isBefore);
  for (size_t i = 1; i < order.size(); ++i)
    if (!isBefore(order[i - 1], order[i]))
      return fail(RuleId::V27, kSection, order[i],
                  {"the same name as module ", order[i - 1], ": ", base::quoted(nameOf(order[i]))});
  return true;
}

} // namespace orus::verify
