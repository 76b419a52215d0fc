// What the stream threads report, and how everything ends.

#include <algorithm>

#include "runtime/coordination/coordinator.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds restart_thread_after{std::chrono::seconds{1}};

}  // namespace

void Coordinator::takeReports() {
  for (const ThreadReport& report : setup_.reports.take()) {
    switch (report.kind) {
      case ThreadReport::Kind::failed:
        threadFailed(report);
        break;
      case ThreadReport::Kind::closed:
        if (phase_ == Phase::closing) awaited_.erase(report.thread);
        break;
      case ThreadReport::Kind::suspended:
        if (phase_ == Phase::revoking && report.order == order_) awaited_.erase(report.thread);
        break;
      case ThreadReport::Kind::running:
        if (phase_ != Phase::member || report.order != order_) break;
        awaited_.erase(report.thread);
        if (awaited_.empty() && !assignment_pending_) {
          waitFor({});
          setup_.state.change(StreamsState::running);
        }
        break;
    }
  }
}

void Coordinator::threadFailed(const ThreadReport& report) {
  if (phase_ == Phase::closing || phase_ == Phase::closed) return;
  const StreamThread& thread = *setup_.threads[static_cast<std::size_t>(report.thread)];
  UncaughtExceptionResponse response = UncaughtExceptionResponse::shutdown_client;
  if (setup_.uncaught) {
    try {
      response = setup_.uncaught(report.error, thread.name());
    } catch (...) {
      log_.error("the uncaught exception handler threw, the application shuts down",
                 {{"error", exceptionText(std::current_exception()).message}});
    }
  }
  if (response == UncaughtExceptionResponse::shutdown_client) return shutDownWith(report.error);
  log_.info("a stream thread starts again", {{"thread", thread.name()}});
  setup_.state.change(StreamsState::rebalancing);
  waitFor("a stream thread that starts again");
  if (!assignment_) return;
  // Not at once: what failed will probably fail again, and a loop without pause would hide it behind its own noise.
  assignment_pending_ = phase_ == Phase::member;
  next_attempt_ = now() + restart_thread_after;
}

void Coordinator::shutDownWith(std::exception_ptr error) {
  if (phase_ == Phase::closing || phase_ == Phase::closed) {
    log_.error("an error while closing", {{"error", exceptionText(error).message}});
    return;
  }
  log_.error("the application shuts down because of an error", {{"error", exceptionText(error).message}});
  failed_ = true;
  setup_.state.change(StreamsState::pending_error);
  waitFor("the end after an error: " + exceptionText(error).message);
  beginClose(now() + nanoseconds{setup_.config.close_timeout});
}

/// The time until the deadline is shared: most for the last commit, the rest for what does not end by itself.
void Coordinator::beginClose(nanoseconds deadline) {
  const nanoseconds left = std::max(deadline - now(), nanoseconds{0});
  deadline_ = now() + left * 9 / 10;
  abort_at_ = now() + left * 8 / 10;
  awaited_.clear();
  for (std::size_t i = 0; i < setup_.threads.size(); ++i) {
    if (setup_.threads[i]->closed()) continue;
    awaited_.insert(static_cast<int>(i));
    setup_.threads[i]->post(CloseThread{now() + left * 7 / 10});
  }
  phase_ = Phase::closing;
}

void Coordinator::awaitClosed(Milliseconds max_wait) {
  if (!awaited_.empty() && now() < deadline_) {
    const nanoseconds next = setup_.aborted.load() ? deadline_ : abort_at_;
    setup_.reports.wait(std::clamp(std::chrono::ceil<Milliseconds>(next - now()), Milliseconds{0}, max_wait));
    takeReports();
    if (!awaited_.empty() && now() >= abort_at_) setup_.aborted.store(true);
    if (!awaited_.empty() && now() < deadline_) return;
  }
  for (const int index : awaited_) {
    const StreamThread& thread = *setup_.threads[static_cast<std::size_t>(index)];
    const std::optional<TaskId> task = thread.currentTask();
    log_.error("a stream thread does not end in time",
               {{"thread", thread.name()}, {"task", task ? toString(*task) : "none"}});
  }
  leave();
  phase_ = Phase::closed;
}

void Coordinator::leave() {
  if (!joined_) return;
  try {
    if (unacknowledged_) setup_.membership.acknowledge();
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline_ - now());
    setup_.membership.leave(std::max(left, Milliseconds{200}));
    if (setup_.directory) setup_.directory->forgetMemberId();
  } catch (const std::exception& error) {
    // The next start removes the member that is remembered.
    log_.warning("the group could not be left, it notices when the session ends", {{"error", error.what()}});
  }
}

}  // namespace widgetstream
