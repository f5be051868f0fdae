#include "compiler/driver/ProfilePlaces.h"

#include "format/base/Text.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ConvertUTF.h"

namespace orus::driver {

namespace {

/// A column counts code points. Invalid if the file has no such place.
basic::SourceLoc locate(const basic::SourceManager &sources, basic::FileId file, uint32_t line,
                        uint32_t column) {
  llvm::StringRef whole = sources.text(file);
  uint32_t lines = sources.lineColumn(sources.wholeFile(file).end).line;
  if (line == 0 || line > lines || column == 0)
    return {};
  llvm::StringRef text = sources.lineText(file, line);
  size_t bytes = 0;
  for (uint32_t at = 1; at < column && bytes < text.size(); ++at)
    bytes += llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(text[bytes]));
  return sources.wholeFile(file).begin.advanced(
      static_cast<uint32_t>(static_cast<size_t>(text.data() - whole.data()) + bytes));
}

std::string nameOf(const sema::FunctionInstance &function, const basic::Interner &names) {
  auto text = [&](basic::Symbol symbol) {
    llvm::StringRef found = names.text(symbol);
    return base::escaped({found.data(), found.size()});
  };
  return text(function.module->name) + "." + text(function.name);
}

} // namespace

ir::ExecutionCounts placeCounts(const profile::Profile &profile, const sema::TypedProgram &program,
                                const basic::Interner &names, llvm::ArrayRef<uint64_t> hashes,
                                const basic::SourceManager &sources,
                                basic::DiagnosticEngine &diags) {
  llvm::DenseMap<uint64_t, const sema::FunctionInstance *> byHash;
  llvm::StringMap<const sema::FunctionInstance *> byName;
  for (const auto &function : program.functions) {
    byHash.try_emplace(hashes[function->index], function.get());
    if (!function->isModuleBody)
      byName.try_emplace(nameOf(*function, names), function.get());
  }
  ir::ExecutionCounts counts;
  for (const profile::FunctionProfile &counted : profile.functions) {
    if (counted.sourceHash == 0)
      continue;
    const sema::FunctionInstance *function = byHash.lookup(counted.sourceHash);
    if (!function) {
      if (const sema::FunctionInstance *changed = byName.lookup(counted.name))
        diags.report(basic::Diag::StaleProfile, changed->range,
                     "the profile is of another version of `" + names.text(changed->name).str() +
                         "`; its counts are not used");
      continue;
    }
    counts.addFunction(counted.sourceHash);
    basic::FileId file = function->module->file;
    uint32_t first = function->isModuleBody ? 0 : sources.lineColumn(function->range.begin).line;
    auto at = [&](profile::Place place) {
      return locate(sources, file, first + place.line, place.column);
    };
    for (const profile::PlaceCount &entry : counted.loops)
      if (basic::SourceLoc loc = at(entry.place); loc.valid())
        counts.addLoop(loc, entry.count);
    for (const profile::PlaceCount &entry : counted.calls)
      if (basic::SourceLoc loc = at(entry.place); loc.valid())
        counts.addCall(loc, entry.count);
    for (const profile::TargetCount &entry : counted.targets)
      if (basic::SourceLoc loc = at(entry.place); loc.valid())
        counts.addTarget(loc, {entry.function, entry.count});
  }
  return counts;
}

} // namespace orus::driver
