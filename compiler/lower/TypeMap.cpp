#include "compiler/lower/TypeMap.h"

#include "compiler/sema/TypeContext.h"

#include "llvm/Support/ErrorHandling.h"

namespace orus::lower {

using image::ScalarType;
using image::TypeTable;
using sema::TypeKind;

TypeMap::TypeMap(const sema::TypedProgram &program, const basic::Interner &names,
                 image::TypeTable &table)
    : context_(*program.types), names_(names), table_(table) {
  for (const auto &module : program.modules)
    modules_.try_emplace(module.get(), static_cast<image::ModuleId>(modules_.size()));
}

/// Members are mapped after the type that mentions them has its row, so that types may mention each
/// other and long chains of types need no stack.
image::TypeId TypeMap::map(const sema::Type *type) {
  image::TypeId id = rowOf(type);
  while (!declared_.empty()) {
    const sema::Type *next = declared_.back();
    declared_.pop_back();
    define(next);
  }
  return id;
}

image::TypeId TypeMap::rowOf(const sema::Type *type) {
  if (auto it = cache_.find(type); it != cache_.end())
    return it->second;
  image::TypeId id = compute(type);
  cache_[type] = id;
  return id;
}

void TypeMap::define(const sema::Type *type) {
  std::vector<image::Member> members;
  if (const auto *structure = llvm::dyn_cast<sema::StructType>(type)) {
    for (const sema::Field &field : structure->info->fields)
      members.push_back({names_.text(field.name).str(), {rowOf(field.type)}});
  } else {
    const auto *enumeration = llvm::cast<sema::EnumType>(type);
    const sema::EnumInfo &info = *enumeration->info;
    for (const sema::Variant &variant : info.variants) {
      image::Member &member = members.emplace_back();
      member.name = names_.text(variant.name).str();
      for (sema::Type *payload : variant.payload)
        member.types.push_back(
            rowOf(context_.substitute(payload, info.parameters, enumeration->arguments)));
    }
  }
  table_.define(cache_.lookup(type), std::move(members));
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
  case TypeKind::Array: return table_.array(rowOf(llvm::cast<sema::ArrayType>(type)->element));
  case TypeKind::Function: {
    const auto *function = llvm::cast<sema::FunctionType>(type);
    std::vector<image::TypeId> parameters;
    for (const sema::Type *parameter : function->parameters)
      parameters.push_back(rowOf(parameter));
    std::optional<image::TypeId> result;
    if (function->result->kind != TypeKind::Void)
      result = rowOf(function->result);
    return table_.function(parameters, result);
  }
  case TypeKind::Variable: return rowOf(llvm::cast<sema::TypeVariable>(type)->bound);
  case TypeKind::Struct: {
    const sema::StructInfo &info = *llvm::cast<sema::StructType>(type)->info;
    declared_.push_back(type);
    return table_.declare(image::TypeKind::Struct, names_.text(info.name).str(),
                          module(info.module));
  }
  case TypeKind::Enum: {
    const sema::EnumInfo &info = *llvm::cast<sema::EnumType>(type)->info;
    declared_.push_back(type);
    return table_.declare(image::TypeKind::Enum, names_.text(info.name).str(), module(info.module));
  }
  case TypeKind::Void:
  case TypeKind::Generic:
  case TypeKind::Unknown: break;
  }
  llvm_unreachable("not the type of a value");
}

} // namespace orus::lower
