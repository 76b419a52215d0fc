#include "runtime/threads/stream_thread.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t poll_records = 2000;
/// A thread that processes looks at its orders and its queue at least this often.
constexpr nanoseconds longest_processing{std::chrono::milliseconds{20}};
/// How soon a thread looks again at what only tells when asked: a sink that is full, a flush that goes on.
constexpr Milliseconds ask_again{2};
constexpr nanoseconds retry_commit{std::chrono::milliseconds{500}};

TaskEnvironment environmentOf(const StreamThreadSetup& setup, CacheBudget& cache) {
  const StreamsConfig& config = setup.config;
  return TaskEnvironment{.graph = setup.graph,
                         .application_id = config.application_id,
                         .state_directory = setup.state_directory,
                         .producer = setup.producer,
                         .clock = *config.clock,
                         .metrics = setup.metrics,
                         .cache = cache,
                         .log = setup.log,
                         .engine_resources = setup.engine_resources,
                         .deserialization_handler = config.deserialization_exception_handler,
                         .processing_handler = config.processing_exception_handler,
                         .production_handler = config.production_exception_handler,
                         .sink_handler = config.sink_exception_handler,
                         .dead_letter_topic = config.dead_letter_queue_topic,
                         .timestamp_extractor = config.default_timestamp_extractor,
                         .max_task_idle = config.max_task_idle,
                         .emit_interval = config.emit_interval,
                         .globals = setup.globals,
                         .aborted = &setup.aborted};
}

std::int64_t packed(const TaskId& task) {
  return static_cast<std::int64_t>(task.subtopology) << 32 | static_cast<std::uint32_t>(task.partition);
}

}  // namespace

StreamThread::StreamThread(const StreamThreadSetup& setup)
    : setup_(setup),
      name_("StreamThread-" + std::to_string(setup.index + 1)),
      log_(setup.log),
      cache_{setup.config.cache_max_bytes / static_cast<std::size_t>(setup.config.num_stream_threads), 0},
      environment_(environmentOf(setup_, cache_)),
      fetching_{setup.consumer, static_cast<std::size_t>(setup.index), slots_,
                setup.stores,   setup.config.auto_offset_reset,        setup.config.buffered_records_per_partition},
      commit_(environment_, setup.membership, setup.purge),
      now_(setup.config.clock->now()),
      next_commit_(setup.config.clock->elapsed() + setup.config.commit_interval),
      restored_(setup.metrics.counter("widgetstream_restored_records_total", "Changelog records applied to stores.")),
      task_count_(setup.metrics.gauge("widgetstream_tasks", "Tasks that a stream thread has.", {{"thread", name_}})) {}

StreamThread::~StreamThread() {
  dropAll();
}

void StreamThread::post(ThreadCommand command) {
  mailbox_.post(std::move(command));
  setup_.consumer.wake(fetching_.queue);
}

std::optional<TaskId> StreamThread::currentTask() const noexcept {
  const std::int64_t task = current_task_.load(std::memory_order_relaxed);
  if (task < 0) return std::nullopt;
  return TaskId{static_cast<std::int32_t>(task >> 32), static_cast<std::int32_t>(task & 0xffffffff)};
}

bool StreamThread::runOnce(Milliseconds max_wait) {
  if (closed_) return false;
  try {
    return step(max_wait);
  } catch (...) {
    fail(std::current_exception());
    return true;
  }
}

bool StreamThread::step(Milliseconds max_wait) {
  takeOrders();
  if (closed_) return true;
  bool worked = fetch(max_wait);
  now_ = setup_.config.clock->now();
  dispatch();
  if (!commit_.active() && !suspended_) {
    worked = process() || worked;
    worked = punctuate() || worked;
    if (commitDue()) beginCommit();
  }
  if (commit_.active()) advanceCommit();
  if (running_order_) reportRunning();
  return worked;
}

/// What the client holds is bounded by the client, so records are left there while those at hand cannot be processed.
bool StreamThread::fetch(Milliseconds max_wait) {
  if (commit_.active() || suspended_) left_over_ = blocked_ = false;
  const std::size_t buffered = bufferedRecords();
  if (left_over_ && buffered >= poll_records) return false;
  if (commit_.active() && buffered >= poll_records) {
    mailbox_.wait(std::min(max_wait, ask_again));
    return false;
  }
  if (blocked_ && buffered >= 2 * poll_records) {
    if (!anyStarved()) {
      mailbox_.wait(std::min(max_wait, ask_again));
      return false;
    }
    applyBackPressure();
  } else if (any_paused_) {
    applyBackPressure();
  }
  return poll(waitFor(max_wait)) > 0;
}

Milliseconds StreamThread::waitFor(Milliseconds max_wait) const {
  if (left_over_ || mailbox_.any()) return Milliseconds{0};
  if (commit_.active() || blocked_) return std::min(max_wait, ask_again);
  Milliseconds wait = std::min(max_wait, setup_.config.poll);
  if (suspended_) return wait;
  const nanoseconds until_commit = next_commit_ - setup_.config.clock->elapsed();
  wait = std::min(wait, std::chrono::ceil<Milliseconds>(std::max(until_commit, nanoseconds{0})));
  for (const auto& held : tasks_) {
    if (const auto due = held->task().nextWallClockPunctuation())
      wait = std::min(wait, std::max(*due - setup_.config.clock->now(), Milliseconds{0}));
  }
  return wait;
}

std::size_t StreamThread::poll(Milliseconds wait) {
  setup_.consumer.poll(fetching_.queue, poll_records, wait, batch_);
  return batch_.records.size() + batch_.events.size();
}

