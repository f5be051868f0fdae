// What a compilation is asked to do: the command line of orusc as plain data.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/driver/ModuleSearch.h"
#include "compiler/opt/Optimizer.h"
#include "compiler/sema/HotCheck.h"
#include "format/base/Bytes.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace orus::driver {

/// What can be written out, in the order in which the stages make it.
enum class EmitKind : uint8_t { Tokens, Ast, TypedAst, Ir, Lir, Asm, Image };

struct EmitRequest {
  EmitKind kind{};
  std::string path; // `-` is standard output
};

struct Options {
  std::string input;                // `-` is standard input
  std::string inputName;            // shown in diagnostics and stored in images
  std::vector<EmitRequest> outputs; // without duplicates of a kind
  bool checkOnly = false;           // stop after checking
  /// Called with an image file before it is written, to give it its build id.
  void (*seal)(base::Bytes &image) = nullptr;
  bool writeIfChanged = false; // leave an image alone whose bytes would not change
  bool verbose = false;        // print the phases to standard error

  opt::Options optimizer;       // its `dump` is set by the driver
  unsigned registers = 256;     // budget for each bank, 4 … 256
  unsigned debug = 1;           // 0: no positions, 1: positions
  bool checkAllocation = false; // re-verify every register allocation
  std::vector<std::pair<std::string, std::string>> pathPrefixes; // old, new
  std::map<std::string, std::string> notes;                      // that go into the image

  ModuleSearch search;

  sema::HotLoops hotLoops = sema::HotLoops::Marked;

  bool statistics = false;    // print them to standard error
  std::string statisticsFile; // write them there as JSON (`-`: standard output); empty: do not
  std::string timeTraceFile; // write a trace of the time that stages and passes take; empty: do not
  bool timeReport = false;   // print how long passes took to standard error

  std::string profile;      // use the counts of this profile; empty: there is none
  std::string remarkPasses; // print remarks of the passes that match this expression; empty: none
  std::string remarkFile;   // write all remarks there (`-`: standard output); empty: do not

  /// Files that the caller writes; like the outputs, they must not be sources.
  std::vector<std::string> otherOutputs;
  std::string dependencyFile;     // a rule for make is written there; empty: none
  std::string dependencyTarget;   // what the rule makes
  bool phonyDependencies = false; // an empty rule for each module, so that it may go away

  basic::WarningOptions warnings;
};

} // namespace orus::driver
