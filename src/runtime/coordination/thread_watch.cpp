#include "runtime/coordination/thread_watch.hpp"

#include <algorithm>

namespace widgetstream {

using std::chrono::nanoseconds;

ThreadWatch::ThreadWatch(const ThreadSet& threads, Milliseconds longest, Logger log)
    : threads_(threads),
      longest_(longest),
      first_told_after_(std::min(nanoseconds{longest} / 2, nanoseconds{std::chrono::seconds{30}})),
      log_(std::move(log)) {}

std::set<int> ThreadWatch::stuck(nanoseconds now) {
  std::set<int> stuck;
  for (const auto& thread : threads_.all()) {
    const std::optional<nanoseconds> since = thread->view().busySince();
    if (!since) {
      seen_.erase(thread->index());
      continue;
    }
    Seen& seen = seen_[thread->index()];
    if (seen.since != *since) seen = {*since, first_told_after_};
    const nanoseconds took = now - *since;
    if (took > longest_) stuck.insert(thread->index());
    if (took < seen.tell_after) continue;
    seen.tell_after = took * 2;
    const std::optional<TaskId> task = thread->view().currentTask();
    log_.warning("a stream thread does not come round",
                 {{"thread", thread->name()},
                  {"task", task ? toString(*task) : "none"},
                  {"for ms", std::to_string(std::chrono::duration_cast<Milliseconds>(took).count())}});
  }
  return stuck;
}

}  // namespace widgetstream
