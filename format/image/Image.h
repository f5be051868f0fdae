// The content of an `.orbc` image as plain records: what the compiler hands to the writer and the
// reader hands to verifier, VM and orus-objdump. How it is laid out in bytes is the business of
// Layout.h, Writer.h and Reader.h.
#pragma once

#include "format/image/Types.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orus::image {

/// One 64-bit scalar constant in canonical form (see Opcodes.def).
struct Constant {
  ScalarType type{};
  uint64_t bits = 0;
  friend bool operator==(const Constant &, const Constant &) = default;
};

/// A `try` region in words relative to the function's first instruction: a panic of an instruction
/// that starts in [start, end) continues at `target` with the error value in reference slot
/// `catchSlot`. Inner regions come before the outer ones that enclose them.
struct Handler {
  uint32_t start = 0, end = 0, target = 0, catchSlot = 0;
  friend bool operator==(const Handler &, const Handler &) = default;
};

/// Source position of the instructions from word `pc` (relative to the function) up to the next
/// entry. Line and column are 1-based; `line` 0 marks code without a position. `inlined` is 0, or
/// the number of an inlined call plus one: the position is in the body of its callee.
struct LineEntry {
  uint32_t pc = 0, file = 0, line = 0, column = 0, inlined = 0;
  friend bool operator==(const LineEntry &, const LineEntry &) = default;
};

/// A call that the compiler replaced by the body of its callee: what a stack trace shows of it. The
/// call is at the given position, which lies in the body of the inlined call `outer - 1`, or in the
/// function that the code belongs to if `outer` is 0. An outer call precedes those inside it.
struct InlinedCall {
  FunctionId function = 0; // the callee
  uint32_t file = 0, line = 0, column = 0, outer = 0;
  friend bool operator==(const InlinedCall &, const InlinedCall &) = default;
};

/// A loop of a function: where it is and what each pass costs. Counts are of instructions placed in
/// the loop and the loops in it. The position is in the body of the inlined call `inlined - 1`, or
/// in the function itself if that is 0; `line` is 0 without debug information.
struct LoopRecord {
  FunctionId function = 0;
  uint32_t begin = 0,
           end = 0; // words of the function from the first to behind the last of the loop
  uint32_t file = 0, line = 0, column = 0, inlined = 0;
  uint32_t parent = 0; // number of the loop around it plus one, or 0; an outer loop comes first
  uint32_t depth = 1;  // 1 for an outermost loop
  uint32_t scalarPressure = 0, referencePressure = 0; // values live at once, at most
  uint32_t spillLoads = 0, spillStores = 0;
  uint32_t constants = 0; // loaded
  uint32_t moves = 0;
  uint32_t boxed = 0;          // instructions that handle dynamic values
  uint32_t moduleAccesses = 0; // loads and stores of module registers
  uint32_t calls = 0;
  uint32_t instructions = 0;
  friend bool operator==(const LoopRecord &, const LoopRecord &) = default;
};

/// What register allocation did for one bank of one function (architecture.md 6).
struct BankSummary {
  uint32_t maxPressure = 0;  // values live at once, at most
  uint32_t pressureLine = 0; // source line where that is, 0 if unknown
  uint32_t registersUsed = 0;
  uint32_t spillSlots = 0;
  uint32_t spillStores = 0, spillLoads = 0; // instructions placed
  uint32_t splits = 0, coalesced = 0, rematerialized = 0;
  friend bool operator==(const BankSummary &, const BankSummary &) = default;
};

/// Slots of one bank of a window, in this order: registers (the parameters first), spill slots,
/// outgoing slots. Registers and spill slots have one type for the whole function; an outgoing slot
/// takes the type of what was last written to it and is known only within a basic block.
struct Bank {
  std::vector<TypeId> slotTypes; // registers, then spill slots; scalar bank: rows 0…5 only
  uint32_t registers = 0;        // how many of them are registers, at most 256
  uint32_t outgoing = 0;         // how many outgoing slots follow

  uint32_t spills() const { return static_cast<uint32_t>(slotTypes.size()) - registers; }
  uint32_t outgoingBase() const { return static_cast<uint32_t>(slotTypes.size()); }
  uint32_t size() const { return static_cast<uint32_t>(slotTypes.size()) + outgoing; }
  friend bool operator==(const Bank &, const Bank &) = default;
};

