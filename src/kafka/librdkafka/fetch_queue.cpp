#include "kafka/librdkafka/fetch_queue.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/fetched_message.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::rdkafka {

FetchQueue::FetchQueue(rd_kafka_t* client, Bounds bounds, std::function<void()> ran_low)
    : ahead_(client), behind_(client), bounds_(bounds), ran_low_(std::move(ran_low)) {
  // librdkafka's own wait for a batch ends only when the batch is full, so the wait is ours.
  for (const Lane* lane : {&ahead_, &behind_}) rd_kafka_queue_cb_event_enable(lane->queue.get(), onArrival, this);
}

FetchQueue::~FetchQueue() {
  for (const Lane* lane : {&ahead_, &behind_}) {
    rd_kafka_queue_cb_event_enable(lane->queue.get(), nullptr, nullptr);
    // What is left holds references to the client, whose end would wait for them.
    while (const MessageHandle message{rd_kafka_consume_queue(lane->queue.get(), 0)}) {
    }
  }
}

void FetchQueue::onArrival(rd_kafka_t* /*client*/, void* queue) noexcept {
  static_cast<FetchQueue*>(queue)->signal();
}

void FetchQueue::signal() {
  {
    const std::lock_guard lock{wait_mutex_};
    arrived_ = true;
  }
  arrival_.notify_one();
}

void FetchQueue::tell(const rd_kafka_topic_t* topic, std::int32_t partition, FetchEvent event) {
  {
    const std::lock_guard lock{mutex_};
    told_.emplace_back(Key{topic, partition}, std::move(event));
  }
  signal();
}

void FetchQueue::begin(const rd_kafka_topic_t* topic, Fetching fetching) {
  const std::lock_guard lock{mutex_};
  const Key key{topic, fetching.partition.partition};
  fetching_.insert_or_assign(key, std::move(fetching));
  last_ = nullptr;
}

std::optional<Fetching> FetchQueue::end(const rd_kafka_topic_t* topic, std::int32_t partition) {
  const std::lock_guard lock{mutex_};
  last_ = nullptr;
  const Key key{topic, partition};
  std::erase_if(told_, [&](const auto& told) { return told.first == key; });
  auto node = fetching_.extract(key);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void FetchQueue::poll(std::size_t max_records, Milliseconds timeout, FetchBatch& into) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::max(timeout, Milliseconds{0});
  const auto had = into.records.size() + into.events.size();
  for (;;) {
    {
      // Before the look into the queue: librdkafka tells only of arrivals in an empty one.
      const std::lock_guard lock{wait_mutex_};
      arrived_ = false;
    }
    const std::size_t taken = take(max_records, into);
    std::unique_lock lock{wait_mutex_};
    if (into.records.size() + into.events.size() > had || woken_ || max_records == 0 || Clock::now() >= deadline) {
      woken_ = false;
      return;
    }
    if (taken > 0) continue;  // all of it was of partitions that are gone
    arrival_.wait_until(lock, deadline, [this] { return arrived_ || woken_; });
  }
}

void FetchQueue::wake() {
  {
    const std::lock_guard lock{wait_mutex_};
    woken_ = true;
  }
  arrival_.notify_one();
}

std::size_t FetchQueue::queuedBytes() const {
  const std::lock_guard lock{mutex_};
  std::size_t bytes = 0;
  for (const Lane* lane : {&ahead_, &behind_}) bytes += lane->length() * (fetched_record_overhead + lane->message_bytes);
  return bytes;
}

std::size_t FetchQueue::take(std::size_t max_records, FetchBatch& into) {
  const std::lock_guard lock{mutex_};
  for (auto& [key, event] : std::exchange(told_, {})) {
    const Fetching* const fetching = find(key);
    if (!fetching) continue;
    event.partition = fetching->partition;
    event.tag = fetching->tag;
    into.events.push_back(std::move(event));
  }
  constexpr unsigned turns = 4;
  const bool others_first = ++polls_ % turns == 0;
  Lane& first = others_first ? behind_ : ahead_;
  Lane& second = others_first ? ahead_ : behind_;
  const std::size_t taken = take(first, max_records, into);
  return taken + take(second, max_records - taken, into);
}

std::size_t FetchQueue::take(Lane& lane, std::size_t max_records, FetchBatch& into) {
  if (max_records == 0) return 0;
  if (taken_.size() < max_records) taken_.resize(max_records);
  const ssize_t got = rd_kafka_consume_batch_queue(lane.queue.get(), 0, taken_.data(), max_records);
  if (got <= 0) return 0;
  const auto count = static_cast<std::size_t>(got);
  into.records.reserve(into.records.size() + count);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    MessageHandle message{taken_[i]};
    bytes += message->len;
    deliver(std::move(message), into);
  }
  watchLevel(lane, count, bytes);
  return count;
}

void FetchQueue::deliver(MessageHandle message, FetchBatch& into) {
  Fetching* const fetching = find(Key{message->rkt, message->partition});
  if (!fetching) return;
  if (message->err) return deliverEvent(*message, *fetching, into);
  if (message->offset < fetching->next) return;
  fetching->next = message->offset + 1;
  into.records.push_back(toRecord(std::move(message), fetching->tag));
}

void FetchQueue::deliverEvent(const rd_kafka_message_t& message, Fetching& fetching, FetchBatch& into) const {
  FetchEvent event;
  event.partition = fetching.partition;
  event.tag = fetching.tag;
  event.offset = message.offset;
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // Transaction markers fill offsets that are never delivered: the end is where they end.
    fetching.next = std::max(fetching.next, message.offset);
    event.kind = FetchEvent::Kind::end_of_partition;
  } else if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    // Errors carry no version in librdkafka: one of an earlier assignment shows by a position that is not ours.
    if (fetching.next >= 0 && message.offset >= 0 && message.offset < fetching.next) return;
    event.kind = FetchEvent::Kind::offset_out_of_range;
    event.message = rd_kafka_message_errstr(&message);
  } else {
    event.kind = FetchEvent::Kind::failed;
    event.error = kindOf(message.err);
    event.message = std::string{rd_kafka_err2name(message.err)} + ": " + rd_kafka_message_errstr(&message);
  }
  into.events.push_back(std::move(event));
}

Fetching* FetchQueue::find(const Key& key) noexcept {
  if (last_ && key == last_key_) return last_;
  const auto found = fetching_.find(key);
  if (found == fetching_.end()) return nullptr;
  last_key_ = key;
  last_ = &found->second;
  return last_;
}

void FetchQueue::watchLevel(Lane& lane, std::size_t taken, std::size_t bytes) {
  const std::size_t average = bytes / taken;
  lane.message_bytes = lane.message_bytes == 0 ? average : (3 * lane.message_bytes + average) / 4;
  const std::size_t waiting = lane.length();
  lane.peak = std::max(lane.peak, waiting + taken);
  const bool was_high = lane.peak >= bounds_.records / 2 ||
                        lane.peak * std::max(lane.message_bytes, std::size_t{1}) >= bounds_.bytes / 2;
  if (!was_high || waiting >= lane.peak / 2) return;
  lane.peak = waiting;
  ran_low_();
}

}  // namespace widgetstream::rdkafka
