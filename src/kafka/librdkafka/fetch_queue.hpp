#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream::rdkafka {

/// A partition whose records come through a queue.
struct Fetching {
  TopicPartition partition;
  std::uint64_t tag = 0;
  /// The next offset to deliver, or offset_earliest: records below it are old and are dropped.
  std::int64_t next = offset_earliest;
};

/// Where the records of some partitions wait for the thread that works on them.
///
/// Taking from librdkafka and giving the records their tags happens under one lock, begin() and end() take the same:
/// so no record that was taken before a partition was ended meets what begin() says of it later. What librdkafka itself
/// still has queued of an ended partition it drops, by its version barrier.
///
/// There are two lanes, each with the bounds. Of four polls three look into the one ahead first, so what is in it waits for
/// little else, and keeps nobody waiting for ever.
///
/// Threads  poll() from one at a time, the rest from any
class FetchQueue {
 public:
  /// Where the broker's thread stops to fetch: at so many bytes of values, or so many records.
  struct Bounds {
    std::size_t bytes = 0;
    std::size_t records = 0;
  };

  /// `ran_low` is called, not often, when a queue that was near its bounds has been half emptied.
  FetchQueue(rd_kafka_t* client, Bounds bounds, std::function<void()> ran_low);
  ~FetchQueue();
  FetchQueue(const FetchQueue&) = delete;
  FetchQueue& operator=(const FetchQueue&) = delete;

  /// The lane ahead, or the other one.
  [[nodiscard]] rd_kafka_queue_t* get(bool ahead) const noexcept { return (ahead ? ahead_ : behind_).queue.get(); }

  /// From now on records of `topic` and the partition get the tag.
  void begin(const rd_kafka_topic_t* topic, Fetching fetching);
  /// From now on they are dropped. Answers how far the delivery came; nothing if begin() was never called.
  std::optional<Fetching> end(const rd_kafka_topic_t* topic, std::int32_t partition);

  /// Puts an event of the partition between its records, unless it has been ended.
  void tell(const rd_kafka_topic_t* topic, std::int32_t partition, FetchEvent event);

  void poll(std::size_t max_records, Milliseconds timeout, FetchBatch& into);
  void wake();
  /// About what the records in it take.
  [[nodiscard]] std::size_t queuedBytes() const;

 private:
  struct Key {
    const rd_kafka_topic_t* topic = nullptr;
    std::int32_t partition = -1;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Lane {
    explicit Lane(rd_kafka_t* client) : queue(rd_kafka_queue_new(client)) {}
    QueueHandle queue;
    std::size_t peak = 0;           ///< guarded by mutex_
    std::size_t message_bytes = 0;  ///< guarded by mutex_; of the values, on average
    [[nodiscard]] std::size_t length() const { return rd_kafka_queue_length(queue.get()); }
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<const void*>{}(key.topic) * 31 + static_cast<std::size_t>(key.partition);
    }
  };

  void signal();
  static void onArrival(rd_kafka_t* client, void* queue) noexcept;
  [[nodiscard]] std::size_t take(std::size_t max_records, FetchBatch& into);
  [[nodiscard]] std::size_t take(Lane& lane, std::size_t max_records, FetchBatch& into);
  void deliver(MessageHandle message, FetchBatch& into);
  void deliverEvent(const rd_kafka_message_t& message, Fetching& fetching, FetchBatch& into) const;
  [[nodiscard]] Fetching* find(const Key& key) noexcept;
  void watchLevel(Lane& lane, std::size_t taken, std::size_t bytes);

  Lane ahead_;
  Lane behind_;
  const Bounds bounds_;
  const std::function<void()> ran_low_;

  mutable std::mutex mutex_;
  std::unordered_map<Key, Fetching, KeyHash> fetching_;  // guarded by mutex_
  Key last_key_;                                         // guarded by mutex_
  Fetching* last_ = nullptr;                             // guarded by mutex_
  std::vector<std::pair<Key, FetchEvent>> told_;         // guarded by mutex_
  std::vector<rd_kafka_message_t*> taken_;               // guarded by mutex_
  unsigned polls_ = 0;                                   // guarded by mutex_

  std::mutex wait_mutex_;
  std::condition_variable arrival_;
  bool arrived_ = false;  // guarded by wait_mutex_
  bool woken_ = false;    // guarded by wait_mutex_
};

}  // namespace widgetstream::rdkafka
