// What the functions of a program share while code is generated: the pools that end up in the
// image.
#pragma once

#include "compiler/codegen/Lir.h"
#include "compiler/ir/Ir.h"
#include "format/isa/Natives.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::codegen {

/// Pools in order of first use, so that equal programs give equal images.
class ProgramPools {
public:
  explicit ProgramPools(const ir::Module &program) : module(program), types(program.types) {}

  uint32_t constant(image::ScalarType type, uint64_t bits);
  uint32_t native(isa::NativeId id);

  const ir::Module &module;
  image::TypeTable types;
  std::vector<image::Constant> constants;
  std::vector<isa::NativeId> natives;
  /// The function type that describes the arguments of each native, by its number in `natives`.
  std::vector<TypeId> nativeSignatures;

private:
  llvm::DenseMap<std::pair<uint64_t, uint32_t>, uint32_t> constantIds_;
  std::array<uint32_t, isa::kNatives.size()> nativeIds_{}; // 0: not used yet, else 1 + number
};

} // namespace orus::codegen
