// A slow check of the heap's invariants, for tests and stress runs: every reference that can be
// reached points to a whole object, and every old object that refers to a young one is remembered.
#pragma once

#include "vm/gc/Heap.h"

#include <unordered_set>

namespace orus::vm {

class HeapCheck final : public RootVisitor {
public:
  explicit HeapCheck(Heap &heap) : heap_(heap) {}
  /// Ends the process with a message if an invariant does not hold.
  void run();
  /// Null if all is well, else what is wrong.
  const char *find();
  void visit(Ref *begin, Ref *end) override;
  size_t reached() const { return seen_.size(); }

private:
  const char *defect(Object *object);

  Heap &heap_;
  std::vector<Object *> pending_;
  std::unordered_set<Object *> seen_;
};

} // namespace orus::vm
