#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/task/external_node.hpp"
#include "runtime/task/queue_order.hpp"
#include "runtime/task/record_queue.hpp"
#include "runtime/task/runtime_node.hpp"
#include "runtime/task/sink_node.hpp"
#include "runtime/task/task_context.hpp"
#include "runtime/task/task_spec.hpp"
#include "runtime/task/task_stores.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// One unit of work: nodes, stores and inputs, driven step by step by whoever owns it.
///
/// Order    openStores(), restore() of each changelog to its end, initialize(), then enqueue(), process(), punctuate in
///          any order; commits as below; close() at the end.
/// Commit   prepareCommit(), then ask flushed() until it is true, then flush the producer and call settle(), again as
/// long
///          as it says so; then committable() is committed; then postCommit(). Nothing is committed before what it
///          caused is acknowledged.
/// Threads  one at a time.
/// Errors   Error{fatal} and whatever stores and the producer throw: the task is to be closed unclean then.
class Task {
 public:
  enum class State { created, restoring, running, closed };

  Task(TaskSpec spec, const TaskEnvironment& environment);
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  [[nodiscard]] const TaskId& id() const noexcept { return spec_.id; }
  [[nodiscard]] const TaskSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const TaskEnvironment& environment() const noexcept { return context_.environment; }

  /// It works on this stream thread from now on: the record caches of its stores count within `cache`, and metrics
  /// bear the thread's name. Call it while the caches are flushed. `of_thread` may be null.
  void worksOn(CacheBudget& cache, const std::string& thread, const ThreadMetrics* of_thread);
  /// It is on no thread, and is not measured, until worksOn(). Call it while the caches are flushed, or when closed.
  void worksNowhere() noexcept;
  /// What it makes leaves under this lease; null: nobody is asked.
  void sendUnder(ThreadLease* lease) noexcept { context_.collector.sendUnder(lease); }
  /// Null while it is on no thread.
  [[nodiscard]] TaskMetrics* metrics() const noexcept { return context_.measured.get(); }

  // Restore
  void openStores(const std::function<void(const std::string& store)>& emptying = {});
  [[nodiscard]] const std::vector<Changelog>& changelogs() const noexcept { return stores_.changelogs(); }
  void restore(std::size_t changelog, std::span<const FetchedRecord> records);
  /// That changelog is read. initialize() says so of all stores.
  void restoreEnded(std::size_t changelog) { stores_.restoreEnded(changelog); }
  void wipe(std::size_t changelog) { stores_.wipe(changelog); }

  /// Starts the processors. `committed` is where the group stands, with its notes.
  void initialize(const CommittedOffsets& committed, Timestamp now);

  // Input, by index into spec().sources
  [[nodiscard]] std::vector<RecordQueue>& queues() noexcept { return queues_; }
  [[nodiscard]] const std::vector<RecordQueue>& queues() const noexcept { return queues_; }
  /// One more input, of a topic that has come to match a pattern. Call while no record waits.
  void addInput(const TopicPartition& partition);
  void enqueue(std::size_t source, FetchedRecord&& record) {
    RecordQueue& queue = queues_[source];
    queue.push(std::move(record));
    if (queues_.size() == 1 || queue.in_order || queue.empty()) return;
    queue.in_order = true;
    arrived_.push_back(&queue);
  }
  void reachedEnd(std::size_t source, std::int64_t offset) { queues_[source].reachedEnd(offset); }

  /// Takes the record with the smallest timestamp and carries it through the nodes. False when there is nothing to do:
  /// no records, or waiting for another input or for a sink.
  bool processOne(Timestamp now);
  /// Up to `max` records; how many were processed.
  std::size_t process(std::size_t max, Timestamp now);
  [[nodiscard]] std::size_t bufferedRecords() const noexcept;
  /// What these take in memory, about.
  [[nodiscard]] std::size_t bufferedRecordBytes() const noexcept;
  /// Since when it waits for an empty input, if it does.
  [[nodiscard]] std::optional<Timestamp> idleSince() const noexcept { return idle_since_; }
  /// How often it has begun anew since its last commit, for error handlers.
  void setAttempts(unsigned attempts) noexcept { context_.attempts = attempts; }

  /// Call the punctuators that are due; true if any was.
  bool punctuateStreamTime(Timestamp now);
  bool punctuateWallClock(Timestamp now);
  [[nodiscard]] std::optional<Timestamp> nextWallClockPunctuation() const;

