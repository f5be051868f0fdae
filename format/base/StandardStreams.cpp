#include "format/base/StandardStreams.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace orus::base {

void secureStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd)
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF)
      // open() takes the lowest free descriptor, which is this one.
      if (::open("/dev/null", O_RDONLY) < 0)
        return;
}

} // namespace orus::base
