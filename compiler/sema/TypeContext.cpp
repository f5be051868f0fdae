#include "compiler/sema/TypeContext.h"

#include "compiler/sema/Typed.h"

#include "llvm/ADT/STLExtras.h"

namespace orus::sema {

using llvm::ArrayRef;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static constexpr unsigned kMaxNameDepth = 12;

/// Derives the flags of a composed type from its parts.
static void inherit(Type *type, ArrayRef<Type *> parts) {
  for (Type *part : parts) {
    type->open |= part->open;
    type->erroneous |= part->erroneous;
  }
}

TypeContext::TypeContext(const basic::Interner &interner) : interner_(interner) {
  for (size_t i = 0; i <= static_cast<size_t>(TypeKind::Unknown); ++i)
    simple_.push_back(Type{static_cast<TypeKind>(i)});
  unknown()->erroneous = true;
}

ArrayRef<Type *> TypeContext::copy(ArrayRef<Type *> types) {
  if (types.empty())
    return {};
  Type **data = arena_.Allocate<Type *>(types.size());
  std::uninitialized_copy(types.begin(), types.end(), data);
  return {data, types.size()};
}

ArrayType *TypeContext::array(Type *element) {
  ArrayType *&slot = arrays_[element];
  if (!slot) {
    slot = make<ArrayType>();
    slot->kind = TypeKind::Array;
    inherit(slot, element);
    slot->element = element;
  }
  return slot;
}

FunctionType *TypeContext::function(ArrayRef<Type *> parameters, Type *result) {
  uint64_t hash = llvm::hash_combine(llvm::hash_combine_range(parameters.begin(), parameters.end()),
                                     result, parameters.size());
  auto &bucket = functions_[hash >> 1];
  for (FunctionType *f : bucket)
    if (f->parameters == parameters && f->result == result)
      return f;
  auto *f = make<FunctionType>();
  f->kind = TypeKind::Function;
  f->parameters = copy(parameters);
  f->result = result;
  inherit(f, parameters);
  inherit(f, result);
  bucket.push_back(f);
  return f;
}

StructType *TypeContext::structure(StructInfo *info) {
  StructType *&slot = structs_[info];
  if (!slot) {
    slot = make<StructType>();
    slot->kind = TypeKind::Struct;
    slot->info = info;
  }
  return slot;
}

EnumType *TypeContext::enumeration(EnumInfo *info, ArrayRef<Type *> arguments) {
  uint64_t hash =
      llvm::hash_combine(info, llvm::hash_combine_range(arguments.begin(), arguments.end()));
  auto &bucket = enums_[hash >> 1];
  for (EnumType *e : bucket)
    if (e->info == info && e->arguments == arguments)
      return e;
  auto *e = make<EnumType>();
  e->kind = TypeKind::Enum;
  e->info = info;
  e->arguments = copy(arguments);
  inherit(e, arguments);
  bucket.push_back(e);
  return e;
}

GenericType *TypeContext::generic(FunctionInfo *function, InstanceInfo *parent) {
  GenericType *&type = generics_[{function, parent}];
  if (!type) {
    type = make<GenericType>();
    type->kind = TypeKind::Generic;
    type->function = function;
    type->parent = parent;
  }
  return type;
}

TypeVariable *TypeContext::fresh(VariableOrigin origin, basic::SourceRange range,
                                 basic::Symbol name) {
  auto *variable = make<TypeVariable>();
  variable->kind = TypeKind::Variable;
  variable->open = true;
  variable->origin = origin;
  variable->range = range;
  variable->name = name;
  return variable;
}

void TypeContext::bind(TypeVariable *variable, Type *type) {
  variable->bound = type;
  if (trail_)
    trail_->push_back(variable);
}

Type *TypeContext::map(Type *type, llvm::function_ref<Type *(TypeVariable *)> leaf) {
  if (!type->open)
    return type;
  type = resolve(type);
  if (!type->open)
    return type;
  if (auto *variable = dyn_cast<TypeVariable>(type))
    return leaf(variable);
  if (auto *a = dyn_cast<ArrayType>(type))
    return array(map(a->element, leaf));
  llvm::SmallVector<Type *, 8> parts;
  if (auto *f = dyn_cast<FunctionType>(type)) {
    for (Type *parameter : f->parameters)
      parts.push_back(map(parameter, leaf));
    return function(parts, map(f->result, leaf));
  }
  auto *e = cast<EnumType>(type);
  for (Type *argument : e->arguments)
    parts.push_back(map(argument, leaf));
  return enumeration(e->info, parts);
}

Type *TypeContext::canonical(Type *type) {
  return map(type, [](TypeVariable *variable) { return variable; });
}

Type *TypeContext::close(Type *type) {
  return map(type, [this](TypeVariable *variable) -> Type * {
    bool dynamic = variable->origin == VariableOrigin::Element ||
                   variable->origin == VariableOrigin::EnumArgument;
    bind(variable, dynamic ? any() : unknown());
    return variable->bound;
  });
}

void TypeContext::forEachOpen(Type *type, llvm::function_ref<void(TypeVariable *)> visit) {
  map(type, [&](TypeVariable *variable) -> Type * {
    visit(variable);
    return variable;
  });
}

Type *TypeContext::substitute(Type *type, ArrayRef<TypeVariable *> parameters,
                              ArrayRef<Type *> arguments) {
  return map(type, [&](TypeVariable *variable) -> Type * {
    for (size_t i = 0; i < parameters.size(); ++i)
      if (parameters[i] == variable)
        return arguments[i];
    return variable;
  });
}

bool TypeContext::occurs(TypeVariable *variable, Type *type) {
  bool found = false;
  forEachOpen(type, [&](TypeVariable *v) { found |= v == variable; });
  return found;
}

Unified TypeContext::unify(Type *a, Type *b) {
  a = resolve(a);
  b = resolve(b);
  if (a == b || a->kind == TypeKind::Unknown || b->kind == TypeKind::Unknown)
    return Unified::Yes;
  auto *va = dyn_cast<TypeVariable>(a);
  auto *vb = dyn_cast<TypeVariable>(b);
  if (va || vb) {
    if (!va || (vb && va->origin < vb->origin && vb->origin != VariableOrigin::TypeParameter)) {
      std::swap(va, vb);
      std::swap(a, b);
    }
    if (occurs(va, b))
      return Unified::Endless;
    bind(va, b);
    return Unified::Yes;
  }
  if (a->kind != b->kind)
    return Unified::No;
  if (auto *array = dyn_cast<ArrayType>(a))
    return unify(array->element, cast<ArrayType>(b)->element);
  auto all = [this](ArrayRef<Type *> left, ArrayRef<Type *> right) {
    for (size_t i = 0; i < left.size(); ++i)
      if (Unified u = unify(left[i], right[i]); u != Unified::Yes)
        return u;
    return Unified::Yes;
  };
  if (auto *f = dyn_cast<FunctionType>(a)) {
    auto *g = cast<FunctionType>(b);
    if (f->parameters.size() != g->parameters.size())
      return Unified::No;
    if (Unified u = all(f->parameters, g->parameters); u != Unified::Yes)
      return u;
    return unify(f->result, g->result);
  }
  if (auto *e = dyn_cast<EnumType>(a); e && e->info == cast<EnumType>(b)->info)
    return all(e->arguments, cast<EnumType>(b)->arguments);
  return Unified::No;
}

bool TypeContext::same(Type *a, Type *b) {
  a = resolve(a);
  b = resolve(b);
  if (a == b || a->kind == TypeKind::Unknown || b->kind == TypeKind::Unknown)
    return true;
  if (a->kind != b->kind)
    return false;
  if (auto *array = dyn_cast<ArrayType>(a))
    return same(array->element, cast<ArrayType>(b)->element);
  auto all = [this](ArrayRef<Type *> left, ArrayRef<Type *> right) {
    return llvm::all_of_zip(left, right, [this](Type *l, Type *r) { return same(l, r); });
  };
  if (auto *f = dyn_cast<FunctionType>(a)) {
    auto *g = cast<FunctionType>(b);
    return f->parameters.size() == g->parameters.size() && all(f->parameters, g->parameters) &&
           same(f->result, g->result);
  }
  auto *e = dyn_cast<EnumType>(a);
  return e && e->info == cast<EnumType>(b)->info && all(e->arguments, cast<EnumType>(b)->arguments);
}

bool TypeContext::hasUnknown(Type *type) { return canonical(type)->erroneous; }

std::string TypeContext::name(Type *type, bool withModules) {
  std::string out;
  appendName(type, out, 0, withModules);
  return out;
}

static const char *simpleName(TypeKind kind) {
  switch (kind) {
  case TypeKind::Bool: return "bool";
  case TypeKind::I32: return "i32";
  case TypeKind::U32: return "u32";
  case TypeKind::I64: return "i64";
  case TypeKind::U64: return "u64";
  case TypeKind::F64: return "f64";
  case TypeKind::String: return "string";
  case TypeKind::Any: return "any";
  case TypeKind::Void: return "void";
  case TypeKind::Error: return "error";
  case TypeKind::Range: return "range";
  case TypeKind::Generic: return "fn";
  default: return "unknown";
  }
}

void TypeContext::appendName(Type *type, std::string &out, unsigned depth, bool withModules) {
  type = resolve(type);
  if (depth > kMaxNameDepth) {
    out += "…";
    return;
  }
  auto declared = [&](Symbol name, const TypedModule *module) {
    if (withModules && module)
      out += (interner_.text(module->name) + ".").str();
    out += interner_.text(name);
  };
  auto list = [&](ArrayRef<Type *> types) {
    for (size_t i = 0; i < types.size(); ++i) {
      out += i ? ", " : "";
      appendName(types[i], out, depth + 1, withModules);
    }
  };
  if (auto *a = dyn_cast<ArrayType>(type)) {
    out += "[";
    appendName(a->element, out, depth + 1, withModules);
    out += "]";
  } else if (auto *f = dyn_cast<FunctionType>(type)) {
    out += "fn(";
    list(f->parameters);
    out += ")";
    if (resolve(f->result)->kind != TypeKind::Void) {
      out += " -> ";
      appendName(f->result, out, depth + 1, withModules);
    }
  } else if (auto *s = dyn_cast<StructType>(type)) {
    declared(s->info->name, s->info->module);
  } else if (auto *e = dyn_cast<EnumType>(type)) {
    declared(e->info->name, e->info->module);
    if (!e->arguments.empty()) {
      out += "[";
      list(e->arguments);
      out += "]";
    }
  } else {
    out += simpleName(type->kind);
  }
}

} // namespace orus::sema
