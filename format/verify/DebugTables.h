#pragma once

#include "format/verify/Report.h"

namespace orus::verify {

/// Checks the line entries of a function whose record has been checked.
bool checkLines(const image::Image &image, image::FunctionId id, Report &report);

} // namespace orus::verify
