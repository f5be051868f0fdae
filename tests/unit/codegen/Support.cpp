#include "tests/unit/codegen/Support.h"

#include "compiler/ir/Parser.h"
#include "format/isa/Isa.h"
#include "format/verify/Verifier.h"

#include <doctest/doctest.h>

namespace orus::test {

image::Image compile(llvm::StringRef text, codegen::CodegenOptions options) {
  auto module = ir::parseModule(text);
  if (!module)
    FAIL(module.error().text());
  basic::SourceManager sources;
  options.checkAllocation = true;
  auto image = codegen::generate(**module, sources, options);
  if (!image)
    FAIL(llvm::toString(image.takeError()));
  if (auto error = verify::verify(*image)) {
    std::string all;
    for (image::FunctionId fn = 0; fn < image->functions.size(); ++fn)
      all += listing(*image, fn) + "\n";
    FAIL(error->text(), "\n", all);
  }
  return std::move(*image);
}

std::string problemOf(const ir::Module &module, codegen::CodegenOptions options) {
  basic::SourceManager sources;
  options.checkAllocation = true;
  auto image = codegen::generate(module, sources, options);
  if (!image)
    return llvm::toString(image.takeError());
  auto error = verify::verify(*image);
  if (!error)
    return {};
  std::string code =
      error->function < image->functions.size() ? listing(*image, error->function) : "";
  return error->text() + "\n" + code;
}

std::string listing(const image::Image &image, image::FunctionId function) {
  const image::Function &record = image.functions[function];
  std::span code = std::span(image.code).subspan(record.codeOffset, record.codeLength);
  std::string out;
  for (size_t pc = 0; pc < code.size();) {
    isa::Decoded decoded = isa::decode(code.subspan(pc));
    REQUIRE(decoded.error == isa::DecodeError::None);
    const isa::OpInfo &op = isa::info(decoded.instruction.op);
    out += op.mnemonic;
    for (unsigned i = 0; i < op.operandCount; ++i) {
      const isa::Operand &operand = op.operandArray[i];
      int64_t value = decoded.instruction.operands[i];
      out += i == 0 ? " " : ", ";
      if (operand.isRegister())
        out += operand.isScalar() ? "s" : "r";
      if (operand.role == isa::Role::Displacement) {
        out += "@";
        value += static_cast<int64_t>(pc);
      }
      out += std::to_string(value);
    }
    out += "\n";
    pc += op.words;
  }
  return out;
}

std::string listing(llvm::StringRef text, codegen::CodegenOptions options) {
  return listing(compile(text, options), 0);
}

} // namespace orus::test
