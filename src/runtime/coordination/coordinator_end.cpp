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
  for (ThreadReport& report : setup_.reports.take()) take(report);
  if (phase_ != Phase::member || assignment_pending_ || !distribution_.assigned() || !distribution_.allRun()) return;
  waitFor({});
  setup_.state.change(StreamsState::running);
}

void Coordinator::take(ThreadReport& report) {
  switch (report.kind) {
    case ThreadReport::Kind::failed:
      return threadFailed(report);
    case ThreadReport::Kind::closed:
      return threadClosed(report.thread);
    case ThreadReport::Kind::suspended:
      if (!ending() && report.order == order_) awaited_.erase(report.thread);
      return;
    case ThreadReport::Kind::running:
      return distribution_.running(report.thread, report.order);
    case ThreadReport::Kind::released:
      return distribution_.released(std::move(report.tasks));
    case ThreadReport::Kind::restart:
      distribution_.restart(report.tasks, now() + report.after);
      if (distribution_.allRun() || setup_.state.state() != StreamsState::running) return;
      setup_.state.change(StreamsState::rebalancing);
      waitFor("a task that begins anew");
      return;
  }
}

void Coordinator::threadFailed(const ThreadReport& report) {
  if (ending()) return;
  const auto thread = setup_.threads.find(report.thread);
  failed_threads_->add();
  const std::string name = thread ? thread->name() : "StreamThread";
  UncaughtExceptionResponse response = UncaughtExceptionResponse::shutdown_client;
  if (setup_.uncaught) {
    try {
      response = setup_.uncaught(report.error, name);
    } catch (...) {
      log_.error("the uncaught exception handler threw, the application shuts down",
                 {{"error", exceptionText(std::current_exception()).message}});
    }
  }
  announce_shutdown_ = response == UncaughtExceptionResponse::shutdown_application;
  if (response != UncaughtExceptionResponse::replace_thread) return shutDownWith(report.error);
  log_.info("a stream thread starts again", {{"thread", name}});
  setup_.state.change(StreamsState::rebalancing);
  waitFor("a stream thread that starts again");
  // Not at once: what failed will probably fail again, and a loop without pause would hide it behind its own noise.
  distribution_.restartAll(report.thread, now() + restart_thread_after);
}

void Coordinator::shutDownWith(std::exception_ptr error) {
  if (ending()) {
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
/// The time until the deadline is shared: most for the last commit, the rest for what does not end by itself.
void Coordinator::beginClose(nanoseconds deadline) {
  const nanoseconds left = std::max(deadline - now(), nanoseconds{0});
  deadline_ = now() + left * 9 / 10;
  abort_at_ = now() + left * 8 / 10;
  distribution_.drop();
  awaited_.clear();
  for (const auto& thread : setup_.threads.all()) {
    if (thread->closed()) continue;
    awaited_.insert(thread->index());
    thread->post(CloseThread{now() + left * 7 / 10});
  }
  phase_ = Phase::closing;
  refuseThreadRequests();
}

void Coordinator::awaitClosed(Milliseconds max_wait) {
  if (!awaited_.empty() && now() < deadline_) {
    const nanoseconds next = setup_.aborted.load() ? deadline_ : abort_at_;
    setup_.reports.wait(std::clamp(std::chrono::ceil<Milliseconds>(next - now()), Milliseconds{0}, max_wait));
    takeReports();
    if (!awaited_.empty() && now() >= abort_at_) setup_.aborted.store(true);
    if (!awaited_.empty() && now() < deadline_) return;
  }
  if (announce_shutdown_ && in_group_ && !announceShutdown()) return;
  tellOfSlowThreads("it is left behind");
  leave();
  for (auto& [index, promise] : std::exchange(leaving_threads_, {})) promise.set_value(std::nullopt);
  phase_ = Phase::closed;
}

void Coordinator::letGo() noexcept {
  distribution_.drop();
  (void)setup_.reports.take();
}

void Coordinator::leave() {
  if (!std::exchange(in_group_, false)) return;
  setup_.lease.end();
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
