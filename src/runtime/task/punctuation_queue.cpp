#include "runtime/task/punctuation_queue.hpp"

#include <algorithm>

namespace widgetstream {

Timestamp PunctuationQueue::earliest() const noexcept {
  Timestamp due = Timestamp::max();
  for (const auto& schedule : schedules_) {
    if (*schedule->active) due = std::min(due, schedule->due);
  }
  return due;
}

std::optional<Timestamp> PunctuationQueue::nextDue() const {
  const Timestamp due = earliest();
  return due == Timestamp::max() ? std::nullopt : std::optional{due};
}

PunctuationQueue::Schedule* PunctuationQueue::takeDue(Timestamp now) {
  Schedule* found = nullptr;
  for (const auto& schedule : schedules_) {
    if (*schedule->active && schedule->due <= now && (!found || schedule->due < found->due)) found = schedule.get();
  }
  if (found) found->moveOn(now);
  return found;
}

void PunctuationQueue::dropCancelled() {
  std::erase_if(schedules_, [](const auto& schedule) { return !*schedule->active; });
}

}  // namespace widgetstream
