#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/task/task_spec.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/kafka/membership.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// A task that a stream thread is to run, with what is known of its partitions.
struct TaskOrder {
  TaskSpec spec;
  /// Where the group stands on the task's inputs.
  CommittedOffsets committed;
  /// What the changelogs of the task hold now; one that is absent is read to its end.
  std::map<TopicPartition, OffsetRange> changelogs;
};

/// These are the thread's tasks from now on, and no others.
struct AssignTasks {
  /// Comes back with the report.
  std::uint64_t order = 0;
  GroupMetadata metadata;
  std::vector<TaskOrder> tasks;
};
/// Commit everything, then stop processing and keep the tasks: they may come back.
struct SuspendTasks {
  std::uint64_t order = 0;
  std::chrono::nanoseconds deadline;  ///< Clock::elapsed(): afterwards the commit is given up
};
/// The tasks are somebody else's: drop them without a commit.
struct AbandonTasks {};
/// Commit, close everything, end.
struct CloseThread {
  std::chrono::nanoseconds deadline;
};
using ThreadCommand = std::variant<AssignTasks, SuspendTasks, AbandonTasks, CloseThread>;

/// What a stream thread says back.
struct ThreadReport {
  enum class Kind {
    running,    ///< every task of AssignTasks is restored and processes
    suspended,  ///< answers SuspendTasks
    closed,     ///< answers CloseThread; nothing more comes
    failed,     ///< `error`; the thread has dropped its tasks and waits for orders
  };
  int thread = 0;
  Kind kind = Kind::running;
  std::uint64_t order = 0;
  std::exception_ptr error;
};

/// Messages for one reader from any thread.
template <class Message>
class Mailbox {
 public:
  void post(Message message) {
    {
      const std::lock_guard lock{mutex_};
      messages_.push_back(std::move(message));
      any_.store(true, std::memory_order_release);
    }
    arrived_.notify_one();
  }

  /// Cheap when nothing has come.
  [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_acquire); }
  [[nodiscard]] std::vector<Message> take() {
    if (!any()) return {};
    const std::lock_guard lock{mutex_};
    any_.store(false, std::memory_order_relaxed);
    return std::exchange(messages_, {});
  }
  /// Waits up to `timeout` for a message or wake().
  void wait(Milliseconds timeout) {
    std::unique_lock lock{mutex_};
    arrived_.wait_for(lock, timeout, [this] { return any_.load(std::memory_order_relaxed) || woken_; });
    woken_ = false;
  }
  void wake() {
    {
      const std::lock_guard lock{mutex_};
      woken_ = true;
    }
    arrived_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Message> messages_;  // guarded by mutex_
  bool woken_ = false;             // guarded by mutex_
  std::atomic<bool> any_{false};
};

/// How far repartition topics are done with, gathered from all threads until somebody deletes the records.
class PurgeBox {
 public:
  void add(const std::map<TopicPartition, std::int64_t>& offsets) {
    if (offsets.empty()) return;
    const std::lock_guard lock{mutex_};
    for (const auto& [partition, offset] : offsets) offsets_[partition] = offset;
  }
  [[nodiscard]] std::map<TopicPartition, std::int64_t> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(offsets_, {});
  }

 private:
  std::mutex mutex_;
  std::map<TopicPartition, std::int64_t> offsets_;  // guarded by mutex_
};

}  // namespace widgetstream
