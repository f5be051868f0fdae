// The pass manager: runs the pipeline of a level, or passes named one by one, over a module.
#pragma once

#include "compiler/analysis/Verifier.h"
#include "compiler/opt/Pass.h"

#include "llvm/Support/raw_ostream.h"

#include <expected>
#include <string>
#include <vector>

namespace orus::opt {

/// A row of Passes.def.
struct PassInfo {
  const char *name;
  unsigned level;
  bool isModulePass;
  const char *summary;
};
const PassInfo &passInfo(PassId pass);
/// Every row, in the order of the enumeration.
ArrayRef<PassInfo> allPasses();
std::optional<PassId> findPass(llvm::StringRef name);
/// The passes named in a list `a,b,c`, or the first name that is none.
std::expected<std::vector<PassId>, std::string> parsePasses(llvm::StringRef list);
/// What a level runs, in order; a pass may occur several times.
ArrayRef<PassId> pipeline(unsigned level);

struct Options {
  unsigned level = 2;
  std::optional<std::vector<PassId>> passes; // in place of the level's pipeline
  std::vector<PassId> disabled;              // these do not run
  std::vector<PassId> printAfter;
  bool printAfterAll = false;
  bool printChanged = false; // after the passes that change something
  std::string filter;        // print only the function of this name or label
  bool verifyEach = false;
  int64_t bisectLimit = -1; // how many times a pass runs on a function or the module; -1: all
  bool timePasses = false;
  llvm::raw_ostream *dump = nullptr;           // for the above; none: nothing is printed
  const ir::ExecutionCounts *counts = nullptr; // of a profile
  basic::Remarks *remarks = nullptr; // if set, receives what passes and loops give reason for
};

/// What a pass did in all its runs.
struct PassStatistics {
  uint64_t runs = 0, changes = 0;
  double seconds = 0; // if timePasses
  Counters counters;
};

struct Report {
  std::vector<PassStatistics> passes; // by PassId
  /// Of --verify-each: what is wrong, after which pass. Empty if nothing is.
  std::string failure;

  /// One row for each pass that ran, with its counters.
  void print(llvm::raw_ostream &out, bool withTimes) const;
};

/// Optimises a valid module.
Report optimize(ir::Module &module, const Options &options);

} // namespace orus::opt
