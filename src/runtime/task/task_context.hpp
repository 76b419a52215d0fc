#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/metrics/task_metrics.hpp"
#include "runtime/task/punctuation_queue.hpp"
#include "runtime/task/record_collector.hpp"
#include "runtime/task/task_environment.hpp"
#include "widgetstream/kafka/fetched_record.hpp"
#include "widgetstream/processor/record_context.hpp"

namespace widgetstream {

/// What the parts of one task share: where it stands, and what its nodes ask for.
///
/// Threads  the task's stream thread.
class TaskContext {
 public:
  TaskContext(const TaskEnvironment& environment, TaskId task, std::shared_ptr<TaskDeliveries> deliveries);

  const TaskEnvironment& environment;
  const TaskId task;
  const Logger log;
  RecordCollector collector;
  /// Of the stream thread that has the task now.
  CacheBudget* cache;

  /// The input record being processed, and its bytes; in punctuators there is none.
  RecordContext record;
  const FetchedRecord* input = nullptr;
  Timestamp stream_time = no_timestamp;
  /// Wall clock as of the current step.
  Timestamp now = no_timestamp;
  /// Counts input records; tells whether two outputs have the same cause.
  std::uint64_t sequence = 0;
  /// True while a cached entry is passed on under the record that wrote it.
  bool acting = false;

  bool commit_requested = false;
  /// How often the task has begun anew since it last committed.
  unsigned attempts = 0;
  /// What processors want to find again after a restart: committed with the offsets.
  std::map<std::string, std::int64_t> processor_metadata;
  bool processor_metadata_changed = false;
  PunctuationQueue stream_time_punctuation;
  PunctuationQueue wall_clock_punctuation;

  /// Forgets where the task stands. Reports of further records go to `deliveries`.
  void rollBack(std::shared_ptr<TaskDeliveries> deliveries);
  /// What is measured of the task; null while it is on no thread.
  std::unique_ptr<TaskMetrics> measured;
  /// Latencies of this record are measured; they are of one in each batch.
  bool sampled = false;

  void dropped(std::string_view reason);
  [[nodiscard]] std::uint64_t droppedTotal() const noexcept { return dropped_total_; }

  /// What went wrong where: `what` begins the messages ("deserialization of a record"), `reason` is counted.
  struct Trouble {
    const ErrorHandler& handler;
    std::string_view what;
    std::string_view reason;
    std::string_view node;
    ErrorStage stage = ErrorStage::processing;
  };
  /// Asks the handler about what is being thrown (call it in a catch block), logs, counts, and writes the dead letter.
  /// Returns when the record is dealt with.
  /// Errors  Error{fatal} with everything that is known when the handler says fail, or throws itself; RetryRequested
  ///         when it wants another try.
  void decide(const Trouble& trouble);
  /// The same for a cause that was not thrown here, and a letter of one's own.
  void decide(const Trouble& trouble, const RecordContext& at, NullableBytesView raw_key, NullableBytesView raw_value,
              std::exception_ptr cause);

 private:
  [[nodiscard]] ErrorAction ask(const Trouble& trouble, const RecordContext& at, NullableBytesView raw_key,
                                NullableBytesView raw_value, const std::exception_ptr& cause,
                                const std::string& message) const;
  [[nodiscard]] std::string describe(const Trouble& trouble, const RecordContext& at, std::string_view message) const;

  std::uint64_t dropped_total_ = 0;
};

/// The text of an exception, and its type's readable name.
struct ExceptionText {
  std::string type;
  std::string message;
};
[[nodiscard]] ExceptionText exceptionText(const std::exception_ptr& cause);

}  // namespace widgetstream
