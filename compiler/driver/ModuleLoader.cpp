#include "compiler/driver/ModuleLoader.h"

#include "compiler/basic/Utf8.h"
#include "compiler/syntax/Parser.h"
#include "format/base/InputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace orus::driver {

using basic::Diag;
using llvm::StringRef;

std::vector<LoadedModule> ModuleLoader::load(std::unique_ptr<syntax::Ast> main, StringRef mainPath,
                                             StringRef mainName) {
  bool isFile = mainPath != "-";
  mainFolder_ = isFile ? llvm::sys::path::parent_path(mainPath).str() : std::string();
  uint32_t first = add(std::move(main), isFile ? mainPath : StringRef(), mainName);
  nodes_[first]->module.name = names_.intern(mainName); // may hold a dot
  llvm::SmallString<128> canonical;
  if (isFile && !llvm::sys::fs::real_path(mainPath, canonical))
    byFile_[canonical] = first;

  std::vector<LoadedModule> order;
  // Depth first. A chain of modules may be as long as there are files, so the stack is explicit.
  std::vector<uint32_t> stack{first};
  while (!stack.empty()) {
    Node &node = *nodes_[stack.back()];
    size_t next = node.module.uses.size();
    if (next == node.uses.size()) {
      node.module.isWhole = !node.module.ast->hasErrors;
      for (uint32_t &used : node.module.uses) {
        if (used == kFailed)
          continue;
        used = nodes_[used]->index;
        node.module.isWhole &= order[used].isWhole;
      }
      node.index = static_cast<uint32_t>(order.size());
      order.push_back(std::move(node.module));
      stack.pop_back();
      continue;
    }
    size_t known = nodes_.size();
    uint32_t used = find(node, *node.uses[next]);
    node.module.uses.push_back(used);
    if (used == kFailed) {
      hasFailures_ = true;
    } else if (used >= known) {
      stack.push_back(used);
    } else if (nodes_[used]->index == kFailed) {
      reportCycle(stack, used);
      node.module.uses.back() = kFailed;
      hasFailures_ = true;
    }
  }
  return order;
}

uint32_t ModuleLoader::add(std::unique_ptr<syntax::Ast> ast, StringRef file, StringRef path) {
  auto node = std::make_unique<Node>();
  for (const syntax::Stmt *stmt : ast->statements)
    if (const auto *use = llvm::dyn_cast<syntax::UseDecl>(stmt))
      node->uses.push_back(use);
  node->module.ast = std::move(ast);
  node->module.name = names_.intern(path.substr(path.rfind('.') + 1));
  std::string distinct = path.str();
  if (!paths_.insert(distinct).second) {
    distinct += " (" + shownPath(file) + ")";
    paths_.insert(distinct);
  }
  node->module.path = names_.intern(distinct);
  node->folder = llvm::sys::path::parent_path(file).str();
  nodes_.push_back(std::move(node));
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t ModuleLoader::find(const Node &importer, const syntax::UseDecl &use) {
  llvm::SmallVector<StringRef, 4> path;
  for (const syntax::Name &name : use.path) {
    if (!name.symbol) // reported by the parser
      return kFailed;
    path.push_back(names_.text(name.symbol));
  }
  if (path.empty())
    return kFailed;
  std::vector<std::string> tried = moduleCandidates(search_, importer.folder, mainFolder_, path);
  for (const std::string &candidate : tried) {
    auto [entry, isNew] = byCandidate_.try_emplace(candidate, kFailed);
    if (!isNew && entry->second != kFailed)
      return entry->second;
    if (isNew && llvm::sys::fs::is_regular_file(candidate)) {
      uint32_t node = open(candidate, use);
      if (node == kFailed)
        byCandidate_.erase(candidate); // the next `use` of it is reported as well
      else
        byCandidate_[candidate] = node;
      return node;
    }
  }
  reportNotFound(importer, use, path, tried);
  return kFailed;
}

uint32_t ModuleLoader::open(const std::string &path, const syntax::UseDecl &use) {
  llvm::SmallString<128> canonical;
  if (std::error_code error = llvm::sys::fs::real_path(path, canonical)) {
    reportUnreadable(path, use, base::systemReason(error.value()));
    return kFailed;
  }
  if (auto known = byFile_.find(canonical); known != byFile_.end())
    return known->second;
  // Volatile: a copy, so that changes of the file during the compilation do no harm.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true, /*IsVolatile=*/true);
  if (!buffer) {
    reportUnreadable(path, use, base::systemReason(buffer.getError().value()));
    return kFailed;
  }
  if (basic::firstInvalidUtf8((*buffer)->getBuffer())) {
    reportUnreadable(path, use, "it is not UTF-8 text");
    return kFailed;
  }
  std::optional<basic::FileId> file;
  if ((*buffer)->getBufferSize() <= maxSource_)
    file = sources_.add(std::move(*buffer), shownPath(path));
  if (!file) {
    reportUnreadable(path, use, "the sources of the program exceed 4 GiB");
    return kFailed;
  }
  files_.push_back(shownPath(path));
  llvm::SmallVector<StringRef, 4> components;
  for (const syntax::Name &name : use.path)
    components.push_back(names_.text(name.symbol));
  uint32_t node =
      add(syntax::parse(*file, sources_, names_, diags_), path, llvm::join(components, "."));
  byFile_[canonical] = node;
  return node;
}

// ---- reports

void ModuleLoader::reportNotFound(const Node &importer, const syntax::UseDecl &use,
                                  llvm::ArrayRef<StringRef> path,
                                  llvm::ArrayRef<std::string> tried) {
  std::string name = llvm::join(path, ".");
  auto &report =
      diags_.report(Diag::ModuleNotFound, use.pathRange, "I cannot find a module `" + name + "`");
  report.label("no such module");
  std::string suggestion;
  if (suggestions_++ < kMaxSuggestions)
    suggestion = suggestModule(search_, importer.folder, mainFolder_, path);
  if (!suggestion.empty() && suggestion != name)
    report.help("did you mean `" + suggestion + "`?").fix("replace it", use.pathRange, suggestion);
  report.help("folders to search can be added with `ORUSPATH`, `--root` or `-I`");
  for (const std::string &candidate : tried)
    report.note("there is no file `" + shownPath(candidate) + "`");
}

void ModuleLoader::reportUnreadable(const std::string &path, const syntax::UseDecl &use,
                                    const std::string &reason) {
  diags_
      .report(Diag::ModuleUnreadable, use.pathRange,
              "`" + shownPath(path) + "` cannot be read: " + reason)
      .label("names this file");
}

void ModuleLoader::reportCycle(llvm::ArrayRef<uint32_t> stack, uint32_t first) {
  auto name = [&](uint32_t node) {
    return ("`" + names_.text(nodes_[node]->module.name) + "`").str();
  };
  const Node &last = *nodes_[stack.back()];
  const syntax::UseDecl &closing = *last.uses[last.module.uses.size() - 1];
  bool isSelf = stack.back() == first;
  auto &report =
      diags_.report(Diag::ImportCycle, closing.pathRange,
                    isSelf ? name(first) + " uses itself"
                           : name(first) + " and " + name(stack.back()) + " use each other");
  report.label(isSelf ? "this is the module itself" : "this closes the cycle");
  size_t begin = stack.size();
  while (stack[begin - 1] != first)
    --begin;
  for (size_t i = begin; i < stack.size(); ++i) {
    const Node &user = *nodes_[stack[i - 1]];
    report.note(name(stack[i - 1]) + " uses " + name(stack[i]),
                user.uses[user.module.uses.size() - 1]->pathRange);
  }
}

} // namespace orus::driver
