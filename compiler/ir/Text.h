// What printer and parser of the text form must agree on.
#pragma once

#include "compiler/ir/Ir.h"

#include "llvm/ADT/StringExtras.h"

namespace orus::ir {

/// Characters of a function label that need no quotes.
inline bool isLabelChar(char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; }

/// Operations written as `op IMM(operands)`; CallValue has its first operand in place of IMM.
inline bool isCallLike(Op op) {
  return op == Op::Call || op == Op::CallValue || op == Op::CallNative || op == Op::Print ||
         op == Op::AssertEq || op == Op::ObjNew || op == Op::ClosureNew;
}

/// The word that stands for the argument which the terminator itself gives.
inline StringRef implicitArgText(Op op) { return op == Op::TryEnter ? "error" : "next"; }

/// By StepTest.
inline constexpr llvm::StringLiteral kStepTestTexts[kStepTestCount] = {"lt", "le", "gt", "ge"};

} // namespace orus::ir
