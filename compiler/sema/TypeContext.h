// Makes and compares types. Closed types are interned, so they are compared by pointer; open ones
// are compared by unification (Robinson 1965, with variables bound in place).
#pragma once

#include "compiler/basic/Interner.h"
#include "compiler/sema/Types.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace orus::sema {

/// Outcome of making two types equal.
enum class Unified : uint8_t { Yes, No, Endless };

class TypeContext {
public:
  explicit TypeContext(const basic::Interner &interner);
  TypeContext(const TypeContext &) = delete;
  TypeContext &operator=(const TypeContext &) = delete;

  Type *primitive(TypeKind kind) { return &simple_[static_cast<size_t>(kind)]; }
  Type *unknown() { return primitive(TypeKind::Unknown); }
  Type *voidType() { return primitive(TypeKind::Void); }
  Type *any() { return primitive(TypeKind::Any); }
  ArrayType *array(Type *element);
  FunctionType *function(llvm::ArrayRef<Type *> parameters, Type *result);
  StructType *structure(StructInfo *info);
  EnumType *enumeration(EnumInfo *info, llvm::ArrayRef<Type *> arguments);
  GenericType *generic(FunctionInfo *function, InstanceInfo *parent);
  TypeVariable *fresh(VariableOrigin origin, basic::SourceRange range, basic::Symbol name = {});

  /// Follows bound variables at the top.
  static Type *resolve(Type *type) {
    while (auto *variable = llvm::dyn_cast<TypeVariable>(type)) {
      if (!variable->bound)
        return variable;
      type = variable->bound;
    }
    return type;
  }
  /// Replaces every bound variable; a type without unbound ones becomes closed.
  Type *canonical(Type *type);
  /// The same with what is left open replaced: `any` for elements and enum arguments, the unknown
  /// type for the rest. Binds the variables.
  Type *close(Type *type);
  /// Calls `visit` for each unbound variable in the type.
  void forEachOpen(Type *type, llvm::function_ref<void(TypeVariable *)> visit);
  /// Replaces the type parameters of an enum.
  Type *substitute(Type *type, llvm::ArrayRef<TypeVariable *> parameters,
                   llvm::ArrayRef<Type *> arguments);

  /// Makes two types equal by binding variables. The unknown type equals every type.
  Unified unify(Type *a, Type *b);
  /// Whether two types are equal already; binds nothing.
  bool same(Type *a, Type *b);
  /// Whether the unknown type occurs in it.
  bool hasUnknown(Type *type);

  /// As written in source (12.5); `withModules` puts their module before structs and enums.
  std::string name(Type *type, bool withModules = false);

  /// While a trail is set, every binding is noted in it, so that it can be undone.
  void setTrail(llvm::SmallVectorImpl<TypeVariable *> *trail) { trail_ = trail; }
  llvm::SmallVectorImpl<TypeVariable *> *trail() const { return trail_; }

private:
  template <typename T> T *make() { return new (arena_.Allocate<T>()) T{}; }
  llvm::ArrayRef<Type *> copy(llvm::ArrayRef<Type *> types);
  void bind(TypeVariable *variable, Type *type);
  bool occurs(TypeVariable *variable, Type *type);
  Type *map(Type *type, llvm::function_ref<Type *(TypeVariable *)> leaf);
  void appendName(Type *type, std::string &out, unsigned depth, bool withModules);

  const basic::Interner &interner_;
  llvm::BumpPtrAllocator arena_;
  llvm::SmallVector<Type, 24> simple_;
  llvm::DenseMap<Type *, ArrayType *> arrays_;
  llvm::DenseMap<uint64_t, llvm::SmallVector<FunctionType *, 1>> functions_;
  llvm::DenseMap<StructInfo *, StructType *> structs_;
  llvm::DenseMap<uint64_t, llvm::SmallVector<EnumType *, 1>> enums_;
  llvm::DenseMap<std::pair<FunctionInfo *, InstanceInfo *>, GenericType *> generics_;
  llvm::SmallVectorImpl<TypeVariable *> *trail_ = nullptr;
};

} // namespace orus::sema