struct Function {
  StringId name = 0;    // empty string: a function expression or module body
  TypeId signature = 0; // a Function type
  ModuleId module = 0;
  /// Of a function that captures: its Closure type, whose first operand is the signature; else 0.
  TypeId closure = 0;
  uint32_t codeOffset = 0, codeLength = 0; // in words
  Bank scalars, references;
  uint32_t handlerBegin = 0, handlerCount = 0;
  uint32_t lineBegin = 0, lineCount = 0;
  BankSummary scalarSummary, referenceSummary;
  uint64_t sourceHash = 0; // xxh3-64 of its text, by which profiles know it; 0 if unknown
  uint32_t line = 0;       // of its name; 0 if unknown or the body of a module
  friend bool operator==(const Function &, const Function &) = default;
};

/// A variable of a module: its type and name. It lives in the module's window of the bank that the
/// type says.
struct ModuleSlot {
  TypeId type = 0;
  StringId name = 0;
  friend bool operator==(const ModuleSlot &, const ModuleSlot &) = default;
};

/// A module and its register window. Windows follow one another in module order; instructions name
/// absolute slots: `scalarBase` + index into `scalars`, likewise for references. Scalar slots start
/// as zero, reference slots without a value.
struct Module {
  StringId name = 0;
  uint32_t scalarBase = 0, referenceBase = 0;
  std::vector<ModuleSlot> scalars, references;
  FunctionId initializer = 0;         // its body: no parameters, no result
  std::vector<ModuleId> dependencies; // lower ids: modules are in initialisation order
  friend bool operator==(const Module &, const Module &) = default;
};

/// A native function the program calls; the VM binds it by name and signature (Natives.def).
struct Native {
  StringId name = 0;
  TypeId signature = 0;
  friend bool operator==(const Native &, const Native &) = default;
};

struct SourceFile {
  StringId name = 0;        // as given, never absolute unless given so
  uint64_t contentHash = 0; // xxh3-64 of the text
  friend bool operator==(const SourceFile &, const SourceFile &) = default;
};

/// What a module offers to others (`pub`): a row for each function that has code, variable and
/// type.
enum class ExportKind : uint8_t { Function, Variable, Type };
inline constexpr unsigned kExportKindCount = 3;

/// `function`, `variable` or `type`.
constexpr std::string_view name(ExportKind kind) {
  constexpr std::string_view kNames[] = {"function", "variable", "type"};
  return kNames[static_cast<unsigned>(kind)];
}

struct Export {
  ModuleId module = 0;
  StringId name = 0;
  ExportKind kind{};
  uint32_t item = 0; // function; index of the variable in its bank; 0 for a type
  TypeId type = 0;   // signature; of the variable; the type itself
  friend bool operator==(const Export &, const Export &) = default;
};

/// What a build pipeline says of an image: a commit, a licence. Nothing reads it but people.
struct Note {
  std::string key, value;
  friend bool operator==(const Note &, const Note &) = default;
};

struct Manifest {
  std::string producer;      // "orusc 0.1.0"
  uint32_t edition = 1;      // of the language
  FunctionId entry = 0;      // runs the module initialisers in order; no parameters, no result
  uint32_t optimization = 0; // level the image was compiled at
  uint32_t registerBudget = 256;
  friend bool operator==(const Manifest &, const Manifest &) = default;
};

struct Image {
  Manifest manifest;
  std::vector<std::string> strings; // UTF-8, as the literals of a source are (manual 1.1)
  TypeTable types;
  std::vector<Native> natives;
  std::vector<Constant> constants;
  std::vector<Function> functions;
  std::vector<uint32_t> code;
  std::vector<Handler> handlers;
  std::vector<Module> modules;
  std::vector<Export> exports;           // by module and name
  std::vector<LineEntry> lines;          // strippable
  std::vector<SourceFile> files;         // strippable
  std::vector<InlinedCall> inlinedCalls; // strippable
  std::vector<LoopRecord> loops;         // strippable
  std::vector<Note> notes;               // by key; strippable
  bool isDescribed = true;               // whether OPCODES and SCHEMA go with it; strippable
};

} // namespace orus::image
