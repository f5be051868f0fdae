// How the format libraries report what can fail: a value, or an error with kind, message and place.
#pragma once

#include "format/base/ExitStatus.h"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace orus::base {

/// What went wrong, as far as a caller has to tell cases apart. The last column is the exit status
/// of a tool that ends because of it (manual 12.10).
#define ORUS_ERROR_KINDS(X)                                                                        \
  X(NotAnImage, BadImage)       /* the input does not begin as an image does */                    \
  X(Version, ImageVersion)      /* an image of another version of the format */                    \
  X(Damaged, BadImage)          /* checksum, structure or size of an image is wrong */             \
  X(Rejected, BadImage)         /* an intact image that does not pass verification */              \
  X(TooLarge, BadImage)         /* an input beyond the size limit */                               \
  X(CannotOpen, NoInput)        /* an input cannot be opened */                                    \
  X(CannotCreate, CannotCreate) /* an output cannot be created */                                  \
  X(Io, IoError)                /* reading or writing failed */                                    \
  X(Usage, Usage)               /* a request that makes no sense */                                \
  X(OutOfMemory, Limit)         /* no memory */                                                    \
  X(Source, SourceErrors)       /* a source that cannot be compiled, without a place in it */      \
  X(Internal, Internal)         /* a bug of the tool */

enum class ErrorKind : uint8_t {
#define X(kind, status) kind,
  ORUS_ERROR_KINDS(X)
#undef X
};

ExitStatus exitStatus(ErrorKind kind);

struct Error {
  static constexpr uint64_t kNoOffset = UINT64_MAX;

  ErrorKind kind = ErrorKind::Damaged;
  std::string message;
  std::string place;           // "FUNCTIONS[17].signature", "CODE, function 3 (main) at 12"
  uint64_t offset = kNoOffset; // in the file, if that says anything

  /// `place, offset N: message`, without what is unknown.
  std::string text() const;
};

template <class T> using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                                 std::string place = {},
                                                 uint64_t offset = Error::kNoOffset) {
  return std::unexpected(Error{kind, std::move(message), std::move(place), offset});
}

} // namespace orus::base
