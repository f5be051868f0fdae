// A second opinion on the verifier: what it has proved of an image is asserted again before each
// instruction that runs. Tags beside the stack say what each slot holds; the objects themselves say
// whether that is true. It shares the tables of the instruction set with the verifier, and nothing
// of its analysis.
#pragma once

#include "vm/core/Machine.h"

#include "format/verify/Shape.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orus::vm {

class Paranoid {
public:
  /// Takes the sentence about a broken promise. If it returns, the run ends.
  using Report = std::function<void(const std::string &)>;
  /// Prints the sentence and aborts.
  static void die(const std::string &sentence);

  explicit Paranoid(const Machine &machine, Report report = die);

  /// Called with each instruction that is about to run; false if a promise was broken.
  bool check(const uint32_t *pc, const uint64_t *S, Ref *R);
  /// Called when a panic has found its handler, with the state in which execution goes on.
  bool caught(const uint32_t *pc, const uint64_t *S, Ref *R);

private:
  /// A ScalarSet or a reference type, as in the verifier; 0 for a slot without a value.
  using Tag = uint32_t;

  struct Frame {
    uint32_t function;
    const uint32_t *call; // in the caller; null for the entry function
    const uint32_t *returnAddress;
    const uint64_t *S;
    Ref *R;
    size_t scalar, reference; // of its windows, in the tags
  };
  struct Bases {
    uint32_t scalar, reference;
  };
  // An instruction that is looked at, with the tags it reads.
  struct Instruction {
    const uint32_t *words = nullptr;
    std::array<Tag, isa::kMaxOperands> value{};
    Tag result = 0, second = 0;

    const verify::Shape &shape() const { return verify::shapeOf(*words); }
    const isa::OpInfo &info() const { return isa::kOpTable[isa::opcodeByte(*words)]; }
    uint32_t id(unsigned operand) const {
      return static_cast<uint32_t>(isa::extract(words, info().operandArray[operand]));
    }
    bool isScalar(unsigned operand) const { return info().operandArray[operand].isScalar(); }
    bool isOutput(unsigned operand) const { return info().operandArray[operand].isWritten(); }
    Bases packedBases(unsigned operand) const { return {id(operand) & 0xffff, id(operand) >> 16}; }
  };
  // A tag that is set once the instruction has run without a panic.
  struct Write {
    bool isScalar;
    uint32_t slot;
    Tag tag;
  };
  // By which instructions a slot may be named.
  enum class Reach : uint8_t { Operand, Far, Outgoing };

  // Paranoid.cpp: where control goes.
  void markStarts();
  bool fail(std::string_view what);
  bool isInstruction(const uint32_t *pc) const;
  bool arrive(const uint32_t *pc, const uint64_t *S, Ref *R);
  bool enter(uint32_t function, const uint32_t *pc, const uint64_t *S, Ref *R);
  bool leave(const uint32_t *pc);
  bool finish(const uint32_t *pc);
  bool isSuccessor(const uint32_t *pc) const;
  bool readsHold();
  bool outputsFit();
  const image::Function &function() const { return image_.functions[frames_.back().function]; }

  // ParanoidSlots.cpp: what slots and objects hold.
  const image::Bank &bank(bool isScalar) const {
    return isScalar ? function().scalars : function().references;
  }
  Tag &tag(bool isScalar, uint32_t slot) {
    const Frame &frame = frames_.back();
    return isScalar ? scalars_[frame.scalar + slot] : references_[frame.reference + slot];
  }
  Tag valueOf(image::TypeId type) const;
  bool mayBe(Tag value, image::TypeId type) const;
  bool isOfClass(image::TypeId type, uint32_t accepts) const;
  bool isKind(image::TypeId type, image::TypeKind kind) const {
    return image_.types[type].kind == kind;
  }
  bool holds(bool isScalar, uint32_t slot, Tag tag) const;
  bool isValueOf(const Object *object, image::TypeId type) const;
  bool isArrayOf(const Object *object, image::TypeId element) const;
  bool reaches(bool isScalar, uint32_t slot, Reach reach, bool isWrite) const;
  std::optional<Tag> read(bool isScalar, uint32_t slot, Reach reach);
  bool plan(bool isScalar, uint32_t slot, Tag tag, Reach reach);
  bool apply(const Write &write);
  void clear(bool isScalar, uint32_t first);
  bool argument(bool isScalar, uint32_t slot, image::TypeId type);
  bool arguments(image::TypeId signature, Bases bases);
  bool fields(const image::ObjectLayout &layout, Bases bases);

  // ParanoidRules.cpp: the condition of each row of isa/Rules.def.
  bool ruleHolds();
  bool sameTags(bool forComparison);
  bool element(unsigned arrayOperand, bool isScalar, unsigned size);
  bool giveElement(bool isScalar, unsigned size);
  bool takeElement(unsigned valueOperand, bool isScalar, unsigned size);
  bool newArray(unsigned typeOperand);
  bool giveField(const image::ObjectLayout &layout, unsigned placeOperand);
  bool slotRule();
  bool moduleRule();
  bool boxRule();
  bool objectRule();
  bool cellRule();
  bool callRule(image::TypeId signature, Bases bases, uint32_t callee);
  bool inPlaceRule(image::TypeId signature, Bases bases);
  bool returnRule();

  const Machine &machine_;
  const Program &program_;
  const image::LoadedImage &image_;
  Report report_;
  std::vector<uint8_t> starts_; // by word: whether an instruction, or a block, begins there
  std::vector<image::TypeId> moduleScalars_, moduleReferences_;

  std::vector<Frame> frames_;
  std::vector<Tag> scalars_, references_; // tags, by slot of the banks

  Instruction at_;                    // looked at last
  image::TypeId element_ = 0;         // of the array it is about
  uint32_t callee_ = 0;               // of a call
  std::optional<Bases> lost_;         // slots from there on lose their values
  std::vector<Write> writes_;         // after that
  const uint32_t *landing_ = nullptr; // of a panic: no instruction comes before
  bool hasBegun_ = false;
};

} // namespace orus::vm
