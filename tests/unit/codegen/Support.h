// Compiles IR text and lists the code, for tests.
#pragma once

#include "compiler/codegen/Codegen.h"

namespace orus::test {

/// The image of a module in text form; the image verifier has accepted it. Stops the test if the
/// text is wrong, generation fails or the verifier refuses.
image::Image compile(llvm::StringRef text, codegen::CodegenOptions options = {});

/// What is wrong with the code for a module: an error of generation, or of the allocation checker,
/// or of the image verifier; empty if nothing is.
std::string problemOf(const ir::Module &module, codegen::CodegenOptions options);

/// The instructions of a function, one a line: mnemonic, slots as s0 and r0, immediates, branch
/// targets as `@` and the word they lead to.
std::string listing(const image::Image &image, image::FunctionId function);
std::string listing(llvm::StringRef text, codegen::CodegenOptions options = {});

} // namespace orus::test