  // Commit
  /// A processor has asked for one.
  [[nodiscard]] bool commitRequested() const noexcept { return context_.commit_requested; }
  void requestCommit() noexcept { context_.commit_requested = true; }
  /// There is something to commit.
  [[nodiscard]] bool commitNeeded() const noexcept { return commit_needed_; }
  /// Bytes of stores that wait for a commit.
  [[nodiscard]] std::size_t bufferedBytes() const { return stores_.bufferedBytes(); }
  void prepareCommit();
  [[nodiscard]] bool flushed();
  [[nodiscard]] Deliveries& deliveries() noexcept { return deliveries_->all; }
  /// Looks at failed deliveries; true when records were sent again, so that the producer is to be flushed once more.
  [[nodiscard]] bool settle();
  [[nodiscard]] CommittedOffsets committable() const;
  /// The offsets are committed: stores follow.
  void postCommit(const CommittedOffsets& committed);
  /// How far inputs of the application's own are done with, and may be deleted.
  [[nodiscard]] std::map<TopicPartition, std::int64_t> purgeable() const;

  /// Back to the last commit: stores forget what came after it, processors are made anew, and inputs begin where they
  /// were committed. Answers what is told of records that are still under way; see TaskDeliveries.
  /// Errors  what stores and processors throw: the task is to be closed then.
  [[nodiscard]] std::shared_ptr<TaskDeliveries> rollBack(Timestamp now);
  /// Closes processors, sinks and stores. What was not committed is gone.
  void close() noexcept;
  /// After close(): moves what its stores have on disk out of the way.
  void setDamagedStoresAside() { stores_.setDamagedAside(); }
  void setStoreAside(const std::string& store) { stores_.setAside(store); }
  /// Those that can be emptied, of whose files it is known that they are damaged.
  [[nodiscard]] std::vector<std::string> damagedStores() const { return stores_.damaged(); }
  /// Errors  Error{store_corrupted} when a query has found files of a store damaged
  void checkStores() const { stores_.checkFiles(); }
  /// Must be kept until nothing of it is under way; see TaskDeliveries.
  [[nodiscard]] std::shared_ptr<TaskDeliveries> sharedDeliveries() const noexcept { return deliveries_; }

  [[nodiscard]] Timestamp streamTime() const noexcept { return context_.stream_time; }
  [[nodiscard]] std::uint64_t droppedRecords() const noexcept { return context_.droppedTotal(); }
  [[nodiscard]] std::uint64_t processedRecords() const noexcept { return context_.sequence; }
  /// nullptr when there is none of this name.
  [[nodiscard]] StateStore* store(const std::string& name) const noexcept { return stores_.find(name); }
  [[nodiscard]] std::vector<StateStore*> stores() const { return stores_.all(); }
  /// Names of the stores that could not be read when they were opened and are empty now.
  [[nodiscard]] const std::set<std::string>& emptiedStores() const noexcept { return stores_.emptied(); }

 private:
  void makeNodes();
  void makeQueues();
  void makeQueue(const TopicPartition& partition);
  void closeNodes() noexcept;
  [[nodiscard]] RecordQueue* chooseQueue(Timestamp now);
  void order(RecordQueue& queue);
  void forgetOrder() noexcept;
  [[nodiscard]] bool mayGoOnWithout(const RecordQueue& empty, Timestamp now);
  [[nodiscard]] bool sinksReady();
  void measure(TaskMetrics* metrics);
  static void measure(RecordQueue& queue, TaskMetrics* metrics);
  void tellTraffic() noexcept;

  TaskSpec spec_;
  std::shared_ptr<TaskDeliveries> deliveries_;
  TaskContext context_;
  TaskStores stores_;
  State state_ = State::created;

  std::vector<std::unique_ptr<RuntimeNode>> nodes_;  // parents before children
  std::vector<SinkNode*> sinks_;
  std::vector<ExternalNode*> externals_;
  std::vector<RecordQueue> queues_;    // as spec_.sources
  QueueOrder order_;                   // of those that have a record
  std::vector<RecordQueue*> arrived_;  // those that had none until now
  RecordQueue* taken_from_ = nullptr;  // not in order_ until it is known what comes next in it

  std::optional<Timestamp> idle_since_;
  bool commit_needed_ = false;
  std::chrono::nanoseconds batch_began_{0};
  std::vector<ExternalNode*> flushing_;
};

}  // namespace widgetstream
