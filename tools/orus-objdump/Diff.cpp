#include "tools/orus-objdump/Diff.h"

#include "format/text/Disassembler.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace orus::objdump {

namespace {

using Lines = llvm::SmallVector<llvm::StringRef, 0>;

/// The functions of one image by what tells them apart, with their code as text.
class Side {
public:
  explicit Side(const image::LoadedImage &image)
      : names_(image),
        disassembler_(image, names_, {.showsAddresses = false, .sourceLine = {}, .count = {}}) {
    llvm::StringMap<unsigned> seen;
    for (image::FunctionId id = 0; id < image.functions.size(); ++id) {
      std::string key = names_.function(id) + ": " + names_.type(image.functions[id].signature);
      if (unsigned before = seen[key]++)
        key += " (" + std::to_string(before + 1) + ")";
      std::string text;
      disassembler_.appendFunction(text, id);
      text.erase(0, text.find('\n') + 1); // the comment with the number
      places_[key] = functions_.size();
      functions_.emplace_back(std::move(key), std::move(text));
    }
  }
  llvm::ArrayRef<std::pair<std::string, std::string>> functions() const { return functions_; }
  const std::string *find(const std::string &key) const {
    auto it = places_.find(key);
    return it == places_.end() ? nullptr : &functions_[it->second].second;
  }

private:
  text::ImageNames names_;
  text::Disassembler disassembler_;
  std::vector<std::pair<std::string, std::string>> functions_; // what tells it apart, text
  llvm::StringMap<size_t> places_;
};

Lines split(const std::string &text) {
  Lines lines;
  llvm::StringRef(text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  return lines;
}

/// The lines that are not in a longest common subsequence. What is equal at both ends is left out
/// first; of very long differences only the two halves are shown.
void printLines(llvm::raw_ostream &out, Lines before, Lines after) {
  constexpr size_t kMostCells = size_t{1} << 24;
  while (!before.empty() && !after.empty() && before.back() == after.back()) {
    before.pop_back();
    after.pop_back();
  }
  size_t start = 0;
  while (start < before.size() && start < after.size() && before[start] == after[start])
    ++start;
  size_t rows = before.size() - start, columns = after.size() - start;
  std::vector<uint32_t> common; // of the ends of both from a place on
  bool isSmall = (rows + 1) * (columns + 1) <= kMostCells;
  auto at = [&](size_t row, size_t column) -> uint32_t & {
    return common[row * (columns + 1) + column];
  };
  if (isSmall) {
    common.resize((rows + 1) * (columns + 1));
    for (size_t row = rows; row-- > 0;)
      for (size_t column = columns; column-- > 0;)
        at(row, column) = before[start + row] == after[start + column]
                              ? at(row + 1, column + 1) + 1
                              : std::max(at(row + 1, column), at(row, column + 1));
  }
  size_t row = 0, column = 0;
  while (row < rows || column < columns) {
    bool isBoth = isSmall && row < rows && column < columns;
    if (isBoth && before[start + row] == after[start + column]) {
      ++row;
      ++column;
    } else if (row < rows && (!isBoth || at(row + 1, column) >= at(row, column + 1))) {
      out << "- " << before[start + row++] << '\n';
    } else {
      out << "+ " << after[start + column++] << '\n';
    }
  }
}

bool printSections(llvm::raw_ostream &out, const image::LoadedImage &before,
                   const image::LoadedImage &after) {
  llvm::MapVector<uint32_t, std::pair<uint64_t, uint64_t>> sizes;
  for (const image::SectionEntry &entry : before.sections)
    sizes[entry.kind].first = entry.size;
  for (const image::SectionEntry &entry : after.sections)
    sizes[entry.kind].second = entry.size;
  bool differs = false;
  for (auto [kind, size] : sizes)
    if (size.first != size.second) {
      out << "; section " << image::sectionName(kind) << ": " << size.first << " bytes, then "
          << size.second << '\n';
      differs = true;
    }
  return differs;
}

} // namespace

bool printDifference(llvm::raw_ostream &out, const image::LoadedImage &before,
                     const image::LoadedImage &after) {
  base::ByteView old = before.bytes.view(), now = after.bytes.view();
  if (std::equal(old.begin(), old.end(), now.begin(), now.end()))
    return false;
  printSections(out, before, after);
  Side left(before), right(after);
  for (const auto &[key, text] : left.functions()) {
    const std::string *other = right.find(key);
    if (!other) {
      out << "; only in the first: " << key << '\n';
    } else if (*other != text) {
      out << "; " << key << '\n';
      printLines(out, split(text), split(*other));
    }
  }
  for (const auto &[key, text] : right.functions())
    if (!left.find(key))
      out << "; only in the second: " << key << '\n';
  return true;
}

} // namespace orus::objdump
