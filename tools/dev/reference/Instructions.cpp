// docs/reference/instructions.md: instructions, their conditions, natives and panics.
#include "format/base/Panics.h"
#include "format/isa/Isa.h"
#include "format/isa/Natives.h"
#include "tools/dev/reference/Markdown.h"
#include "tools/dev/reference/Pages.h"

namespace orus::reference {
namespace {

using namespace isa;

constexpr std::string_view kIntroduction =
    R"(An instruction is one to three 32-bit words. Word 0 holds the opcode in its low byte and up to three
fields: `a`, `b` and `c` of eight bits each, `d` in place of `b` and `c`, or `j` in place of all three.
`w1` and `w2` are whole words. Fields that an instruction does not name are zero.

Operands stand in the order of the assembly text. `out` is a register that is written, `in` one that is
read, `inout` both. Its type also says its bank. A register is a slot of the window below 256. An
instruction that panics writes nothing. Writes store all 64 bits of a scalar: `bool` is 0 or 1, `i32` and
`u32` are zero-extended, `f64` is its IEEE 754 bits.

Effects: P may panic, G may collect garbage, C passes control to a callee, T does not go on with the next
instruction, B may branch, Q checks limits and interrupts when it branches backwards or to itself.

What the verifier asks of an instruction beyond the types of its operands is its condition, explained
[below](#conditions).
)";

std::string_view meaning(RegisterType type) {
  switch (type) {
  case RegisterType::Bool: return "`bool`";
  case RegisterType::I32: return "`i32`";
  case RegisterType::U32: return "`u32`";
  case RegisterType::I64: return "`i64`";
  case RegisterType::U64: return "`u64`";
  case RegisterType::F64: return "`f64`";
  case RegisterType::Int: return "an integer type";
  case RegisterType::U: return "`u32` or `u64`";
  case RegisterType::W: return "`bool`, `i32` or `u32`";
  case RegisterType::X: return "`i64` or `u64`";
  case RegisterType::S: return "any type of the scalar bank";
  case RegisterType::Str: return "`string`";
  case RegisterType::Any: return "`any`";
  case RegisterType::Range: return "a range value";
  case RegisterType::Error: return "an error value";
  case RegisterType::Arr: return "an array";
  case RegisterType::Fn: return "a function value";
  case RegisterType::Obj: return "a struct or an enum with payloads";
  case RegisterType::Clo: return "the running function's own value, of a closure type";
  case RegisterType::Cell: return "a captured variable";
  case RegisterType::R: return "any type of the reference bank";
  }
  return {};
}

std::string_view meaning(ImmediateKind kind) {
  switch (kind) {
  case ImmediateKind::Int: return "a signed number";
  case ImmediateKind::Uint: return "an unsigned number";
  case ImmediateKind::Type: return "a type id";
  case ImmediateKind::Func: return "a function";
  case ImmediateKind::Const: return "a row of the constant pool";
  case ImmediateKind::String: return "a string id";
  case ImmediateKind::Native: return "a native function of the image";
  case ImmediateKind::Field: return "the place of a field or capture in its object";
  case ImmediateKind::Variant: return "a variant";
  case ImmediateKind::ModuleSlot: return "an absolute slot of the module windows";
  case ImmediateKind::Slot: return "a slot of the window, registers and spill slots alike";
  case ImmediateKind::Base: return "the slot at which the callee's window begins";
  case ImmediateKind::Base2:
    return "a scalar base in the low half of the word, a reference base in the high half";
  case ImmediateKind::Panic: return "a row of Panics.def with a fixed text";
  }
  return {};
}

std::string describe(const Operand &operand) {
  std::string field = code(name(operand.field)) + " ";
  switch (operand.role) {
  case Role::Out: return "out " + field + std::string(name(operand.type));
  case Role::In: return "in " + field + std::string(name(operand.type));
  case Role::InOut: return "inout " + field + std::string(name(operand.type));
  case Role::Immediate: return field + std::string(name(operand.immediate));
  case Role::Displacement: return field + "target";
  }
  return {};
}

std::string describe(uint8_t effects) {
  constexpr std::string_view kLetters = "PGCTBQ";
  std::string letters;
  for (size_t bit = 0; bit < kLetters.size(); ++bit)
    if (effects & 1u << bit)
      letters += kLetters[bit];
  return letters;
}

void appendOpcode(std::string &out, Opcode op) {
  const OpInfo &row = info(op);
  std::string operands;
  for (const Operand &operand : row.operands())
    operands += (operands.empty() ? "" : ", ") + describe(operand);
  out += reference::row({std::to_string(static_cast<unsigned>(op)), code(row.mnemonic),
                         std::to_string(row.words), operands, plain(row.meaning),
                         describe(row.effects),
                         row.rule == Rule::None ? "" : std::string(name(row.rule))});
}

void appendGroup(std::string &out, std::string_view title, std::string_view text) {
  out += "\n## " + std::string(title) + "\n\n";
  if (!text.empty())
    out += plain(text) + "\n\n";
  out += header({"", "mnemonic", "words", "operands", "meaning", "effects", "condition"});
}

void appendOpcodes(std::string &out) {
#define ORUS_OP_GROUP(title, text) appendGroup(out, title, text);
#define ORUS_OP(ident, ...) appendOpcode(out, Opcode::ident);
#include "format/isa/Opcodes.def"
}

void appendLegends(std::string &out) {
  out += "\n## Types of registers\n\n" + header({"type", "holds"});
  for (unsigned i = 0; i <= static_cast<unsigned>(RegisterType::R); ++i) {
    auto type = static_cast<RegisterType>(i);
    out += row({std::string(name(type)), std::string(meaning(type))});
  }
  out += "\n## Kinds of immediates\n\n" + header({"kind", "is"});
  for (unsigned i = 0; i <= static_cast<unsigned>(ImmediateKind::Panic); ++i) {
    auto kind = static_cast<ImmediateKind>(i);
    out += row({std::string(name(kind)), std::string(meaning(kind))});
  }
  out += "\n## Conditions\n\n" + header({"condition", "what the verifier checks"});
#define ORUS_RULE(ident, condition) out += row({#ident, plain(condition)});
#include "format/isa/Rules.def"
}

void appendNatives(std::string &out) {
  out +=
      "\n## Native functions\n\nAn image lists those it uses by name and signature. Effects: P may "
      "panic, G may collect garbage, I does input or output or reads the clock.\n\n" +
      header({"name", "parameters", "result", "meaning", "effects"});
  for (const NativeInfo &native : kNatives) {
    std::string parameters, effects;
    for (RegisterType type : native.parameters())
      parameters += (parameters.empty() ? "" : ", ") + std::string(name(type));
    effects += native.mayPanic ? "P" : "";
    effects += native.mayCollect ? "G" : "";
    effects += native.hasInputOutput ? "I" : "";
    out += row({code(native.name), parameters, std::string(name(native.result)),
                plain(native.meaning), effects});
  }
}

void appendPanics(std::string &out) {
  out +=
      "\n## Panics\n\nThe operand of `raise` is the number of a row. `{}` stands for a part that "
      "varies; such a panic is raised by other instructions only.\n\n" +
      header({"", "name", "code", "kind", "text"});
  for (size_t i = 0; i < base::kPanicCount; ++i) {
    const base::PanicInfo &panic = base::kPanics[i];
    std::string text(panic.text);
    for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos;)
      text.replace(at, 1, "\\n");
    out +=
        row({std::to_string(i), std::string(panic.ident), std::string(base::info(panic.code).code),
             std::string(base::text(panic.kind)), code(text)});
  }
}

} // namespace

std::string instructions() {
  std::string out = heading("Instructions");
  out += kIntroduction;
  appendOpcodes(out);
  appendLegends(out);
  appendNatives(out);
  appendPanics(out);
  return out;
}

} // namespace orus::reference
