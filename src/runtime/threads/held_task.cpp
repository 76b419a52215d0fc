#include "runtime/threads/held_task.hpp"

#include <algorithm>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream {

HeldTask::HeldTask(TaskOrder order, const TaskEnvironment& environment, UnderWay& under_way)
    : engines_flushed_at(environment.clock.elapsed()),
      order_(std::move(order)),
      under_way_(under_way),
      log_(environment.log),
      clock_(environment.clock),
      task_(order_.spec, environment) {}

HeldTask::~HeldTask() {
  stop();
  under_way_.keep(task_.sharedDeliveries());
}

void HeldTask::attach(TaskFetching& fetching, Timestamp now) {
  fetching_ = &fetching;
  registry_ = &fetching.stores;
  task_.sendUnder(&fetching.lease);
  if (!task_.metrics()) task_.worksOn(fetching.cache, fetching.thread, fetching.metrics);
  if (task_.state() == Task::State::created) return begin(now);
  if (running()) return fetchInputs();
  fetchChangelogs();
}

void HeldTask::begin(Timestamp now) {
  for (const std::string& store : task_.spec().stores) registry_->restoring(store, id().partition);
  task_.openStores();
  restoring_.resize(task_.changelogs().size());
  for (std::size_t i = 0; i < restoring_.size(); ++i) {
    restoring_[i].open = planRestore(i);
    if (!restoring_[i].open) continue;
    ++open_restores_;
    watchRestore(i);
  }
  if (open_restores_ == 0) return run(now);
  fetchChangelogs();
}

void HeldTask::watchRestore(std::size_t changelog) {
  const Changelog& log = task_.changelogs()[changelog];
  RestoreProgress progress{id(), log.store, log.partition};
  if (const auto range = order_.changelogs.find(log.partition); range != order_.changelogs.end()) {
    progress.starting_offset = progress.position = std::max(log.next_offset, range->second.first);
    progress.ending_offset = restoring_[changelog].end;
  }
  restoring_[changelog].watch = std::make_unique<RestoreWatch>(std::move(progress), fetching_->restore_listener,
                                                               task_.environment().clock, log_);
}

std::int64_t HeldTask::restoreRemaining() const noexcept {
  std::int64_t remaining = 0;
  for (const Restoring& state : restoring_) {
    if (state.open && state.watch) remaining += std::max<std::int64_t>(state.watch->progress().remaining(), 0);
  }
  return remaining;
}

/// True when the store lacks something its changelog has.
bool HeldTask::planRestore(std::size_t changelog) {
  const Changelog& log = task_.changelogs()[changelog];
  const auto range = order_.changelogs.find(log.partition);
  if (range == order_.changelogs.end()) return true;
  std::int64_t end = range->second.end;
  if (log.is_source) {
    const auto committed = order_.committed.find(log.partition);
    end = committed == order_.committed.end() ? range->second.first : std::min(end, committed->second.offset);
  }
  restoring_[changelog].end = end;
  if (log.next_offset != offset_earliest &&
      (log.next_offset > range->second.end || log.next_offset < range->second.first)) {
    log_.warning("a changelog does not contain what its store says: the store is emptied and restored",
                 {{"task", toString(id())},
                  {"store", log.store},
                  {"next offset", std::to_string(log.next_offset)},
                  {"changelog from", std::to_string(range->second.first)},
                  {"changelog to", std::to_string(range->second.end)}});
    task_.wipe(changelog);
  }
  return std::max(log.next_offset, range->second.first) < end;
}

void HeldTask::fetchChangelogs() {
  std::vector<PartitionStart> starts;
  for (std::size_t i = 0; i < restoring_.size(); ++i) {
    if (!restoring_[i].open) continue;
    const Changelog& log = task_.changelogs()[i];
    restoring_[i].tag = fetching_->slots.add(*this, i, true);
    starts.push_back({log.partition, log.next_offset, fetching_->queue, restoring_[i].tag});
  }
  fetching_->consumer.add(starts);
}

void HeldTask::finishRestore(std::size_t changelog, Timestamp now) {
  Restoring& state = restoring_[changelog];
  if (!state.open) return;
  task_.restoreEnded(changelog);
  fetching_->consumer.remove({task_.changelogs()[changelog].partition});
  fetching_->slots.remove(state.tag);
  state.open = false;
  std::exchange(state.watch, nullptr)->ended(task_.changelogs()[changelog].next_offset);
  if (--open_restores_ == 0) run(now);
}

void HeldTask::run(Timestamp now) {
  task_.initialize(order_.committed, now);
  for (StateStore* store : task_.stores()) registry_->ready(id().partition, *store);
  fetchInputs();
}

void HeldTask::fetchInputs() {
  std::vector<PartitionStart> starts;
  for (std::size_t i = 0; i < task_.queues().size(); ++i) {
    input_tags_.push_back(fetching_->slots.add(*this, i, false));
    starts.push_back(startOf(i));
  }
  input_paused_.assign(input_tags_.size(), false);
  fetching_->consumer.add(starts);
}

