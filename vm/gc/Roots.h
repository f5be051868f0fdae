// What the collector needs to know about the rest of the VM: where references are held.
#pragma once

#include "vm/core/Object.h"

namespace orus::vm {

/// Receives the slots that keep objects alive; a collection may change what they hold.
class RootVisitor {
public:
  virtual void visit(Ref *begin, Ref *end) = 0;

protected:
  ~RootVisitor() = default;
};

/// Holder of roots: the window stack and the module registers in a VM, arrays in unit tests.
class RootSource {
public:
  virtual void visitRoots(RootVisitor &visitor) = 0;
  /// Told of every collection: whether it was a full one, the bytes of the old generation after it,
  /// and how long it took.
  virtual void collected(bool /*full*/, size_t /*oldBytes*/, uint64_t /*nanoseconds*/) {}

protected:
  ~RootSource() = default;
};

} // namespace orus::vm
