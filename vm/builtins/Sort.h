// sorted() (manual 11.4): a stable sort of a new array.
#pragma once

#include "vm/core/Arrays.h"

namespace orus::vm {

/// Whether the elements have a common order; only an array of `any` may lack it.
bool isSortable(const image::TypeTable &types, const Array *array);
/// A sorted copy of a sortable array, which is in the root `*source`.
Array *sorted(Heap &heap, const image::TypeTable &types, const Ref *source);

} // namespace orus::vm
