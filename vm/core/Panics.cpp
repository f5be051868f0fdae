// How panics find their handler, and what is told of those that find none.
#include "vm/core/Machine.h"

#include <algorithm>

namespace orus::vm {

namespace {

// Calls shown of a deep stack (manual 12.9).
constexpr size_t kShownFirst = 10, kShownLast = 5, kShownAll = 20;

// A place in the chain of windows: the instruction, and the window of its function.
struct Place {
  const uint32_t *pc;
  uint64_t *scalars;
  Ref *references;

  bool isEntry() const { return returnAddress() == &Machine::kHalt; }
  const uint32_t *returnAddress() const { return reinterpret_cast<const uint32_t *>(scalars[-1]); }
  // The last word of the call instruction stands for the call.
  Place caller() const {
    return {returnAddress() - 1, reinterpret_cast<uint64_t *>(scalars[-2]),
            reinterpret_cast<Ref *>(scalars[-3])};
  }
};

const image::Handler *findHandler(const Program &program, uint32_t word) {
  const image::Function &function = program.function(program.functionAt(word));
  uint32_t at = word - function.codeOffset;
  auto handlers = program.image().handlers.subspan(function.handlerBegin, function.handlerCount);
  auto found = std::ranges::find_if(handlers, [at](const image::Handler &handler) {
    return handler.start <= at && at < handler.end;
  });
  return found == handlers.end() ? nullptr : &*found;
}

} // namespace

std::string panicText(base::Panic panic, std::initializer_list<std::string_view> arguments) {
  std::string_view pattern = base::info(panic).text;
  std::string text;
  for (std::string_view argument : arguments) {
    size_t hole = pattern.find("{}");
    text += pattern.substr(0, hole);
    text += argument;
    pattern.remove_prefix(hole + 2);
  }
  return text += pattern;
}

void Machine::setPanic(base::Panic panic, std::initializer_list<std::string_view> arguments) {
  panic_ = panic;
  panicText_ = panicText(panic, arguments);
}

bool Machine::unwind() {
  if (outcome.status != Status::Finished)
    return false;
  Place place{pc, scalars, references};
  const image::Handler *handler;
  while (!(handler = findHandler(program, program.wordOf(place.pc)))) {
    if (place.isEntry()) {
      outcome.status = Status::Panicked;
      report(panic_, panicText_);
      return false;
    }
    place = place.caller();
  }

  // Allocates while the saved state is that of the panic, and drops the windows above then.
  Rooted text(heap, strings.make(panicText_));
  auto *error = heap.make<Error>(Kind::Error, image::kError, static_cast<uint16_t>(panic_));
  error->text = text.as<String>();
  error->pc = program.wordOf(pc);
  const image::Function &function = program.function(program.functionAt(program.wordOf(place.pc)));
  place.references[handler->catchSlot] = error;
  save(program.image().code.data() + function.codeOffset + handler->target, place.scalars,
       place.references);
  return true;
}

void Machine::stop(Status status, base::Panic panic) {
  outcome.status = status;
  report(panic, base::info(panic).text);
}

void Machine::report(base::Panic panic, std::string_view text) {
  PanicReport &into = outcome.report;
  const base::PanicInfo &row = base::info(panic);
  const base::PanicCodeInfo &code = base::info(row.code);
  try {
    into.code = code.code;
    into.name = code.name;
    into.kind = base::text(row.kind);
    into.text = text;
    into.why = code.why;
    into.help = code.help;
    if (pc)
      collectFrames(into);
  } catch (const std::bad_alloc &) {
    into.frames.clear(); // a shorter report
  }
}

StackFrame Machine::frameAt(uint32_t function, const SourcePosition &position) const {
  StackFrame frame;
  frame.function = program.functionName(function);
  frame.isTopLevel = program.isTopLevel(function);
  frame.line = position.line;
  frame.column = position.column;
  const auto &files = program.image().files;
  if (position.line && position.file < files.size())
    frame.file = program.image().strings[files[position.file].name];
  return frame;
}

void Machine::collectFrames(PanicReport &into) const {
  // The entry function, which only calls the modules' bodies, is no place of the program.
  uint32_t entry = program.image().manifest.entry;
  const auto &inlined = program.image().inlinedCalls;
  // Visits the functions that were running at a place of the stack, the innermost first: those
  // whose calls the compiler replaced by their bodies, then the one that the code belongs to.
  auto visitFrames = [&](const Place &place, auto visit) {
    uint32_t word = program.wordOf(place.pc), function = program.functionAt(word);
    SourcePosition position = program.positionAt(word);
    while (position.inlined) {
      const image::InlinedCall &call = inlined[position.inlined - 1];
      visit(call.function, position);
      position = {call.file, call.line, call.column, call.outer};
    }
    if (function != entry || position.line != 0)
      visit(function, position);
  };
  size_t shown = 0;
  for (Place place{pc, scalars, references};; place = place.caller()) {
    visitFrames(place, [&](uint32_t, const SourcePosition &) { ++shown; });
    if (place.isEntry())
      break;
  }
  size_t calls = shown ? shown - 1 : 0;
  size_t index = 0;
  for (Place place{pc, scalars, references};; place = place.caller()) {
    visitFrames(place, [&](uint32_t function, const SourcePosition &position) {
      bool omitted = calls > kShownAll && index > kShownFirst && index <= calls - kShownLast;
      if (!omitted)
        into.frames.push_back(frameAt(function, position));
      ++index;
    });
    if (place.isEntry())
      break;
  }
  if (calls > kShownAll) {
    into.omittedAfter = 1 + kShownFirst;
    into.omitted = calls - kShownFirst - kShownLast;
  }
  SourcePosition position = program.positionAt(program.wordOf(pc));
  const auto &files = program.image().files;
  if (position.line && position.file < files.size())
    into.fileHash = files[position.file].contentHash;
}

} // namespace orus::vm
