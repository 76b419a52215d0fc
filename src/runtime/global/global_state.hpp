#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/global/positions_file.hpp"
#include "runtime/queries/store_registry.hpp"
#include "runtime/task/task.hpp"
#include "runtime/topics/partition_plan.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream {

/// What global stores are kept with. Everything referred to outlives them.
struct GlobalStateSetup {
  const TopologyGraph& graph;
  /// As a task's; its graph is replaced, and its state_directory is that of the application.
  TaskEnvironment environment;
  Consumer& consumer;
  /// Null: nobody asks them from outside.
  StoreRegistry* stores = nullptr;
  /// How often positions are written.
  Milliseconds commit_interval{30'000};
  /// So many bytes of changes wait for a commit; then it comes early.
  std::size_t changes_bytes = std::size_t{16} << 20;
  /// Called when everything is loaded, and when it fails.
  std::function<void()> notify = {};
};

/// The global stores of an application: a task of its own over all partitions of their topics, which no group assigns.
/// It loads what the topics hold when it begins, then follows them.
///
/// Order    begin(), step() until loaded(), then step() for as long as the application runs, close() at the end.
/// Restore  a store of globalTable() takes the topic's bytes as they are; for others the processor sees each record.
///          Stores that keep files go on from where they were, told by `<state directory>/global/.checkpoint`.
/// Damage   a store whose files somebody finds damaged is set aside when the application ends, and the next start loads
///          it anew: emptied while tasks look up in it, it would give them wrong answers.
/// Threads  begin(), loaded(), failure() and readOnly() from any; the rest from one.
/// Errors   none from step(): failure() tells, and nothing is done any more.
class GlobalState final : public GlobalStores {
 public:
  explicit GlobalState(GlobalStateSetup setup);
  ~GlobalState() override;

  /// Its topics exist, with so many partitions.
  void begin(PartitionCounts counts);
  [[nodiscard]] bool begun() const;
  [[nodiscard]] bool loaded() const noexcept { return loaded_.load(std::memory_order_acquire); }
  [[nodiscard]] std::exception_ptr failure() const;
  /// What the stores have that is not committed, as of the last step. Threads  any.
  [[nodiscard]] std::size_t changesBytes() const noexcept { return changes_bytes_.load(std::memory_order_relaxed); }

  /// One round; waits up to `max_wait` when there is nothing to do. True if anything was done.
  bool step(Milliseconds max_wait);
  /// Writes what there is and closes the stores.
  void close() noexcept;
  /// Closes the stores as a crash would.
  void abandon() noexcept;

  /// How many records of its topics went no further. Of the thread that steps.
  [[nodiscard]] std::uint64_t droppedRecords() const noexcept { return task_ ? task_->droppedRecords() : 0; }

  [[nodiscard]] StateStore& readOnly(const std::string& store) override;
  /// nullptr when there is none of this name, or it is not open.
  [[nodiscard]] StateStore* store(const std::string& name) const noexcept {
    return task_ ? task_->store(name) : nullptr;
  }

 private:
  enum class Phase { waiting, loading, following, ended };
  /// One partition of a store's topic, as Task::queues() has them.
  struct Input {
    TopicPartition partition;
    std::string store;
    bool reprocess = false;
    std::int64_t next = offset_earliest;
    std::int64_t end = 0;  ///< what the topic held at the beginning
  };

  bool stepPhase(Milliseconds max_wait);
  /// False while the cluster does not tell offsets.
  bool open();
  [[nodiscard]] std::vector<Input> inputs() const;
  void startFromPositions(const std::map<TopicPartition, OffsetRange>& ranges);
  [[nodiscard]] bool loadStep(Milliseconds max_wait);
  void load(std::size_t input, std::span<FetchedRecord> records);
  void follow();
  [[nodiscard]] bool followStep(Milliseconds max_wait);
  void checkLoaded();
  void fetch(Milliseconds max_wait);
  void commit(Milliseconds max_wait);
  void fail(std::exception_ptr error) noexcept;
  void noteDamage();
  void setDamagedAside();
  /// Of the stores that are sound.
  void write(Positions positions) const;
  void forget(const std::string& store);
  [[nodiscard]] bool keepsFiles(const std::string& store) const;
  [[nodiscard]] std::filesystem::path directory() const;
  [[nodiscard]] std::filesystem::path file() const { return directory() / ".checkpoint"; }
  [[nodiscard]] std::chrono::nanoseconds now() const { return environment_.clock.elapsed(); }

  GlobalStateSetup setup_;
  TopologyGraph graph_;
  CacheBudget cache_;
  TaskEnvironment environment_;
  Phase phase_ = Phase::waiting;
  std::chrono::nanoseconds next_attempt_{0};
  std::chrono::nanoseconds next_commit_{0};
  bool committing_ = false;
  bool corrupted_ = false;          // a step ended with an error that says so
  std::set<std::string> damaged_;  // stores that have no position any more, so that the next start loads them anew

  std::vector<Input> inputs_;
  std::size_t loading_ = 0;  // inputs that are not loaded yet
  Positions positions_;
  std::unique_ptr<Task> task_;
  FetchBatch batch_;

  std::atomic<bool> loaded_{false};
  std::atomic<std::size_t> changes_bytes_{0};
  mutable std::mutex mutex_;
  std::optional<PartitionCounts> counts_;                       // guarded by mutex_
  std::exception_ptr failure_;                                  // guarded by mutex_
  std::map<std::string, std::unique_ptr<StateStore>> views_;    // guarded by mutex_
};

}  // namespace widgetstream
