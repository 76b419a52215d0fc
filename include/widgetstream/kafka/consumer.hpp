#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/fetched_record.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// Offsets with a meaning of their own, understood by Consumer::add().
inline constexpr std::int64_t offset_earliest = -2;
inline constexpr std::int64_t offset_latest = -1;
/// The first record that is not older than PartitionStart::time, the end if all are.
inline constexpr std::int64_t offset_by_time = -3;

/// A partition to fetch: from which offset, into which queue, and what to call it.
struct PartitionStart {
  TopicPartition partition;
  std::int64_t offset = offset_earliest;
  std::size_t queue = 0;
  /// Comes back with each record and event of the partition.
  std::uint64_t tag = 0;
  /// Of offset_by_time.
  Timestamp time = no_timestamp;
  /// Its records may overtake those of other partitions that wait in the queue.
  bool ahead = false;
};

/// Something other than a record that a fetch brought.
struct FetchEvent {
  enum class Kind {
    end_of_partition,     ///< everything there was has been delivered; `offset` is the next one to come
    offset_out_of_range,  ///< the position is no longer, or not yet, in the log; the partition delivers nothing more until it is added anew
    failed,               ///< `error` and `message` say why; a retriable one goes on by itself
  };
  Kind kind = Kind::end_of_partition;
  TopicPartition partition;
  std::uint64_t tag = 0;
  std::int64_t offset = -1;
  ErrorKind error = ErrorKind::retriable;
  std::string message;
};

struct FetchBatch {
  std::vector<FetchedRecord> records;
  std::vector<FetchEvent> events;

  void clear() {
    records.clear();
    events.clear();
  }
};

/// Fetches partitions that its owner names; belongs to no group.
///
/// Order    records of a partition come in offset order; each once between add() and remove().
/// Threads  every call may come from any thread; one thread at a time polls a queue.
/// Errors   Error{retriable} when the broker does not answer in time.
class Consumer {
 public:
  virtual ~Consumer() = default;

  /// Makes another queue beside those of ConsumerSettings::queues, for one more thread; answers its number.
  [[nodiscard]] virtual std::size_t addQueue() = 0;

  /// Begins to fetch partitions that are not being fetched.
  virtual void add(const std::vector<PartitionStart>& partitions) = 0;
  /// Stops fetching; what is queued of them is dropped.
  virtual void remove(const std::vector<TopicPartition>& partitions) = 0;

  /// Stops delivery of a partition for a while. Records that were queued may be fetched again after resume(), so
  /// that pausing often is dear.
  virtual void pause(const std::vector<TopicPartition>& partitions) = 0;
  virtual void resume(const std::vector<TopicPartition>& partitions) = 0;

  /// Appends what has arrived in `queue`, at most `max_records` records; waits up to `timeout` for the first.
  virtual void poll(std::size_t queue, std::size_t max_records, Milliseconds timeout, FetchBatch& into) = 0;
  /// Ends the wait of the thread that polls `queue`.
  virtual void wake(std::size_t queue) = 0;

  /// The records each partition holds now. A partition that does not exist is absent from the answer.
  [[nodiscard]] virtual std::map<TopicPartition, OffsetRange> offsets(const std::vector<TopicPartition>& partitions,
                                                                      Milliseconds timeout) = 0;
  /// Where the log of a partition that is being fetched ends, by the newest answer to a fetch; nullopt before the first.
  /// Asks nobody, so it costs next to nothing.
  [[nodiscard]] virtual std::optional<std::int64_t> knownEnd(const TopicPartition& partition) const = 0;
  /// About how much memory the records take that wait in the queues; 0 where none do.
  [[nodiscard]] virtual std::size_t queuedBytes() const { return 0; }
  /// Where the group stands. A partition without a committed offset is absent from the answer.
  [[nodiscard]] virtual CommittedOffsets committed(const std::vector<TopicPartition>& partitions, Milliseconds timeout) = 0;
};

}  // namespace widgetstream
