#include "runtime/threads/stream_thread.hpp"

#include <algorithm>

#include "runtime/memory/heap.hpp"
#include "runtime/threads/on_task.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t poll_records = 2000;
constexpr std::size_t few_records = 64;
/// A partition may have as much waiting, however many partitions there are.
constexpr std::size_t least_of_partition = std::size_t{16} << 10;
/// A thread that processes looks at its orders and its queue at least this often.
constexpr nanoseconds longest_processing{std::chrono::milliseconds{20}};
/// How soon a thread looks again at what only tells when asked: a sink that is full, a flush that goes on.
constexpr Milliseconds ask_again{2};
constexpr Milliseconds shortest_rest{20};
constexpr nanoseconds measure_every{std::chrono::seconds{1}};
constexpr nanoseconds retry_commit{std::chrono::milliseconds{500}};

}  // namespace

StreamThread::StreamThread(int index, SharedByThreads& shared)
    : index_(index),
      shared_(shared),
      name_(shared.client_id + "-StreamThread-" + std::to_string(index + 1)),
      log_(shared.environment.log),
      metrics_(shared.environment.metrics, *shared.config.clock, shared.environment.measuring.window, name_),
      cache_{shareOf(shared.config.cache_max_bytes), 0},
      lease_(shared.lease, shared.membership, *shared.config.clock, [this] { return recommittable(); }),
      fetching_{.consumer = shared.consumer,
                .queue = static_cast<std::size_t>(index),
                .slots = slots_,
                .stores = shared.stores,
                .cache = cache_,
                .lease = lease_,
                .thread = name_,
                .metrics = &metrics_,
                .restore_listener = shared.restore_listener,
                .offset_reset = shared.config.auto_offset_reset,
                .pause_above = shared.config.buffered_records_per_partition},
      commit_(shared.environment, shared.membership, lease_, shared.purge),
      attempts_(shared.config.retry_backoff, shared.config.retry_backoff_max),
      now_(shared.config.clock->now()),
      next_commit_(elapsed() + shared.config.commit_interval) {
  publish();
}

StreamThread::~StreamThread() {
  dropAll();
}

void StreamThread::post(ThreadCommand command) {
  mailbox_.post(std::move(command));
  shared_.consumer.wake(fetching_.queue);
}

void StreamThread::wake() {
  mailbox_.wake();
  shared_.consumer.wake(fetching_.queue);
}

std::size_t StreamThread::shareOf(std::size_t bytes) const noexcept {
  return bytes / std::max<std::size_t>(shared_.thread_count.load(std::memory_order_relaxed), 1);
}

bool StreamThread::runOnce(Milliseconds max_wait) {
  if (closed_) return false;
  bool worked = true;
  try {
    worked = step(max_wait);
  } catch (...) {
    fail(std::current_exception());
  }
  view_.atNone();
  view_.rests();
  return worked;
}

bool StreamThread::step(Milliseconds max_wait) {
  cache_.limit_bytes = shareOf(shared_.config.cache_max_bytes);
  if (mailbox_.any()) {
    view_.works(elapsed());
    takeOrders();
    settleTroubles();
    if (closed_) return true;
    view_.rests();
  }
  if (any_rest_) endRests();
  const bool fetched = fetch(max_wait);
  view_.works(elapsed());
  now_ = shared_.config.clock->now();
  dispatch();
  const bool worked = work();
  const bool measures = elapsed() >= next_measuring_;
  if (measures) checkStores();
  settleTroubles();
  if (running_order_) reportRunning();
  if (measures) {
    next_measuring_ = elapsed() + measure_every;
    for (const auto& held : tasks_) held->measure();
    static_cast<void>(lookAtMemory());
    countTasks();
    summarize();
  }
  return fetched || worked;
}

void StreamThread::checkStores() {
  for (const auto& held : tasks_) {
    if (fits(*held)) onTask(*held, [&] { held->task().checkStores(); });
  }
}

void StreamThread::summarize() {
  const Milliseconds interval = shared_.config.log_summary_interval;
  if (interval <= Milliseconds{0} || elapsed() < next_summary_) return;
  if (next_summary_ > nanoseconds{0}) {
    log_.info("a stream thread has worked", {{"thread", name_},
                                             {"records", std::to_string(done_.records)},
                                             {"punctuations", std::to_string(done_.punctuations)},
                                             {"commits", std::to_string(done_.commits)},
                                             {"seconds", std::to_string(interval.count() / 1000)}});
  }
  done_ = {};
  next_summary_ = elapsed() + nanoseconds{interval};
}

