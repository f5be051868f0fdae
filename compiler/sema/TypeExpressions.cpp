// Types as annotations give them (manual 4.2, 6.1).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

bool Inference::isVoid(const syntax::TypeExpr *type) const {
  auto *path = dyn_cast<syntax::PathType>(type);
  Type *named =
      path && path->path.size() == 1 ? state_.namedPrimitive(path->path[0].symbol) : nullptr;
  return named && named->kind == TypeKind::Void && !path->hasArguments;
}

DeclaredType Inference::declaredType(const syntax::TypeExpr *type, TypePlace place) {
  DeclaredType declared{unknown(), nullptr, type->range};
  switch (type->kind) {
  case syntax::TypeExprKind::Error: break;
  case syntax::TypeExprKind::Path:
    declared.type = namedType(cast<syntax::PathType>(type), place);
    break;
  case syntax::TypeExprKind::Array: {
    auto *array = cast<syntax::ArrayType>(type);
    DeclaredType element =
        declaredType(array->element, place == TypePlace::Result ? TypePlace::Variable : place);
    declared.type = state_.types.array(element.type);
    declared.lengths = lengthsOf(array, element.lengths);
    break;
  }
  case syntax::TypeExprKind::Function: {
    auto *function = cast<syntax::FunctionType>(type);
    llvm::SmallVector<Type *, 4> parameters;
    for (const syntax::TypeExpr *parameter : function->parameters)
      parameters.push_back(declaredType(parameter, TypePlace::Part).type);
    Type *result = state_.types.voidType();
    if (function->result)
      result =
          isVoid(function->result) ? result : declaredType(function->result, TypePlace::Part).type;
    declared.type = state_.types.function(parameters, result);
    break;
  }
  }
  return declared;
}

Type *Inference::namedType(const syntax::PathType *path, TypePlace place) {
  const syntax::Name &last = path->path.back();
  Type *type = unknown();
  if (openEnum_ && openEnum_->decl && path->path.size() == 1)
    for (size_t i = 0; i < openEnum_->decl->typeParameters.size(); ++i)
      if (openEnum_->decl->typeParameters[i].symbol == last.symbol)
        type = openEnum_->info->parameters[i];
  if (path->path.size() == 1)
    if (Type *primitive = state_.namedPrimitive(last.symbol))
      type = primitive;
  if (type->kind == TypeKind::Void && place != TypePlace::Result) {
    error(Diag::NotAType, path->range, "`void` can only be the result of a function")
        .label("there are no values of it");
    return unknown();
  }
  Entity *entity = state_.declarations.ofNote(last.note);
  if (auto *structure = dyn_cast_or_null<StructEntity>(entity))
    type = structType(structure);
  if (auto *enumeration = dyn_cast_or_null<EnumEntity>(entity))
    return enumType(enumeration, path, place);
  if (path->hasArguments && !isUnknown(type))
    error(Diag::TypeArguments, last.range, quoted(type) + " takes no type arguments")
        .label("not a generic enum");
  return type;
}

const Lengths *Inference::lengthsOf(const syntax::ArrayType *array, const Lengths *element) {
  int64_t length = -1;
  if (const syntax::Expr *expr = array->length) {
    auto bad = [&](const char *text) {
      error(Diag::ArrayLength, expr->range, text).label("not a length");
    };
    auto *number = dyn_cast<syntax::NumberExpr>(expr);
    auto *name = dyn_cast<syntax::NameExpr>(expr);
    Entity *entity = name ? state_.declarations.ofNote(name->note) : nullptr;
    if (number) {
      if (number->isFloat || number->suffix == syntax::NumberSuffix::F64)
        bad("the length of an array is a whole number");
      else if (number->overflow || number->integer > INT64_MAX)
        bad("this length is too large");
      else if (!number->malformed)
        length = static_cast<int64_t>(number->integer);
    } else if (auto *constant = dyn_cast_or_null<ConstantEntity>(entity)) {
      const ConstantValue &value = constantValue(constant);
      if (!value.type)
        return element;
      if (!value.type->isInteger())
        bad("the length of an array is an integer constant");
      else if (isNegative(value))
        bad("an array cannot have a negative length");
      else
        length = static_cast<int64_t>(std::min<uint64_t>(value.bits, INT64_MAX));
    } else if (!isa<syntax::ErrorExpr>(expr) && !(name && !entity)) {
      bad("the length of an array is a number or the name of a constant");
    }
  }
  if (length < 0 && !element)
    return nullptr;
  return new (state_.program.arena.Allocate<Lengths>()) Lengths{length, element};
}

} // namespace orus::sema
