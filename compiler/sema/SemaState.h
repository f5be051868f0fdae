// What name resolution and inference of one program share.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/sema/Declarations.h"
#include "compiler/sema/TypeContext.h"
#include "compiler/sema/Typed.h"

#include <deque>
#include <string>
#include <vector>

namespace orus::sema {

/// The types known by name in type positions (1.6).
inline constexpr std::pair<const char *, TypeKind> kTypeNames[] = {
    {"i32", TypeKind::I32},       {"i64", TypeKind::I64},    {"u32", TypeKind::U32},
    {"u64", TypeKind::U64},       {"f64", TypeKind::F64},    {"bool", TypeKind::Bool},
    {"string", TypeKind::String}, {"str", TypeKind::String}, {"any", TypeKind::Any},
    {"void", TypeKind::Void},
};

/// A warning waits until it is known whether the code around it has an error (12.8).
struct PendingWarning {
  basic::Diag id;
  SourceRange range;
  std::string message;
  FunctionInfo *function;
  std::string label; // at labelRange, if that is valid
  SourceRange labelRange;
};

struct SemaState {
  SemaState(basic::Interner &names, basic::DiagnosticEngine &engine, TypedProgram &typed)
      : interner(names), diags(engine), program(typed), types(*typed.types) {
    self = interner.intern("self");
    underscore = interner.intern("_");
    result = interner.intern("Result");
    for (const auto &[text, kind] : kTypeNames)
      namedTypes.push_back({interner.intern(text), types.primitive(kind)});
  }

  /// The built-in type of a name, or null.
  Type *namedPrimitive(Symbol symbol) const {
    for (const auto &[name, type] : namedTypes)
      if (name == symbol)
        return type;
    return nullptr;
  }

  StringRef text(Symbol symbol) const { return interner.text(symbol); }
  /// A name as messages show it.
  std::string quoted(Symbol symbol) const { return ("`" + text(symbol) + "`").str(); }
  std::string quoted(Type *type) { return "`" + types.name(type) + "`"; }
  void warn(basic::Diag id, SourceRange range, std::string message, FunctionInfo *function) {
    warnings.push_back({id, range, std::move(message), function, {}, {}});
  }

  basic::Interner &interner;
  basic::DiagnosticEngine &diags;
  TypedProgram &program;
  TypeContext &types;
  DeclarationTable declarations;
  std::deque<ModuleInfo> modules;
  std::vector<Entity *> predeclared; // visible in every module
  std::vector<PendingWarning> warnings;
  std::vector<std::pair<Symbol, Type *>> namedTypes;
  Symbol self, underscore, result;
};

} // namespace orus::sema
