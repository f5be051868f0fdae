#include "compiler/driver/ModuleSearch.h"

#include "compiler/basic/Suggestions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <optional>

namespace orus::driver {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

namespace {

#ifdef _WIN32
constexpr char kSeparator = ';';
#else
constexpr char kSeparator = ':';
#endif

std::string join(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> result(folder);
  path::append(result, name);
  return result.str().str();
}

/// The folders of 10.7 in order, each once.
std::vector<std::string> searchFolders(const ModuleSearch &search, llvm::StringRef importerFolder,
                                       llvm::StringRef mainFolder) {
  std::vector<std::string> folders;
  auto add = [&](llvm::StringRef folder) {
    if (folder == ".")
      folder = "";
    if (!llvm::is_contained(folders, folder))
      folders.push_back(folder.str());
  };
  add(importerFolder);
  add(mainFolder);
  add(search.root);
  for (const std::string &folder : search.folders)
    add(folder);
  for (const std::string &folder : search.environment)
    if (fs::is_directory(folder))
      add(folder);
  if (!search.library.empty())
    add(search.library);
  return folders;
}

/// The names in a folder that a component of a module path may have: folders, and for the last
/// component files that end in `.orus`; in alphabetical order.
std::vector<std::string> componentsIn(llvm::StringRef folder, bool isLast) {
  std::vector<std::string> names;
  std::error_code error;
  std::string listed = folder.empty() ? "." : folder.str();
  for (fs::directory_iterator entry(listed, error), end; !error && entry != end;
       entry.increment(error)) {
    llvm::StringRef name = path::filename(entry->path());
    if (isLast ? name.consume_back(".orus") : fs::is_directory(entry->path()))
      names.push_back(name.str());
  }
  llvm::sort(names);
  return names;
}

/// The module below one folder whose path is close to `path`.
std::optional<std::string> closestBelow(llvm::StringRef folder,
                                        llvm::ArrayRef<llvm::StringRef> path) {
  std::string place = folder.str();
  std::string dotted;
  for (size_t i = 0; i < path.size(); ++i) {
    std::vector<std::string> names = componentsIn(place, i + 1 == path.size());
    std::string name = path[i].str();
    if (!llvm::is_contained(names, name)) {
      std::vector<llvm::StringRef> candidates(names.begin(), names.end());
      auto closest = basic::closestName(name, candidates);
      if (!closest)
        return std::nullopt;
      name = closest->str();
    }
    dotted += (i ? "." : "") + name;
    place = join(place, name);
  }
  return dotted;
}

} // namespace

std::vector<std::string> splitSearchPath(llvm::StringRef value) {
  std::vector<std::string> entries;
  llvm::SmallVector<llvm::StringRef> parts;
  value.split(parts, kSeparator);
  for (llvm::StringRef part : parts)
    if (!part.trim().empty())
      entries.push_back(part.trim().str());
  return entries;
}

std::vector<std::string> moduleCandidates(const ModuleSearch &search,
                                          llvm::StringRef importerFolder,
                                          llvm::StringRef mainFolder,
                                          llvm::ArrayRef<llvm::StringRef> path) {
  std::string dotted = llvm::join(path, ".");
  for (const auto &[module, file] : search.mappings)
    if (module == dotted)
      return {file};
  std::string relative = llvm::join(path, "/") + ".orus";
  std::vector<std::string> files;
  for (const std::string &folder : searchFolders(search, importerFolder, mainFolder))
    files.push_back(join(folder, relative));
  return files;
}

std::string suggestModule(const ModuleSearch &search, llvm::StringRef importerFolder,
                          llvm::StringRef mainFolder, llvm::ArrayRef<llvm::StringRef> path) {
  for (const std::string &folder : searchFolders(search, importerFolder, mainFolder))
    if (auto found = closestBelow(folder, path))
      return *found;
  return {};
}

std::string shownPath(llvm::StringRef path) {
  llvm::SmallString<128> shown(path);
  path::remove_dots(shown, /*remove_dot_dot=*/false);
  llvm::SmallString<128> current;
  if (path::is_absolute(shown) && !fs::current_path(current)) {
    llvm::StringRef rest = shown.str();
    if (rest.consume_front(current.str()) && rest.consume_front("/"))
      return rest.str();
  }
  return shown.str().str();
}

} // namespace orus::driver
