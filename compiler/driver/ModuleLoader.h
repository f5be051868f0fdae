// Reads and parses the modules of a program: the main module and what it uses, in any number of
// steps (manual 10.2, 10.7 to 10.9). Reports E3001, E3002 and E3010.
#pragma once

#include "compiler/basic/Diagnostics.h"
#include "compiler/basic/Interner.h"
#include "compiler/basic/Source.h"
#include "compiler/driver/ModuleSearch.h"
#include "compiler/syntax/Ast.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <memory>
#include <vector>

namespace orus::driver {

/// A module that was read.
struct LoadedModule {
  std::unique_ptr<syntax::Ast> ast;
  basic::Symbol name; // the last component of the path it was first used by
  basic::Symbol path; // that path, dotted; with the file where several would be alike
  /// For each `use` in it in order, the index of the module it names; ModuleLoader::kFailed.
  std::vector<uint32_t> uses;
  /// Whether the declarations of the module and of all it uses are known: all were parsed without
  /// errors. What could not be loaded at all counts as known, its names have no known type.
  bool isWhole = false;
};

class ModuleLoader {
public:
  static constexpr uint32_t kFailed = UINT32_MAX;

  /// `maxSource` is the largest file that is read, in bytes.
  ModuleLoader(const ModuleSearch &search, basic::SourceManager &sources, basic::Interner &names,
               basic::DiagnosticEngine &diags, uint64_t maxSource)
      : search_(search), sources_(sources), names_(names), diags_(diags), maxSource_(maxSource) {}

  /// Loads what the main module uses. `mainPath` is its file, `-` for standard input. The result is
  /// in the order of initialisation, the main module last.
  std::vector<LoadedModule> load(std::unique_ptr<syntax::Ast> main, llvm::StringRef mainPath,
                                 llvm::StringRef mainName);

  /// Whether some module could not be found or read, or a cycle was found.
  bool hasFailures() const { return hasFailures_; }
  /// The files of all modules but the main one, in the order in which they were opened.
  llvm::ArrayRef<std::string> files() const { return files_; }

private:
  /// A module on the way.
  struct Node {
    LoadedModule module;
    std::string folder; // of its file
    std::vector<const syntax::UseDecl *> uses;
    uint32_t index = kFailed; // in the order of initialisation, once it is there
  };
  static constexpr size_t kMaxSuggestions = 20; // each lists folders

  uint32_t add(std::unique_ptr<syntax::Ast> ast, llvm::StringRef file, llvm::StringRef path);
  /// The node of the module that `use` names; kFailed after a report.
  uint32_t find(const Node &importer, const syntax::UseDecl &use);
  uint32_t open(const std::string &path, const syntax::UseDecl &use);
  void reportNotFound(const Node &importer, const syntax::UseDecl &use,
                      llvm::ArrayRef<llvm::StringRef> path, llvm::ArrayRef<std::string> tried);
  void reportUnreadable(const std::string &path, const syntax::UseDecl &use,
                        const std::string &reason);
  /// The stack of modules being visited ends with the one whose `use` names `first` again.
  void reportCycle(llvm::ArrayRef<uint32_t> stack, uint32_t first);

  const ModuleSearch &search_;
  basic::SourceManager &sources_;
  basic::Interner &names_;
  basic::DiagnosticEngine &diags_;
  uint64_t maxSource_;
  std::string mainFolder_;
  std::vector<std::unique_ptr<Node>> nodes_;
  llvm::StringMap<uint32_t> byFile_;      // canonical path
  llvm::StringMap<uint32_t> byCandidate_; // path as it was tried; kFailed: no regular file
  llvm::StringSet<> paths_;               // the module paths taken
  std::vector<std::string> files_;
  size_t suggestions_ = 0;
  bool hasFailures_ = false;
};

} // namespace orus::driver
