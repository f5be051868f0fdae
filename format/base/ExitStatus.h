// Exit statuses of the tools (manual 12.10).
#pragma once

namespace orus::base {

enum class ExitStatus : int {
  Success = 0,
  Usage = 64,
  SourceErrors = 65,
  NoInput = 66,
  Panic = 70,
  Internal = 71,
  CannotCreate = 73,
  IoError = 74,
  Limit = 75,
  BadImage = 76,
  ImageVersion = 78,
};

constexpr int code(ExitStatus status) { return static_cast<int>(status); }

} // namespace orus::base
