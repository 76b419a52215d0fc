#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "runtime/task/task_context.hpp"
#include "runtime/task/task_spec.hpp"
#include "widgetstream/kafka/offsets.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

/// Where a store of a task is restored from.
struct Changelog {
  std::string store;
  TopicPartition partition;
  /// The first offset the store lacks; offset_earliest: all are to be read.
  std::int64_t next_offset = -2;
  /// True when the log is an input topic of the task: then only what the group has committed is restored, the rest
  /// is still to be processed (contract 1.10).
  bool is_source = false;
};

/// Fetched records as stores take them back. `headers` is what they point into.
[[nodiscard]] std::vector<ChangelogRecord> changelogRecords(std::span<const FetchedRecord> records,
                                                            std::vector<Headers>& headers);

/// The stores of one task, in the order of their flushes.
///
/// Threads  the task's stream thread.
class TaskStores {
 public:
  TaskStores(const TaskSpec& spec, TaskContext& task);
  ~TaskStores();

  /// Opens all. A store that cannot be read is wiped and opened anew, to be restored from the beginning; `emptying`
  /// hears of it before.
  void open(const std::function<void(const std::string& store)>& emptying = {});
  [[nodiscard]] const std::vector<Changelog>& changelogs() const noexcept { return changelogs_; }
  /// Applies records of changelogs()[index].
  void restore(std::size_t index, std::span<const FetchedRecord> records);
  /// changelogs()[index] is read; all are.
  void restoreEnded(std::size_t index);
  void restoreEnded();
  /// Empties the store of changelogs()[index], whose log does not contain what the store says: it starts over.
  void wipe(std::size_t index);

  /// Errors  Error{invalid_topology} when the task has no such store.
  [[nodiscard]] StateStore& get(const std::string& name) const;
  [[nodiscard]] StateStore* find(const std::string& name) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return stores_.empty(); }
  [[nodiscard]] std::vector<StateStore*> all() const;
  /// Those that open() had to empty.
  [[nodiscard]] const std::set<std::string>& emptied() const noexcept { return emptied_; }

  /// Flushes all caches, then has stores log what they log once a commit.
  void flushCaches();
  /// Call when everything sent is acknowledged. `inputs` is what the group has committed, for stores whose changelog is
  /// an input topic.
  void commit(const CommittedOffsets& inputs);
  /// What stores do is told to `metrics` from now on; null: nobody.
  void measureBy(TaskMetrics* metrics);
  /// Forgets everything since the last commit. Reports of further changes go to `deliveries`.
  void rollBack(TaskDeliveries& deliveries);
  void close() noexcept;
  /// After close() with an error about a store: moves what it has on disk out of the way. All stores' if nobody knows
  /// whose files could not be read.
  void setDamagedAside();
  void setAside(const std::string& store);
  /// Those that can be emptied, of whose files it is known that they are damaged.
  [[nodiscard]] std::vector<std::string> damaged() const;
  /// Errors  Error{store_corrupted} when a query has found files of a store damaged
  void checkFiles() const;
  [[nodiscard]] std::size_t bufferedBytes() const;

  /// Made when missing.
  [[nodiscard]] std::filesystem::path taskDirectory() const;

 private:
  class Held;
  void setAside(const Held& held);
  /// Nothing is lost when it is emptied.
  [[nodiscard]] bool comesBack(const Held& held) const;
  [[nodiscard]] std::optional<std::string> damageTo(const Held& held) const;

  TaskContext& task_;
  std::string directory_;
  const bool inputs_hold_stores_;
  std::set<std::string> emptied_;
  std::vector<std::unique_ptr<Held>> stores_;
  std::vector<Changelog> changelogs_;
  std::vector<Held*> restored_from_;  // beside changelogs_
};

}  // namespace widgetstream
