#include "compiler/basic/Suggestions.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <string>

namespace orus::basic {

unsigned alignmentDistance(llvm::StringRef a, llvm::StringRef b, unsigned limit) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit)
    return limit + 1;
  auto same = [](char x, char y) { return llvm::toLower(x) == llvm::toLower(y); };
  // Three rows of the table: swaps look back two.
  llvm::SmallVector<unsigned, 32> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    previous[j] = static_cast<unsigned>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<unsigned>(i);
    unsigned least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      unsigned replace = previous[j - 1] + !same(a[i - 1], b[j - 1]);
      row[j] = std::min({replace, previous[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit)
      return limit + 1;
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

std::optional<llvm::StringRef> closestName(llvm::StringRef name,
                                           llvm::ArrayRef<llvm::StringRef> candidates) {
  // A shorter name would be close to almost everything.
  unsigned limit = name.size() < 3 ? 0 : static_cast<unsigned>((name.size() + 3) / 4);
  std::optional<llvm::StringRef> best;
  for (llvm::StringRef candidate : candidates) {
    if (candidate == name)
      continue;
    unsigned distance = alignmentDistance(name, candidate, limit);
    if (distance > limit)
      continue;
    best = candidate;
    if (distance == 0)
      break;
    limit = distance - 1;
  }
  return best;
}

std::string listNames(llvm::ArrayRef<llvm::StringRef> names) {
  constexpr size_t kShown = 12;
  std::string list;
  for (llvm::StringRef name : names.take_front(kShown)) {
    if (!list.empty())
      list += ", ";
    list += "`" + name.str() + "`";
  }
  if (names.size() > kShown)
    list += " and " + std::to_string(names.size() - kShown) + " more";
  return list;
}

} // namespace orus::basic
