#include "format/base/Result.h"

namespace orus::base {

ExitStatus exitStatus(ErrorKind kind) {
  switch (kind) {
#define X(kind, status)                                                                            \
  case ErrorKind::kind: return ExitStatus::status;
    ORUS_ERROR_KINDS(X)
#undef X
  }
  return ExitStatus::Internal;
}

std::string Error::text() const {
  std::string text = place;
  if (offset != kNoOffset) {
    text += text.empty() ? "offset " : ", offset ";
    text += std::to_string(offset);
  }
  if (!text.empty())
    text += ": ";
  return text + message;
}

} // namespace orus::base
