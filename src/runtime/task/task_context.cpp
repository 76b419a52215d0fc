#include "runtime/task/task_context.hpp"

#include <cxxabi.h>

#include <typeinfo>

#include "runtime/task/retry_requested.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/type_name.hpp"

namespace widgetstream {
namespace {

bool isRetriable(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::retriable;
  } catch (...) {
    return false;
  }
}

}  // namespace

TaskContext::TaskContext(const TaskEnvironment& given, TaskId id, std::shared_ptr<TaskDeliveries> deliveries)
    : environment(given), task(id), log(given.log), collector(given, id, std::move(deliveries)), cache(given.cache) {}

void TaskContext::rollBack(std::shared_ptr<TaskDeliveries> deliveries) {
  collector.use(std::move(deliveries));
  record = RecordContext{};
  input = nullptr;
  stream_time = no_timestamp;
  acting = false;
  commit_requested = false;
  processor_metadata.clear();
  processor_metadata_changed = false;
  stream_time_punctuation.clear();
  wall_clock_punctuation.clear();
}

void TaskContext::dropped(std::string_view reason) {
  ++dropped_total_;
  if (measured) measured->dropped(reason);
}

void TaskContext::decide(const Trouble& trouble) {
  const NullableBytesView raw_key = input ? input->key : std::nullopt;
  const NullableBytesView raw_value = input ? input->value : std::nullopt;
  decide(trouble, record, raw_key, raw_value, std::current_exception());
}

void TaskContext::decide(const Trouble& trouble, const RecordContext& at, NullableBytesView raw_key,
                         NullableBytesView raw_value, std::exception_ptr cause) {
  const ExceptionText text = exceptionText(cause);
  const ErrorAction action = ask(trouble, at, raw_key, raw_value, cause, text.message);
  const auto sendLetter = [&] {
    collector.sendDeadLetter(DeadLetter{at, raw_key, raw_value, text.type, text.message, std::string{trouble.node}});
  };
  switch (action) {
    case ErrorAction::retry:
      throw RetryRequested{describe(trouble, at, text.message)};
    case ErrorAction::dead_letter_and_fail:
      sendLetter();
      [[fallthrough]];
    case ErrorAction::fail:
      throw Error{ErrorKind::fatal, describe(trouble, at, text.message)};
    case ErrorAction::skip:
    case ErrorAction::dead_letter:
      break;
  }
  const bool dead_letter = action == ErrorAction::dead_letter;
  log.warning(std::string{trouble.what} + " failed: " + (dead_letter ? "sent to the dead letters" : "skipped"),
              {{"task", toString(task)},
               {"node", std::string{trouble.node}},
               {"topic", std::string{at.topic()}},
               {"partition", std::to_string(at.partition())},
               {"offset", std::to_string(at.offset())},
               {"error", text.message}});
  dropped(trouble.reason);
  if (dead_letter) sendLetter();
}

ErrorAction TaskContext::ask(const Trouble& trouble, const RecordContext& at, NullableBytesView raw_key,
                             NullableBytesView raw_value, const std::exception_ptr& cause,
                             const std::string& message) const {
  if (!trouble.handler) return ErrorAction::fail;
  const bool passes = isRetriable(cause);
  ErrorContext where{task, trouble.node, at, raw_key, raw_value};
  where.stage = trouble.stage;
  where.retriable = passes;
  where.attempts = attempts;
  where.dead_letters = !environment.dead_letter_topic.empty();
  ErrorAction action = ErrorAction::fail;
  try {
    action = trouble.handler(where, cause, message);
  } catch (...) {
    throw Error{ErrorKind::fatal, describe(trouble, at, message) + "; then the error handler threw: " +
                                      exceptionText(std::current_exception()).message};
  }
  // A record that no broker takes is not taken the next time either: trying again would never end.
  if (action == ErrorAction::retry && trouble.stage == ErrorStage::delivery && !passes) return ErrorAction::fail;
  return action;
}

std::string TaskContext::describe(const Trouble& trouble, const RecordContext& at, std::string_view message) const {
  std::string text{trouble.what};
  text += " failed in task " + toString(task);
  if (!trouble.node.empty()) text += " at node '" + std::string{trouble.node} + "'";
  if (!at.topic().empty()) {
    text += ", record " + toString(TopicPartition{std::string{at.topic()}, at.partition()}) + " offset " +
            std::to_string(at.offset());
  }
  return text + ": " + std::string{message};
}

ExceptionText exceptionText(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const std::exception& error) {
    return {typeName(typeid(error)), error.what()};
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return {type ? typeName(*type) : "unknown", "something that is not a std::exception was thrown"};
  }
}

}  // namespace widgetstream
