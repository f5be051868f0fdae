#include "format/verify/Shape.h"

namespace orus::verify {

constinit const std::array<Shape, 256> kShapes = detail::makeShapes();

} // namespace orus::verify
