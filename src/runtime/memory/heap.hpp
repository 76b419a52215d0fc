#pragma once

#include <atomic>
#include <chrono>

#if defined(__GLIBC__) || __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace widgetstream {

/// Gives memory that has been freed back to the system. What a commit frees lies between what lives on, so that the
/// allocator keeps it; without this the process becomes larger than what it has at any time. Takes some milliseconds, so
/// however many ask for it, it is done every two seconds at most.
/// Threads  any
inline void giveBackFreeMemory() noexcept {
#if defined(__GLIBC__)
  using Steady = std::chrono::steady_clock;
  static std::atomic<Steady::rep> next{0};
  const Steady::rep now = Steady::now().time_since_epoch().count();
  Steady::rep due = next.load(std::memory_order_relaxed);
  constexpr Steady::rep between = Steady::duration{std::chrono::seconds{2}}.count();
  if (now < due || !next.compare_exchange_strong(due, now + between, std::memory_order_relaxed)) return;
  ::malloc_trim(0);
#endif
}

}  // namespace widgetstream
