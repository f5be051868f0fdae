#include "compiler/lower/TypeMap.h"

#include "llvm/Support/ErrorHandling.h"

namespace orus::lower {

using image::ScalarType;
using image::TypeTable;
using sema::TypeKind;

image::TypeId TypeMap::map(const sema::Type *type) {
  if (auto it = cache_.find(type); it != cache_.end())
    return it->second;
  image::TypeId id = compute(type);
  cache_[type] = id;
  return id;
}

std::optional<image::TypeId> TypeMap::mapResult(const sema::Type *type) {
  if (type->kind == TypeKind::Void)
    return std::nullopt;
  return map(type);
}

image::TypeId TypeMap::compute(const sema::Type *type) {
  switch (type->kind) {
  case TypeKind::Bool: return TypeTable::scalar(ScalarType::Bool);
  case TypeKind::I32: return TypeTable::scalar(ScalarType::I32);
  case TypeKind::U32: return TypeTable::scalar(ScalarType::U32);
  case TypeKind::I64: return TypeTable::scalar(ScalarType::I64);
  case TypeKind::U64: return TypeTable::scalar(ScalarType::U64);
  case TypeKind::F64: return TypeTable::scalar(ScalarType::F64);
  case TypeKind::String: return image::kString;
  case TypeKind::Any: return image::kAny;
  case TypeKind::Range: return image::kRange;
  case TypeKind::Error: return image::kError;
  case TypeKind::Array: return table_.array(map(llvm::cast<sema::ArrayType>(type)->element));
  case TypeKind::Function: {
    const auto *function = llvm::cast<sema::FunctionType>(type);
    std::vector<image::TypeId> parameters;
    for (const sema::Type *parameter : function->parameters)
      parameters.push_back(map(parameter));
    return table_.function(parameters, mapResult(function->result));
  }
  case TypeKind::Variable: return map(llvm::cast<sema::TypeVariable>(type)->bound);
  case TypeKind::Struct:
  case TypeKind::Enum:
  case TypeKind::Void:
  case TypeKind::Unknown: break;
  }
  llvm_unreachable("not the type of a value");
}

} // namespace orus::lower
