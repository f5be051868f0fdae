#include "compiler/opt/Optimizer.h"

#include "llvm/ADT/SmallVector.h"

namespace orus::opt {

static constexpr PassInfo kPasses[] = {
#define ORUS_PASS(ident, function, name, level, summary) {name, level, false, summary},
#define ORUS_MODULE_PASS(ident, function, name, level, summary) {name, level, true, summary},
#include "compiler/opt/Passes.def"
};

const PassInfo &passInfo(PassId pass) { return kPasses[static_cast<size_t>(pass)]; }
ArrayRef<PassInfo> allPasses() { return kPasses; }

std::optional<PassId> findPass(llvm::StringRef name) {
  for (size_t i = 0; i < std::size(kPasses); ++i)
    if (name == kPasses[i].name)
      return static_cast<PassId>(i);
  return std::nullopt;
}

std::expected<std::vector<PassId>, std::string> parsePasses(llvm::StringRef list) {
  std::vector<PassId> passes;
  llvm::SmallVector<llvm::StringRef, 8> names;
  list.split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    auto pass = findPass(name.trim());
    if (!pass)
      return std::unexpected(name.trim().str());
    passes.push_back(*pass);
  }
  return passes;
}

static constexpr PassId kLevel0[] = {PassId::Unreachable};

static constexpr PassId kLevel1[] = {PassId::SimplifyCfg, PassId::ConstFold, PassId::Gvn,
                                     PassId::Dce, PassId::SimplifyCfg};

static constexpr PassId kLevel2[] = {
    // What is inlined is small and clean, so that its size says what it costs.
    PassId::SimplifyCfg,
    PassId::ConstFold,
    PassId::CopyProp,
    PassId::Gvn,
    PassId::Dce,
    PassId::SimplifyCfg,
    PassId::Speculate,
    PassId::Inline,
    PassId::SimplifyCfg,
    PassId::ConstFold,
    PassId::CopyProp,
    PassId::Dce,
    PassId::RangeValues,
    PassId::ScalarReplace,
    PassId::CopyProp,
    PassId::Gvn,
    PassId::SimplifyCfg,
    PassId::LoopRotate,
    PassId::CopyProp,
    PassId::Licm,
    PassId::PromoteModules,
    PassId::CopyProp,
    PassId::Ranges,
    PassId::Gvn,
    PassId::ConstFold,
    PassId::Dce,
    PassId::SimplifyCfg,
    PassId::CountedLoops,
    PassId::Dce};

ArrayRef<PassId> pipeline(unsigned level) {
  switch (level) {
  case 0: return kLevel0;
  case 1: return kLevel1;
  default: return kLevel2;
  }
}

} // namespace orus::opt