/// Hands over runs of records of the same partition: a tag is looked up once a run.
void StreamThread::dispatch() {
  std::vector<FetchedRecord>& records = batch_.records;
  for (std::size_t begin = 0; begin < records.size();) {
    std::size_t end = begin + 1;
    while (end < records.size() && records[end].tag == records[begin].tag) ++end;
    if (FetchSlot* slot = slots_.find(records[begin].tag)) {
      const std::uint64_t restored_before = slot->task->restoredRecords();
      HeldTask& held = *slot->task;
      held.receive(*slot, std::span{records}.subspan(begin, end - begin), now_);
      if (held.restoredRecords() != restored_before) restored_->add(held.restoredRecords() - restored_before);
    }
    begin = end;
  }
  for (const FetchEvent& event : batch_.events) {
    if (FetchSlot* slot = slots_.find(event.tag)) slot->task->receive(*slot, event, now_);
  }
  batch_.clear();
}

bool StreamThread::process() {
  const Clock& clock = *setup_.config.clock;
  const nanoseconds started = clock.elapsed();
  nanoseconds round_started = started;
  bool worked = false;
  left_over_ = false;
  for (;;) {
    std::size_t processed = 0;
    for (const auto& held : tasks_) {
      if (!held->running()) continue;
      current_task_.store(packed(held->id()), std::memory_order_relaxed);
      processed += held->task().process(round_, now_);
      held->task().punctuateStreamTime(now_);
    }
    if (processed == 0) break;
    worked = true;
    const nanoseconds ended = clock.elapsed();
    adaptRound(ended - round_started);
    round_started = ended;
    now_ = clock.now();
    if (ended - started > longest_processing || mailbox_.any() || commitDue()) {
      left_over_ = bufferedRecords() > 0;
      break;
    }
  }
  current_task_.store(-1, std::memory_order_relaxed);
  blocked_ = !left_over_ && bufferedRecords() > 0;
  return worked;
}

/// Long rounds save looking at the clock, short ones keep the thread attentive.
void StreamThread::adaptRound(nanoseconds took) {
  if (took < std::chrono::milliseconds{1}) {
    round_ = std::min<std::size_t>(round_ * 2, poll_records);
  } else if (took > std::chrono::milliseconds{10}) {
    round_ = std::max<std::size_t>(round_ / 2, 1);
  }
}

bool StreamThread::punctuate() {
  bool any = false;
  for (const auto& held : tasks_) {
    if (!held->running()) continue;
    any = held->task().punctuateStreamTime(now_) || any;
    any = held->task().punctuateWallClock(now_) || any;
  }
  return any;
}

/// Some task could go on if it were given records, but they are behind those of others.
bool StreamThread::anyStarved() const {
  return std::any_of(tasks_.begin(), tasks_.end(), [](const auto& held) {
    if (!held->running()) return true;
    const std::vector<RecordQueue>& queues = std::as_const(held->task()).queues();
    return std::any_of(queues.begin(), queues.end(), [](const RecordQueue& queue) { return queue.empty(); });
  });
}

void StreamThread::applyBackPressure() {
  any_paused_ = false;
  for (const auto& held : tasks_) {
    held->applyBackPressure();
    any_paused_ = any_paused_ || held->anyPaused();
  }
}

bool StreamThread::commitDue() const {
  if (setup_.config.clock->elapsed() >= next_commit_) return true;
  std::size_t waiting_bytes = 0;
  for (const auto& held : tasks_) {
    if (!held->running()) continue;
    if (held->task().commitRequested()) return true;
    waiting_bytes += held->task().bufferedBytes();
  }
  return waiting_bytes >=
         setup_.config.uncommitted_max_bytes / static_cast<std::size_t>(setup_.config.num_stream_threads);
}

void StreamThread::beginCommit() {
  commit_.begin(runningTasks(), metadata_, std::nullopt);
}

void StreamThread::advanceCommit() {
  const CommitCycle::Result result = commit_.advance();
  if (result != CommitCycle::Result::pending) commitEnded(result);
}

void StreamThread::commitEnded(CommitCycle::Result result) {
  const nanoseconds now = setup_.config.clock->elapsed();
  next_commit_ = now + nanoseconds{setup_.config.commit_interval};
  if (result == CommitCycle::Result::failed) {
    next_commit_ = now + std::min(nanoseconds{setup_.config.commit_interval}, retry_commit);
    if (!commit_troubled_) log_.warning("a commit did not go through and is tried again", {{"thread", name_}});
  }
  if (result == CommitCycle::Result::fenced) {
    log_.warning("the group does not take this member's commits any more: its tasks wait for a new assignment",
                 {{"thread", name_}});
    suspended_ = true;
  }
  commit_troubled_ = result == CommitCycle::Result::failed;
  if (suspend_order_) {
    report(ThreadReport::Kind::suspended, *suspend_order_);
    suspend_order_.reset();
  }
  if (closing_) {
    dropAll();
    closed_ = true;
    report(ThreadReport::Kind::closed);
  }
}

std::vector<HeldTask*> StreamThread::runningTasks() const {
  std::vector<HeldTask*> running;
  for (const auto& held : tasks_) {
    if (held->running()) running.push_back(held.get());
  }
  return running;
}

std::size_t StreamThread::bufferedRecords() const {
  std::size_t records = 0;
  for (const auto& held : tasks_) records += held->running() ? held->task().bufferedRecords() : 0;
  return records;
}

}  // namespace widgetstream
