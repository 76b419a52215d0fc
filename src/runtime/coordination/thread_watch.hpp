#pragma once

#include <chrono>
#include <map>
#include <set>

#include "runtime/threads/thread_set.hpp"
#include "widgetstream/core/log.hpp"

namespace widgetstream {

/// Looks whether stream threads come round. One that stays in a step (user code, a store, a client call) is named in
/// the log with its task: after half of `longest`, at most 30 s, and then each time the time has doubled.
///
/// Threads  the coordinator's.
class ThreadWatch {
 public:
  /// `longest`  max.poll.interval.ms: how long a thread may take for a step before it does not count any more.
  ThreadWatch(const ThreadSet& threads, Milliseconds longest, Logger log);

  /// The threads that have been in their step for longer than `longest`.
  [[nodiscard]] std::set<int> stuck(std::chrono::nanoseconds now);

 private:
  struct Seen {
    std::chrono::nanoseconds since{0};
    std::chrono::nanoseconds tell_after{0};
  };

  const ThreadSet& threads_;
  const std::chrono::nanoseconds longest_;
  const std::chrono::nanoseconds first_told_after_;
  const Logger log_;
  std::map<int, Seen> seen_;
};

}  // namespace widgetstream
