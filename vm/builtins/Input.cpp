// Lines of the program's input (manual 11.6).
#include "vm/core/Machine.h"

namespace orus::vm {

bool LineReader::fill() {
  constexpr size_t kChunk = 64 * 1024;
  buffer_.erase(0, at_);
  at_ = 0;
  size_t had = buffer_.size();
  buffer_.resize(had + kChunk);
  buffer_.resize(had + source_.read(buffer_.data() + had, kChunk));
  return buffer_.size() > had;
}

std::optional<std::string> LineReader::next() {
  // The LF of a CR LF is looked for only now: a terminal may not send anything after the CR.
  bool isAfterReturn = std::exchange(isAfterReturn_, false);
  if (isAfterReturn && (at_ < buffer_.size() || fill()) && buffer_[at_] == '\n')
    ++at_;
  for (size_t searched = 0;;) {
    size_t end = buffer_.find_first_of("\r\n", at_ + searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      isAfterReturn_ = buffer_[end] == '\r';
      at_ = end + 1;
      return line;
    }
    searched = buffer_.size() - at_;
    if (fill())
      continue;
    if (searched == 0)
      return std::nullopt;
    return std::exchange(buffer_, {}).substr(std::exchange(at_, 0));
  }
}

} // namespace orus::vm
