#include "runtime/threads/thread_set.hpp"

namespace widgetstream {

void ThreadSet::setRunner(Runner runner) {
  runner_ = std::move(runner);
  if (!runner_.began) return;
  for (const auto& thread : all()) runner_.began(*thread);
}

StreamThread& ThreadSet::add() {
  int index = 0;
  {
    const std::lock_guard lock{mutex_};
    while (threads_.contains(index)) ++index;
    count_.store(threads_.size() + 1, std::memory_order_relaxed);
  }
  std::shared_ptr<StreamThread> thread;
  try {
    thread = make_(index);
    if (runner_.began) runner_.began(*thread);
  } catch (...) {
    count_.store(all().size(), std::memory_order_relaxed);
    throw;
  }
  const std::lock_guard lock{mutex_};
  threads_[index] = thread;
  return *thread;
}

void ThreadSet::remove(int index) {
  std::shared_ptr<StreamThread> gone;
  {
    const std::lock_guard lock{mutex_};
    const auto found = threads_.find(index);
    if (found == threads_.end()) return;
    gone = std::move(found->second);
    threads_.erase(found);
    count_.store(threads_.size(), std::memory_order_relaxed);
  }
  if (runner_.ended) runner_.ended(*gone);
}

void ThreadSet::clear() {
  const std::lock_guard lock{mutex_};
  threads_.clear();
}

std::vector<std::shared_ptr<StreamThread>> ThreadSet::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::shared_ptr<StreamThread>> threads;
  for (const auto& [index, thread] : threads_) threads.push_back(thread);
  return threads;
}

std::shared_ptr<StreamThread> ThreadSet::find(int index) const {
  const std::lock_guard lock{mutex_};
  const auto found = threads_.find(index);
  return found == threads_.end() ? nullptr : found->second;
}

bool ThreadSet::empty() const {
  const std::lock_guard lock{mutex_};
  return threads_.empty();
}

}  // namespace widgetstream
