// A verified image prepared for execution: the tables that instructions index, and the questions
// that the collector and panics ask about an address in the code.
#pragma once

#include "vm/builtins/Value.h"
#include "vm/core/Arrays.h"

#include "format/image/LoadedImage.h"
#include "format/isa/Natives.h"

#include <vector>

namespace orus::vm {

/// Position in the source; line 0 if unknown.
struct SourcePosition {
  uint32_t file = 0, line = 0, column = 0;
  uint32_t inlined = 0; // as image::LineEntry::inlined
};

class Program final : public ProgramNames {
public:
  /// `image` has passed the verifier and names only natives of Natives.def.
  explicit Program(image::LoadedImage image);

  const image::LoadedImage &image() const { return image_; }
  const image::Function &function(uint32_t id) const { return image_.functions[id]; }

  /// First instruction of each function.
  const uint32_t *const *entries() const { return entries_.data(); }
  /// The scalar constants without their types.
  const uint64_t *constants() const { return image_.constantBits.data(); }
  /// What an instruction's native id refers to.
  isa::NativeId native(uint32_t id) const { return natives_[id]; }
  const ElementLayout &layout(image::TypeId arrayType) const { return layouts_[arrayType]; }
  const Shapes &shapes() const { return shapes_; }
  /// References and words of the captures of a function.
  const Shape &captureShape(uint32_t function) const { return captureShapes_[function]; }
  /// The reference slot in which a function that is called through a value finds this value.
  uint16_t closureSlot(uint32_t function) const { return closureSlots_[function]; }
  /// Slots of the largest window, in either bank, and one for the closure of a callee.
  size_t largestWindow() const { return largestWindow_; }
  size_t moduleScalars() const { return moduleScalars_; }
  size_t moduleReferences() const { return moduleReferences_; }

  /// Word of the code that an instruction pointer refers to.
  uint32_t wordOf(const uint32_t *pc) const {
    return static_cast<uint32_t>(pc - image_.code.data());
  }
  /// The function that a word of the code belongs to.
  uint32_t functionAt(uint32_t word) const;
  SourcePosition positionAt(uint32_t word) const;
  /// Type of a scalar register or spill slot of the function at `pc`. Outgoing slots, which have
  /// none, count as i64.
  image::ScalarType slotType(const uint32_t *pc, unsigned slot) const;
  /// The variable in a reference slot of a module.
  std::string_view moduleReferenceName(uint32_t slot) const;
  /// Whether the function is the body of a module, or the entry that runs them.
  bool isTopLevel(uint32_t function) const { return topLevel_[function]; }

  const image::TypeTable &types() const override { return image_.types; }
  std::string_view functionName(uint32_t function) const override {
    return image_.strings[image_.functions[function].name];
  }

private:
  void addFunction(const image::Function &function);

  image::LoadedImage image_;
  std::vector<const uint32_t *> entries_;
  std::vector<isa::NativeId> natives_;
  Shapes shapes_;
  std::vector<Shape> captureShapes_;   // by function
  std::vector<uint16_t> closureSlots_; // by function
  std::vector<ElementLayout> layouts_; // by type id; only those of arrays mean anything
  std::vector<bool> topLevel_;
  size_t largestWindow_ = 0;
  size_t moduleScalars_ = 0, moduleReferences_ = 0;
};

} // namespace orus::vm
