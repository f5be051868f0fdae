// Uncaught panics as text for people and tools (manual 12.2, 12.9).
#pragma once

#include "vm/include/orus/Vm.h"

namespace orus::vm {

enum class ReportFormat : uint8_t { Human, Short, Json, Sarif };

struct ReportOptions {
  ReportFormat format = ReportFormat::Human;
  bool color = false;      // of the human format
  std::string toolVersion; // for SARIF
};

/// The report of a panic. The human format shows the source line if the file is still what was
/// compiled.
std::string formatReport(const PanicReport &report, const ReportOptions &options);

/// A SARIF log of a run without results; the other formats say nothing then.
std::string formatEmptyRun(const ReportOptions &options);

} // namespace orus::vm
