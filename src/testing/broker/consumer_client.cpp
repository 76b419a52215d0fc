#include "testing/broker/consumer_client.hpp"

#include <algorithm>

namespace widgetstream::in_memory {
namespace {

void releaseRecord(void* memory) noexcept {
  delete static_cast<RecordPtr*>(memory);
}
void copyHeaders(void* memory, Headers& into) {
  into = (*static_cast<RecordPtr*>(memory))->headers;
}
constexpr FetchedRecord::Owner shared_record{releaseRecord, copyHeaders};

FetchedRecord fetched(const RecordPtr& from, std::uint64_t tag) {
  FetchedRecord record{shared_record, new RecordPtr(from)};
  record.has_headers = !from->headers.empty();
  record.tag = tag;
  record.offset = from->offset;
  record.timestamp = from->timestamp;
  record.key = from->key;
  record.value = from->value;
  return record;
}

}  // namespace

ConsumerClient::ConsumerClient(std::shared_ptr<Cluster> cluster, const ConsumerSettings& settings)
    : cluster_(std::move(cluster)), group_(settings.group), woken_(settings.queues), last_served_(settings.queues) {}

std::size_t ConsumerClient::addQueue() {
  const std::lock_guard lock{cluster_->mutex};
  woken_.push_back(false);
  last_served_.emplace_back();
  return woken_.size() - 1;
}

void ConsumerClient::add(const std::vector<PartitionStart>& partitions) {
  const std::lock_guard lock{cluster_->mutex};
  for (const PartitionStart& start : partitions) {
    Fetch fetch;
    fetch.position = start.offset == offset_by_time ? offsetAt(start.partition, start.time) : start.offset;
    fetch.queue = start.queue;
    fetch.tag = start.tag;
    fetches_[start.partition] = fetch;
  }
  cluster_->changed.notify_all();
}

std::int64_t ConsumerClient::offsetAt(const TopicPartition& partition, Timestamp time) const {
  const PartitionLog* log = cluster_->findPartition(partition);
  if (!log) return offset_latest;
  const auto found = std::find_if(log->records.begin(), log->records.end(),
                                  [&](const RecordPtr& record) { return record->timestamp >= time; });
  return log->first + (found - log->records.begin());
}

void ConsumerClient::remove(const std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock{cluster_->mutex};
  for (const TopicPartition& at : partitions) fetches_.erase(at);
}

void ConsumerClient::pause(const std::vector<TopicPartition>& partitions) {
  setPaused(partitions, true);
}
void ConsumerClient::resume(const std::vector<TopicPartition>& partitions) {
  setPaused(partitions, false);
}

void ConsumerClient::setPaused(const std::vector<TopicPartition>& partitions, bool paused) {
  const std::lock_guard lock{cluster_->mutex};
  for (const TopicPartition& at : partitions) {
    const auto found = fetches_.find(at);
    if (found != fetches_.end()) found->second.paused = paused;
  }
  cluster_->changed.notify_all();
}

void ConsumerClient::poll(std::size_t queue, std::size_t max_records, Milliseconds timeout, FetchBatch& into) {
  std::unique_lock lock{cluster_->mutex};
  const std::string none;
  cluster_->wait(lock, timeout, [&] {
    if (cluster_->fault(BrokerCall::Kind::fetch, none) == BrokerFault::none && collect(queue, max_records, into)) {
      return true;
    }
    return static_cast<bool>(woken_[queue]);
  });
  woken_[queue] = false;
}

void ConsumerClient::wake(std::size_t queue) {
  const std::lock_guard lock{cluster_->mutex};
  woken_[queue] = true;
  cluster_->changed.notify_all();
}

bool ConsumerClient::collect(std::size_t queue, std::size_t max_records, FetchBatch& into) {
  arrived_.clear();
  const std::size_t events_before = into.events.size();
  const auto visit = [&](Fetches::iterator from, Fetches::iterator to) {
    for (; from != to; ++from) {
      if (arrived_.size() >= max_records) return;
      auto& [at, fetch] = *from;
      if (fetch.queue != queue || fetch.paused || fetch.dead) continue;
      collectPartition(at, fetch, max_records - arrived_.size(), into);
      last_served_[queue] = at;
    }
  };
  // Begins behind the partition served last, so that a full one does not starve the others.
  const auto middle = fetches_.upper_bound(last_served_[queue]);
  visit(middle, fetches_.end());
  visit(fetches_.begin(), middle);
  // What is sent to several topics is taken in the order it was sent in.
  std::sort(arrived_.begin(), arrived_.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  for (auto& [sequence, record] : arrived_) into.records.push_back(std::move(record));
  return !arrived_.empty() || into.events.size() > events_before;
}

void ConsumerClient::collectPartition(const TopicPartition& at, Fetch& fetch, std::size_t most, FetchBatch& into) {
  const auto tell = [&](FetchEvent::Kind kind, std::int64_t offset, std::string message) {
    into.events.push_back({kind, at, fetch.tag, offset, ErrorKind::retriable, std::move(message)});
  };
  const PartitionLog* log = cluster_->findPartition(at);
  if (!log) {
    if (!fetch.missing_told) tell(FetchEvent::Kind::failed, -1, toString(at) + " does not exist");
    fetch.missing_told = true;
    return;
  }
  if (fetch.position == offset_earliest) fetch.position = log->first;
  if (fetch.position == offset_latest) fetch.position = log->end();
  if (fetch.position < log->first || fetch.position > log->end()) {
    fetch.dead = true;
    tell(FetchEvent::Kind::offset_out_of_range, fetch.position,
         toString(at) + " holds " + std::to_string(log->first) + " to " + std::to_string(log->end()));
    return;
  }
  const auto available = static_cast<std::size_t>(log->end() - fetch.position);
  const auto from = static_cast<std::size_t>(fetch.position - log->first);
  const std::size_t count = std::min(available, most);
  for (std::size_t i = from; i < from + count; ++i) {
    arrived_.emplace_back(log->records[i]->sequence, fetched(log->records[i], fetch.tag));
  }
  fetch.position += static_cast<std::int64_t>(count);
  if (count > 0) fetch.end_told = false;
  if (count == available && !fetch.end_told) {
    fetch.end_told = true;
    tell(FetchEvent::Kind::end_of_partition, fetch.position, {});
  }
}

std::map<TopicPartition, OffsetRange> ConsumerClient::offsets(const std::vector<TopicPartition>& partitions,
                                                              Milliseconds) {
  const std::lock_guard lock{cluster_->mutex};
  cluster_->reach(cluster_->fault(BrokerCall::Kind::offsets, group_), "cannot read the offsets of partitions");
  std::map<TopicPartition, OffsetRange> ranges;
  for (const TopicPartition& at : partitions) {
    if (const PartitionLog* log = cluster_->findPartition(at)) ranges[at] = {log->first, log->end()};
  }
  return ranges;
}

std::optional<std::int64_t> ConsumerClient::knownEnd(const TopicPartition& partition) const {
  const std::lock_guard lock{cluster_->mutex};
  const auto fetch = fetches_.find(partition);
  if (fetch == fetches_.end() || fetch->second.position < 0) return std::nullopt;  // nothing has been fetched yet
  const PartitionLog* log = cluster_->findPartition(partition);
  return log ? std::optional{log->end()} : std::nullopt;
}

CommittedOffsets ConsumerClient::committed(const std::vector<TopicPartition>& partitions, Milliseconds) {
  const std::lock_guard lock{cluster_->mutex};
  cluster_->reach(cluster_->fault(BrokerCall::Kind::committed, group_), "cannot read the committed offsets");
  CommittedOffsets found;
  const CommittedOffsets& all = cluster_->group(group_).committed;
  for (const TopicPartition& at : partitions) {
    const auto entry = all.find(at);
    if (entry != all.end()) found.insert(*entry);
  }
  return found;
}

}  // namespace widgetstream::in_memory
