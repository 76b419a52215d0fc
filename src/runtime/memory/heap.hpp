#pragma once

#if defined(__GLIBC__) || __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace widgetstream {

/// Gives memory that has been freed back to the system. What a commit frees lies between what lives on, so that the
/// allocator keeps it; without this the process becomes larger than what it has at any time. Takes some milliseconds.
inline void giveBackFreeMemory() noexcept {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

}  // namespace widgetstream
