#include "vm/core/Program.h"

#include <algorithm>

namespace orus::vm {

Program::Program(image::LoadedImage image) : image_(std::move(image)), shapes_(image_.types) {
  topLevel_.resize(image_.functions.size());
  topLevel_[image_.manifest.entry] = true;
  for (const image::Function &function : image_.functions) {
    entries_.push_back(image_.code.data() + function.codeOffset);
    largestWindow_ =
        std::max<size_t>({largestWindow_, function.scalars.size(), function.references.size() + 1});
    addFunction(function);
  }
  for (const image::Native &native : image_.natives)
    natives_.push_back(*isa::findNative(image_.strings[native.name]));
  layouts_.resize(image_.types.size());
  for (image::TypeId type = 0; type < image_.types.size(); ++type)
    if (image_.types[type].kind == image::TypeKind::Array)
      layouts_[type] = layoutOf(image_.types, type);
  for (const image::Module &module : image_.modules) {
    topLevel_[module.initializer] = true;
    moduleScalars_ += module.scalars.size();
    moduleReferences_ += module.references.size();
  }
}

void Program::addFunction(const image::Function &function) {
  const image::TypeTable &types = image_.types;
  uint16_t references = 0;
  for (size_t i = 0; i < types.parameterCount(function.signature); ++i)
    references += !types.storage(types.parameter(function.signature, i)).isScalar;
  closureSlots_.push_back(references);
  Shape &shape = captureShapes_.emplace_back();
  if (!function.closure)
    return;
  const image::ObjectLayout &layout = types.layout(function.closure);
  shape.references = layout.references;
  shape.words = static_cast<uint32_t>(layout.types.size());
}

uint32_t Program::functionAt(uint32_t word) const {
  auto next = std::upper_bound(
      image_.functions.begin(), image_.functions.end(), word,
      [](uint32_t at, const image::Function &function) { return at < function.codeOffset; });
  return static_cast<uint32_t>(next - image_.functions.begin()) - 1;
}

SourcePosition Program::positionAt(uint32_t word) const {
  const image::Function &function = image_.functions[functionAt(word)];
  if (image_.lines.empty())
    return {};
  auto begin = image_.lines.begin() + function.lineBegin, end = begin + function.lineCount;
  auto next =
      std::upper_bound(begin, end, word - function.codeOffset,
                       [](uint32_t at, const image::LineEntry &entry) { return at < entry.pc; });
  if (next == begin)
    return {};
  --next;
  return {next->file, next->line, next->column, next->inlined};
}

image::ScalarType Program::slotType(const uint32_t *pc, unsigned slot) const {
  const image::Function &function = image_.functions[functionAt(wordOf(pc))];
  const auto &types = function.scalars.slotTypes;
  return slot < types.size() ? static_cast<image::ScalarType>(types[slot]) : image::ScalarType::I64;
}

std::string_view Program::moduleReferenceName(uint32_t slot) const {
  for (const image::Module &module : image_.modules)
    if (slot >= module.referenceBase && slot - module.referenceBase < module.references.size())
      return image_.strings[module.references[slot - module.referenceBase].name];
  return {};
}

} // namespace orus::vm
