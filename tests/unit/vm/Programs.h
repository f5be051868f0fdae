// Programs written in instructions, and their outcome.
#pragma once

#include "format/image/Reader.h"
#include "format/image/Writer.h"
#include "format/isa/Isa.h"
#include "format/isa/Natives.h"
#include "format/verify/Verifier.h"
#include "vm/include/orus/Vm.h"

#include <bit>
#include <doctest/doctest.h>
#include <initializer_list>

namespace orus::vm::test {

using image::ScalarType;
using image::TypeId;
using isa::Opcode;
using enum isa::Opcode;

inline constexpr TypeId kBool = 0, kI32 = 1, kU32 = 2, kI64 = 3, kU64 = 4, kF64 = 5;
using image::kAny, image::kError, image::kRange, image::kString;

inline uint64_t bitsOf(double value) { return std::bit_cast<uint64_t>(value); }

/// One function. Registers are those of the given types, the parameters first; eight outgoing slots
/// follow in each bank, the first three scalar ones left to frame records.
class Code {
public:
  Code(std::vector<TypeId> scalars, std::vector<TypeId> references)
      : scalars_(std::move(scalars)), references_(std::move(references)) {}

  Code &operator()(Opcode op, std::initializer_list<int64_t> operands = {}) {
    starts_.push_back(size());
    isa::Instruction instruction{op, {}};
    std::copy(operands.begin(), operands.end(), instruction.operands.begin());
    CHECK(isa::isEncodable(instruction));
    isa::encode(instruction, words_);
    line(1, static_cast<uint32_t>(starts_.size()));
    return *this;
  }
  /// A branch to a label, whose number stands in place of the displacement.
  Code &to(Opcode op, std::initializer_list<int64_t> operands, int label) {
    fixups_.push_back({size(), label});
    std::vector<int64_t> all(operands);
    isa::Instruction instruction{op, {}};
    std::copy(all.begin(), all.end(), instruction.operands.begin());
    starts_.push_back(size());
    isa::encode(instruction, words_);
    line(1, static_cast<uint32_t>(starts_.size()));
    return *this;
  }
  Code &at(int label) {
    if (labels_.size() <= static_cast<size_t>(label))
      labels_.resize(static_cast<size_t>(label) + 1);
    labels_[static_cast<size_t>(label)] = size();
    return *this;
  }
  /// Panics between the two labels continue at the third with the error in a reference slot.
  Code &handler(int start, int end, int target, uint32_t slot) {
    handlers_.push_back({start, end, target, slot});
    return *this;
  }
  /// Position of the instruction just added.
  Code &line(uint32_t line, uint32_t column) {
    image::LineEntry entry{starts_.back(), 0, line, column};
    if (!lines_.empty() && lines_.back().pc == entry.pc)
      lines_.pop_back();
    lines_.push_back(entry);
    return *this;
  }
  uint32_t size() const { return static_cast<uint32_t>(words_.size()); }
  int64_t scalarBase() const { return static_cast<int64_t>(scalars_.size()) + 3; }
  int64_t referenceBase() const { return static_cast<int64_t>(references_.size()); }
  int64_t bases() const { return scalarBase() | referenceBase() << 16; }

private:
  friend class TestProgram;
  struct Fixup {
    uint32_t at;
    int label;
  };
  struct Region {
    int start, end, target;
    uint32_t slot;
  };
  std::vector<TypeId> scalars_, references_;
  std::vector<uint32_t> words_, starts_, labels_;
  std::vector<Fixup> fixups_;
  std::vector<Region> handlers_;
  std::vector<image::LineEntry> lines_;
};

struct RunResult {
  Outcome outcome;
  std::string output;
  Statistics statistics;
  const PanicReport &report() const { return outcome.report; }
};

class StringSink final : public OutputSink {
public:
  bool write(std::string_view bytes) override {
    text += bytes;
    ++writes;
    return !fails;
  }
  std::string text;
  int writes = 0;
  bool fails = false;
};

class StringSource final : public InputSource {
public:
  explicit StringSource(std::string text = {}, size_t chunk = SIZE_MAX)
      : text_(std::move(text)), chunk_(chunk) {}
  size_t read(char *into, size_t size) override {
    size_t count = std::min(std::min(size, chunk_), text_.size() - at_);
    text_.copy(into, count, at_);
    at_ += count;
    return count;
  }

private:
  std::string text_;
  size_t chunk_;
  size_t at_ = 0;
};

/// An image of one module. Function 0 is entry and initialiser.
class TestProgram {
public:
  TestProgram() {
    image.strings = {"", "main", "test.orus"};
    image.files.push_back({2, 0});
    image::Module module;
    module.name = 1;
    image.modules.push_back(module);
    procedure = image.types.function({}, std::nullopt);
  }

