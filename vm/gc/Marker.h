// Marking of the old generation with an explicit stack, which can be drained in steps.
#pragma once

#include "vm/core/Object.h"
#include "vm/gc/Roots.h"

#include <vector>

namespace orus::vm {

class Marker final : public RootVisitor {
public:
  explicit Marker(const Shapes &shapes) : shapes_(shapes) {}
  /// Begins a cycle in which an object is marked when its header has `colour`.
  void begin(uint8_t colour);
  void visit(Ref *begin, Ref *end) override;
  /// Marks everything that can be reached from what was visited.
  void drain();
  /// Bytes of the cells of marked objects that are not large.
  size_t smallBytes() const { return smallBytes_; }
  /// Gives the memory of a long mark stack back.
  void end();

private:
  // A reference buffer is scanned in pieces, so that the stack grows by a piece at most.
  struct Work {
    Object *object;
    size_t next;
  };
  static constexpr size_t kPiece = 1024;

  void mark(Object *object);

  const Shapes &shapes_;
  uint8_t colour_ = 0;
  size_t smallBytes_ = 0;
  std::vector<Work> stack_;
};

} // namespace orus::vm
