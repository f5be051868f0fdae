#include "compiler/basic/Interner.h"

#include <algorithm>

namespace orus::basic {

Interner::Interner() { texts_.push_back({}); }

Symbol Interner::intern(llvm::StringRef text) {
  if (text.empty())
    return {};
  auto [entry, isNew] = ids_.try_emplace(text, static_cast<uint32_t>(texts_.size()));
  if (!isNew)
    return {entry->second};
  char *copy = arena_.Allocate<char>(text.size());
  std::copy(text.begin(), text.end(), copy);
  entry->first = {copy, text.size()}; // equal text, hence the same place in the table
  texts_.push_back(entry->first);
  return {entry->second};
}

} // namespace orus::basic
