#include "tools/orus-objdump/Sources.h"

#include "format/base/Hash.h"
#include "format/base/InputFile.h"

#include "llvm/Support/FileSystem.h"

#include <utility>

namespace orus::objdump {
namespace {

constexpr uint64_t kMaxSource = uint64_t{1} << 30;

} // namespace

std::optional<std::string_view> Sources::line(uint32_t file, uint32_t line) {
  if (file >= files_.size())
    return std::nullopt;
  if (!std::exchange(files_[file].isRead, true))
    read(file);
  if (line == 0 || line > files_[file].lines.size())
    return std::nullopt;
  return files_[file].lines[line - 1];
}

void Sources::read(uint32_t file) {
  const image::SourceFile &record = image_.files[file];
  if (record.name >= image_.strings.size())
    return;
  std::string name(image_.strings[record.name]);
  // A name from an image must not make the tool wait for a terminal or a pipe.
  if (!llvm::sys::fs::is_regular_file(name))
    return;
  auto text = base::readFile(name, kMaxSource);
  if (!text || base::hash64(text->view()) != record.contentHash)
    return;
  files_[file].text = std::move(*text);
  std::string_view rest = base::asText(files_[file].text.view());
  while (!rest.empty()) {
    size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    files_[file].lines.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

} // namespace orus::objdump
