// Makes memory that holds no object inaccessible in builds with the address sanitizer.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define ORUS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ORUS_ASAN 1
#endif
#endif

#ifdef ORUS_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace orus::vm {

inline void poison([[maybe_unused]] const void *start, [[maybe_unused]] size_t bytes) {
#ifdef ORUS_ASAN
  __asan_poison_memory_region(start, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void *start, [[maybe_unused]] size_t bytes) {
#ifdef ORUS_ASAN
  __asan_unpoison_memory_region(start, bytes);
#endif
}

} // namespace orus::vm