void StreamThread::countTasks() noexcept {
  const auto restoring =
      std::count_if(tasks_.begin(), tasks_.end(), [](const auto& held) { return !held->running(); });
  metrics_.setTasks(tasks_.size(), static_cast<std::size_t>(restoring));
}

void StreamThread::beginCommit(std::optional<nanoseconds> deadline) {
  commit_began_ = elapsed();
  commit_.begin(runningTasks(), metadata_, deadline);
}

bool StreamThread::work() {
  bool worked = false;
  if (!commit_.active() && !suspended_ && mayWork()) {
    if (!paused()) {
      worked = process();
      worked = punctuate() || worked;
    }
    if (commitDue()) beginCommit(std::nullopt);
  }
  if (commit_.active()) advanceCommit();
  return worked;
}

/// A process that has not heard of its group for long does nothing that leaves it: it may have slept, and its tasks may
/// be others' by now.
bool StreamThread::mayWork() {
  if (lease_.holds() || !wantsToWrite()) return true;
  switch (lease_.look()) {
    case ThreadLease::Standing::good:
      return true;
    case ThreadLease::Standing::unknown:
      left_over_ = false;
      blocked_ = true;
      return false;
    case ThreadLease::Standing::outdated:
    case ThreadLease::Standing::lost:
      fencedOff();
      return false;
  }
  return false;
}

bool StreamThread::wantsToWrite() const {
  return std::any_of(tasks_.begin(), tasks_.end(), [this](const auto& held) {
    if (!held->running()) return false;
    const Task& task = held->task();
    if (task.bufferedRecords() > 0 || task.commitNeeded() || task.commitRequested()) return true;
    const std::optional<Timestamp> due = task.nextWallClockPunctuation();
    return due && *due <= now_;
  });
}

/// Something to commit that moves nothing, for the group's word on whether this member is still its own.
CommittedOffsets StreamThread::recommittable() {
  HeldTask* any = nullptr;
  CommittedOffsets offsets;
  for (const auto& held : tasks_) {
    if (!held->running() || held->task().queues().empty()) continue;
    offsets = held->recommittable();
    if (!offsets.empty()) return offsets;
    any = held.get();
  }
  if (!any) return offsets;
  // Nothing was ever read or committed: the group will begin where the log does, or where it ends.
  const RecordQueue& queue = any->task().queues().front();
  try {
    const auto ranges = shared_.consumer.offsets({queue.partition()}, shared_.lease.answerTimeout());
    const auto range = ranges.find(queue.partition());
    if (range == ranges.end()) return offsets;
    const AutoOffsetReset reset = queue.offsetReset() == AutoOffsetReset::by_config
                                      ? shared_.config.auto_offset_reset
                                      : queue.offsetReset();
    const bool from_end = reset == AutoOffsetReset::latest;
    offsets[queue.partition()].offset = from_end ? range->second.end : range->second.first;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
  }
  return offsets;
}

/// The group takes no commits under the thread's assignment.
void StreamThread::fencedOff() {
  suspended_ = true;
  fenced_ = true;
  if (!lease_.lost()) {
    log_.warning("the group does not take this member's commits any more: its tasks wait for a new assignment",
                 {{"thread", name_}});
    return;
  }
  log_.warning("the tasks of a stream thread belong to others now and are dropped", {{"thread", name_}});
  commit_.abandon();
  dropAll();
  attempts_.clear();
  publish();
}

/// What the client holds is bounded by the client, so records are left there while those at hand cannot be processed.
bool StreamThread::fetch(Milliseconds max_wait) {
  if (paused()) {
    left_over_ = blocked_ = false;
    mailbox_.wait(commit_.active() ? std::min(max_wait, ask_again) : std::min(max_wait, untilCommit()));
    return false;
  }
  if (commit_.active() || suspended_) left_over_ = blocked_ = false;
  const Waiting waits = waiting();
  if (left_over_ && enoughWaits(waits, poll_records)) return false;
  if (commit_.active() && enoughWaits(waits, poll_records)) {
    mailbox_.wait(std::min(max_wait, ask_again));
    return false;
  }
  if (blocked_ && enoughWaits(waits, 2 * poll_records)) {
    if (!anyStarved()) {
      mailbox_.wait(std::min(max_wait, ask_again));
      return false;
    }
    applyBackPressure();
  } else if (any_paused_ || waits.bytes >= shared_.memory.waiting_bytes) {
    applyBackPressure();
  }
  // What waits already is as much as may wait: only for inputs that have nothing, which may be what the others wait for.
  return poll(waitFor(max_wait), waits.bytes < shared_.memory.waiting_bytes ? poll_records : few_records) > 0;
}

