// Generic functions as arguments (manual 5.9.4). Passed for a parameter without a type, a generic
// function stays generic inside the instance: the parameter has a type that stands for this one
// function, a call of it makes an instance of the function like any other call, and nothing is
// passed at run time. If the function captures variables, the instance that takes it captures them
// in its place: it becomes a closure, made where the call stands, and so can make the instances of
// the function that it needs.
#include "compiler/sema/Inference.h"

#include "llvm/ADT/SetVector.h"

namespace orus::sema {

using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;

/// The type of a generic function named in the body being inferred.
GenericType *Inference::genericOf(FunctionInfo *function) {
  return state_.types.generic(function, parentOf(function));
}

/// The generic function that an expression names, itself or as a parameter; null if it is none.
GenericType *Inference::genericNamed(const syntax::Expr *expr) {
  while (auto *paren = dyn_cast<syntax::ParenExpr>(expr))
    expr = paren->inner;
  uint32_t note = 0;
  if (auto *name = dyn_cast<syntax::NameExpr>(expr))
    note = name->note;
  else if (auto *member = dyn_cast<syntax::MemberExpr>(expr))
    note = member->member.note;
  Entity *entity = state_.declarations.ofNote(note);
  if (auto *function = dyn_cast_or_null<FunctionInfo>(entity); function && function->isGeneric) {
    GenericType *generic = genericOf(function);
    checkDeclaration(function); // where what it captures is in sight
    return generic;
  }
  auto *decl = dyn_cast_or_null<VariableDecl>(entity);
  if (!decl || decl->variableKind != VariableKind::Parameter)
    return nullptr;
  Type *type = variableOf(decl)->type;
  return type ? dyn_cast<GenericType>(type) : nullptr;
}

/// The variables that an instance captures, each once: those of its declaration, and what the
/// generic functions captured that it can name.
llvm::SmallVector<InferredVariable *, 4> Inference::capturesOf(InstanceInfo *made) {
  llvm::SetVector<InferredVariable *, llvm::SmallVector<InferredVariable *, 4>> found;
  llvm::SetVector<GenericType *, llvm::SmallVector<GenericType *, 4>> generics;
  auto add = [&](FunctionInfo *function, InstanceInfo *from) {
    for (VariableDecl *decl : function->captures) {
      InferredVariable *variable = variableOf(decl, from);
      if (auto *generic = dyn_cast_or_null<GenericType>(variable->type))
        generics.insert(generic);
      else
        found.insert(variable);
    }
  };
  add(made->decl, made);
  for (Type *argument : made->arguments)
    if (auto *generic = dyn_cast<GenericType>(argument))
      generics.insert(generic);
  for (size_t i = 0; i < generics.size(); ++i)
    add(generics[i]->function, generics[i]->parent);
  // Variables of the instance itself: a function inside it was handed to it.
  found.remove_if([&](InferredVariable *variable) { return variable->owner == made->typed; });
  return found.takeVector();
}

} // namespace orus::sema
