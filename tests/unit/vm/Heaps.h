// A heap with roots that tests hold in a vector.
#pragma once

#include "vm/gc/Heap.h"
#include "vm/gc/HeapCheck.h"

#include <string>
#include <vector>

namespace orus::vm::test {

/// For heaps without structs and enums.
inline const Shapes kNoShapes;

class TestRoots final : public RootSource {
public:
  void visitRoots(RootVisitor &visitor) override {
    if (!refs.empty())
      visitor.visit(refs.data(), refs.data() + refs.size());
  }
  std::vector<Ref> refs;
};

struct HeapConfiguration {
  std::string name;
  HeapOptions options;
};

/// Ways to run the collector that must not make a difference to a program.
inline std::vector<HeapConfiguration> heapConfigurations() {
  HeapOptions plain, small, stressed;
  small.youngBytes = 1; // the least there is
  small.checkAfterCollection = true;
  stressed.collectAtEveryAllocation = true;
  stressed.checkAfterCollection = true;
  return {{"plain", plain}, {"small young space", small}, {"stressed", stressed}};
}

} // namespace orus::vm::test