PartitionStart HeldTask::startOf(std::size_t source) const {
  const RecordQueue& queue = task_.queues()[source];
  // What the application has written for itself goes ahead of what has not been begun: so a record is not behind all that is
  // queued once more for each topic on its way.
  PartitionStart start{.partition = queue.partition(),
                       .offset = queue.position(),
                       .queue = fetching_->queue,
                       .tag = input_tags_[source],
                       .ahead = queue.internal()};
  if (start.offset >= 0) return start;
  const bool own = queue.offsetReset() != AutoOffsetReset::by_config;
  const AutoOffsetReset& reset = own ? queue.offsetReset() : fetching_->offset_reset;
  switch (reset.kind()) {
    case AutoOffsetReset::Kind::latest:
      start.offset = offset_latest;
      break;
    case AutoOffsetReset::Kind::none:
      throw Error{ErrorKind::fatal, "the group has no valid offset of " + toString(queue.partition()) +
                                        " and auto.offset.reset is none: set the offset, or choose earliest or latest"};
    case AutoOffsetReset::Kind::by_duration:
      start.offset = offset_by_time;
      start.time = std::max(clock_.now() - reset.duration(), Timestamp{});
      break;
    case AutoOffsetReset::Kind::earliest:
    case AutoOffsetReset::Kind::by_config:
      start.offset = offset_earliest;
      break;
  }
  return start;
}

void HeldTask::stopFetching() {
  std::vector<TopicPartition> fetched;
  for (std::size_t i = 0; i < restoring_.size(); ++i) {
    if (!restoring_[i].open) continue;
    fetched.push_back(task_.changelogs()[i].partition);
    fetching_->slots.remove(restoring_[i].tag);
  }
  for (std::size_t i = 0; i < input_tags_.size(); ++i) {
    fetched.push_back(task_.queues()[i].partition());
    fetching_->slots.remove(input_tags_[i]);
  }
  input_tags_.clear();
  input_paused_.clear();
  paused_ = 0;
  if (!fetched.empty()) fetching_->consumer.remove(fetched);
}

void HeldTask::detach() {
  if (fetching_) stopFetching();
  fetching_ = nullptr;
  task_.sendUnder(nullptr);
  task_.worksNowhere();
}

void HeldTask::rollBack(Timestamp now) {
  if (fetching_) stopFetching();
  fetching_ = nullptr;
  under_way_.keep(task_.rollBack(now));
}

void HeldTask::stop() noexcept {
  if (task_.state() == Task::State::closed) return;
  ThreadLease* const lease = fetching_ ? &fetching_->lease : nullptr;
  try {
    if (fetching_) stopFetching();
  } catch (const std::exception& error) {
    log_.warning("fetching could not be stopped", {{"task", toString(id())}, {"error", error.what()}});
  }
  fetching_ = nullptr;
  for (Restoring& state : restoring_) {
    if (state.open && state.watch) std::exchange(state.watch, nullptr)->suspended();
  }
  if (registry_) {
    for (const std::string& store : task_.spec().stores) registry_->gone(store, id().partition);
  }
  task_.sendUnder(lease);  // closing processors may still write
  task_.close();           // which gives back what it has of the thread's cache
  task_.sendUnder(nullptr);
  task_.worksNowhere();
}

void HeldTask::stopCorrupted() noexcept {
  stop();
  try {
    task_.setDamagedStoresAside();
  } catch (const std::exception& error) {
    log_.error("what a task has on disk could not be put aside",
               {{"task", toString(id())}, {"error", error.what()}});
  }
}

void HeldTask::receive(const FetchSlot& slot, std::span<FetchedRecord> records, Timestamp now) {
  const std::size_t index = slot.index;  // the slot may go while records are applied
  if (!slot.changelog) {
    for (FetchedRecord& record : records) task_.enqueue(index, std::move(record));
    return;
  }
  const Restoring& state = restoring_[index];
  if (state.end >= 0 && records.back().offset >= state.end) {
    const auto first_after = std::find_if(records.begin(), records.end(),
                                          [&](const FetchedRecord& record) { return record.offset >= state.end; });
    records = records.first(static_cast<std::size_t>(first_after - records.begin()));
  }
  if (!records.empty()) {
    task_.restore(index, records);
    restored_records_ += records.size();
    state.watch->restored(records.size(), task_.changelogs()[index].next_offset);
  }
  if (state.end >= 0 && task_.changelogs()[index].next_offset >= state.end) finishRestore(index, now);
}

