#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "runtime/task/ring.hpp"
#include "runtime/task/task_context.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/fetched_record.hpp"
#include "widgetstream/kafka/offsets.hpp"
#include "widgetstream/topology/graph.hpp"

namespace widgetstream {

/// The records of one input partition that wait for their task, the first of them decoded.
///
/// Order    offsets only grow: what is below the position of the queue was seen before and is dropped.
class RecordQueue {
 public:
  RecordQueue(TopicPartition partition, const GraphNode& source, AnyNode& node, bool internal, TaskContext& task);

  [[nodiscard]] const TopicPartition& partition() const noexcept { return partition_; }
  [[nodiscard]] AnyNode& node() const noexcept { return node_; }
  [[nodiscard]] const AutoOffsetReset& offsetReset() const noexcept { return source_.offset_reset; }
  /// True for a topic of the application's own, which is trimmed after commits.
  [[nodiscard]] bool internal() const noexcept { return internal_; }

  void push(FetchedRecord&& record) {
    if (record.offset < position_) return;
    if (first_ < 0) first_ = record.offset;
    position_ = record.offset + 1;
    bytes_ += sizeOf(record);
    caught_up_ = false;
    records_.push(std::move(record));
  }
  /// Everything there was has been pushed; `offset` is the next one to come.
  void reachedEnd(std::int64_t offset) noexcept;

  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// Decodes the first record, unless that is done already; drops those that cannot be, or have no time.
  /// False when none is left.
  bool prepareHead() { return decoded_ || (!records_.empty() && decodeHead()); }
  /// Valid after prepareHead().
  [[nodiscard]] const FetchedRecord& head() const noexcept { return records_.front(); }
  [[nodiscard]] const AnyRecord& headRecord() const noexcept { return head_record_; }
  [[nodiscard]] Timestamp headTimestamp() const noexcept { return head_record_.timestamp; }
  /// The first record is being processed now: partition time moves.
  void take() noexcept {
    if (head_record_.timestamp > partition_time_) partition_time_ = head_record_.timestamp;
    consumed_ = true;
    const FetchedRecord& record = records_.front();
    traffic.add(partition_.topic, record.key, record.value, record.has_headers ? &headers_ : nullptr);
  }
  void pop() noexcept {
    bytes_ -= sizeOf(records_.front());
    records_.front().reset();
    records_.pop();
    decoded_ = false;
  }

  /// What was taken from here, for metrics.
  TopicTraffic traffic;
  std::shared_ptr<Sensor> end_to_end;
  std::shared_ptr<Gauge> lag;
  /// The offset that is processed next; -1 before anything is known.
  [[nodiscard]] std::int64_t nextOffset() const noexcept {
    return records_.empty() ? position_ : records_.front().offset;
  }

  /// Known to have nothing more than what was pushed (lag 0).
  [[nodiscard]] bool caughtUp() const noexcept { return caught_up_; }
  /// Notes since when it has been known to have nothing; forgets it when it has something.
  void watchIdle(Timestamp now) noexcept {
    if (!records_.empty() || !caught_up_) {
      idle_since_.reset();
    } else if (!idle_since_) {
      idle_since_ = now;
    }
  }
  /// As of the last watchIdle().
  [[nodiscard]] const std::optional<Timestamp>& idleSince() const noexcept { return idle_since_; }
  /// There is more at the broker again.
  void fellBehind() noexcept { caught_up_ = false; }
  [[nodiscard]] Timestamp partitionTime() const noexcept { return partition_time_; }
  /// Where a fetch has to begin: after what was pushed. -1 before anything is known.
  [[nodiscard]] std::int64_t position() const noexcept { return position_; }

  /// Continues from what the group has committed.
  void restore(const CommittedOffset& committed, Timestamp partition_time);
  /// What is to be committed: the first record still waiting, else the position. nullopt when nothing is new.
  /// `processor`: what the task's processors want to find again, see OffsetMetadata. `even_if_unread`: also when no
  /// record was taken from here yet.
  [[nodiscard]] std::optional<CommittedOffset> committable(const std::map<std::string, std::int64_t>& processor,
                                                           bool even_if_unread = false) const;
  void markCommitted(const CommittedOffset& committed);
  [[nodiscard]] std::int64_t committedOffset() const noexcept { return committed_.offset; }
  [[nodiscard]] const CommittedOffset& committed() const noexcept { return committed_; }
  /// Where reading began; -1 before anything is known.
  [[nodiscard]] std::int64_t firstOffset() const noexcept { return first_; }
  /// Reads from here, where nothing is committed.
  void beginAt(std::int64_t offset) noexcept { first_ = position_ = offset; }

  /// Whatever offset comes next is taken: the one that was expected is gone from the log.
  void forgetPosition() noexcept {
    position_ = -1;
    caught_up_ = false;
  }
  /// Forgets what waits.
  void clear() noexcept;

  /// Set by the task while the queue has its place among those with a record.
  bool in_order = false;

 private:
  [[nodiscard]] static std::size_t sizeOf(const FetchedRecord& record) noexcept {
    return fetched_record_overhead + (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  }
  bool decodeHead();
  bool decode(const FetchedRecord& record);
  void undecodable(const FetchedRecord& record, const RecordContext& at, ErrorStage stage);
  [[nodiscard]] Timestamp timeOf(const FetchedRecord& record, const RecordContext& at) const;
  void skip() noexcept;

  TopicPartition partition_;
  const GraphNode& source_;
  AnyNode& node_;
  TaskContext& task_;
  std::unique_ptr<AnyDecoder> decoder_;
  TimestampExtractor extractor_;
  bool internal_;

  Ring<FetchedRecord> records_;
  std::size_t bytes_ = 0;
  bool decoded_ = false;
  bool caught_up_ = false;
  bool consumed_ = false;
  std::optional<Timestamp> idle_since_;
  Headers headers_;
  AnyRecord head_record_;

  std::int64_t position_ = -1;
  std::int64_t first_ = -1;
  Timestamp partition_time_ = no_timestamp;
  CommittedOffset committed_;
};

}  // namespace widgetstream