  uint32_t add(Code code, std::string name = {}) { return add(std::move(code), procedure, name); }
  uint32_t add(Code code, TypeId signature, const std::string &name) {
    for (const Code::Fixup &fixup : code.fixups_)
      isa::patchDisplacement(code.words_, fixup.at,
                             static_cast<int32_t>(code.labels_[static_cast<size_t>(fixup.label)]) -
                                 static_cast<int32_t>(fixup.at));
    image.code.resize((image.code.size() + 3) / 4 * 4);
    image::Function function;
    function.name = name.empty() ? 0 : string(name);
    function.signature = signature;
    function.codeOffset = static_cast<uint32_t>(image.code.size());
    function.codeLength = code.size();
    function.scalars = bank(code.scalars_);
    function.references = bank(code.references_);
    function.scalars.outgoing += extraScalars;
    function.lineBegin = static_cast<uint32_t>(image.lines.size());
    function.lineCount = static_cast<uint32_t>(code.lines_.size());
    function.handlerBegin = static_cast<uint32_t>(image.handlers.size());
    function.handlerCount = static_cast<uint32_t>(code.handlers_.size());
    for (const Code::Region &region : code.handlers_)
      image.handlers.push_back({code.labels_[static_cast<size_t>(region.start)],
                                code.labels_[static_cast<size_t>(region.end)],
                                code.labels_[static_cast<size_t>(region.target)], region.slot});
    image.lines.insert(image.lines.end(), code.lines_.begin(), code.lines_.end());
    image.code.insert(image.code.end(), code.words_.begin(), code.words_.end());
    image.functions.push_back(std::move(function));
    return static_cast<uint32_t>(image.functions.size() - 1);
  }

  int64_t constant(TypeId type, uint64_t bits) {
    image.constants.push_back({static_cast<ScalarType>(type), bits});
    return static_cast<int64_t>(image.constants.size() - 1);
  }
  image::StringId string(std::string_view text) {
    image.strings.emplace_back(text);
    return static_cast<image::StringId>(image.strings.size() - 1);
  }
  int64_t native(isa::NativeId id) {
    image::Native native;
    const isa::NativeInfo &info = isa::info(id);
    native.name = string(info.name);
    std::vector<TypeId> parameters;
    for (isa::RegisterType type : info.parameters())
      parameters.push_back(typeOf(type));
    native.signature = image.types.function(parameters, typeOf(info.result));
    image.natives.push_back(native);
    return static_cast<int64_t>(image.natives.size() - 1);
  }
  TypeId function(std::vector<TypeId> parameters, std::optional<TypeId> result = std::nullopt) {
    return image.types.function(parameters, result);
  }
  TypeId array(TypeId element) { return image.types.array(element); }

  /// Instructions that print one register.
  Code &print(Code &code, TypeId type, int64_t slot) {
    bool scalar = type < image::kScalarTypeCount;
    int64_t base = scalar ? code.scalarBase() : code.referenceBase();
    code(scalar ? Mov : MovR, {base, slot});
    return code(Print, {function({type}), code.bases()});
  }

  /// Writes, reads, verifies and runs the image; then once more under the paranoid mode.
  RunResult run(const Options &options = {}, const std::string &input = {}) {
    RunResult result = runOnce(options, input);
    Options checked = options;
    checked.paranoid = true;
    RunResult again = runOnce(checked, input);
    CHECK(again.outcome.status == result.outcome.status);
    CHECK(again.output == result.output);
    return result;
  }

  image::Image image;
  TypeId procedure;
  uint32_t extraScalars = 0; // outgoing slots added to the functions that follow

private:
  RunResult runOnce(const Options &options, const std::string &input) {
    auto bytes = image::writeImage(image);
    REQUIRE(bytes);
    auto loaded = image::readImage(base::ByteView(*bytes));
    REQUIRE(loaded);
    auto violation = verify::verify(*loaded);
    REQUIRE_MESSAGE(!violation, (violation ? violation->text() : ""));
    StringSink sink;
    StringSource source(input);
    Vm vm(std::move(*loaded), options, sink, source);
    RunResult result;
    result.outcome = vm.run();
    result.output = sink.text;
    result.statistics = vm.statistics();
    return result;
  }

  static TypeId typeOf(isa::RegisterType type) {
    using enum isa::RegisterType;
    switch (type) {
    case isa::RegisterType::Str: return kString;
    case isa::RegisterType::Any: return kAny;
    case isa::RegisterType::Range: return kRange;
    case isa::RegisterType::Error: return kError;
    default: return static_cast<TypeId>(type);
    }
  }
  static image::Bank bank(const std::vector<TypeId> &types) {
    image::Bank bank;
    bank.slotTypes = types;
    bank.registers = static_cast<uint32_t>(types.size());
    bank.outgoing = 8;
    return bank;
  }
};

} // namespace orus::vm::test
