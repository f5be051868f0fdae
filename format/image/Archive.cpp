#include "format/image/Archive.h"

namespace orus::image {

void LoadArchive::fail(std::string message) {
  if (error_)
    return;
  error_ = base::Error{base::ErrorKind::Damaged, std::move(message), place(), offset_ + at_};
}

std::string LoadArchive::place() const {
  std::string place = name_;
  for (size_t i = 0; i < stepCount_; ++i) {
    if (steps_[i].field)
      (place += '.') += steps_[i].field;
    else
      place += '[' + std::to_string(steps_[i].index) + ']';
  }
  return place;
}

bool LoadArchive::has(uint64_t size, const char *what) {
  if (size <= remaining())
    return ok();
  fail(std::string(what) + " of " + std::to_string(size) + " bytes exceeds the remaining " +
       std::to_string(remaining()));
  return false;
}

bool LoadArchive::push(Step step) {
  if (stepCount_ == kMaxSteps)
    fail("fields nested too deep");
  if (!ok())
    return false;
  steps_[stepCount_++] = step;
  return true;
}

// Every object takes at least a byte of the section unless it is empty, so the number of objects is
// bounded as well as their depth.
bool LoadArchive::enter() {
  if (!ok())
    return false;
  if (depth_ == kMaxArchiveDepth) {
    fail("records nested more than " + std::to_string(kMaxArchiveDepth) + " deep");
    return false;
  }
  if (++objects_ > bytes_.size() + 1) {
    fail("more objects than bytes");
    return false;
  }
  ++depth_;
  return true;
}

uint64_t LoadArchive::loadNumber(uint64_t most) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (!has(1, "number"))
      return 0;
    uint8_t byte = bytes_[at_];
    if (shift == 63 && byte > 1) {
      fail("number of more than 64 bits");
      return 0;
    }
    if (byte == 0 && shift != 0) {
      fail("number not in its shortest form");
      return 0;
    }
    ++at_;
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80)
      break;
  }
  if (value > most) {
    fail("value " + std::to_string(value) + " exceeds " + std::to_string(most));
    return 0;
  }
  return value;
}

void LoadArchive::loadString(std::string &value) {
  value.clear();
  uint64_t length = loadNumber(kMaxNameBytes);
  if (!has(length, "string"))
    return;
  std::string_view text = base::asText(bytes_.subspan(at_, length));
  if (base::firstInvalidUtf8(text)) {
    fail("string is not UTF-8");
    return;
  }
  value = text;
  at_ += length;
}

} // namespace orus::image
