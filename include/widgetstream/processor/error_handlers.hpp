#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/processor/record_context.hpp"

namespace widgetstream {

/// What becomes of a record that went wrong.
enum class ErrorAction {
  fail,         ///< the stream thread stops with the error; nothing is lost, the record comes again after a restart
  skip,         ///< counted and dropped
  dead_letter,  ///< counted and sent to errors.dead.letter.queue.topic.name with its raw bytes and the cause
  /// The task begins anew from its last commit after retry.backoff.ms, twice as long each further time. Of records that
  /// were not delivered only for errors that may pass (ErrorContext::retriable); for others it means fail.
  retry,
  dead_letter_and_fail,  ///< the letter is sent, and the stream thread stops
};

/// What was being done with the record.
enum class ErrorStage {
  key_deserialization,
  value_deserialization,
  processing,
  punctuation,
  key_serialization,
  value_serialization,
  delivery,  ///< to a topic: the record is the one that was to be written
  sink,      ///< outside of Kafka
};

/// The enumerator's own spelling, for logs.
[[nodiscard]] std::string_view toString(ErrorStage stage) noexcept;

/// Where it happened. Views die when the handler returns.
struct ErrorContext {
  TaskId task;
  std::string_view node;
  const RecordContext& record;
  /// The input record's bytes as they were read; null for null, and in punctuators.
  NullableBytesView raw_key;
  NullableBytesView raw_value;
  ErrorStage stage = ErrorStage::processing;
  /// The same may succeed later: the broker was away too long, or a processor threw Error{retriable}.
  bool retriable = false;
  /// How often the task has begun anew since its last commit.
  unsigned attempts = 0;
  /// There is a topic for dead letters.
  bool dead_letters = false;
};

/// Decides on a record; `cause` is what was thrown, `message` its text.
///
/// Threads  the stream thread; called for each failing record, so keep it quick.
using ErrorHandler = std::function<ErrorAction(const ErrorContext& where, std::exception_ptr cause, std::string_view message)>;

/// Java's LogAndFail and LogAndContinue: both send a dead letter when there is a topic for it
/// (errors.dead.letter.queue.topic.name). The runtime logs in each case.
[[nodiscard]] ErrorHandler logAndFail();
[[nodiscard]] ErrorHandler logAndContinue();
/// Java's DefaultProductionExceptionHandler: retries what may pass, fails otherwise.
[[nodiscard]] ErrorHandler retryOrFail();
/// Without a topic for dead letters the stream thread stops.
[[nodiscard]] ErrorHandler sendToDeadLetters();
/// Tries again `attempts` times, then does as `then` says.
[[nodiscard]] ErrorHandler retryUpTo(unsigned attempts, ErrorHandler then = logAndFail());

/// Header names on dead letters (contract 6.3); the last three are our own.
namespace dead_letter_header {
inline constexpr const char* exception = "__streams.errors.exception";
inline constexpr const char* stacktrace = "__streams.errors.stacktrace";
inline constexpr const char* message = "__streams.errors.message";
inline constexpr const char* topic = "__streams.errors.topic";
inline constexpr const char* partition = "__streams.errors.partition";
inline constexpr const char* offset = "__streams.errors.offset";
inline constexpr const char* node = "__widgetstream.errors.node";
inline constexpr const char* original_key_bytes = "__widgetstream.errors.original.key.bytes";
inline constexpr const char* original_value_bytes = "__widgetstream.errors.original.value.bytes";
}  // namespace dead_letter_header

}  // namespace widgetstream
