#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/runtime/thread_metadata.hpp"

namespace widgetstream {

/// What others may see of a stream thread: where it stands, and what it has been doing for how long.
///
/// Threads  the stream thread writes, any reads.
class ThreadView {
 public:
  // The stream thread's.
  void works(std::chrono::nanoseconds since) noexcept { busy_since_.store(since.count(), std::memory_order_relaxed); }
  void rests() noexcept { busy_since_.store(resting, std::memory_order_relaxed); }
  void at(const TaskId& task) noexcept { task_.store(packed(task), std::memory_order_relaxed); }
  void atNone() noexcept { task_.store(-1, std::memory_order_relaxed); }
  /// What it holds of what memory.budget.bytes is about.
  void holds(std::size_t record_caches, std::size_t changes, std::size_t waiting_records) noexcept {
    record_caches_.store(record_caches, std::memory_order_relaxed);
    changes_.store(changes, std::memory_order_relaxed);
    waiting_records_.store(waiting_records, std::memory_order_relaxed);
  }
  void publish(ThreadMetadata metadata) {
    const std::lock_guard lock{mutex_};
    metadata_ = std::move(metadata);
  }

  // Any thread's.
  /// Since when (Clock::elapsed()) the thread is in the step it is in; nullopt while it waits for records or orders.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> busySince() const noexcept {
    const std::int64_t since = busy_since_.load(std::memory_order_relaxed);
    return since == resting ? std::nullopt : std::optional{std::chrono::nanoseconds{since}};
  }
  /// As statestore.cache.max.bytes counts.
  [[nodiscard]] std::size_t recordCacheBytes() const noexcept { return record_caches_.load(std::memory_order_relaxed); }
  /// Changes that are not committed, those in record caches included.
  [[nodiscard]] std::size_t changesBytes() const noexcept { return changes_.load(std::memory_order_relaxed); }
  /// Records that wait for their tasks.
  [[nodiscard]] std::size_t waitingBytes() const noexcept { return waiting_records_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::optional<TaskId> currentTask() const noexcept {
    const std::int64_t task = task_.load(std::memory_order_relaxed);
    if (task < 0) return std::nullopt;
    return TaskId{static_cast<std::int32_t>(task >> 32), static_cast<std::int32_t>(task & 0xffffffff)};
  }
  [[nodiscard]] ThreadMetadata metadata() const {
    const std::lock_guard lock{mutex_};
    return metadata_;
  }

 private:
  static constexpr std::int64_t resting = -1;
  static std::int64_t packed(const TaskId& task) noexcept {
    return static_cast<std::int64_t>(task.subtopology) << 32 | static_cast<std::uint32_t>(task.partition);
  }

  std::atomic<std::int64_t> busy_since_{resting};
  std::atomic<std::int64_t> task_{-1};
  std::atomic<std::size_t> record_caches_{0};
  std::atomic<std::size_t> changes_{0};
  std::atomic<std::size_t> waiting_records_{0};
  mutable std::mutex mutex_;
  ThreadMetadata metadata_;  // guarded by mutex_
};

}  // namespace widgetstream
