// What an optimisation pass is given and what it returns. A pass must keep output and panics, their
// order included, and take near-linear time in the size of a function.
#pragma once

#include "compiler/analysis/Loops.h"
#include "compiler/basic/Remarks.h"
#include "compiler/ir/ExecutionCounts.h"
#include "compiler/ir/Ir.h"

#include <optional>

namespace orus::opt {

using analysis::Cfg;
using analysis::Dominators;
using analysis::Loops;
using ir::BlockId;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::TypeId;
using ir::ValueId;
using llvm::ArrayRef;

enum class PassId : uint8_t {
#define ORUS_PASS(ident, ...) ident,
#define ORUS_MODULE_PASS(ident, ...) ident,
#include "compiler/opt/Passes.def"
};

/// What a pass has done. `Values`: blocks, edges and handlers are as before.
enum class Change : uint8_t { None, Values, Graph };

inline Change operator|(Change a, Change b) { return std::max(a, b); }
inline Change &operator|=(Change &a, Change b) { return a = a | b; }

/// Analyses of one function, computed when first asked for.
class Analyses {
public:
  explicit Analyses(const ir::Function &fn) : fn_(fn) {}
  const Cfg &cfg() { return cfg_ ? *cfg_ : cfg_.emplace(fn_); }
  const Dominators &dominators() { return dominators_ ? *dominators_ : dominators_.emplace(cfg()); }
  const Loops &loops() { return loops_ ? *loops_ : loops_.emplace(cfg(), dominators()); }
  /// To be called by a pass that goes on using analyses after it has changed the graph.
  void invalidate() {
    cfg_.reset();
    dominators_.reset();
    loops_.reset();
  }

private:
  const ir::Function &fn_;
  std::optional<Cfg> cfg_;
  std::optional<Dominators> dominators_;
  std::optional<Loops> loops_;
};

/// Numbers that a pass gives about its work, in the order of their first mention.
class Counters {
public:
  struct Entry {
    const char *what;
    uint64_t count;
  };
  void add(const char *what, uint64_t count = 1);
  ArrayRef<Entry> entries() const { return entries_; }

private:
  llvm::SmallVector<Entry, 4> entries_;
};

struct PassContext {
  ir::Module &module;
  ir::Function &fn;
  Analyses &analyses;
  Counters &counters;
};

struct ModulePassContext {
  ir::Module &module;
  Counters &counters;
  basic::Remarks *remarks = nullptr;           // if someone asks for them
  const ir::ExecutionCounts *counts = nullptr; // of a profile
};

#define ORUS_PASS(ident, function, ...) Change function(PassContext &context);
#define ORUS_MODULE_PASS(ident, function, ...) Change function(ModulePassContext &context);
#include "compiler/opt/Passes.def"

} // namespace orus::opt
