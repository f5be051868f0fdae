// Finding the file of a module (manual 10.7).
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>
#include <vector>

namespace orus::driver {

/// Where modules are looked for, besides the folders of the importer and of the main module.
struct ModuleSearch {
  std::string root;                                          // --root; empty: the current folder
  std::vector<std::string> folders;                          // -I, in order
  std::vector<std::string> environment;                      // ORUSPATH, in order
  std::string library;                                       // --stdlib; empty: none
  std::vector<std::pair<std::string, std::string>> mappings; // -M: module path, file
};

/// The entries of ORUSPATH: separated by `:`, without white space around them and without empty
/// ones.
std::vector<std::string> splitSearchPath(llvm::StringRef value);

/// The files that a module path may stand for, best first and each once. `importerFolder` and
/// `mainFolder` are empty for the current folder.
std::vector<std::string> moduleCandidates(const ModuleSearch &search,
                                          llvm::StringRef importerFolder,
                                          llvm::StringRef mainFolder,
                                          llvm::ArrayRef<llvm::StringRef> path);

/// The dotted path of the existing module that was probably meant by `path`; empty if none is
/// close.
std::string suggestModule(const ModuleSearch &search, llvm::StringRef importerFolder,
                          llvm::StringRef mainFolder, llvm::ArrayRef<llvm::StringRef> path);

/// A path as diagnostics and images show it: without `.` parts, and relative to the current folder
/// if it lies below it.
std::string shownPath(llvm::StringRef path);

} // namespace orus::driver
