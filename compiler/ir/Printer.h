// The text form of the intermediate representation (docs/design/lowering-and-ir.md). Parser.h reads
// it back.
#pragma once

#include "compiler/ir/Ir.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/raw_ostream.h"

namespace orus::ir {

struct PrintOptions {
  /// Writes source positions: as `; line:column` comments if `sources` is given, else as the raw
  /// `!offset` that the parser reads.
  bool locations = false;
  const basic::SourceManager *sources = nullptr;
};

/// Writes functions of one module. The output depends on nothing but the module and the options.
class Printer {
public:
  explicit Printer(const Module &module, PrintOptions options = {});

  /// The whole module: layouts, entry, functions.
  void print(llvm::raw_ostream &out) const;
  void print(llvm::raw_ostream &out, const Function &fn) const;
  /// One instruction without line end.
  void print(llvm::raw_ostream &out, const Function &fn, InstId inst) const;
  /// A type as in source, but with `&` before the name of a struct or an enum, and `#row` after it
  /// if the name alone does not identify it.
  std::string typeText(TypeId type) const;
  /// `@name`, or `@name#id` if the name alone does not identify the function.
  std::string label(image::FunctionId function) const;

private:
  void printNominal(llvm::raw_ostream &out, TypeId type) const;
  void printLayout(llvm::raw_ostream &out, const image::Module &layout) const;
  void printBlock(llvm::raw_ostream &out, const Function &fn, BlockId block) const;
  void printImmediate(llvm::raw_ostream &out, const Function &fn, const Inst &inst) const;
  void printOperands(llvm::raw_ostream &out, const Function &fn, InstId id) const;
  void printTargets(llvm::raw_ostream &out, const Function &fn, InstId id, bool first) const;
  void printLocation(llvm::raw_ostream &out, SourceLoc loc) const;

  const Module &module_;
  PrintOptions options_;
  llvm::StringMap<uint32_t> nameCounts_, typeNameCounts_;
  llvm::DenseMap<const Function *, image::FunctionId> ids_;
};

/// A scalar constant as the text form writes it: `-5`, `true`, `2.5`.
std::string constantText(TypeId type, uint64_t bits);

} // namespace orus::ir
