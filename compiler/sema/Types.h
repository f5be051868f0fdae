// The types of the language (manual 4.1), interned: two types without open parts are the same
// exactly if their pointers are. During inference a type may contain variables (5.9.5); canonical()
// gives the final form.
#pragma once

#include "compiler/syntax/Ast.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"

#include <cstdint>
#include <string>

namespace orus::sema {

struct StructInfo;
struct EnumInfo;
struct FunctionInfo;
struct InstanceInfo;

enum class TypeKind : uint8_t {
  Bool,
  I32,
  U32,
  I64,
  U64,
  F64,
  String,
  Any,
  Void,
  Error,
  Range,
  Array,
  Function,
  Struct,
  Enum,
  Generic,  // of a generic function as an argument (5.9.4)
  Variable, // not known yet
  Unknown,  // of an expression in error; fits everywhere and is never reported again (12.3)
};

struct Type {
  TypeKind kind;
  bool open = false;      // contains a Variable
  bool erroneous = false; // contains the unknown type

  bool isInteger() const { return kind >= TypeKind::I32 && kind <= TypeKind::U64; }
  bool isSigned() const { return kind == TypeKind::I32 || kind == TypeKind::I64; }
  bool isNumeric() const { return kind >= TypeKind::I32 && kind <= TypeKind::F64; }
  bool isPrimitive() const { return kind <= TypeKind::String; }
};

struct ArrayType : Type {
  Type *element;
  static bool classof(const Type *t) { return t->kind == TypeKind::Array; }
};

struct FunctionType : Type {
  llvm::ArrayRef<Type *> parameters;
  Type *result; // void type for none
  static bool classof(const Type *t) { return t->kind == TypeKind::Function; }
};

struct StructType : Type {
  StructInfo *info;
  static bool classof(const Type *t) { return t->kind == TypeKind::Struct; }
};

struct EnumType : Type {
  EnumInfo *info;
  llvm::ArrayRef<Type *> arguments;
  static bool classof(const Type *t) { return t->kind == TypeKind::Enum; }
};

/// The type of one generic function alone. A parameter of this type stands for the function and
/// holds nothing at run time.
struct GenericType : Type {
  FunctionInfo *function;
  InstanceInfo *parent; // of the function around it, for what it captures
  static bool classof(const Type *t) { return t->kind == TypeKind::Generic; }
};

/// Where a type may be unknown for a while (5.9.5); decides what becomes of it if nothing fixes it.
enum class VariableOrigin : uint8_t {
  Element,       // of `[]`: any
  EnumArgument,  // left open by a constructor or an annotation: any
  Result,        // of a function being inferred: E2008
  Parameter,     // of a function expression: E2008
  TypeParameter, // of a generic enum's declaration; replaced, never bound
};

/// An inference variable; `bound` leads to what it was unified with.
struct TypeVariable : Type {
  Type *bound = nullptr;
  VariableOrigin origin{};
  basic::SourceRange range; // what was left open
  basic::Symbol name;       // TypeParameter
  static bool classof(const Type *t) { return t->kind == TypeKind::Variable; }
};

} // namespace orus::sema
