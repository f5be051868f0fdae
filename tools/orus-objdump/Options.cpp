#include "tools/orus-objdump/Options.h"

#include "format/image/Layout.h"
#include "tools/common/Tool.h"

#include "llvm/Support/CommandLine.h"

namespace orus::objdump {
namespace {

namespace cl = llvm::cl;

cl::OptionCategory category("Options of orus-objdump");

cl::opt<std::string> input(cl::Positional, cl::desc("IMAGE"), cl::Required, cl::cat(category));

cl::opt<bool> header("f", cl::desc("header: versions, producer, entry"), cl::Grouping,
                     cl::cat(category));
cl::opt<bool> sections("h", cl::desc("section table"), cl::Grouping, cl::cat(category));
cl::opt<bool> all("x", cl::desc("header, sections and the records of every section"), cl::Grouping,
                  cl::cat(category));
cl::opt<bool> disassemble("d", cl::desc("disassemble; the default"), cl::Grouping,
                          cl::cat(category));
cl::opt<bool> source("S", cl::desc("disassemble with the lines of the source"), cl::Grouping,
                     cl::cat(category));
cl::opt<bool> lines("l", cl::desc("source positions in the disassembly"), cl::Grouping,
                    cl::cat(category));
cl::opt<bool> bytes("s", cl::desc("bytes of sections"), cl::Grouping, cl::cat(category));
cl::opt<std::string> section("j", cl::desc("of sections, only this one"), cl::value_desc("SECTION"),
                             cl::Prefix, cl::cat(category));
cl::opt<bool> registers("registers", cl::desc("windows, slot types, spills, module registers"),
                        cl::cat(category));
cl::opt<bool> sizes("sizes", cl::desc("bytes of sections and functions, the largest first"),
                    cl::cat(category));
cl::opt<std::string> diff("diff", cl::desc("what differs in OTHER; status 1 if something does"),
                          cl::value_desc("OTHER"), cl::cat(category));
cl::opt<bool> stripDebug("strip-debug",
                         cl::desc("write the image without what can be stripped to the file of -o"),
                         cl::cat(category));
cl::opt<std::string> output("o", cl::desc("file for --strip-debug"), cl::value_desc("FILE"),
                            cl::cat(category));
cl::opt<bool> exports("exports", cl::desc("what each module offers to others"), cl::cat(category));
cl::opt<bool> loops("loops", cl::desc("loops: pressure, spills, moves, boxed instructions"),
                    cl::cat(category));
cl::opt<std::string> functions("functions", cl::desc("of functions, only those that match"),
                               cl::value_desc("REGEX"), cl::cat(category));
cl::opt<std::string> profile("profile", cl::desc("how often calls and loops ran, beside the code"),
                             cl::value_desc("FILE"), cl::cat(category));
cl::opt<bool> json("json", cl::desc("one JSON document instead of text"), cl::cat(category));
cl::opt<bool> noAddresses("no-addresses", cl::desc("leave addresses out, for stable text"),
                          cl::cat(category));
cl::opt<bool> verify("verify", cl::desc("verify the image too"), cl::cat(category));

constexpr const char *kOverview =
    "Print what is in an image of the Orus virtual machine. IMAGE is a file, or - for standard "
    "input.\nOutput is in the text form of images; all but records and code are comments.";

} // namespace

std::optional<int> parseOptions(int argc, char **argv, Options &options) {
  if (auto status = tools::parse(argc, argv, {{&category}, kOverview}))
    return status;
  options.input = input;
  options.header = header || all;
  options.sections = sections || all;
  options.records = all;
  options.registers = registers;
  options.exports = exports;
  options.loops = loops;
  options.sizes = sizes;
  options.other = diff;
  options.stripTo = output;
  if (stripDebug == output.empty())
    return tools::fail(base::ExitStatus::Usage, "--strip-debug and -o need each other");
  options.bytes = bytes;
  options.lines = lines || all;
  options.source = source;
  options.json = json;
  options.profile = profile;
  options.verify = verify;
  options.addresses = !noAddresses;
  bool hasOther = options.header || options.sections || registers || exports || loops || sizes ||
                  stripDebug || !diff.empty() || bytes || verify;
  options.code = disassemble || source || lines || !hasOther; // -x alone shows records
  // What has no place in the document, or is no listing.
  if (json && (bytes || source || !diff.empty() || stripDebug))
    return tools::fail(base::ExitStatus::Usage,
                       "--json does not go with -s, -S, --diff and --strip-debug");
  options.section = section;
  if (!section.empty() && !image::findSection(std::string_view(options.section)))
    return tools::fail(base::ExitStatus::Usage, "there is no section '" + section + "'");
  if (functions.getNumOccurrences()) {
    options.functions.emplace(functions);
    std::string error;
    if (!options.functions->isValid(error))
      return tools::fail(base::ExitStatus::Usage, "--functions: " + error);
  }
  return std::nullopt;
}

} // namespace orus::objdump
