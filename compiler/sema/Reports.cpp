// Diagnostics of inference. An error in an instance of a generic function is placed at the call
// that made the instance (manual 5.9.1, 12.6).
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;

static std::string functionName(const SemaState &state, const FunctionInfo *function) {
  return function->name ? state.quoted(function->name) : "this function";
}

/// Files the error of an instance at a call that asks for it, and keeps it for the instances around
/// that call.
void Inference::reportInstance(InstanceInfo *generic, SourceRange callee, InstanceInfo *maker) {
  while (InstanceInfo *outer = maker ? maker->genericInstance() : nullptr) {
    if (!outer->failed) {
      outer->failed = true;
      outer->failure = generic->failure;
      outer->failureText = generic->failureText;
      outer->failureRange = generic->failureRange;
    }
    callee = outer->callee;
    maker = outer->maker;
  }
  if (maker)
    maker->decl->hasErrors = true;
  state_.diags.report(generic->failure, callee, generic->failureText)
      .label("by this call")
      .note("the body of " + functionName(state_, generic->decl) + " needs it here",
            generic->failureRange);
}

basic::Diagnostic &Inference::error(Diag id, SourceRange range, std::string message) {
  InstanceInfo *generic = instance()->genericInstance();
  if (!generic) {
    instance()->decl->hasErrors = true;
    return state_.diags.report(id, range, std::move(message));
  }
  if (!generic->failed) {
    generic->failed = true;
    generic->failure = id;
    generic->failureText = std::move(message);
    generic->failureRange = range;
    reportInstance(generic, generic->callee, generic->maker);
  }
  discarded_ = {};
  return discarded_;
}

bool Inference::wantsWarnings() const { return !body_->instance->genericInstance(); }

void Inference::warn(Diag id, SourceRange range, std::string message) {
  if (wantsWarnings())
    state_.warn(id, range, std::move(message), instance()->decl);
}

static std::string conversionHelp(TypeKind from, TypeKind to, StringRef text) {
  bool toNumber = to >= TypeKind::I32 && to <= TypeKind::F64;
  bool fromNumber = from >= TypeKind::I32 && from <= TypeKind::F64;
  std::string shown = text.size() <= 40 && !text.contains('\n') ? text.str() : "…";
  if (from == TypeKind::String && to == TypeKind::I32)
    return "turn the text into a number with `int(" + shown + ")`";
  if (from == TypeKind::String && to == TypeKind::F64)
    return "turn the text into a number with `float(" + shown + ")`";
  if ((toNumber && (fromNumber || from == TypeKind::Bool)) ||
      (to == TypeKind::String && (fromNumber || from == TypeKind::Bool)))
    return "convert it: `(" + shown + ") as " +
           (to == TypeKind::String ? std::string("string") : "") +
           (to == TypeKind::I32   ? "i32"
            : to == TypeKind::I64 ? "i64"
            : to == TypeKind::U32 ? "u32"
            : to == TypeKind::U64 ? "u64"
            : to == TypeKind::F64 ? "f64"
                                  : "") +
           "`";
  return {};
}

std::pair<std::string, std::string> Inference::quotedPair(Type *a, Type *b) {
  std::string first = quoted(a), second = quoted(b);
  if (first != second || state_.types.same(a, b))
    return {first, second};
  return {"`" + state_.types.name(a, true) + "`", "`" + state_.types.name(b, true) + "`"};
}

basic::Diagnostic &Inference::mismatch(const Expr *value, const Target &target) {
  auto [found, wanted] = quotedPair(value->type, target.type);
  std::string message;
  std::string who = target.who.str();
  switch (target.code) {
  case Diag::ArgumentType: message = who + " takes " + wanted + " here, not " + found; break;
  case Diag::ReturnType: message = who + " returns " + wanted + ", but this is " + found; break;
  case Diag::BranchMismatch:
    message = "this branch gives " + found + ", the one above " + wanted;
    break;
  case Diag::ElementMismatch:
    message = "this element is " + found + "; the ones before are " + wanted;
    break;
  default: message = "this is " + found + ", but " + who + " asks for " + wanted; break;
  }
  auto &report = error(target.code, value->range, std::move(message));
  report.label(found);
  if (target.from.valid()) {
    if (target.code == Diag::ArgumentType)
      report.note(wanted + " is asked for here", target.from);
    else
      report.label(target.from,
                   target.code == Diag::ElementMismatch ? wanted : wanted + " is asked for here");
  }
  std::string help = conversionHelp(typeOf(value)->kind, TypeContext::resolve(target.type)->kind,
                                    state_.diags.sources().text(value->range));
  if (!help.empty())
    report.help(std::move(help));
  return report;
}

} // namespace orus::sema
