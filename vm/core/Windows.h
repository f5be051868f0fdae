// The VM stack: one bank of scalar slots and one of references, of equal size, reserved once and
// never moved. Windows of calls overlap: a callee's window begins at its caller's outgoing slots.
//
// One compare of the callee's scalar base against limit() covers both banks: the limit leaves room
// for the largest window of the program, and the reference base of a window is never further from
// the start of its bank than the scalar base (the verifier holds b <= a for each call). The limit
// rises in steps towards the end of the bank, which bounds what a collection has to clear.
#pragma once

#include "vm/gc/Roots.h"

namespace orus::vm {

class Windows {
public:
  /// Words of a frame record, below the callee's scalar window: return address, caller's scalar and
  /// reference base (at -1, -2, -3).
  static constexpr size_t kRecordWords = 3;

  /// Reserves two banks of `bytes` bytes, or less if the system does not give that much. Throws
  /// std::bad_alloc if there is no room for a window of `largestWindow` slots.
  Windows(size_t bytes, size_t largestWindow);
  ~Windows();
  Windows(const Windows &) = delete;
  Windows &operator=(const Windows &) = delete;

  uint64_t *scalars() const { return scalars_; }
  Ref *references() const { return references_; }

  /// Highest scalar base that a call may give its callee without asking raiseLimit().
  uint64_t *limit() const { return limit_; }
  /// Raises the limit so that `base` is allowed; false if the stack is exhausted.
  bool raiseLimit(const uint64_t *base);

  /// Forgets the references above `top`, and lowers the limit towards the window at `base`. What is
  /// left in a dead slot would keep its object alive, or point to a moved one.
  void clearDead(Ref *top, const uint64_t *base);

private:
  size_t slots_;
  size_t largest_;
  uint64_t *scalars_;
  Ref *references_;
  uint64_t *limit_;
};

} // namespace orus::vm
