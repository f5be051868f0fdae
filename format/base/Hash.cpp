#include "format/base/Hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace orus::base {

uint64_t hash64(ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

} // namespace orus::base
