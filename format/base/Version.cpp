#include "format/base/Version.h"

namespace orus::base {

std::string_view version() { return ORUS_VERSION; }

} // namespace orus::base
