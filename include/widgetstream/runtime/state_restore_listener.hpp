#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// How far the restore of one store of one task is.
struct RestoreProgress {
  TaskId task;
  std::string store;
  TopicPartition changelog;
  /// The first offset that the store lacked, and where the changelog ended when the restore began; -1: not known yet.
  std::int64_t starting_offset = -1;
  std::int64_t ending_offset = -1;
  /// The next offset to be restored.
  std::int64_t position = -1;
  std::uint64_t records_restored = 0;
  Milliseconds elapsed{0};

  /// Offsets that are left; compaction may have left holes, so records are at most as many.
  [[nodiscard]] std::int64_t remaining() const noexcept {
    return ending_offset < 0 || position < 0 ? -1 : (ending_offset > position ? ending_offset - position : 0);
  }
  /// When it will be whole at the pace so far; nullopt before anything can be said.
  [[nodiscard]] std::optional<Milliseconds> estimatedTimeLeft() const noexcept {
    const std::int64_t done = position - starting_offset;
    if (remaining() < 0 || done <= 0 || elapsed <= Milliseconds{0}) return std::nullopt;
    return Milliseconds{static_cast<std::int64_t>(static_cast<double>(elapsed.count()) *
                                                  static_cast<double>(remaining()) / static_cast<double>(done))};
  }
};

/// Hears of every store that is restored from its changelog; see KafkaStreams::setGlobalStateRestoreListener().
///
/// Order    start, batches, then end or suspended, for each store and partition.
/// Threads  the stream thread that restores, several at once: keep it quick.
/// Errors   what a listener throws is logged and goes no further.
class StateRestoreListener {
 public:
  virtual ~StateRestoreListener() = default;
  virtual void onRestoreStart(const RestoreProgress& /*progress*/) {}
  virtual void onBatchRestored(const RestoreProgress& /*progress*/, std::uint64_t /*records*/) {}
  virtual void onRestoreEnd(const RestoreProgress& /*progress*/) {}
  /// The task was given up before its store was whole.
  virtual void onRestoreSuspended(const RestoreProgress& /*progress*/) {}
};

}  // namespace widgetstream
