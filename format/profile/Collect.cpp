#include "format/profile/Collect.h"

#include "format/image/BuildId.h"

#include "format/base/Text.h"
#include "format/isa/Isa.h"

#include <algorithm>
#include <map>

namespace orus::profile {

using image::FunctionId;
using isa::Opcode;

namespace {

class Collector {
public:
  Collector(const image::LoadedImage &image, std::span<const uint64_t> words)
      : image_(image), words_(words), loops_(image.functions.size()),
        found_(image.functions.size()) {
    for (const image::LoopRecord &loop : image.loops)
      loops_[loop.function].push_back(&loop);
  }

  Profile run(std::span<const CalledTarget> targets) {
    for (FunctionId id = 0; id < image_.functions.size(); ++id)
      countFunction(id);
    for (const CalledTarget &target : targets)
      countTarget(target);
    Profile profile;
    if (auto id = image::buildIdOf(image_.bytes.view()))
      profile.image = image::hex(*id);
    for (FunctionId id = 0; id < found_.size(); ++id)
      if (FunctionProfile f = finish(id); !(f == FunctionProfile())) {
        const image::Function &function = image_.functions[id];
        f.id = id;
        f.sourceHash = function.sourceHash;
        std::string_view name = image_.strings[function.name];
        f.name = base::escaped(image_.strings[image_.modules[function.module].name]) + "." +
                 (name.empty() ? "#" + std::to_string(id) : base::escaped(name));
        profile.functions.push_back(std::move(f));
      }
    return profile;
  }

private:
  struct Found {
    std::map<Place, uint64_t> loops, calls;
    std::map<std::pair<Place, uint64_t>, uint64_t> targets;
    FunctionProfile profile;
  };
  struct Origin {
    FunctionId function = 0;
    Place place;
    bool known = false;
  };

  FunctionProfile finish(FunctionId id) {
    Found &found = found_[id];
    for (auto [place, count] : found.loops)
      found.profile.loops.push_back({place, count});
    for (auto [place, count] : found.calls)
      found.profile.calls.push_back({place, count});
    for (auto [key, count] : found.targets)
      found.profile.targets.push_back({key.first, key.second, count});
    return std::move(found.profile);
  }

  // Calls that did not run are noted too, if the function ran at all: a place without a note may
  // have been inlined.
  void countFunction(FunctionId id) {
    const image::Function &function = image_.functions[id];
    auto counts = words_.subspan(function.codeOffset, function.codeLength);
    if (std::ranges::all_of(counts, [](uint64_t count) { return count == 0; }))
      return;
    for (uint32_t pc = 0; pc < function.codeLength;) {
      const uint32_t *at = &image_.code[function.codeOffset + pc];
      auto op = static_cast<Opcode>(isa::opcodeByte(*at));
      uint32_t words = isa::info(op).words;
      countInstruction(id, pc, op, counts[pc]);
      pc += words == 0 ? 1 : words; // padding
    }
  }

  void countInstruction(FunctionId id, uint32_t pc, Opcode op, uint64_t count) {
    FunctionProfile &profile = found_[id].profile;
    if (isa::info(op).has(isa::kCalls))
      if (Origin origin = originOf(id, pc); origin.known)
        found_[origin.function].calls[origin.place] += count;
    if (count == 0)
      return;
    profile.words.push_back({pc, count});
    if (op == Opcode::Lds || op == Opcode::LdsR) {
      profile.spillLoads += count;
    } else if (op == Opcode::Sts || op == Opcode::StsR) {
      profile.spillStores += count;
    } else if (const image::LoopRecord *loop =
                   isa::info(op).has(isa::kCalls) ? nullptr : loopAt(id, pc);
               loop && loop->line) {
      Origin origin = originOf(id, loop->inlined, loop->line, loop->column);
      found_[origin.function].loops[origin.place] += count;
    }
  }

  void countTarget(const CalledTarget &target) {
    auto after =
        std::ranges::upper_bound(image_.functions, target.word, {}, &image::Function::codeOffset);
    auto id = static_cast<FunctionId>(after - image_.functions.begin() - 1);
    Origin origin = originOf(id, target.word - image_.functions[id].codeOffset);
    if (origin.known)
      found_[origin.function]
          .targets[{origin.place, image_.functions[target.function].sourceHash}] += target.count;
  }

  /// The innermost loop around the instruction.
  const image::LoopRecord *loopAt(FunctionId id, uint32_t pc) const {
    const image::LoopRecord *found = nullptr;
    for (const image::LoopRecord *loop : loops_[id])
      if (pc >= loop->begin && pc < loop->end && (!found || loop->depth > found->depth))
        found = loop;
    return found;
  }

  Origin originOf(FunctionId id, uint32_t pc) const {
    const image::Function &function = image_.functions[id];
    auto lines = image_.lines.subspan(image_.lines.empty() ? 0 : function.lineBegin,
                                      image_.lines.empty() ? 0 : function.lineCount);
    auto after = std::ranges::upper_bound(lines, pc, {}, &image::LineEntry::pc);
    if (after == lines.begin() || after[-1].line == 0)
      return {};
    return originOf(id, after[-1].inlined, after[-1].line, after[-1].column);
  }

  Origin originOf(FunctionId id, uint32_t inlined, uint32_t line, uint32_t column) const {
    if (inlined)
      id = image_.inlinedCalls[inlined - 1].function;
    uint32_t first = image_.functions[id].line;
    return {id, {line >= first ? line - first : line, column}, true};
  }

  const image::LoadedImage &image_;
  std::span<const uint64_t> words_;
  std::vector<std::vector<const image::LoopRecord *>> loops_; // by function
  std::vector<Found> found_;
};

} // namespace

Profile collect(const image::LoadedImage &image, std::span<const uint64_t> words,
                std::span<const CalledTarget> targets) {
  return Collector(image, words).run(targets);
}

} // namespace orus::profile
