// docs/reference/passes.md: the optimisation passes and the operations they work on.
#include "compiler/opt/Optimizer.h"
#include "tools/dev/reference/Markdown.h"
#include "tools/dev/reference/Pages.h"

namespace orus::reference {
namespace {

constexpr std::string_view kIntroduction =
    R"(`orusc --passes=a,b` runs passes by name in place of a level's pipeline, `--print-after=a` prints the
intermediate representation after one, `orus-opt` runs them on its text form.
)";

constexpr std::string_view kOperations =
    R"(
## Operations of the intermediate representation

Operands is the number of values an operation takes, `…` any number. Effects: P may panic, G may collect
garbage, R reads memory that others may write, W writes such memory, I does input or output, C calls, T
ends a block. An operation without P, R, W, I and C may be removed when its result is unused, and merged
with an equal one.

)";

std::string pipelineText(unsigned level) {
  std::string out;
  for (opt::PassId pass : opt::pipeline(level))
    out += (out.empty() ? "" : " ") + code(opt::passInfo(pass).name);
  return out;
}

void appendOperation(std::string &out, std::string_view text, int operands, int result,
                     std::string_view immediate, std::string_view effects,
                     std::string_view meaning) {
  out += row({code(text), operands < 0 ? "…" : std::to_string(operands), result ? "yes" : "no",
              immediate == "None" ? "" : std::string(immediate), plain(meaning),
              std::string(effects)});
}

} // namespace

std::string passes() {
  std::string out = heading("Passes");
  out += kIntroduction;
  out += "\n## Passes\n\n" + header({"name", "from level", "what it does"});
  for (const opt::PassInfo &pass : opt::allPasses())
    out += row({code(pass.name), "`-O" + std::to_string(pass.level) + "`", plain(pass.summary)});
  out += "\n## Pipelines\n\n" + header({"level", "passes"});
  for (unsigned level = 0; level <= 2; ++level)
    out += row({"`-O" + std::to_string(level) + "`", pipelineText(level)});
  out += kOperations;
  out += header({"operation", "operands", "result", "immediate", "meaning", "effects"});
#define ORUS_IR_OP(ident, text, operands, result, imm, effects, meaning)                           \
  appendOperation(out, text, operands, result, #imm, effects, meaning);
#include "compiler/ir/Ops.def"
  return out;
}

} // namespace orus::reference
