// The version of the project.
#pragma once

#include <string_view>

namespace orus::base {

/// "0.1.0"
std::string_view version();

} // namespace orus::base
