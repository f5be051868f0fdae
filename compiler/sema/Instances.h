// A function as it is inferred: one instance for each list of argument types (manual 5.9).
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/sema/Declarations.h"
#include "compiler/sema/Typed.h"

#include <memory>
#include <string>

namespace orus::sema {

/// A variable of an instance with what only sema needs to know of it.
struct InferredVariable : Variable {
  const VariableDecl *decl = nullptr;
  const Lengths *lengths = nullptr; // as declared
  bool fixed = false;               // holds an array that `push` refuses (6.1)
  // In the check of a generic declaration: the type that the body asks of this parameter (5.9.2).
  Type *required = nullptr;
  SourceRange requiredAt;
};

struct InstanceInfo {
  FunctionInfo *decl = nullptr;
  InstanceInfo *parent = nullptr;         // of the function around; null for module bodies
  llvm::SmallVector<Type *, 4> arguments; // of the parameters without a type
  enum class State : uint8_t { New, Queued, Running, Done } state = State::New;
  bool isCheck = false;   // checks the declaration of a generic function (5.9.2)
  bool isLenient = false; // such a check, or a function inside one
  bool isReached = false;
  FunctionInstance *typed = nullptr;
  std::vector<InferredVariable *> variables; // by VariableDecl::index
  // Where it was made: errors in an instance are reported there.
  InstanceInfo *maker = nullptr;
  SourceRange callee;
  Type *expected = nullptr; // result type that the context of a function expression asks for
  unsigned depth = 0;       // of instances of generic functions made by one another
  // The first error in it.
  bool failed = false;
  basic::Diag failure{};
  std::string failureText;
  SourceRange failureRange;
  // Calls whose value is used although it is not yet known whether there is one.
  llvm::SmallVector<SourceRange, 0> valueUses;
  llvm::SmallVector<InstanceInfo *, 4> uses; // functions that its body needs

  /// The instance of a generic function that this is, or is inside of; null if there is none.
  InstanceInfo *genericInstance() {
    for (InstanceInfo *i = this; i; i = i->parent)
      if (i->decl->isGeneric && !i->isLenient)
        return i;
    return nullptr;
  }
};

} // namespace orus::sema
