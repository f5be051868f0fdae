// Checks while a program runs what the verifier has proven before it ran: a test of the verifier.
// Beside each slot of the stack stands a tag that says what was written there.
#pragma once

#include "vm/core/Object.h"
#include "vm/core/Program.h"
#include "vm/core/Windows.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orus::vm {

class Paranoid {
public:
  Paranoid(const Program &program, const Windows &windows);

  /// Called before each instruction. False if a proven fact does not hold: defect() says which, and
  /// nothing may be executed any more.
  ///
  /// Checked are: the instruction begins where one does, and follows the one before it; it stays in
  /// the window of its function; a slot that it reads was written, with a type that it takes, and
  /// holds a value of that type (canonical scalars, the kind and type of objects); calls arrive at
  /// their callee with arguments of its types, and returns behind the call; handlers belong to the
  /// function that they run in; module slots exist. What instructions take from outgoing slots
  /// without naming them (calls of natives, new objects) is not checked.
  bool before(const uint32_t *pc, const uint64_t *scalars, const Ref *references);

  /// The next instruction is that of a handler: the one before it has raised a panic.
  void unwound() { isUnwound_ = true; }

  const std::string &defect() const { return defect_; }

private:
  struct Frame {
    size_t scalars = 0, references = 0; // bases of the window, in slots of the banks
    uint32_t function = 0;
    uint32_t resume = 0; // word of the code behind the call that is under way
  };
  // The instruction at hand.
  struct Place {
    uint32_t word = 0, function = 0;
    const uint32_t *pc = nullptr;
  };

  bool fail(const std::string &what);
  bool arrive(size_t scalars, size_t references);
  bool follow(size_t scalars, size_t references);
  bool isSuccessor() const;
  bool enter(size_t scalars, size_t references);
  bool enterHandler(size_t scalars, size_t references);
  bool leave(size_t scalars, size_t references);
  void applyOutputs();
  void applyNative();
  bool checkOperands();
  bool checkRead(bool isScalar, uint32_t slot, uint32_t accepts);
  bool checkScalar(uint32_t slot, uint32_t accepts);
  bool checkReference(uint32_t slot, uint32_t accepts);
  bool checkFar(const isa::OpInfo &op);
  bool fits(const Object *object, image::TypeId type) const;
  void write(bool isScalar, const Frame &frame, uint32_t slot, uint32_t accepts);
  const image::Bank &bank(bool isScalar, uint32_t function) const;
  uint8_t &tag(bool isScalar, size_t slot);

  const Program &program_;
  const Windows &windows_;
  std::vector<bool> starts_; // by word of the code
  std::vector<Frame> frames_;
  std::vector<uint8_t> scalarTags_;    // sets of scalar types; 0: not written
  std::vector<uint8_t> referenceTags_; // 1: written
  Place here_, last_;
  bool isUnwound_ = false;
  std::string defect_;
};

} // namespace orus::vm