Milliseconds StreamThread::waitFor(Milliseconds max_wait) const {
  if (left_over_ || mailbox_.any()) return Milliseconds{0};
  if (commit_.active() || blocked_) return std::min(max_wait, ask_again);
  Milliseconds wait = std::min(max_wait, shared_.config.poll);
  if (suspended_) return wait;
  wait = std::min(wait, any_rest_ ? std::min(untilCommit(), shortest_rest) : untilCommit());
  for (const auto& held : tasks_) {
    if (const auto due = held->task().nextWallClockPunctuation())
      wait = std::min(wait, std::max(*due - shared_.config.clock->now(), Milliseconds{0}));
  }
  return wait;
}

Milliseconds StreamThread::untilCommit() const {
  return std::chrono::ceil<Milliseconds>(std::max(next_commit_ - elapsed(), nanoseconds{0}));
}

std::size_t StreamThread::poll(Milliseconds wait, std::size_t most) {
  const nanoseconds began = elapsed();
  shared_.consumer.poll(fetching_.queue, most, wait, batch_);
  const nanoseconds ended = elapsed();
  metrics_.polled(ended, ended - began, batch_.records.size());
  return batch_.records.size() + batch_.events.size();
}

/// Hands over runs of records of the same partition: a tag is looked up once a run. A task that has thrown gets nothing
/// more of this batch: what it would not take must not be followed by what comes after.
void StreamThread::dispatch() {
  std::vector<FetchedRecord>& records = batch_.records;
  for (std::size_t begin = 0; begin < records.size();) {
    std::size_t end = begin + 1;
    while (end < records.size() && records[end].tag == records[begin].tag) ++end;
    if (FetchSlot* slot = slots_.find(records[begin].tag); slot && !inTrouble(*slot->task)) {
      HeldTask& held = *slot->task;
      const std::uint64_t restored_before = held.restoredRecords();
      onTask(held, [&] { held.receive(*slot, std::span{records}.subspan(begin, end - begin), now_); });
      if (held.restoredRecords() != restored_before)
        metrics_.restored(elapsed(), held.restoredRecords() - restored_before);
    }
    begin = end;
  }
  for (const FetchEvent& event : batch_.events) {
    if (FetchSlot* slot = slots_.find(event.tag); slot && !inTrouble(*slot->task)) {
      HeldTask& held = *slot->task;
      onTask(held, [&] { held.receive(*slot, event, now_); });
    }
  }
  batch_.clear();
  for (const auto& held : tasks_) held->lookForLag();
}

bool StreamThread::process() {
  const Clock& clock = *shared_.config.clock;
  const nanoseconds started = clock.elapsed();
  nanoseconds round_started = started;
  bool worked = false;
  left_over_ = false;
  for (;;) {
    std::size_t processed = 0;
    for (const auto& held : tasks_) {
      if (!fits(*held)) continue;
      onTask(*held, [&] {
        const std::size_t of_task = held->task().process(round_, now_);
        held->task().punctuateStreamTime(now_);
        processed += of_task;
        // What was in trouble has got through: the sooner that is committed, the less is tried again.
        if (of_task > 0 && attempts_.any() && attempts_.count(held->id()) > 0) held->task().requestCommit();
      });
    }
    if (processed == 0) break;
    worked = true;
    const nanoseconds ended = clock.elapsed();
    metrics_.processed(ended, ended - round_started, processed);
    done_.records += processed;
    adaptRound(ended - round_started);
    round_started = ended;
    now_ = clock.now();
    if (ended - started > longest_processing || mailbox_.any() || paused() || commitDue()) {
      left_over_ = waiting().records > 0;
      break;
    }
  }
  blocked_ = !left_over_ && waiting().records > 0;
  return worked;
}

/// Long rounds save looking at the clock, short ones keep the thread attentive.
void StreamThread::adaptRound(nanoseconds took) {
  if (took < std::chrono::milliseconds{1}) {
    round_ = std::min<std::size_t>(round_ * 2, poll_records);
  } else if (took > std::chrono::milliseconds{10}) {
    round_ = std::max<std::size_t>(round_ / 2, 1);
  }
  lease_.setStride(static_cast<int>(std::clamp<std::size_t>(round_ / 64, 1, 16)));
}

