#include "compiler/driver/RemarkReport.h"

#include "llvm/Remarks/Remark.h"
#include "llvm/Remarks/RemarkSerializer.h"

#include <algorithm>
#include <set>

namespace orus::driver {

using basic::Remark;

static std::vector<const Remark *> byPlace(const basic::Remarks &remarks) {
  std::vector<const Remark *> order;
  for (const Remark &remark : remarks.all())
    order.push_back(&remark);
  // Those of one place stay in the order in which they were made.
  std::ranges::sort(order, {},
                    [](const Remark *remark) { return std::pair(remark->loc.offset, remark); });
  return order;
}

void printRemarks(llvm::raw_ostream &out, const basic::Remarks &remarks,
                  const basic::SourceManager &sources, const llvm::Regex &passes) {
  std::set<std::pair<uint32_t, std::string>> printed; // inlined code repeats what it says
  for (const Remark *remark : byPlace(remarks)) {
    if (!passes.match(remark->pass) ||
        !printed.insert({remark->loc.offset, remark->sentence()}).second)
      continue;
    if (remark->loc.valid()) {
      basic::LineColumn at = sources.lineColumn(remark->loc);
      out << sources.name(sources.fileOf(remark->loc)) << ':' << at.line << ':' << at.column
          << ": ";
    }
    out << "remark: " << remark->sentence() << " [" << remark->pass << "]\n";
  }
}

static llvm::remarks::Type typeOf(Remark::Kind kind) {
  switch (kind) {
  case Remark::Kind::Passed: return llvm::remarks::Type::Passed;
  case Remark::Kind::Missed: return llvm::remarks::Type::Missed;
  case Remark::Kind::Analysis: return llvm::remarks::Type::Analysis;
  }
  return llvm::remarks::Type::Unknown;
}

llvm::Error writeRemarks(llvm::raw_ostream &out, const basic::Remarks &remarks,
                         const basic::SourceManager &sources) {
  auto serializer = llvm::remarks::createRemarkSerializer(
      llvm::remarks::Format::YAML, llvm::remarks::SerializerMode::Standalone, out);
  if (!serializer)
    return serializer.takeError();
  for (const Remark *remark : byPlace(remarks)) {
    llvm::remarks::Remark entry;
    entry.RemarkType = typeOf(remark->kind);
    entry.PassName = remark->pass;
    entry.RemarkName = remark->name;
    entry.FunctionName = remark->function;
    if (remark->loc.valid()) {
      basic::LineColumn at = sources.lineColumn(remark->loc);
      entry.Loc = llvm::remarks::RemarkLocation{sources.name(sources.fileOf(remark->loc)), at.line,
                                                at.column};
    }
    for (const auto &[key, piece] : remark->parts) {
      llvm::remarks::Argument &argument = entry.Args.emplace_back();
      argument.Key = key;
      argument.Val = piece;
    }
    (*serializer)->emit(entry);
  }
  return llvm::Error::success();
}

} // namespace orus::driver
