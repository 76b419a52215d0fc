// Threads that come and go, and those that do not come round.

#include <algorithm>

#include "runtime/coordination/coordinator.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

/// For the last commit of those that are well when this process leaves the group for a while.
constexpr Milliseconds departure_deadline{3'000};
constexpr Milliseconds leave_timeout{1'000};
/// A thread that is removed has this long for what does not get through: then its tasks move as they are.
constexpr nanoseconds removal_deadline{std::chrono::seconds{10}};

}  // namespace

Coordinator::ThreadChange Coordinator::addThread() {
  return request(true);
}

Coordinator::ThreadChange Coordinator::removeThread() {
  return request(false);
}

Coordinator::ThreadChange Coordinator::request(bool add) {
  ThreadRequest request{add, {}};
  ThreadChange change = request.done.get_future();
  {
    const std::lock_guard lock{mutex_};
    if (no_more_requests_) {
      request.done.set_value(std::nullopt);
      return change;
    }
    thread_requests_.push_back(std::move(request));
    thread_requests_any_.store(true, std::memory_order_release);
  }
  setup_.reports.wake();
  return change;
}

void Coordinator::takeThreadRequests() {
  if (!thread_requests_any_.load(std::memory_order_acquire)) return;
  std::vector<ThreadRequest> requests;
  {
    const std::lock_guard lock{mutex_};
    requests.swap(thread_requests_);
    thread_requests_any_.store(false, std::memory_order_relaxed);
  }
  for (ThreadRequest& request : requests) {
    if (ending()) {
      request.done.set_value(std::nullopt);
    } else if (request.add) {
      add(request);
    } else {
      remove(request);
    }
  }
}

void Coordinator::add(ThreadRequest& request) {
  try {
    StreamThread& thread = setup_.threads.add();
    log_.info("a stream thread is added", {{"thread", thread.name()}});
    distribution_.spread();
    request.done.set_value(thread.name());
  } catch (...) {
    request.done.set_exception(std::current_exception());
  }
}

void Coordinator::remove(ThreadRequest& request) {
  const std::vector<int> threads = distribution_.placeable();
  if (threads.empty()) return request.done.set_value(std::nullopt);
  const auto thread = setup_.threads.find(threads.back());
  log_.info("a stream thread is removed", {{"thread", thread->name()}});
  leaving_threads_[thread->index()] = std::move(request.done);
  distribution_.retire(thread->index());
  distribution_.spread();
  thread->post(CloseThread{now() + removal_deadline});
}

void Coordinator::refuseThreadRequests() {
  std::vector<ThreadRequest> requests;
  {
    const std::lock_guard lock{mutex_};
    no_more_requests_ = true;
    requests.swap(thread_requests_);
  }
  for (ThreadRequest& request : requests) request.done.set_value(std::nullopt);
}

void Coordinator::threadClosed(int index) {
  awaited_.erase(index);
  const auto thread = setup_.threads.find(index);
  if (phase_ == Phase::closing || !thread) {
    if (const auto asked = leaving_threads_.find(index); asked != leaving_threads_.end() && thread)
      asked->second.set_value(thread->name());
    leaving_threads_.erase(index);
    return;
  }
  distribution_.forget(index);
  setup_.threads.remove(index);
  if (const auto asked = leaving_threads_.find(index); asked != leaving_threads_.end()) {
    asked->second.set_value(thread->name());
    leaving_threads_.erase(asked);
  }
}

/// A member whose thread does not come round must not keep its partitions: it leaves, what was not committed is done
/// again by whoever has them next, and it comes back when the thread does (max.poll.interval.ms).
void Coordinator::watchThreads() {
  const std::set<int> stuck = watch_.stuck(now());
  if (stuck.empty() || !assignment_) return;
  std::string names;
  for (const int index : stuck) {
    if (const auto thread = setup_.threads.find(index)) names += (names.empty() ? "" : ", ") + thread->name();
  }
  log_.error("stream threads have not come round within max.poll.interval.ms: this instance leaves its group until they "
             "do. Raise max.poll.interval.ms if records may take so long",
             {{"threads", names},
              {"max.poll.interval.ms", std::to_string(setup_.config.max_poll_interval.count())}});
  depart("stream threads that do not come round: " + names, stuck);
}

void Coordinator::depart(const std::string& why, const std::set<int>& stuck) {
  setup_.state.change(StreamsState::rebalancing);
  waitFor(why);
  deadline_ = now() + nanoseconds{departure_deadline};
  ++order_;
  awaited_.clear();
  for (const auto& thread : setup_.threads.all()) {
    if (stuck.contains(thread->index())) continue;
    awaited_.insert(thread->index());
    thread->post(SuspendTasks{order_, deadline_});
  }
  distribution_.suspend();
  phase_ = Phase::departing;
}

void Coordinator::awaitDeparture(Milliseconds max_wait) {
  if (!allReported(max_wait) || phase_ != Phase::departing) return;
  tellOfSlowThreads("what it did since the last commit is done again");
  setup_.lease.end();
  setup_.membership.leave(leave_timeout);
  if (setup_.directory) setup_.directory->forgetMemberId();
  in_group_ = false;
  assignment_.reset();
  assignment_pending_ = false;
  distribution_.drop();
  ++order_;
  for (const auto& thread : setup_.threads.all()) {
    awaited_.insert(thread->index());
    thread->post(AbandonTasks{order_});
  }
  phase_ = Phase::away;
}

/// Back into the group once every thread has let go of its tasks, and there is one to work.
void Coordinator::comeBack(Milliseconds max_wait) {
  if (awaited_.empty() && !distribution_.placeable().empty()) return join();
  setup_.reports.wait(std::min(max_wait, Milliseconds{50}));
  takeReports();
  (void)watch_.stuck(now());
}

}  // namespace widgetstream
