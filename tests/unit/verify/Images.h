// Small images for tests, built in memory.
#pragma once

#include "format/image/Image.h"
#include "format/isa/Isa.h"

#include <initializer_list>

namespace orus::verify::test {

using image::ScalarType;
using isa::Opcode;

inline image::TypeId typeId(ScalarType type) { return image::TypeTable::scalar(type); }

/// Encodes instructions into a function's code.
class Assembler {
public:
  Assembler &operator()(Opcode op, std::initializer_list<int64_t> operands = {}) {
    isa::Instruction instruction{op, {}};
    std::copy(operands.begin(), operands.end(), instruction.operands.begin());
    isa::encode(instruction, code_);
    return *this;
  }
  Assembler &word(uint32_t word) {
    code_.push_back(word);
    return *this;
  }
  uint32_t size() const { return static_cast<uint32_t>(code_.size()); }
  const std::vector<uint32_t> &code() const { return code_; }

private:
  std::vector<uint32_t> code_;
};

/// An image of one module whose functions are added one by one; the first is entry and initialiser.
class ImageBuilder {
public:
  ImageBuilder() {
    image.strings = {"", "main"};
    procedure = image.types.function({}, std::nullopt);
    image::Module module;
    module.name = 1;
    image.modules.push_back(module);
  }

  image::Function &add(const Assembler &assembler, std::vector<image::TypeId> scalars = {},
                       std::vector<image::TypeId> references = {}, uint32_t outgoing = 8) {
    return add(procedure, assembler, std::move(scalars), std::move(references), outgoing);
  }

  image::Function &add(image::TypeId signature, const Assembler &assembler,
                       std::vector<image::TypeId> scalars = {},
                       std::vector<image::TypeId> references = {}, uint32_t outgoing = 8) {
    image.code.resize((image.code.size() + 3) / 4 * 4);
    image::Function function;
    function.signature = signature;
    function.codeOffset = static_cast<uint32_t>(image.code.size());
    function.codeLength = assembler.size();
    function.scalars = bank(std::move(scalars), outgoing);
    function.references = bank(std::move(references), outgoing);
    image.code.insert(image.code.end(), assembler.code().begin(), assembler.code().end());
    image.functions.push_back(std::move(function));
    return image.functions.back();
  }

  image::Image image;
  image::TypeId procedure;

private:
  static image::Bank bank(std::vector<image::TypeId> types, uint32_t outgoing) {
    image::Bank bank;
    bank.registers = static_cast<uint32_t>(std::min<size_t>(types.size(), 256));
    bank.slotTypes = std::move(types);
    bank.outgoing = outgoing;
    return bank;
  }
};

} // namespace orus::verify::test
