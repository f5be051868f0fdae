// Assembles the text form of an image, which may describe an invalid one, for tests.
#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"
#include "format/text/ImageText.h"
#include "tools/common/BuildId.h"
#include "tools/common/Tool.h"

#include "llvm/Support/CommandLine.h"

using namespace orus;

namespace {

llvm::cl::OptionCategory category("Options of orus-image-as");
llvm::cl::opt<std::string> input(llvm::cl::Positional, llvm::cl::desc("FILE"), llvm::cl::init("-"),
                                 llvm::cl::cat(category));
llvm::cl::opt<std::string> output("o", llvm::cl::desc("write the image to FILE"),
                                  llvm::cl::value_desc("FILE"), llvm::cl::init("-"),
                                  llvm::cl::Prefix, llvm::cl::cat(category));

llvm::cl::opt<bool> seal("seal", llvm::cl::desc("give the image its build id and right checksums"),
                         llvm::cl::cat(category));

constexpr uint64_t kMaxText = 256 << 20;

} // namespace

int main(int argc, char **argv) {
  tools::start("orus-image-as");
  if (auto status = tools::parse(argc, argv, {{&category}, "Assemble the text form of an image."}))
    return *status;
  auto text = base::readFile(input, kMaxText);
  if (!text)
    return tools::fail(text.error());
  auto image = text::assembleImage(base::asText(text->view()));
  if (!image)
    return tools::fail(base::ExitStatus::SourceErrors,
                       base::inputName(input) + ": " + image.error().text());
  if (seal)
    tools::sealImage(*image);
  if (auto written = base::writeFile(output, *image); !written)
    return tools::fail(written.error());
  return tools::finish(base::ExitStatus::Success);
}