void HeldTask::receive(const FetchSlot& slot, const FetchEvent& event, Timestamp now) {
  const std::size_t index = slot.index;
  switch (event.kind) {
    case FetchEvent::Kind::end_of_partition:
      if (slot.changelog) return finishRestore(index, now);
      return task_.reachedEnd(index, event.offset);
    case FetchEvent::Kind::offset_out_of_range:
      return slot.changelog ? restartChangelog(index) : resetInput(index, event);
    case FetchEvent::Kind::failed:
      if (event.error != ErrorKind::retriable)
        throw Error{event.error, "fetching of " + toString(event.partition) + " failed: " + event.message};
      log_.warning("fetching failed, it goes on by itself",
                   {{"partition", toString(event.partition)}, {"error", event.message}});
  }
}

void HeldTask::resetInput(std::size_t source, const FetchEvent& event) {
  RecordQueue& queue = task_.queues()[source];
  log_.warning("an input does not have the offset to go on from: it is read as the reset policy says",
               {{"partition", toString(event.partition)}, {"offset", std::to_string(event.offset)}});
  // Records that wait already are processed first; only the position is forgotten.
  queue.forgetPosition();
  const PartitionStart start = startOf(source);
  fetching_->consumer.remove({queue.partition()});
  fetching_->consumer.add({start});
}

void HeldTask::restartChangelog(std::size_t changelog) {
  log_.warning("a changelog does not have the offset to go on from: its store is emptied and restored",
               {{"task", toString(id())}, {"store", task_.changelogs()[changelog].store}});
  const TopicPartition partition = task_.changelogs()[changelog].partition;
  fetching_->consumer.remove({partition});
  task_.wipe(changelog);
  fetching_->consumer.add({{partition, offset_earliest, fetching_->queue, restoring_[changelog].tag}});
}

void HeldTask::applyBackPressure(bool full) {
  if (input_tags_.empty()) return;
  std::vector<TopicPartition> pause;
  std::vector<TopicPartition> resume;
  for (std::size_t i = 0; i < input_tags_.size(); ++i) {
    const RecordQueue& queue = task_.queues()[i];
    const bool much = queue.size() > fetching_->pause_above || queue.bytes() > fetching_->pause_above_bytes;
    if (!input_paused_[i] && full && much) {
      pause.push_back(queue.partition());
      input_paused_[i] = true;
    } else if (input_paused_[i] && queue.size() <= fetching_->pause_above / 4 &&
               queue.bytes() <= fetching_->pause_above_bytes / 4) {
      resume.push_back(queue.partition());
      input_paused_[i] = false;
    }
  }
  paused_ = static_cast<std::size_t>(std::count(input_paused_.begin(), input_paused_.end(), true));
  if (!pause.empty()) fetching_->consumer.pause(pause);
  if (!resume.empty()) fetching_->consumer.resume(resume);
}

void HeldTask::measure() {
  TaskMetrics* const metrics = task_.metrics();
  if (!metrics || !fetching_) return;
  metrics->setRestoreRemaining(restoreRemaining());
  metrics->setBuffered(task_.bufferedRecords(), running() ? task_.bufferedBytes() : 0);
  for (const RecordQueue& queue : task_.queues()) {
    const std::optional<std::int64_t> end = fetching_->consumer.knownEnd(queue.partition());
    if (end && queue.nextOffset() >= 0)
      queue.lag->set(static_cast<double>(std::max<std::int64_t>(*end - queue.nextOffset(), 0)));
  }
}

void HeldTask::lookForLag() {
  if (task_.queues().size() < 2 || input_tags_.empty()) return;
  for (RecordQueue& queue : task_.queues()) {
    if (!queue.empty() || !queue.caughtUp()) continue;
    const std::optional<std::int64_t> end = fetching_->consumer.knownEnd(queue.partition());
    if (end && *end > queue.position()) queue.fellBehind();
  }
}

bool HeldTask::mayGoOn(const GroupMetadata& as, const TaskOrder& order) const {
  if (order.spec.sources != task_.spec().sources || task_.state() == Task::State::closed) return false;
  const bool next = as.generation >= 0 && as.generation <= assigned_as.generation + 1;
  return next || (!commit_failed && standsAt(order.committed));
}

CommittedOffsets HeldTask::recommittable() const {
  if (!in_doubt.empty()) return {*in_doubt.begin()};
  CommittedOffsets offsets;
  for (const RecordQueue& queue : task_.queues()) {
    if (queue.committedOffset() < 0) continue;
    offsets[queue.partition()] = queue.committed();
    return offsets;
  }
  for (const RecordQueue& queue : task_.queues()) {
    if (queue.firstOffset() < 0) continue;
    offsets[queue.partition()].offset = queue.firstOffset();
    return offsets;
  }
  return offsets;
}

bool HeldTask::standsAt(const CommittedOffsets& committed) const {
  const std::vector<RecordQueue>& queues = task_.queues();
  return std::all_of(queues.begin(), queues.end(), [&](const RecordQueue& queue) {
    const auto known = committed.find(queue.partition());
    return (known == committed.end() ? -1 : known->second.offset) == queue.committedOffset();
  });
}

}  // namespace widgetstream
