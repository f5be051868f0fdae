#pragma once

#include "format/verify/Report.h"
#include "format/verify/Subject.h"

namespace orus::verify {

/// Checks the line entries of a function whose record has been checked.
bool checkLines(const Subject &image, image::FunctionId id, Report &report);

} // namespace orus::verify
