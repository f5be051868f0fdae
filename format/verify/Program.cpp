#include "format/verify/Program.h"

#include "format/verify/Shape.h"

namespace orus::verify {

using image::TypeId;

bool Program::check() {
  checkedNames_.assign(image_.stringCount(), 0);
  addSignatures();
  bool ok = true;
  for (auto step : {&Program::checkTypes, &Program::checkConstants, &Program::checkNatives,
                    &Program::checkFunctions, &Program::checkModules, &Program::checkExports,
                    &Program::checkManifest})
    ok = ok && (this->*step)();
  return ok;
}

bool Program::isOfClass(TypeId id, TypeId typeClass) const {
  image::TypeKind kind = image_.types[id].kind;
  switch (typeClass) {
  case kAnyArray: return kind == image::TypeKind::Array;
  case kAnyFunction: return kind == image::TypeKind::Function;
  case kAnyObject:
    return kind == image::TypeKind::Struct ||
           (kind == image::TypeKind::Enum && !image_.types.isPlainEnum(id));
  case kAnyClosure: return kind == image::TypeKind::Closure;
  case kAnyCell: return kind == image::TypeKind::Cell;
  default: return false;
  }
}

void Program::addSignatures() {
  signatureOf_.assign(image_.types.size(), 0);
  for (TypeId id = image::kFirstComposite; id < image_.types.size(); ++id)
    if (image_.types[id].kind == image::TypeKind::Function)
      addSignature(id);
}

void Program::addSignature(TypeId id) {
  const image::Type &type = image_.types[id];
  Signature signature;
  signature.first = static_cast<uint32_t>(parameters_.size());
  size_t count = type.operands.size() - type.hasResult;
  for (bool scalar : {true, false})
    for (size_t i = 0; i < count; ++i) {
      TypeId parameter = image_.types.valueType(type.operands[i]);
      if ((parameter < image::kScalarTypeCount) != scalar)
        continue;
      parameters_.push_back(parameter);
      ++(scalar ? signature.scalarCount : signature.referenceCount);
    }
  if (type.hasResult)
    signature.result = image_.types.valueType(type.operands.back());
  signatureOf_[id] = static_cast<uint32_t>(signatures_.size());
  signatures_.push_back(signature);
}

} // namespace orus::verify
