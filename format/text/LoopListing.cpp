// Loops and what each pass of them costs, for people.
#include "format/base/Text.h"
#include "format/text/ImageListing.h"

namespace orus::text {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

std::string counted(uint32_t count, const char *one, const char *many) {
  return number(count) + " " + (count == 1 ? one : many);
}

} // namespace

void appendLoop(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                size_t index) {
  const image::LoopRecord &loop = image.loops[index];
  out += "; loop " + number(index + 1) + " of f" + number(loop.function) + " " +
         names.function(loop.function);
  if (loop.line)
    out += ", " + names.file(loop.file) + ":" + number(loop.line) + ":" + number(loop.column);
  if (loop.inlined && loop.inlined <= image.inlinedCalls.size())
    out += " in " + names.function(image.inlinedCalls[loop.inlined - 1].function) + ", inlined";
  out +=
      ", words " + number(loop.begin) + " to " + number(loop.end) + ", depth " + number(loop.depth);
  if (loop.parent)
    out += ", in loop " + number(loop.parent);
  out += "\n;   pressure: " + counted(loop.scalarPressure, "scalar", "scalars") + ", " +
         counted(loop.referencePressure, "reference", "references") +
         "; spills: " + counted(loop.spillLoads, "load", "loads") + ", " +
         counted(loop.spillStores, "store", "stores") + "\n;   " +
         counted(loop.instructions, "instruction", "instructions") + ": " +
         counted(loop.moves, "move", "moves") + ", " +
         counted(loop.constants, "constant", "constants") + ", " +
         counted(loop.calls, "call", "calls") + ", " + number(loop.boxed) + " boxed, " +
         counted(loop.moduleAccesses, "module access", "module accesses") + "\n";
}

} // namespace orus::text
