// Code generation: from the intermediate representation to the records of an image.
#pragma once

#include "compiler/basic/Remarks.h"
#include "compiler/basic/Source.h"
#include "compiler/ir/ExecutionCounts.h"
#include "compiler/ir/Ir.h"
#include "format/image/Image.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <utility>
#include <vector>

namespace orus::codegen {

inline constexpr uint32_t kMinRegisters = 4, kMaxRegisters = 256;

/// What became of one function, for `--stats`.
struct FunctionStatistics {
  std::string name;
  uint32_t instructions = 0, words = 0;
  image::BankSummary scalars, references;
  std::vector<image::LoopRecord> loops; // as in the image
};

struct CodegenOptions {
  /// Values of a bank that may be in registers at one time, kMinRegisters to kMaxRegisters.
  uint32_t registers = kMaxRegisters;
  /// 0: neither lines nor files; 1: both.
  unsigned debugLevel = 1;
  /// Recorded in the manifest.
  uint32_t optimization = 0;
  std::string producer;
  std::vector<image::Note> notes; // by ascending key
  /// Verifies each allocation symbolically (Checker.h) and fails if it is wrong.
  bool checkAllocation = false;
  /// Whether one instruction may do the work of several operations.
  bool fuse = true;
  /// File names are stored relative to this folder if they lie in it.
  std::string sourceRoot;
  /// Prefixes of file names to replace; of several that match, the last one counts.
  std::vector<std::pair<std::string, std::string>> pathPrefixMap;
  /// If set, receives the LIR of each function before slots are assigned.
  llvm::raw_ostream *lirOutput = nullptr;
  /// If set, receives one entry for each function, in order.
  std::vector<FunctionStatistics> *statistics = nullptr;
  /// Of a profile: code that did not run moves out of the way. Null without one.
  const ir::ExecutionCounts *counts = nullptr;
  /// If set, receives a remark for each loop that spills.
  basic::Remarks *remarks = nullptr;
};

/// A program exceeds a limit of the image format; diagnostic E9003 at `loc`, which may be invalid.
class LimitError : public llvm::ErrorInfo<LimitError> {
public:
  static char ID;
  LimitError(basic::SourceLoc loc, std::string message) : loc_(loc), message_(std::move(message)) {}

  basic::SourceLoc loc() const { return loc_; }
  const std::string &text() const { return message_; }
  void log(llvm::raw_ostream &out) const override { out << message_; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
  basic::SourceLoc loc_;
  std::string message_;
};

/// Generates the image of a program whose IR is valid. Fails with a LimitError, or with another
/// error if the check of the allocation finds a bug of the compiler.
llvm::Expected<image::Image> generate(const ir::Module &module, const basic::SourceManager &sources,
                                      const CodegenOptions &options);

} // namespace orus::codegen
