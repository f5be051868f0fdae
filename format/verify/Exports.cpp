// What modules offer to others (V30).
#include "format/verify/Program.h"

#include "format/base/Text.h"

#include <algorithm>
#include <tuple>

namespace orus::verify {

namespace {
constexpr std::string_view kSection = "INTERFACE";
}

bool Program::checkExports() {
  for (size_t i = 0; i < image_.exports.size(); ++i)
    if (!checkExport(i))
      return false;
  // Ascending, so that a name is found fast and two of one kind stand side by side. Equal ids are
  // told apart first, so that one long string is not compared with itself for each row.
  auto isBefore = [&](const image::Export &a, const image::Export &b) {
    if (a.module != b.module)
      return a.module < b.module;
    if (a.name != b.name)
      if (int order = image_.string(a.name).compare(image_.string(b.name)); order != 0)
        return order < 0;
    return a.kind < b.kind;
  };
  for (size_t i = 1; i < image_.exports.size(); ++i)
    if (!isBefore(image_.exports[i - 1], image_.exports[i]))
      return fail(RuleId::V30, kSection, i,
                  {"exports do not ascend by module, name and kind, or there are two of ",
                   base::quoted(image_.string(image_.exports[i].name))});
  return true;
}

bool Program::checkExport(size_t index) {
  const image::Export &row = image_.exports[index];
  if (!checkName(kSection, index, row.name, false))
    return false;
  if (row.module >= image_.modules.size())
    return fail(RuleId::V2, kSection, index, {"no module ", row.module});
  if (row.type >= image_.types.size())
    return fail(RuleId::V2, kSection, index, {"no type ", row.type});
  return isItem(row) || fail(RuleId::V30, kSection, index,
                             {"no ", image::name(row.kind), " ", row.item, " of type ",
                              image_.types.spelling(row.type), " in module ", row.module});
}

bool Program::isItem(const image::Export &row) const {
  const image::Module &module = image_.modules[row.module];
  switch (row.kind) {
  case image::ExportKind::Function:
    return row.item < image_.functions.size() && image_.functions[row.item].module == row.module &&
           image_.functions[row.item].signature == row.type;
  case image::ExportKind::Variable: {
    const auto &slots =
        image_.types.storage(row.type).isScalar ? module.scalars : module.references;
    return row.item < slots.size() && slots[row.item].type == row.type &&
           slots[row.item].name == row.name;
  }
  case image::ExportKind::Type: {
    const image::Type &type = image_.types[row.type];
    return row.item == 0 && type.isNominal() && type.module == row.module;
  }
  }
  return false;
}

} // namespace orus::verify
