#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  /// What processors want to find again after a restart: committed with the offsets.
  std::map<std::string, std::int64_t> processor_metadata;
  bool processor_metadata_changed = false;
  PunctuationQueue stream_time_punctuation;
  PunctuationQueue wall_clock_punctuation;

  void dropped(std::string_view reason);
  [[nodiscard]] std::uint64_t droppedTotal() const noexcept { return dropped_total_; }

  /// Asks `handler` about what is being thrown (call it in a catch block), logs, counts, and writes the dead letter.
  /// Returns when the record is dealt with. `what` begins the messages: "deserialization of a record".
  /// Errors  Error{fatal} with everything that is known when the handler says fail, or throws itself.
  void decide(const ErrorHandler& handler, std::string_view what, std::string_view reason, std::string_view node);
  /// The same for a cause that was not thrown here, and a letter of one's own.
  void decide(const ErrorHandler& handler, std::string_view what, std::string_view reason, std::string_view node,
              const RecordContext& at, NullableBytesView raw_key, NullableBytesView raw_value,
              std::exception_ptr cause);

 private:
  [[nodiscard]] std::string describe(std::string_view what, std::string_view node, const RecordContext& at,
                                     std::string_view message) const;

  std::uint64_t dropped_total_ = 0;
  std::vector<std::pair<std::string, std::shared_ptr<Counter>>> dropped_;
};

/// The text of an exception, and its type's readable name.
struct ExceptionText {
  std::string type;
  std::string message;
};
[[nodiscard]] ExceptionText exceptionText(const std::exception_ptr& cause);

}  // namespace widgetstream
