// Writes the pages of docs/reference that follow from tables, or checks that they are up to date.
#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"
#include "tools/common/Tool.h"
#include "tools/dev/reference/Pages.h"

#include "llvm/Support/CommandLine.h"

namespace orus::reference {

std::span<const Page> pages() {
  static constexpr Page kPages[] = {
      {"instructions.md", instructions},
      {"image-format.md", imageFormat},
      {"image-walkthrough.md", imageWalkthrough},
      {"diagnostics.md", diagnostics},
      {"passes.md", passes},
  };
  return kPages;
}

} // namespace orus::reference

using namespace orus;

namespace {

llvm::cl::OptionCategory category("Options of orus-reference");
llvm::cl::opt<std::string> folder(llvm::cl::Positional, llvm::cl::desc("FOLDER"),
                                  llvm::cl::Required, llvm::cl::cat(category));
llvm::cl::opt<bool> check("check", llvm::cl::desc("change nothing; fail if a page is out of date"),
                          llvm::cl::cat(category));

constexpr uint64_t kMaxPage = 16 << 20;

} // namespace

int main(int argc, char **argv) {
  tools::start("orus-reference");
  if (auto status = tools::parse(
          argc, argv,
          {{&category}, "Write the reference pages in FOLDER that follow from tables."}))
    return *status;
  bool isCurrent = true;
  for (const reference::Page &page : reference::pages()) {
    std::string path = folder + "/" + std::string(page.file), text = page.text();
    auto old = base::readFile(path, kMaxPage);
    if (old && base::asText(old->view()) == text)
      continue;
    if (check) {
      llvm::errs()
          << path
          << " is out of date; ./dev reference rewrites it, as does this tool without --check\n";
      isCurrent = false;
    } else if (auto written = base::writeFile(path, base::asBytes(text)); !written) {
      return tools::fail(written.error());
    }
  }
  return tools::finish(isCurrent ? base::ExitStatus::Success : base::ExitStatus::SourceErrors);
}
