// How many references and bytes the objects of each struct and of each variant of an enum have.
#pragma once

#include "format/image/Types.h"

#include <cstdint>
#include <vector>

namespace orus::vm {

struct Shape {
  uint32_t references = 0;
  uint32_t words = 0; // fields, the references first
  uint32_t bytes = 0; // of the object
};

class Shapes {
public:
  Shapes() = default;
  explicit Shapes(const image::TypeTable &types);

  /// Of a struct, whose variant is 0, or of an enum with payloads.
  const Shape &of(image::TypeId type, uint32_t variant) const {
    return shapes_[first_[type] + variant];
  }

private:
  std::vector<uint32_t> first_; // by type, an index into shapes_
  std::vector<Shape> shapes_;
};

} // namespace orus::vm