bool StreamThread::punctuate() {
  bool any = false;
  const nanoseconds began = elapsed();
  for (const auto& held : tasks_) {
    if (!fits(*held)) continue;
    onTask(*held, [&] {
      any = held->task().punctuateStreamTime(now_) || any;
      any = held->task().punctuateWallClock(now_) || any;
    });
  }
  if (any) {
    metrics_.punctuated(elapsed(), elapsed() - began);
    ++done_.punctuations;
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
  std::size_t partitions = 1;
  for (const auto& held : tasks_) partitions += held->task().queues().size();
  fetching_.pause_above_bytes = std::max(shared_.memory.waiting_bytes / partitions, least_of_partition);
  const bool full = waiting().bytes >= shared_.memory.waiting_bytes;
  for (const auto& held : tasks_) {
    held->applyBackPressure(full);
    any_paused_ = any_paused_ || held->anyPaused();
  }
}

bool StreamThread::commitDue() {
  if (elapsed() >= next_commit_) return true;
  const bool requested = std::any_of(tasks_.begin(), tasks_.end(), [](const auto& held) {
    return held->running() && held->task().commitRequested();
  });
  return requested || lookAtMemory() >= shareOf(shared_.memory.uncommitted_bytes);
}

std::size_t StreamThread::lookAtMemory() {
  std::size_t changes = 0;
  for (const auto& held : tasks_) changes += held->running() ? held->task().bufferedBytes() : 0;
  view_.holds(cache_.used_bytes, changes, waiting().bytes);
  return changes;
}

void StreamThread::advanceCommit() {
  const nanoseconds began = elapsed();
  const CommitCycle::Result result = commit_.advance();
  metrics_.blocked(elapsed() - began);
  for (CommitCycle::Failure& failure : commit_.takeFailures()) troubles_.push_back(std::move(failure));
  if (result != CommitCycle::Result::pending) commitEnded(result);
}

void StreamThread::commitEnded(CommitCycle::Result result) {
  const nanoseconds now = elapsed();
  next_commit_ = now + nanoseconds{shared_.config.commit_interval};
  if (result == CommitCycle::Result::committed && !commit_.tasks().empty()) {
    metrics_.committed(now, now - commit_began_);
    ++done_.commits;
    giveBack();
  }
  if (result == CommitCycle::Result::committed && attempts_.any()) {
    for (const HeldTask* held : commit_.tasks()) attempts_.forget(held->id());
  }
  if (result == CommitCycle::Result::failed) {
    next_commit_ = now + std::min(nanoseconds{shared_.config.commit_interval}, retry_commit);
    if (!commit_troubled_) log_.warning("a commit did not go through and is tried again", {{"thread", name_}});
  }
  if (result == CommitCycle::Result::fenced) fencedOff();
  commit_troubled_ = result == CommitCycle::Result::failed;
  settleTroubles();
  if (!releasing_.empty()) release(std::exchange(releasing_, {}));
  if (suspend_order_) report(ThreadReport::Kind::suspended, *suspend_order_);
  suspend_order_.reset();
  publish();
  if (closing_) end();
}

bool StreamThread::inTrouble(const HeldTask& held) const {
  return std::any_of(troubles_.begin(), troubles_.end(), [&](const auto& trouble) { return trouble.task == &held; });
}

/// After a commit of so much that keeping it would show.
void StreamThread::giveBack() {
  if (view_.changesBytes() < shareOf(shared_.memory.uncommitted_bytes) / 4) return;
  giveBackFreeMemory();
}

bool StreamThread::fits(const HeldTask& held) const {
  return held.running() && held.attached() && !inTrouble(held);
}

std::vector<HeldTask*> StreamThread::runningTasks() const {
  std::vector<HeldTask*> running;
  for (const auto& held : tasks_) {
    if (fits(*held)) running.push_back(held.get());
  }
  return running;
}

StreamThread::Waiting StreamThread::waiting() const {
  Waiting all;
  for (const auto& held : tasks_) {
    if (!held->running()) continue;
    all.records += held->task().bufferedRecords();
    all.bytes += held->task().bufferedRecordBytes();
  }
  return all;
}

bool StreamThread::enoughWaits(const Waiting& waiting, std::size_t records) const noexcept {
  return waiting.records >= records || waiting.bytes >= shared_.memory.waiting_bytes;
}

}  // namespace widgetstream
