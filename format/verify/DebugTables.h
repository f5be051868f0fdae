#pragma once

#include "format/verify/Report.h"
#include "format/verify/Subject.h"

namespace orus::verify {

/// Checks the line entries of a function whose record has been checked.
bool checkLines(const Subject &image, image::FunctionId id, Report &report);

/// Checks the inlined calls that line entries refer to. Returns false once the report is full.
bool checkInlinedCalls(const Subject &image, Report &report);

/// Checks the loops, whose inlined calls have been checked.
bool checkLoops(const Subject &image, Report &report);

} // namespace orus::verify
