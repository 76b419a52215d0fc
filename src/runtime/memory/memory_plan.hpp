#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace widgetstream {

/// What the settings say about memory. What is not set is planned.
struct MemoryWishes {
  std::size_t budget_bytes = 0;
  /// False: it is half of what there is, and grows to the least that works.
  bool budget_is_set = false;
  /// Fetch queues: one a stream thread, and one of global stores.
  std::size_t fetch_queues = 1;
  std::size_t record_cache_bytes = std::size_t{10} << 20;  ///< statestore.cache.max.bytes
  std::optional<std::size_t> uncommitted_bytes;            ///< statestore.uncommitted.max.bytes
  std::optional<std::size_t> fetch_payload_bytes;          ///< consumer: queued.max.messages.kbytes
  std::optional<std::size_t> fetch_records;                ///< consumer: queued.min.messages
  /// consumer: fetch.max.bytes; an answer may take less, never more.
  std::optional<std::size_t> fetch_response_bytes;
  /// The largest record that is sent (producer: message.max.bytes): a queue that never has room for it waits for ever.
  std::size_t largest_record_bytes = std::size_t{1} << 20;
  std::optional<std::size_t> produce_payload_bytes;  ///< producer: queue.buffering.max.kbytes
  std::optional<std::size_t> produce_records;        ///< producer: queue.buffering.max.messages
};

/// Bounds of a queue of librdkafka. Its bytes are those of values alone; what else a message takes is bounded by their
/// number.
struct QueueBounds {
  std::size_t records = 0;
  std::size_t payload_bytes = 0;

  friend bool operator==(const QueueBounds&, const QueueBounds&) = default;
};

/// How the memory of an application is divided (design D7). Everything is a ceiling for the whole application but what
/// is said to be a queue's.
struct MemoryPlan {
  std::size_t budget_bytes = 0;

  /// As statestore.cache.max.bytes counts.
  std::size_t record_cache_bytes = 0;
  /// Changed entries, those in record caches included, by what they take: a thread commits when it has its share.
  std::size_t uncommitted_bytes = 0;
  /// Those again, and the batch that a commit makes of them.
  std::size_t write_buffers_bytes = 0;
  std::size_t read_caches_bytes = 0;
  std::size_t block_cache_bytes = 0;
  std::size_t memtables_bytes = 0;

  QueueBounds fetch_queue;               ///< a queue's
  std::size_t fetch_response_bytes = 0;  ///< one answer of a broker
  /// Records that wait in tasks, a thread's.
  std::size_t waiting_bytes = 0;
  std::size_t fetch_queue_bytes = 0;  ///< all of it, a queue's
  QueueBounds produce_queue;
  std::size_t produce_queue_bytes = 0;

  /// What the user should know.
  std::vector<std::string> warnings;
};

/// Settings that are given get what they need, the other classes share what is left. A budget that nobody has set grows
/// to what that takes, with a warning.
/// Errors  Error{invalid_config} when what is set and the least of the rest is more than the budget that is set, and for a
///         produce queue that is smaller than the largest record
[[nodiscard]] MemoryPlan planMemory(const MemoryWishes& wishes);

}  // namespace widgetstream
