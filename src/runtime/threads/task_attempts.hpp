#pragma once

#include <algorithm>
#include <chrono>
#include <map>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// How often tasks have begun anew since they last got through to a commit, and when the next attempt is due.
///
/// Time     the first attempt comes after `first_pause`, each further one after twice the pause, up to `longest_pause`.
/// Threads  one stream thread.
class TaskAttempts {
 public:
  TaskAttempts(Milliseconds first_pause, Milliseconds longest_pause)
      : first_pause_(first_pause), longest_pause_(std::max(first_pause, longest_pause)) {}

  struct Trouble {
    std::chrono::nanoseconds since{0};  ///< Clock::elapsed() of the first failure
    unsigned count = 0;
  };

  /// Another failure of the task.
  const Trouble& failed(const TaskId& task, std::chrono::nanoseconds now) {
    Trouble& trouble = troubles_.try_emplace(task, Trouble{now, 0}).first->second;
    ++trouble.count;
    return trouble;
  }
  [[nodiscard]] unsigned count(const TaskId& task) const {
    const auto known = troubles_.find(task);
    return known == troubles_.end() ? 0 : known->second.count;
  }
  [[nodiscard]] bool any() const noexcept { return !troubles_.empty(); }
  [[nodiscard]] Milliseconds pause(const Trouble& trouble) const {
    const unsigned doublings = std::min(trouble.count - 1, 20U);
    return std::min(first_pause_ * (std::int64_t{1} << doublings), longest_pause_);
  }
  /// It has committed, or is somebody else's.
  void forget(const TaskId& task) { troubles_.erase(task); }
  void clear() { troubles_.clear(); }

 private:
  Milliseconds first_pause_;
  Milliseconds longest_pause_;
  std::map<TaskId, Trouble> troubles_;
};

}  // namespace widgetstream
