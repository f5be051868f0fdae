#include "compiler/lower/Captures.h"

namespace orus::lower {

using image::TypeTable;

VariableForm Captures::formOf(const sema::Variable *variable) const {
  VariableForm form;
  form.type = types_.map(variable->type);
  form.hasFlag = variable->maybeUninitialized;
  form.isBoxed = form.hasFlag && !table_.storage(form.type).isScalar;
  form.stored = form.isBoxed ? image::kAny : form.type;
  form.isCell = variable->captured && (variable->reassigned || form.hasFlag);
  return form;
}

void Captures::appendCaptured(const sema::Variable *variable,
                              std::vector<image::TypeId> &types) const {
  VariableForm form = formOf(variable);
  types.push_back(form.isCell ? cellOf(form.stored) : form.stored);
  if (form.hasFlag)
    types.push_back(cellOf(TypeTable::scalar(image::ScalarType::Bool)));
}

image::TypeId Captures::closureType(const sema::FunctionInstance &function,
                                    image::TypeId signature) const {
  std::vector<image::TypeId> types;
  for (const sema::Capture &capture : function.captures)
    appendCaptured(capture.variable, types);
  return table_.closure(signature, types);
}

} // namespace orus::lower
